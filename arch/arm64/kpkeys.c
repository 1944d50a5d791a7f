/* SPDX-License-Identifier: MIT */
/* Page tables behind a protection key: the register state that a section carries. */
#include "kpkeys.h"

enum {
	KPKEYS_LVL_DEFAULT,
	KPKEYS_LVL_PGTABLES, /* page tables can be written */
};

static bool has_kpkeys(void)
{
	return this_machine()->config.config & CONFIG_KPKEYS;
}

uint64_t kpkeys_unlock_tables(bool in_section)
{
	struct task *task = current_task();
	uint64_t por_el1 = task->por_el1;

	if (has_kpkeys() && !in_section)
		task->por_el1 = KPKEYS_LVL_PGTABLES;
	return por_el1;
}

void kpkeys_lock_tables(uint64_t por_el1)
{
	current_task()->por_el1 = por_el1;
}

/* One saved value for each task: a nested enter overwrites it with the raised level. */
void kpkeys_enter(void)
{
	struct task *task = current_task();

	if (!has_kpkeys())
		return;
	task->por_el1_lazy_mmu = task->por_el1;
	task->por_el1 = KPKEYS_LVL_PGTABLES;
}

void kpkeys_leave(void)
{
	struct task *task = current_task();

	if (has_kpkeys())
		task->por_el1 = task->por_el1_lazy_mmu;
}

void kpkeys_check_leave(void)
{
	const struct task *task = current_task();

	if (task->section.depth == 1 && task->por_el1 != KPKEYS_LVL_DEFAULT)
		report_finding(FINDING_REGISTER_LEAKED,
			       "POR_EL1 is at level %llu after the outermost leave",
			       (unsigned long long)task->por_el1);
}
