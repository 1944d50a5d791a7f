/* SPDX-License-Identifier: MIT */
/* One line of strace text: its columns, and what kind of line it is. */
#ifndef LAZYMMU_TRACE_STRACE_LINE_H
#define LAZYMMU_TRACE_STRACE_LINE_H

#include "text.h"

enum strace_kind {
	STRACE_FOREIGN,	   /* strace does not print such lines: the program's own output, damage */
	STRACE_CALL,	   /* name(args... */
	STRACE_RESUMED,	   /* <... name resumed>rest */
	STRACE_SIGNAL,	   /* --- SIGSEGV {...} --- */
	STRACE_EXITED,	   /* +++ exited with 0 +++, +++ killed by SIGKILL +++ */
	STRACE_SUPERSEDED, /* +++ superseded by execve in pid N +++ */
	STRACE_NOTE,	   /* a stack frame of -k, a change of the personality */
};

enum {
	/* PID_MAX_LIMIT of Linux on 64 bits: what is larger in the first column is a time. */
	STRACE_MAX_PID = 1 << 22,
};

struct strace_line {
	enum strace_kind kind;
	int pid;	    /* -1: the line has no such column */
	bool bracketed;	    /* [pid N], as on a terminal, where lines without it occur */
	struct text time;   /* the first time column; empty: none */
	struct text name;   /* of a call */
	struct text rest;   /* behind "name(" or "resumed>" */
	int superseded_pid; /* the thread that has become the leader */
};

static inline bool strace_ends(struct text text, const char *word)
{
	size_t size = strlen(word);

	return text_size(text) >= size && memcmp(text.end - size, word, size) == 0;
}

void strace_split(struct text text, struct strace_line *line);

/*
 * A time column in nanoseconds. True: a date is not in it (HH:MM:SS), so that it starts anew at
 * midnight. Relative times (-r) are none: they count from the line before in any process.
 */
enum strace_clock { STRACE_NO_CLOCK, STRACE_DATE, STRACE_TIME_OF_DAY };
enum strace_clock strace_stamp(struct text time, uint64_t *ns);

#endif
