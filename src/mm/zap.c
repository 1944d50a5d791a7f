/* SPDX-License-Identifier: MIT */
/* zap_pte_range(): munmap, exit, MADV_DONTNEED, the shrinking half of mremap. */
#include "walkers.h"

#include "pte_access.h"

struct zap_state {
	bool force_flush;
	bool full; /* the gather holds no more pages: stop here */
};

/* A dirty page of a file makes the flush urgent: other users may still write to it. */
static void zap_present_pte(struct mmu_gather *tlb, vaddr_t addr, pte_t *ptep, pte_t pte,
			    struct zap_state *state)
{
	ptep_get_and_clear(tlb->mm, addr, ptep);
	tlb_remove_tlb_entry(tlb, addr);
	if (pte_has(pte, PTE_SPECIAL))
		return; /* no page behind it */
	page_remove_rmap(pte);
	if (pte_has(pte, PTE_FILE | PTE_DIRTY))
		state->force_flush = true;
	if (!tlb_remove_page(tlb))
		state->force_flush = state->full = true;
}

/*
 * mm/memory.c, zap_pte_range(), one section: ends early when need_resched() or when the gather is
 * full; both are checked for every entry that is not none. Returns where it stopped.
 */
static vaddr_t zap_section(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
			   struct zap_state *state, bool may_reclaim, bool *ret_reclaimed)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += page_size(mm), ptep++) {
		pte_t pte = ptep_get(ptep);
		if (pte_none(pte))
			continue;
		if (need_resched() || state->full)
			break;
		if (pte_present(pte))
			zap_present_pte(tlb, addr, ptep, pte, state);
		else
			set_pte_at(mm, addr, ptep, (pte_t){ 0 });
	}
	/*
	 * v6.14, try_get_and_clear_pmd(): the emptied table is unlinked inside the section, when
	 * the walk covered all of it without a break.
	 */
	*ret_reclaimed = may_reclaim && addr >= end;
	if (*ret_reclaimed && this_machine()->ops->set_table)
		this_machine()->ops->set_table(mm, LEVEL_PMD, addr - 1, NULL);
	lazy_mmu_mode_disable();
	if (state->force_flush)
		tlb_flush_mmu_tlbonly(tlb);
	pte_unmap_unlock();
	return addr;
}

static void free_reclaimed(struct mmu_gather *tlb, struct table *table, vaddr_t addr)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (ops->release_table)
		ops->release_table(tlb->mm, table);
	tlb_remove_table(tlb, LEVEL_PTE, addr);
	pgtable_remove(&tlb->mm->pgtable, table);
}

static void zap_table(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
		      bool may_reclaim)
{
	vaddr_t start = addr;
	bool reclaimed = false;

	while (addr < end) {
		struct zap_state state = { 0 };
		vaddr_t from = addr;
		addr = zap_section(tlb, table, addr, end, &state, may_reclaim, &reclaimed);
		may_reclaim = may_reclaim && from == start;
		if (state.force_flush)
			tlb_flush_mmu(tlb);
		if (addr < end)
			cond_resched();
	}
	if (reclaimed)
		free_reclaimed(tlb, table, start);
}

void zap_range(struct mmu_gather *tlb, const struct vma *vma, vaddr_t start, vaddr_t end,
	       bool reclaim)
{
	const struct machine *machine = this_machine();
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		/* reclaim_pt_is_enabled(): the range must cover the whole table. */
		bool may_reclaim = reclaim && machine->config.kernel->reclaims_empty_tables &&
				   machine->arch->reclaims_tables && next - addr >= pmd_size(mm);
		zap_table(tlb, table, addr, next, may_reclaim);
		addr = next;
		cond_resched();
	}
	tlb_end_vma(tlb, vma);
}
