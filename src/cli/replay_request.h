/* SPDX-License-Identifier: MIT */
/* What `lazymmu replay` is asked for. */
#ifndef LAZYMMU_CLI_REPLAY_REQUEST_H
#define LAZYMMU_CLI_REPLAY_REQUEST_H

#include "options.h"
#include "replay.h"

/* A zero means: not given. */
struct replay_request {
	struct kernel_request kernel;
	struct arch_choice archs;
	bool lazy;
	bool immediate;
	int nr_cpus;
	enum population populations[NR_POPULATIONS];
	size_t nr_populations;
	enum group_by by;
	uint64_t top;
	bool events;
};

/* optind is then the first recording; false: a message said what is wrong. */
bool replay_request_parse(int argc, char **argv, struct replay_request *ret);

extern const char replay_help[];

#endif
