/* SPDX-License-Identifier: MIT */
/*
 * kpkeys_hardened_pgtables, RFC v5, 18/18 (20250815085512.2182322-19): page tables can be written
 * only while POR_EL1 is at a raised level. A section raises it once, a setter outside a section
 * saves, raises, writes and restores. Without the option all of this does nothing.
 */
#ifndef LAZYMMU_ARCH_ARM64_KPKEYS_H
#define LAZYMMU_ARCH_ARM64_KPKEYS_H

#include "arch.h"

enum {
	KPKEYS_LVL_DEFAULT,
	KPKEYS_LVL_PGTABLES, /* page tables can be written */
};

static inline bool has_kpkeys(void)
{
	return this_machine()->config.config & CONFIG_KPKEYS;
}

/*
 * Around a store outside a section; in a section the level is raised already. Interrupt context is
 * not in a section, since the exception entry reset the register. Returns the level to give to
 * kpkeys_lock_tables().
 */
static inline uint64_t kpkeys_unlock_tables(void)
{
	struct task *task = current_task();
	uint64_t por_el1 = task->por_el1;

	task->por_el1 = KPKEYS_LVL_PGTABLES;
	count(COUNT_LEVEL_SWITCHES, 2); /* there and back */
	return por_el1;
}

static inline void kpkeys_lock_tables(uint64_t por_el1)
{
	current_task()->por_el1 = por_el1;
}

void kpkeys_enter(void);
/* Called before the barriers of a leave, whose isb serves both. */
void kpkeys_leave(void);

/* Judged where a leave returns: behind the outermost one the task must not have write access. */
void kpkeys_check_leave(void);

#endif
