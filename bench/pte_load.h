/* SPDX-License-Identifier: MIT */
/*
 * What the simulator does most: PTE writes of some full tables, and sections. pte_write.c counts
 * their instructions, micro.c times them. Beside them stands a plain loop that stores 8-byte values
 * through the same walk.
 */
#ifndef LAZYMMU_BENCH_PTE_LOAD_H
#define LAZYMMU_BENCH_PTE_LOAD_H

#include "mm_struct.h"
#include "subject.h"

struct pte_load {
	const char *name;
	const char *operation; /* what is counted */
	enum pte_load_kind {
		LOAD_STORE,    /* the plain loop */
		LOAD_SET_PTE,  /* set_pte_at() of kernel memory */
		LOAD_MPROTECT, /* ptep_modify_prot_start() and _commit() of user memory */
		LOAD_SECTION,  /* enable and disable, with nothing between */
	} kind;
	bool in_section; /* one for each table; LOAD_SECTION: one around all */
};

/* Ends with a NULL name; the first is the plain loop. */
extern const struct pte_load pte_loads[];

/* One machine with a task and all the pages that are written. */
struct lab {
	struct machine *machine;
	struct mm *user;
};

/* The program's subjects, and kpkeys behind them; NULL: no more. */
const struct subject *lab_subject(size_t i);
const struct subject *lab_subject_find(const char *name);

/* 0 or -ENOMEM; lab_fini() in any case. */
int lab_init(struct lab *lab, const struct subject *subject, const struct kernel *kernel);
void lab_fini(struct lab *lab);

/* A run uses up what it finds, so that each has to be prepared; that is not to be measured. */
bool pte_load_wears(const struct lab *lab, const struct pte_load *load);
void pte_load_prepare(const struct lab *lab, const struct pte_load *load);
/*
 * How many operations it made: writes as they are counted, so that start and commit are one where
 * the backend has both, else a clear and a set.
 */
uint64_t pte_load_run(const struct lab *lab, const struct pte_load *load);

#endif
