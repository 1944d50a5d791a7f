/* SPDX-License-Identifier: MIT */
/* move_ptes() and the PMD move: mremap. */
#include "walkers.h"

#include "pte_access.h"

/*
 * mm/mremap.c, move_ptes(): the old entry is cleared, the new one set, under both locks; the old
 * range is flushed after the section and still under the locks, if anything present moved. Since
 * f822a9a81a31 (v6.17) the entries of a folio move together where pte_batch_hint() says that they
 * are more than one (0b5be138ce00): with the contiguous bit of arm64, which no model has.
 */
static void move_ptes(struct mm *mm, struct table *old_table, vaddr_t old_addr,
		      struct table *new_table, vaddr_t new_addr, vaddr_t length)
{
	pte_t *old_ptep = pte_offset_map_lock(mm, old_table, old_addr);
	pte_t *new_ptep = pte_offset(&mm->pgtable, new_table, new_addr);
	bool two_tables = old_table != new_table;
	vaddr_t end = old_addr + length;
	vaddr_t start = old_addr;
	bool force_flush = false;
	struct counters *outer = walker_begin(WALKER_MOVE);

	if (two_tables)
		spin_lock(&new_table->lock);
	lazy_mmu_mode_enable_with_ptes(mm, old_addr, end, old_ptep);
	for (; old_addr < end;
	     old_addr += page_size(mm), new_addr += page_size(mm), old_ptep++, new_ptep++) {
		if (pte_none(ptep_get(old_ptep)))
			continue;
		pte_t pte = ptep_get_and_clear(mm, old_addr, old_ptep);
		force_flush |= pte_present(pte);
		set_pte_at(mm, new_addr, new_ptep, pte_clear_bits(pte, PTE_HASHPTE));
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	if (force_flush)
		flush_tlb_range(mm, start, end);
	if (two_tables)
		spin_unlock(&new_table->lock);
	pte_unmap_unlock(old_table);
}

/*
 * move_normal_pmd(): a whole aligned table changes its place in the tree, under the locks of both
 * PMD tables (pmd_lock(), USE_SPLIT_PMD_PTLOCKS); no section.
 */
static int move_normal_pmd(struct mm *mm, struct table *table, vaddr_t old_addr, vaddr_t new_addr)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct table *old_parent = table->parent;
	struct table *parent = table_alloc(mm, new_addr, LEVEL_PMD);

	if (!parent)
		return -1;
	if (!pgtable_reparent(&mm->pgtable, table, parent, new_addr)) {
		this_machine()->out_of_memory = true; /* the place is free: the caller looked */
		return -1;
	}
	spin_lock(&old_parent->lock);
	if (parent != old_parent)
		spin_lock(&parent->lock);
	if (ops->alloc_table)
		ops->alloc_table(mm, table); /* pmd_populate() announces it again */
	if (ops->set_table) {
		ops->set_table(mm, LEVEL_PMD, old_addr, NULL);
		ops->set_table(mm, LEVEL_PMD, new_addr, table);
	}
	flush_tlb_range(mm, old_addr, old_addr + pmd_size(mm));
	if (parent != old_parent)
		spin_unlock(&parent->lock);
	spin_unlock(&old_parent->lock);
	return 0;
}

static bool may_move_pmd(const struct mm *mm, vaddr_t old_addr, vaddr_t new_addr, vaddr_t extent)
{
	return this_machine()->ops->moves_pmds && extent == pmd_size(mm) &&
	       !((old_addr | new_addr) & (pmd_size(mm) - 1));
}

/* Nothing is mapped between the PMD boundary below a VMA and its start. */
static bool can_align_down(struct mm_struct *mms, vaddr_t addr)
{
	const struct vma *vma = vma_find(&mms->vmas, addr);
	vaddr_t boundary = addr & ~(pmd_size(&mms->mm) - 1);

	if (!vma || vma->start != addr)
		return false;
	const struct vma *prev = vma_prev(vma);
	return !prev || prev->end <= boundary;
}

/*
 * mm/mremap.c, try_realign_addr(), v6.7: a move whose two sides lie alike in their tables starts at
 * the boundary below, so that the first table can move whole.
 */
static vaddr_t realign(struct mm_struct *mms, vaddr_t old_addr, vaddr_t new_addr, vaddr_t length)
{
	vaddr_t size = pmd_size(&mms->mm), offset = old_addr & (size - 1);
	bool alike = offset && offset == (new_addr & (size - 1)) && length >= size - offset;

	if (!this_machine()->config.kernel->mremap_realigns || !this_machine()->ops->moves_pmds ||
	    !alike || !can_align_down(mms, old_addr) || !can_align_down(mms, new_addr))
		return 0;
	return offset;
}

int move_page_tables(struct mm_struct *mms, vaddr_t old_addr, vaddr_t new_addr, vaddr_t length)
{
	struct mm *mm = &mms->mm;
	vaddr_t end = old_addr + length;
	vaddr_t offset = realign(mms, old_addr, new_addr, length);
	vaddr_t extent;

	old_addr -= offset;
	new_addr -= offset;
	for (; old_addr < end; old_addr += extent, new_addr += extent) {
		/* get_extent(): up to the next PMD boundary of either side. */
		vaddr_t old_next = pmd_addr_end(mm, old_addr, end);
		vaddr_t new_next = pmd_addr_end(mm, new_addr, new_addr + (end - old_addr));
		extent = old_next - old_addr < new_next - new_addr ? old_next - old_addr
								   : new_next - new_addr;
		vaddr_t found;
		struct table *old_table =
			pgtable_next(&mm->pgtable, old_addr, old_addr + extent, &found);
		if (!old_table)
			continue;
		if (may_move_pmd(mm, old_addr, new_addr, extent) &&
		    !pgtable_find(&mm->pgtable, new_addr, LEVEL_PTE)) {
			if (move_normal_pmd(mm, old_table, old_addr, new_addr))
				return -1;
			continue;
		}
		struct table *new_table = pte_alloc(mm, new_addr);
		if (!new_table)
			return -1;
		move_ptes(mm, old_table, old_addr, new_table, new_addr, extent);
		cond_resched();
	}
	return 0;
}
