/* SPDX-License-Identifier: MIT */
/* One line of ftrace text, as /sys/kernel/tracing/trace and `trace-cmd report` print it. */
#ifndef LAZYMMU_TRACE_FTRACE_H
#define LAZYMMU_TRACE_FTRACE_H

#include "event.h"
#include "reader.h"
#include "text.h"

/* What is left of a line when its columns are read. */
struct ftrace_body {
	struct text name; /* event, or syscall with its parenthesis in args */
	struct text args; /* behind the name, its ':' and blanks */
};

/* True for lines that are no events: header, lost events, stack trace; facts are updated. */
bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts);

/* Reads the columns of an event line. */
bool ftrace_columns(struct text line, struct event *event, struct ftrace_body *body,
		    struct mistake *mistake);

/* The flags column: irqs-off, need-resched, hardirq/softirq, preempt depth. */
bool ftrace_flags(struct text flags, struct event *event);

#endif
