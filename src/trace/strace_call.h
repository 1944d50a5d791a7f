/* SPDX-License-Identifier: MIT */
/* What the body of a line says about a syscall: its arguments, how it ended. */
#ifndef LAZYMMU_TRACE_STRACE_CALL_H
#define LAZYMMU_TRACE_STRACE_CALL_H

#include "event.h"
#include "strace_syscall.h"
#include "strace_value.h"
#include "text.h"

/*
 * Fills kind, syscall and arg of event from the text behind "name(", which moves behind what was
 * read. The flags of clone3() are in memory and strace prints them: it becomes a clone().
 */
bool strace_arguments(struct strace_syscall syscall, struct strace_flag_memory *memory,
		      struct text *rest, struct event *event, struct mistake *mistake);

enum strace_end {
	STRACE_RETURNED,   /* result is its value, a negative errno on failure */
	STRACE_UNFINISHED, /* a later line has the end, or none has: <unfinished ...> and the like
			    */
	STRACE_NO_RETURN,  /* "= ?": it never came back */
	STRACE_TORN,	   /* the end is not in the line */
};

/* How a call ends: rest is what is left of its arguments, ')' and the result. */
enum strace_end strace_call_end(struct text rest, uint64_t *result, struct mistake *mistake);

#endif
