/* SPDX-License-Identifier: MIT */
/* The reader from within: what finding out the format, and reading lines of it, share. */
#ifndef LAZYMMU_TRACE_READER_STATE_H
#define LAZYMMU_TRACE_READER_STATE_H

#include "decode.h"
#include "reader.h"
#include "source.h"

/* Lines that may be damaged before the format is given up. */
enum { MAX_UNDECIDED_LINES = 16 };

struct reader {
	struct event_index index;
	struct line_starts starts;
	struct source *source;
	struct reader_options options;
	enum recording_format format;
	/* Bad lines before the format is known: told when it is, pointless when it stays unknown.
	 */
	struct diag undecided[MAX_UNDECIDED_LINES];
	unsigned int nr_undecided;
	uint64_t bad_lines;
	struct reader_facts facts;
	uint64_t lost_told; /* lost_events when the last event was returned */
	struct lmt *lmt;
	struct perf *perf;
	bool has_tracer;	      /* "# tracer:" was seen: what follows is text of ftrace */
	const struct foreign *leader; /* what the first lines belong to, or NULL */
	struct strace *strace;
	uint64_t lost_calls_told;
	struct strace_dir *dir; /* in place of source; NULL: the recording is one file */
	bool finished;
	bool failed;
	int error_code;
	struct diag error;
};

/* How the lines of a format become events. */
struct format_lines {
	/* 1: an event, 0: none in this line. */
	int (*line)(struct reader *reader, const struct line *line, struct event *event);
	/* Further events of the last line; NULL: there never are any. */
	bool (*more)(struct reader *reader, struct event *event);
};

extern const struct format_lines format_lines[]; /* by enum recording_format */

/*
 * One more line of a recording whose format is not known yet. 1: the line may be read, 0: it is
 * nothing, -errno: given up. Damaged lines at the start do not hide what follows.
 */
int reader_detect(struct reader *reader, struct line *line);
/* Too many lines that are nothing known, or no more of them: 1 if it is text of ftrace after all.
 */
int reader_give_up(struct reader *reader);
/* 0 or -ENOMEM. */
int reader_use_strace(struct reader *reader);

void reader_write_diag(struct diag *diag, uint64_t line, const char *start,
		       const struct mistake *mistake);
void reader_tell(const struct reader *reader, const struct diag *diag);
void reader_bad_line(struct reader *reader, const struct line *line, const struct mistake *mistake);
void reader_set_format(struct reader *reader, enum recording_format format);
/* Sticky: a reader that failed stays so. Returns the error. */
int reader_fail(struct reader *reader, int error, const char *cause, const char *hint);
/* A line that strace or the program has torn, and that stays so. */
void reader_tell_lost_line(struct reader *reader);

#endif
