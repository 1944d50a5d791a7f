/* SPDX-License-Identifier: MIT */
/* Runs of bench in a file of trace events: a process for each, as many as the limits allow. */
#ifndef LAZYMMU_REPORT_BENCH_TIMELINE_H
#define LAZYMMU_REPORT_BENCH_TIMELINE_H

#include "bench_report.h"
#include "drawing.h"

enum {
	MAX_RUN_EVENTS = 16384, /* then the timeline of a run is cut */
	MAX_DRAWN_RUNS = 64,	/* two for each result */
};

struct bench_timeline {
	struct trace_events events;
	enum param swept;     /* NR_PARAMS: nothing */
	unsigned int nr_runs; /* also those that are not drawn */
	unsigned int nr_cut;
};

/* costs: the user's file, NULL: none. */
void bench_timeline_open(struct bench_timeline *timeline, FILE *out, enum param swept,
			 const char *costs);
void bench_timeline_close(struct bench_timeline *timeline);

struct timeline_run {
	struct bench_timeline *timeline;
	struct machine *machine; /* NULL: it is not drawn */
	struct drawing drawing;
};

/* The runs of one result. */
enum drawn_run { DRAWN_LAZY, DRAWN_IMMEDIATE, NR_DRAWN };

/* What a result and a mode give to know before it runs. */
void timeline_run_init(struct timeline_run *run, struct bench_timeline *timeline,
		       const struct bench_result *result, enum mode mode,
		       const struct cost_table *costs);

/* Those of a struct watcher; data is the run. Between the two the machine is not explored. */
void timeline_run_begin(void *data, struct machine *machine, const struct counters *measured);
void timeline_run_end(void *data);

/* Between events of a recording: what was done behind the last schedule point. */
void timeline_run_settle(struct timeline_run *run);

#endif
