/* SPDX-License-Identifier: MIT */
/*
 * Page tables of a pinned mm: entries above the PTE level, pages that become or stop being page
 * tables, pinning and unpinning of a whole mm. Mirrors arch/x86/xen/mmu_pv.c.
 */
#include "pinning.h"

#include "context.h"
#include "xen.h"

/*
 * xen_set_pmd(), xen_set_pud(), xen_set_p4d(): a plain store while the table is not pinned; a top
 * entry is written twice, for the kernel's and for the user's root, but for one of the kernel's
 * half (xen_get_user_pgd()).
 */
void set_table_xen(struct mm *mm, int level, vaddr_t addr, struct table *child)
{
	const struct mc_request request = { .kind = MC_TABLE };
	struct mc_buffer *mc = &this_xen()->mc;

	(void)addr;
	(void)child;
	if (!mm->pinned)
		return;
	preempt_disable();
	xen_mc_batch(mc);
	for (int i = 0; i < (level == LEVEL_P4D && !is_init_mm(mm) ? 2 : 1); i++)
		xen_mc_extend_or_entry(mc, MC_MMU_UPDATE, MMU_UPDATE_SIZE, &request);
	xen_mc_issue(mc, !xen_mmu_lazy());
	preempt_enable();
}

static const struct mc_request other_request = { .kind = MC_OTHER };

/* The read-only or writable alias of a page-table page, and its pin or unpin. */
static void queue_alias(void)
{
	xen_mc_entry(&this_xen()->mc, MC_UPDATE_VA_MAPPING, 0, &other_request);
}

static void queue_pin(void)
{
	xen_mc_extend_or_entry(&this_xen()->mc, MC_MMUEXT_OP, MMUEXT_OP_SIZE, &other_request);
}

/* __pin_pagetable_pfn(): of one table, always an entry of its own. */
static void queue_table_pin(void)
{
	xen_mc_entry(&this_xen()->mc, MC_MMUEXT_OP, MMUEXT_OP_SIZE, &other_request);
}

/* xen_alloc_ptpage(): in a pinned mm the new page becomes read-only; PTE pages are pinned. */
void alloc_table_xen(struct mm *mm, struct table *table)
{
	struct mc_buffer *mc = &this_xen()->mc;

	if (!mm->pinned)
		return;
	xen_mc_batch(mc);
	queue_alias();
	/* A table that a PMD move carries along is pinned already. */
	if (table->level == LEVEL_PTE && !table->pinned)
		queue_table_pin();
	table->pinned = true;
	xen_mc_issue(mc, !xen_mmu_lazy());
}

/* xen_release_ptpage(). */
void release_table_xen(struct mm *mm, struct table *table)
{
	struct mc_buffer *mc = &this_xen()->mc;

	(void)mm; /* xen_release_ptpage() asks the page alone */
	if (!table->pinned)
		return;
	table->pinned = false;
	xen_mc_batch(mc);
	if (table->level == LEVEL_PTE)
		queue_table_pin();
	queue_alias();
	xen_mc_issue(mc, !xen_mmu_lazy());
}

/* Visits every PTE table: its alias, its pin or unpin, and the lock that the flush drops. */
static void queue_pte_tables(struct mm *mm, bool pin)
{
	struct pgtable *pgtable = &mm->pgtable;
	vaddr_t step = (vaddr_t)1 << level_shift(pgtable->geometry, LEVEL_PMD);
	vaddr_t addr = 0;
	struct table *table;

	while ((table = pgtable_next(pgtable, addr, pgtable_limit(pgtable), &addr))) {
		for (struct table *each = table; each; each = each->parent)
			each->pinned = pin;
		if (pin)
			queue_alias();
		queue_pin();
		if (!pin)
			queue_alias();
		xen_mc_callback(&this_xen()->mc);
		addr = (addr & ~(step - 1)) + step;
	}
}

static size_t count_pte_tables(struct mm *mm)
{
	struct pgtable *pgtable = &mm->pgtable;
	vaddr_t step = (vaddr_t)1 << level_shift(pgtable->geometry, LEVEL_PMD);
	vaddr_t addr = 0;
	size_t nr = 0;

	for (; pgtable_next(pgtable, addr, pgtable_limit(pgtable), &addr);
	     addr = (addr & ~(step - 1)) + step)
		nr++;
	return nr;
}

/*
 * __xen_pgd_pin(): every table below the root read-only, PTE tables pinned; the root and its pin,
 * the user's root and its pin; always flushed. The upper tables are queued in one go, which changes
 * the order of calls but not their number.
 */
static void pgd_pin(struct mm *mm)
{
	struct mc_buffer *mc = &this_xen()->mc;
	size_t nr_upper = mm->pgtable.nr_tables - count_pte_tables(mm);

	xen_mc_batch(mc);
	for (size_t i = 1; i < nr_upper; i++)
		queue_alias();
	queue_pte_tables(mm, true);
	for (int root = 0; root < 2; root++) {
		queue_alias();
		queue_pin();
	}
	xen_mc_issue(mc, true);
	mm->pinned = true;
}

/* __xen_pgd_unpin(): the reverse, both roots in one entry first. */
static void pgd_unpin(struct mm *mm)
{
	struct mc_buffer *mc = &this_xen()->mc;
	size_t nr_upper = mm->pgtable.nr_tables - count_pte_tables(mm);

	xen_mc_batch(mc);
	queue_pin();
	queue_pin();
	queue_alias();
	queue_pte_tables(mm, false);
	for (size_t i = 0; i < nr_upper; i++)
		queue_alias();
	xen_mc_issue(mc, true);
	mm->pinned = false;
}

/* xen_enter_mmap(), from execve (activate_mm()) and after fork copied the VMAs. */
void activate_mm_xen(struct mm *mm)
{
	if (!mm->pinned)
		pgd_pin(mm);
	xen_load_mm(mm);
}

void dup_mmap_xen(struct mm *oldmm, struct mm *mm)
{
	(void)oldmm;
	pgd_pin(mm);
}

/* xen_exit_mmap(): no CPU keeps it loaded, then it is unpinned; teardown writes plain memory. */
void exit_mmap_xen(struct mm *mm)
{
	xen_drop_mm(mm);
	mm->cpumask = 0;
	if (mm->pinned)
		pgd_unpin(mm);
}
