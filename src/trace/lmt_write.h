/* SPDX-License-Identifier: MIT */
/*
 * Recordings as native text, which lmt.c reads back as the same events in the same order. A fact
 * about the machine is written where it became known, because what reads the text may look at it
 * there.
 */
#ifndef LAZYMMU_TRACE_LMT_WRITE_H
#define LAZYMMU_TRACE_LMT_WRITE_H

#include <stdio.h>

#include "lmt_put.h"
#include "reader.h"

enum { LMT_COLUMNS_SIZE = 64 };

struct lmt_writer {
	FILE *out;
	bool started;
	/* What the last line said, and what a reader of it makes of that. */
	char columns[LMT_COLUMNS_SIZE]; /* CPU and task; empty: there is no line to go on with */
	uint64_t line;
	uint64_t time;
	unsigned int nr_events; /* in it */
	bool renumbers;
	uint64_t next_line;
	struct reader_facts told;
};

void lmt_write_init(struct lmt_writer *writer, FILE *out);
/* An event that the reader has just returned. Whether it could be written, ferror() knows. */
void lmt_write_event(struct lmt_writer *writer, const struct event *event,
		     const struct reader *reader);
/* Behind the last one. */
void lmt_write_end(struct lmt_writer *writer, const struct reader *reader);

#endif
