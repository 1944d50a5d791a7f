/* SPDX-License-Identifier: MIT */
/*
 * Native text, `TIME CPU TASK EVENT ARG...` behind a first line `#lmt 1`. Layout words (map,
 * unmap, ...) stand for a whole syscall and become its entry and its exit.
 */
#ifndef LAZYMMU_TRACE_LMT_H
#define LAZYMMU_TRACE_LMT_H

#include "event.h"
#include "reader.h"
#include "text.h"

struct lmt;

struct lmt *lmt_create(void); /* NULL: no memory */
void lmt_destroy(struct lmt *lmt);

/* A line that begins with "#lmt"; false: a version that this reader does not know. */
bool lmt_version(struct text line);

/*
 * 1: an event, 0: a directive, a comment or nothing, -1: a bad line. event comes with its line
 * number; a hint of mistake is valid until the next line.
 */
int lmt_line(struct lmt *lmt, struct text line, struct event *event, struct reader_facts *facts,
	     struct mistake *mistake);
/* Events that the last line stands for and lmt_line() has not returned. */
bool lmt_more(struct lmt *lmt, struct event *event);

#endif
