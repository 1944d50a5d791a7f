/* SPDX-License-Identifier: MIT */
/* What the files of the public interface share: the handles and what is behind them. */
#ifndef LAZYMMU_API_API_H
#define LAZYMMU_API_API_H

#include <lazymmu/lazymmu.h>

#include "function.h"
#include "preempt.h"
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

/*
 * What a call returns, an explored C function has observed: it may keep it, and act on it at any
 * later time.
 */
static inline struct lazymmu_pte pte_value(pte_t pte)
{
	return (struct lazymmu_pte){ observe(pte.val) };
}

static inline int result(int err)
{
	return (int)observe((uint64_t)err);
}

static inline bool answer(bool value)
{
	return observe(value);
}

/*
 * Explored functions are kernel code: tasks neither begin nor end there, no system call runs, and
 * the scheduler is the explorer's.
 */
static inline bool is_refused(void)
{
	return running_cpu && function_runs();
}

/* Tell diag, which may be NULL, what is wrong, and return -EINVAL. */
int invalid(struct lazymmu_diag *diag, const char *what, const char *value);
int invalid_number(struct lazymmu_diag *diag, const char *what, long long value);
/* What a configuration means. 0 or -EINVAL. */
int check_config(const struct lazymmu_config *config, const struct arch **ret_arch,
		 struct machine_config *ret, struct lazymmu_diag *diag);

/* A finding as the public interface shows it. */
struct lazymmu_finding show_finding(const struct finding *finding);

/* The entry of addr, NULL where there is no table or the address is too high. */
pte_t *find_pte(struct mm *mm, vaddr_t addr);
/* What the kernel has written to *ptep, held-back writes of the running CPU included. */
pte_t believed_pte(const pte_t *ptep);

/* struct machine's backtrace, as addresses; without libunwind it finds nothing. */
void backtrace_opener(char *text, size_t size);
/* Turns addresses into names; a text that has names stays as it is. */
void backtrace_name(char *text, size_t size);

#endif
