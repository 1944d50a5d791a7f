/* SPDX-License-Identifier: MIT */
/*
 * What strace prints, with any of its options, from a file (-o), a terminal or one of the files of
 * -ff. A call becomes an entry and an exit: both at its line, or the exit at the line that says
 * "resumed".
 */
#ifndef LAZYMMU_TRACE_STRACE_H
#define LAZYMMU_TRACE_STRACE_H

#include "event.h"
#include "reader.h"
#include "text.h"

struct strace;

/* times: events say when. NULL: no memory. */
struct strace *strace_create(bool times);
void strace_destroy(struct strace *strace);

/*
 * The line is one of strace, whatever came before it. numbered: it has a pid as only -o writes it,
 * so that every line must.
 */
bool strace_detect(struct text line, bool *numbered);
/* One that belongs to the line before, as a stack frame of -k does: it may be of anybody. */
bool strace_is_note(struct text line);

/*
 * pid is that of a file of -ff, else -1. 1: an event, 0: none in this line, -EINVAL: a bad line,
 * -ENOMEM.
 */
int strace_line(struct strace *strace, struct text line, int pid, struct event *event,
		struct reader_facts *facts, struct mistake *mistake);
/* Events that the last line stands for and strace_line() has not returned. */
bool strace_more(struct strace *strace, struct event *event);

/* There are no more lines. */
void strace_end(struct strace *strace, struct reader_facts *facts);
/* The last torn line whose rest has turned out to be missing. */
uint64_t strace_lost_line(const struct strace *strace);

#endif
