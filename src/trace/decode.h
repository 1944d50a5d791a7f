/* SPDX-License-Identifier: MIT */
/* What the text behind the columns of a kernel event says. */
#ifndef LAZYMMU_TRACE_DECODE_H
#define LAZYMMU_TRACE_DECODE_H

#include "event_names.h"
#include "ftrace.h"

/*
 * Fills kind, arguments and text of event. Unknown names are EVENT_OTHER. Names tell facts about
 * the machine: backend and page size.
 */
bool decode_event(const struct event_index *index, const struct ftrace_body *body,
		  struct event *event, struct reader_facts *facts, struct mistake *mistake);

#endif
