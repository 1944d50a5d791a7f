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

enum { REMEMBERED_SIZE = 64 };

/* Who had the last line: most lines begin as the one before them. */
struct ftrace_task {
	size_t size; /* of start; 0: nothing is remembered */
	int tid;
	int tgid;
	int cpu;
	char start[REMEMBERED_SIZE]; /* up to the blank behind "]" */
};

/* True for lines that are no events: header, lost events, stack trace; facts are updated. */
bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts);

/* Reads the columns of an event line; last is for the caller to keep from line to line. */
bool ftrace_columns(struct text line, struct ftrace_task *last, struct event *event,
		    struct ftrace_body *body, struct mistake *mistake);

/* The flags column: irqs-off, need-resched, hardirq/softirq, preempt depth. */
bool ftrace_flags(struct text flags, struct event *event);

#endif
