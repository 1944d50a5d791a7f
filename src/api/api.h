/* SPDX-License-Identifier: MIT */
/* What the files of the public interface share: the handles and what is behind them. */
#ifndef LAZYMMU_API_API_H
#define LAZYMMU_API_API_H

#include <lazymmu/lazymmu.h>

#include "run.h"

struct lazymmu_machine {
	struct run run; /* first: machine->resched_data is its address, and so the way back */
	uint64_t inject_after; /* schedule points until the injection runs, 0: none waits */
	void (*inject)(void *data);
	void *inject_data;
};

_Static_assert(offsetof(struct lazymmu_machine, run) == 0, "owner_of() relies on it");

static inline struct lazymmu_machine *owner_of(const struct machine *machine)
{
	return machine->resched_data;
}

/* The other handles are the objects themselves. */
static inline struct task *task_of(const struct lazymmu_task *task)
{
	return (struct task *)task;
}

static inline struct lazymmu_task *task_handle(const struct task *task)
{
	return (struct lazymmu_task *)task;
}

static inline struct mm *mm_behind(const struct lazymmu_mm *mm)
{
	return (struct mm *)mm;
}

static inline struct lazymmu_mm *mm_handle(const struct mm *mm)
{
	return (struct lazymmu_mm *)mm;
}

static inline pte_t *ptep_of(const struct lazymmu_pte *ptep)
{
	return (pte_t *)ptep;
}

static inline pte_t pte_of(struct lazymmu_pte pte)
{
	return (pte_t){ pte.val };
}

static inline struct lazymmu_pte pte_value(pte_t pte)
{
	return (struct lazymmu_pte){ pte.val };
}

/* The entry of addr, NULL where there is no table or the address is too high. */
pte_t *find_pte(struct mm *mm, vaddr_t addr);
/* What the kernel has written to *ptep, held-back writes of the running CPU included. */
pte_t believed_pte(const pte_t *ptep);

/* struct machine's backtrace, as addresses; without libunwind it finds nothing. */
void backtrace_opener(char *text, size_t size);
/* Turns addresses into names; a text that has names stays as it is. */
void backtrace_name(char *text, size_t size);

#endif
