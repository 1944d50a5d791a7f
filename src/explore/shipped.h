/* SPDX-License-Identifier: MIT */
/* The scenarios that the program brings along: src/scenarios, made into a table at build time. */
#ifndef LAZYMMU_EXPLORE_SHIPPED_H
#define LAZYMMU_EXPLORE_SHIPPED_H

struct shipped_scenario {
	const char *name;
	const char *text;
};

/* Sorted by name, ends with a NULL name. */
extern const struct shipped_scenario shipped_scenarios[];

#endif
