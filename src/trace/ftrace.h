/* SPDX-License-Identifier: MIT */
/* One line of ftrace text, as /sys/kernel/tracing/trace and `trace-cmd report` print it. */
#ifndef LAZYMMU_TRACE_FTRACE_H
#define LAZYMMU_TRACE_FTRACE_H

#include "event.h"
#include "reader.h"
#include "text.h"

/* What is left of a line when its columns are read. */
struct ftrace_body {
	struct text name; /* of the event; one that is followed by '(' at once ends at a blank */
	struct text args; /* behind the name, its ':' and blanks */
};

enum { NR_STARTS = 32, MIN_START_SIZE = 24, MAX_START_SIZE = 96 };

/*
 * What the last lines began with, up to their time stamps or the full seconds of them, and what
 * that says: most lines begin as one of those before them. Columns have a width, so that nearly all
 * starts of a recording are of one size, and that of the last one serves to look up the next.
 */
struct ftrace_starts {
	size_t size; /* of the last one, 0: there is none yet */
	struct ftrace_start {
		size_t size; /* 0: nothing is remembered */
		char text[MAX_START_SIZE];
		bool has_seconds; /* the text ends within a time stamp, behind "SECONDS." */
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
	} items[NR_STARTS]; /* by hash, a newer one replaces an older one */
};

/* True for lines that are no events: header, lost events, stack trace; facts are updated. */
bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts);

/* Splits an event line into columns and body; starts is kept from line to line. */
bool ftrace_split(struct text line, struct ftrace_starts *starts, struct event *event,
		  struct ftrace_body *body, struct mistake *mistake);

/*
 * Splits what follows the columns. The name ends at a blank, and before a ':' that stands there or
 * ends the line.
 */
void ftrace_body(struct text line, struct ftrace_body *body);
/* A name that no event has may be one with a parenthesis: that and what follows are arguments. */
bool ftrace_split_name(struct ftrace_body *body);

/* The flags column: irqs-off, need-resched, hardirq/softirq, preempt depth. */
bool ftrace_flags(struct text flags, struct event *event);

#endif
