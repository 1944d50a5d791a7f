/* SPDX-License-Identifier: MIT */
/*
 * Which pages a run takes to be there. A bare log of syscalls does not say it, and it decides the
 * answer: a section is opened for a page table that exists, and works on the pages in it.
 */
#ifndef LAZYMMU_TRACE_POPULATION_H
#define LAZYMMU_TRACE_POPULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "pte.h"

enum population {
	POPULATION_FAULTS, /* those that the recording saw faulted in */
	POPULATION_NONE,   /* none: only what syscalls populate themselves */
	POPULATION_TOUCH,  /* the first page of each page table that a mapping reaches */
	POPULATION_ALL,	   /* every page that may be accessed */
	NR_POPULATIONS,
};

extern const char *const population_names[NR_POPULATIONS];
/* In words, for the report. */
extern const char *const population_meanings[NR_POPULATIONS];

/*
 * Pages that one run touches by assumption; what is beyond stays untouched, and is told. With
 * POPULATION_TOUCH each page has a table of its own, and tables are what memory goes to.
 */
enum { MAX_TOUCHED = 1 << 22, MAX_TOUCHED_TABLES = 1 << 16 };

struct population_limit {
	const char *name;
	uint64_t pages;
};
struct population_limit population_limit(enum population population);

struct run;

/*
 * Memory of the running task became accessible: touches what the run assumes. Memory without any
 * access right cannot be populated.
 */
void populate(struct run *run, vaddr_t addr, uint64_t length);

#endif
