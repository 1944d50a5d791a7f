/* SPDX-License-Identifier: MIT */
/*
 * What a scenario runs on: a backend with the options that make it another one to the section API
 * (the hash or the radix MMU, the s390 proposal).
 */
#ifndef LAZYMMU_EXPLORE_SUBJECT_H
#define LAZYMMU_EXPLORE_SUBJECT_H

#include "arch.h"

struct subject {
	const char *name;
	const char *arch;
	bool radix;
	unsigned int config; /* of enum config_flag, beside the scenario's */
};

/* In order of display, ends with a NULL name. */
extern const struct subject subjects[];

/* NULL: no such subject. */
const struct subject *subject_find(const char *name);

/*
 * There is something to explore: the backend has a lazy mode in this kernel, or the section API
 * keeps counters that its callers can get wrong; and the options are not those of another backend.
 */
bool subject_applies(const struct subject *subject, const struct kernel *kernel,
		     unsigned int config);

#endif
