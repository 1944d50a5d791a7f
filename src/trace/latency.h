/* SPDX-License-Identifier: MIT */
/* The columns of ftrace's option latency-format, with and without verbose, and of trace-cmd -l. */
#ifndef LAZYMMU_TRACE_LATENCY_H
#define LAZYMMU_TRACE_LATENCY_H

#include "ftrace.h"

/* As ftrace_split(). */
bool latency_split(struct text line, struct event *event, struct ftrace_body *body,
		   struct mistake *mistake);

#endif
