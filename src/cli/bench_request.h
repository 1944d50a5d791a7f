/* SPDX-License-Identifier: MIT */
/* What `lazymmu bench` is asked for. */
#ifndef LAZYMMU_CLI_BENCH_REQUEST_H
#define LAZYMMU_CLI_BENCH_REQUEST_H

#include "costs.h"
#include "options.h"
#include "params.h"

struct sweep {
	enum param param; /* NR_PARAMS: none */
	uint64_t first;
	uint64_t last;
};

struct bench_request {
	struct kernel_request kernel;
	char machine[MACHINE_WORDS_SIZE]; /* machine_words() of it */
	struct subject_choice subjects;
	struct params params;
	struct sweep sweep;
	const char *costs_path;	   /* NULL: those that the program brings along */
	const char *svg_path;	   /* NULL: no picture */
	const char *timeline_path; /* NULL: no timelines */
};

/* optind is then the first workload; false: a message said what is wrong. */
bool bench_request_parse(int argc, char **argv, struct bench_request *ret);

/* The next value of a sweep: twice the one before, the last one in any case. False: that was it. */
bool sweep_next(const struct sweep *sweep, uint64_t *value);

/* The table of a backend, and the user's file on top. EXIT_CLEAN, or another with a message. */
int load_costs(const struct bench_request *request, const char *arch, struct cost_table *ret);

extern const char bench_help[];

#endif
