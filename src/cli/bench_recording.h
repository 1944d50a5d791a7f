/* SPDX-License-Identifier: MIT */
/* Any recording as a workload: its causes, with batching and with immediate flushes. */
#ifndef LAZYMMU_CLI_BENCH_RECORDING_H
#define LAZYMMU_CLI_BENCH_RECORDING_H

#include "bench_timeline.h"
#include "reader.h"

/* What a first pass learns. */
struct recording_facts {
	struct reader_facts reader;
	bool has_pages; /* it tells which pages are there, by faults or by page-table writes */
	struct recorded_multicalls multicalls;
};

/* EXIT_CLEAN, EXIT_USAGE (it was damaged; what could be read counts), or another; with a message.
 */
int bench_recording_look(const char *path, struct recording_facts *ret);

/*
 * config: kernel, preemption and options; its page size and CPUs are the recording's unless given.
 * drawn: NR_DRAWN timelines, NULL: none.
 */
int bench_recording_run(const char *path, const struct recording_facts *facts,
			const struct arch *arch, const struct machine_config *config,
			struct timeline_run *drawn, struct bench_result *result);

#endif
