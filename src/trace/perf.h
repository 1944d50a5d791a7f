/* SPDX-License-Identifier: MIT */
/*
 * Lines of `perf script`: "COMM TID [CPU] TIME: EVENT: ...", samples of tracepoints, probes and
 * page faults, and the records that perf keeps beside them (PERF_RECORD_MMAP2, COMM, FORK, EXIT,
 * LOST).
 */
#ifndef LAZYMMU_TRACE_PERF_H
#define LAZYMMU_TRACE_PERF_H

#include "decode.h"

struct perf;

/* times: events say when. NULL: no memory. */
struct perf *perf_create(bool times);
void perf_destroy(struct perf *perf);

/* A line of perf script, and not the rest of a torn "COMM-PID [CPU]" of ftrace. */
bool perf_begins(struct text line);
/* The same without what the columns are found by, and without whom it is of. */
bool perf_without_time(struct text line);
bool perf_without_task(struct text line);
/* The columns; rest begins with the event. starts is kept from line to line. */
bool perf_split(struct text line, struct line_starts *starts, struct event *event,
		struct text *rest, struct mistake *mistake);
/* True for lines that are no events: the header, whose facts are kept, and call chains. */
bool perf_note(struct text line, uint64_t number, struct reader_facts *facts);

/* 1: an event, 0: none in this line, -1: a bad line. event comes with its line number. */
int perf_line(struct perf *perf, const struct event_index *index, struct text line,
	      struct event *event, struct reader_facts *facts, struct mistake *mistake);
/* Events that the last line stands for and perf_line() has not returned. */
bool perf_more(struct perf *perf, struct event *event);

#endif
