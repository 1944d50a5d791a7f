/* SPDX-License-Identifier: MIT */
/*
 * What the generations do at the four calls: one table for each way of remembering that a section
 * is open. Each statement of a call that another task or a handler could see stands between two
 * schedule points.
 */
#ifndef LAZYMMU_LAZY_SECTION_H
#define LAZYMMU_LAZY_SECTION_H

#include "arch.h"

/* What lazy_mmu_mode_enable_with_ptes() is told. */
struct hint {
	struct mm *mm;
	vaddr_t addr;
	vaddr_t end;
	pte_t *ptep;
};

struct section_calls {
	void (*enable)(const struct hint *hint); /* hint: NULL without one */
	void (*disable)(void);
	void (*pause)(void);
	void (*resume)(void);
};

extern const struct section_calls stateless_calls, token_calls, flag_calls, counter_calls;

/* The hooks of the backend; each is a schedule point. */
void arch_enter(const struct hint *hint);
void arch_leave(void);
void arch_flush(void);

/* pause() and resume() of v7.0 on a given task. */
void task_pause(struct task *task);
void task_resume(struct task *task);

#endif
