/* SPDX-License-Identifier: MIT */
/* What is behind the columns of a line: a call, a half of one, the end of a task. */
#ifndef LAZYMMU_TRACE_STRACE_BODY_H
#define LAZYMMU_TRACE_STRACE_BODY_H

#include "event.h"
#include "reader.h"
#include "strace_call.h"
#include "strace_line.h"
#include "strace_tasks.h"

/* What the lines so far have said. */
struct strace {
	bool times;
	struct strace_syscalls syscalls;
	struct strace_flag_memory flags;
	struct strace_tasks tasks;
	/* What comes behind the event that a line returned. */
	struct queued {
		enum event_kind kind; /* EVENT_OTHER: nothing */
		uint64_t line;
		uint64_t time;
		int tid;
		enum syscall_nr syscall;
		uint64_t result;
	} queued;
	/* What all lines have, by the first of them. */
	bool started;
	bool numbered; /* a pid that is not in brackets: the program's own output is elsewhere */
	bool timed;
	bool in_summary; /* of -C, at the end */
	bool noted;	 /* a note of strace follows in this line */
	/*
	 * A call that a note of strace, or the program's output, has cut in two; or, with -z,
	 * strace itself: what it keeps until it knows the result has "<unfinished ...>" where
	 * others came between, and then the rest without "resumed", both in one go.
	 */
	struct {
		uint64_t line;	 /* 0: none */
		bool unfinished; /* strace said so: its rest may be anywhere */
		int tid;
		int detached; /* the note said so; 0: it did not */
		enum syscall_nr syscall;
	} torn;
	uint64_t lost; /* the line of the last torn call whose rest did not come */
};

int strace_find_task(struct strace *strace, const struct strace_line *line, struct event *event);

/*
 * event comes with the task of the line. 1: an event, 0: none, -EINVAL: the line is not what it
 * looked like.
 */
int strace_body(struct strace *strace, const struct strace_line *line, struct event *event,
		struct strace_counts *counts, struct mistake *mistake);
/* The call is one of strace, even if it is torn. */
bool strace_is_certain(const struct strace *strace, const struct strace_line *line,
		       enum syscall_nr nr);

/* The text may be the rest of the torn call. As strace_body(); -EINVAL: it is not. */
bool strace_may_be_rest(const struct strace *strace, struct text text,
			const struct strace_line *line);
int strace_rest(struct strace *strace, struct text text, struct event *event,
		struct strace_counts *counts, struct mistake *mistake);
/* Another line of strace begins, or the recording ends. */
void strace_lose_torn(struct strace *strace, struct strace_counts *counts);

#endif
