/* SPDX-License-Identifier: MIT */
/* madvise_cold_or_pageout_pte_range() and madvise_free_pte_range(). */
#include "walkers.h"

#include "pte_access.h"

enum { SWAP_CLUSTER_MAX = 32 }; /* include/linux/swap.h */

/*
 * The page cannot be aged for others, and special entries have no page. ASSUME: nobody else maps a
 * file page.
 */
static bool is_private_page(pte_t pte)
{
	return pte_present(pte) && !pte_has(pte, PTE_SPECIAL) &&
	       (pte_has(pte, PTE_FILE) || page_exclusive(pte));
}

/*
 * v6.1: the entry is cleared and set again without its young bit; v6.10 and later clear the bit in
 * place (clear_young_dirty_ptes()).
 */
static void age_pte(struct mmu_gather *tlb, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	struct mm *mm = tlb->mm;

	if (this_machine()->config.kernel->batched_young_clear) {
		ptep_test_and_clear_young(mm, addr, ptep);
	} else {
		ptep_get_and_clear(mm, addr, ptep);
		set_pte_at(mm, addr, ptep, pte_mkold(pte_clear_bits(pte, PTE_HASHPTE)));
	}
	tlb_remove_tlb_entry(tlb, addr);
}

/*
 * mm/madvise.c: every 32 entries need_resched() may end the section (b2f557a21bc8, v6.7;
 * ASSUME: 6.1.192 carries it). Returns where it stopped.
 */
static vaddr_t cold_section(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
			    bool pageout)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	bool keep_young = pageout && this_machine()->config.kernel->pageout_keeps_young;
	unsigned int seen = 0;
	struct counters *outer = walker_begin(WALKER_COLD);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += page_size(mm), ptep++) {
		if (++seen == SWAP_CLUSTER_MAX) {
			seen = 0;
			if (need_resched())
				break;
		}
		pte_t pte = ptep_get(ptep);
		if (is_private_page(pte) && pte_has(pte, PTE_YOUNG) && !keep_young)
			age_pte(tlb, addr, ptep, pte);
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(table);
	return addr;
}

void madvise_cold(struct mmu_gather *tlb, vaddr_t start, vaddr_t end, bool pageout)
{
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		while (addr < next) {
			addr = cold_section(tlb, table, addr, next, pageout);
			cond_resched();
		}
	}
}

/*
 * mm/madvise.c, madvise_free_pte_range(): a young or dirty page becomes old and clean. With both
 * bits to clear the entry is cleared and set again in every kernel.
 */
static void free_table(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	struct counters *outer = walker_begin(WALKER_FREE);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += page_size(mm), ptep++) {
		pte_t pte = ptep_get(ptep);
		if (!pte_present(pte) || pte_has(pte, PTE_SPECIAL) ||
		    !(pte.val & (PTE_YOUNG | PTE_DIRTY)))
			continue;
		ptep_get_and_clear(mm, addr, ptep);
		set_pte_at(mm, addr, ptep, pte_mkold(pte_clear_bits(pte, PTE_DIRTY | PTE_HASHPTE)));
		tlb_remove_tlb_entry(tlb, addr);
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(table);
}

void madvise_free(struct mmu_gather *tlb, vaddr_t start, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		free_table(tlb, table, addr, next);
		addr = next;
		cond_resched();
	}
}
