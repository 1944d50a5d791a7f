/* SPDX-License-Identifier: MIT */
/* What micro is asked for, and what it found. */
#ifndef LAZYMMU_BENCH_MICRO_H
#define LAZYMMU_BENCH_MICRO_H

#include "kernel.h"
#include "results_table.h"

enum { MAX_RECORDINGS = 16 };

struct micro {
	const struct kernel *kernel; /* of PTE writes and sections */
	const char *recordings[MAX_RECORDINGS];
	size_t nr_recordings;
	const char *save_path;	  /* NULL: nowhere */
	const char *against_path; /* NULL: there are no earlier results */
	char **wanted;		  /* how names of cases begin */
	int nr_wanted;		  /* 0: all are wanted */
	struct results earlier;
	struct results results;
	struct results_table table;
};

bool micro_wants(const struct micro *micro, const char *name);

/* All cases that are wanted. False: one could not run, a message said why. */
bool micro_run(struct micro *micro);

#endif
