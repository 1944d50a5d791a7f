/* SPDX-License-Identifier: MIT */
/*
 * Lines of a file, a pipe or memory, plain or compressed. One buffer of fixed size; a line stays
 * valid until the next one is asked for.
 */
#ifndef LAZYMMU_TRACE_SOURCE_H
#define LAZYMMU_TRACE_SOURCE_H

#include "text.h"

struct source;

struct line {
	struct text text; /* without line end */
	const char *nul;  /* the first NUL byte in it, which no tool writes; NULL: none */
	uint64_t number;  /* 1-based */
	bool too_long;	  /* the line had more than MAX_LINE_SIZE bytes, text is its start */
};

/* path "-" is standard input. 0 or -errno. */
int source_open(const char *path, struct source **ret);
/* As stream_open_memory(). */
int source_open_memory(const void *bytes, size_t size, struct source **ret);
void source_close(struct source *source);

/*
 * 1: a line, 0: end of input, -errno: the input cannot be read on. A last line without its line
 * end is a line at the end of input, but not before an error: there it is torn.
 */
int source_next(struct source *source, struct line *line);
/* What failed, after an error. */
const char *source_error(const struct source *source);
uint64_t source_lines(const struct source *source);

#endif
