/* SPDX-License-Identifier: MIT */
/* One line of ftrace text, as /sys/kernel/tracing/trace and `trace-cmd report` print it. */
#ifndef LAZYMMU_TRACE_FTRACE_H
#define LAZYMMU_TRACE_FTRACE_H

#include "event.h"
#include "reader.h"
#include "starts.h"

/* What is left of a line when its columns are read. */
struct ftrace_body {
	struct text name; /* of the event; one that is followed by '(' at once ends at a blank */
	struct text args; /* behind the name, its ':' and blanks */
};

/* True for lines that are no events: header, lost events, stack trace; facts are updated. */
bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts);

/* The line is an event line. */
bool ftrace_begins(struct text line);
/* Splits an event line into columns and body; starts is kept from line to line. */
bool ftrace_split(struct text line, struct line_starts *starts, struct event *event,
		  struct ftrace_body *body, struct mistake *mistake);

/* Behind "(+78) " of `trace-cmd report --ts-diff`; the first line has blanks. */
const char *ftrace_behind_difference(struct text line);

/*
 * Splits what follows the columns. The name ends at a blank, and before a ':' that stands there or
 * ends the line.
 */
static inline void ftrace_body(struct text line, struct ftrace_body *body)
{
	const char *p = line.p, *end = line.end;

	if (p < end && *p == '(')
		p = ftrace_behind_difference(line);
	const char *blank = p < end ? memchr(p, ' ', (size_t)(end - p)) : NULL;
	const char *stop = blank ? blank : end;

	body->args = (struct text){ behind_blanks(stop, end), end };
	if (stop > p && stop[-1] == ':')
		stop--;
	body->name = (struct text){ p, stop };
}

/* A name that no event has may be one with a parenthesis: that and what follows are arguments. */
bool ftrace_split_name(struct ftrace_body *body);

/* The flags column: irqs-off, need-resched, hardirq/softirq, preempt depth. */
bool ftrace_flags(struct text flags, struct event *event);

#endif
