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

enum { NR_STARTS = 4, START_SIZE = 96, START_TAIL = 8 };

/*
 * What the last lines began with, up to their time stamps, and what that says: most lines begin as
 * one of those before them.
 */
struct ftrace_starts {
	struct ftrace_start {
		size_t size; /* 0: nothing is remembered */
		char text[START_SIZE];
		struct ftrace_columns {
			int tid;
			int tgid;
			int cpu;
			bool has_flags;
			bool irqs_off;
			bool need_resched;
			bool hardirq;
			bool softirq;
			unsigned int preempt_depth;
		} columns;
	} items[NR_STARTS];
	unsigned int last; /* the one that was used last */
};

/* True for lines that are no events: header, lost events, stack trace; facts are updated. */
bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts);

/* Splits an event line into columns and body; starts is kept from line to line. */
bool ftrace_split(struct text line, struct ftrace_starts *starts, struct event *event,
		  struct ftrace_body *body, struct mistake *mistake);

/*
 * Splits what follows the columns. The name ends at a blank or '(', and before a ':' that stands
 * there or ends the line.
 */
void ftrace_body(struct text line, struct ftrace_body *body);

/* The flags column: irqs-off, need-resched, hardirq/softirq, preempt depth. */
bool ftrace_flags(struct text flags, struct event *event);

#endif
