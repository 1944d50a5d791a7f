/* SPDX-License-Identifier: MIT */
/*
 * Machines for tests. A subject is a backend with the options that make it another one to the
 * rules: the hash or the radix MMU, kpkeys, the s390 proposal.
 */
#ifndef LAZYMMU_TESTS_SUPPORT_FIXTURE_H
#define LAZYMMU_TESTS_SUPPORT_FIXTURE_H

#include "mm_struct.h"
#include "pte_access.h"
#include "sched.h"
#include "walkers.h"

struct subject {
	const char *name;
	const char *arch;
	bool radix;
	unsigned int config; /* of enum config_flag */
};

/* Ends with a NULL name. */
extern const struct subject subjects[];

/* NULL: no such subject. */
const struct subject *subject_find(const char *name);

struct setup {
	const char *subject;
	enum kernel_id kernel;
	enum mode mode;
	int nr_cpus;		 /* 0: one */
	unsigned int page_shift; /* 0: the default of the backend */
	unsigned int config;	 /* beside the subject's own */
};

/*
 * A machine with its backend, address spaces and section API, CPU 0 running. The task that runs is
 * the idle task: it was never forked and never switched out. Ends the program when there is no
 * memory.
 */
struct machine *fixture_create(const struct setup *setup);
/* The same with a backend that is in no table. */
struct machine *fixture_create_with(const struct setup *setup, const struct arch *arch);
void fixture_destroy(struct machine *machine);

/* The running task gets an empty address space of its own. */
struct mm *fixture_user_mm(void);

/* The PTE of addr; tables are made on the way. */
pte_t *fixture_pte(struct mm *mm, vaddr_t addr);

/* A task that was never switched out becomes one that was. */
void fixture_switched_out(struct task *task);

/* Another CPU or task runs from here on, as after a context switch. */
void fixture_run(struct cpu *cpu, struct task *task);

static inline uint64_t counted(enum counter counter)
{
	return current_task()->counters->n[counter];
}

static inline uint64_t flushed_for(enum flush_reason reason)
{
	return current_task()->counters->reasons[reason];
}

static inline uint64_t found(enum finding_kind kind)
{
	return this_machine()->findings.by_kind[kind];
}

#endif
