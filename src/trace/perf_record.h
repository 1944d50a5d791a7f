/* SPDX-License-Identifier: MIT */
/* What follows the columns of `perf script` where it is no tracepoint. */
#ifndef LAZYMMU_TRACE_PERF_RECORD_H
#define LAZYMMU_TRACE_PERF_RECORD_H

#include "event.h"
#include "text.h"

struct perf_fork {
	int parent_pid;
	int parent_tid;
	int pid; /* of the child */
	int tid;
};

/*
 * Text behind "PERF_RECORD_". False: not as expected. EVENT_OTHER is a record that says nothing to
 * us, EVENT_FORK comes with fork filled and no arguments.
 */
bool perf_record(struct text text, struct event *event, struct perf_fork *fork);
/* "LOST lost 23", "LOST_SAMPLES lost 23". */
bool perf_lost(struct text text, uint64_t *lost);

/* A sample of a page-fault event, text behind the name; false: the address is not printed. */
bool perf_is_fault(struct text name);
bool perf_fault(struct text text, struct event *event);

#endif
