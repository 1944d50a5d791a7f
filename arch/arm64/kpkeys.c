/* SPDX-License-Identifier: MIT */
/* Page tables behind a protection key: the register state that a section carries. */
#include "kpkeys.h"

/* One saved value for each task: a nested enter overwrites it with the raised level. */
void kpkeys_enter(void)
{
	struct task *task = current_task();

	if (!has_kpkeys())
		return;
	task->por_el1_lazy_mmu = task->por_el1;
	task->por_el1 = KPKEYS_LVL_PGTABLES;
	count(COUNT_LEVEL_SWITCHES, 1);
}

void kpkeys_leave(void)
{
	struct task *task = current_task();

	if (!has_kpkeys())
		return;
	task->por_el1 = task->por_el1_lazy_mmu;
	count(COUNT_LEVEL_SWITCHES, 1);
}

void kpkeys_check_leave(void)
{
	const struct task *task = current_task();

	if (task->section.depth == 1 && task->por_el1 != KPKEYS_LVL_DEFAULT)
		report_finding(FINDING_REGISTER_LEAKED,
			       "POR_EL1 is at level %llu after the outermost leave",
			       (unsigned long long)task->por_el1);
}
