/* SPDX-License-Identifier: MIT */
/*
 * A recording that is replayed from memory, on the backend and kernel that it tells, else on
 * generic and the newest.
 */
#ifndef LAZYMMU_BENCH_REPLAY_LOAD_H
#define LAZYMMU_BENCH_REPLAY_LOAD_H

#include "replay.h"

struct replay_load {
	char *text; /* of the recording, several times */
	size_t size;
	struct reader_facts facts;
	struct replay replay;
};

/* 0 or -errno, -EINVAL: it is no recording; replay_load_fini() in any case. */
int replay_load_init(struct replay_load *load, const char *path);
void replay_load_fini(struct replay_load *load);

/* How many events it had; 0: it could not be replayed. */
uint64_t replay_load_run(struct replay_load *load);

#endif
