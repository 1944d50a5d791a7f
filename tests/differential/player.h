/* SPDX-License-Identifier: MIT */
/* A machine that plays a random sequence of syscalls, faults and kernel mappings. */
#ifndef LAZYMMU_TESTS_DIFFERENTIAL_PLAYER_H
#define LAZYMMU_TESTS_DIFFERENTIAL_PLAYER_H

#include "fixture.h"
#include "random.h"

enum {
	NR_PAGES = 2600, /* the window that a process plays in: some tables in each geometry */
	NR_VMALLOC_PAGES = 600,
	CHILD_TID = 10, /* of the first child */
};

/* One machine that plays the sequence. */
struct player {
	struct machine *machine;
	struct task *parent;
	struct random random;
	vaddr_t base;	 /* of the window */
	vaddr_t vmalloc; /* of kernel mappings */
	int nr_children;
};

/* Takes over a new machine; the same seed plays the same sequence on every backend. */
void player_create(struct player *player, struct machine *machine, uint64_t seed);
void player_step(struct player *player);

#endif
