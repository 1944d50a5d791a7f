/* SPDX-License-Identifier: MIT */
/* PTE writes that were recorded as such. */
#include "run_events.h"

#include "pte_access.h"
#include "walkers.h"

/*
 * A PTE known by where it lies, not by what it maps: the n-th PTE of memory stands for the n-th
 * page, so that neighbours stay neighbours and tables stay tables.
 */
static pte_t *observed_pte(struct run *run, const struct event *event, struct mm **ret_mm,
			   vaddr_t *ret_addr)
{
	bool kernel = event->arg[1];

	if (!kernel && !run->observed)
		run->observed = mm_create(run->machine);
	struct mm *mm = kernel ? init_mm() : run->observed ? &run->observed->mm : NULL;
	if (!mm)
		return NULL;
	vaddr_t addr = (event->arg[0] / sizeof(pte_t) << mm->pgtable.geometry->page_shift) &
		       (pgtable_limit(&mm->pgtable) - 1);
	/* The tables themselves are older than the recording: they cost nothing here. */
	struct table *table = pte_table_from_boot(mm, addr);
	if (!table)
		return NULL;
	*ret_mm = mm;
	*ret_addr = addr;
	return pte_offset(&mm->pgtable, table, addr);
}

const char *on_observed_write(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)proc;
	struct mm *mm;
	vaddr_t addr;
	pte_t *ptep = observed_pte(run, event, &mm, &addr);

	if (!ptep)
		return NULL;
	if (event->kind == EVENT_CLEAR_PTE) {
		ptep_get_and_clear(mm, addr, ptep);
		return NULL;
	}
	unsigned int bits = event->arg[2] ? PTE_PRESENT | PTE_WRITE | PTE_YOUNG : PTE_SWAP;
	uint64_t pfn = FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift);
	set_pte_at(mm, addr, ptep,
		   make_pte(pfn, bits | (event->arg[1] ? 0 : PTE_USER) | PTE_SPECIAL));
	return NULL;
}

/* Native text: a run of entries of the task's own or the kernel's page tables. */
const char *on_native_ptes(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	struct mm_struct *user = event->arg[3] ? NULL : user_mm();
	struct mm *mm = user ? &user->mm : init_mm();
	vaddr_t size = page_size(mm), addr = event->arg[0] & ~(size - 1);
	const uint64_t max_entries = UINT64_C(1) << 20;
	uint64_t nr = event->arg[1] < max_entries ? event->arg[1] : max_entries;
	unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | (user ? PTE_USER : 0);

	for (uint64_t i = 0; i < nr && addr < pgtable_limit(&mm->pgtable); i++, addr += size) {
		struct table *table = pte_alloc(mm, addr);
		if (!table)
			return NULL;
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		uint64_t pfn = FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift);
		switch ((enum ptes_op)event->arg[2]) {
		case PTES_SET:
			set_pte_at(mm, addr, ptep, make_pte(pfn, bits | PTE_SPECIAL));
			break;
		case PTES_RAW:
			set_pte_at(mm, addr, ptep, (pte_t){ event->arg[4] });
			break;
		case PTES_SWAP:
			set_pte_at(mm, addr, ptep, make_pte(pfn, PTE_SWAP));
			break;
		case PTES_CLEAR:
		case PTES_MOVE:
			ptep_get_and_clear(mm, addr, ptep);
			break;
		case PTES_WRPROTECT:
			ptep_set_wrprotect(mm, addr, ptep);
			break;
		case PTES_MKOLD:
			ptep_test_and_clear_young(mm, addr, ptep);
			break;
		case PTES_GET:
			ptep_get(ptep);
			break;
		}
	}
	return NULL;
}
