/* SPDX-License-Identifier: MIT */
/* madvise_cold_or_pageout_pte_range() and madvise_free_pte_range(). */
#include "folio.h"
#include "walkers.h"

#include "pte_access.h"

enum { SWAP_CLUSTER_MAX = 32 }; /* include/linux/swap.h */

/* Special entries have none. */
static bool has_page(pte_t pte)
{
	return pte_present(pte) && !pte_has(pte, PTE_SPECIAL);
}

/* Nobody else's pages are aged. ASSUME: nobody else maps a file page. */
static bool are_private(pte_t pte, unsigned int nr)
{
	return pte_has(pte, PTE_FILE) || folio_exclusive(pte, nr);
}

/* madvise_folio_pte_batch(), v6.10: the entry is young and dirty if one of its batch is. */
static unsigned int advised_batch(const pte_t *ptep, pte_t *pte, unsigned int room)
{
	return has_folios(page_pool()) ? folio_pte_batch(ptep, pte, room, 0) : 1;
}

/*
 * A folio that is advised in part is split between two sections. ASSUME: what split_folio() does to
 * its entries, outside any section, is not worth counting.
 */
static bool is_partial(pte_t pte, unsigned int nr)
{
	return has_folios(page_pool()) && nr < folio_nr_pages(pte);
}

/*
 * v6.1: the entry is cleared and set again without its young bit; v6.10 and later clear the bits of
 * a batch in place (clear_young_dirty_ptes()).
 */
static void age_ptes(struct mmu_gather *tlb, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	struct mm *mm = tlb->mm;

	if (this_machine()->config.kernel->batched_young_clear) {
		for (unsigned int i = 0; i < nr; i++)
			ptep_test_and_clear_young(mm, addr + i * page_size(mm), &ptep[i]);
	} else {
		ptep_get_and_clear(mm, addr, ptep);
		set_pte_at(mm, addr, ptep, pte_mkold(pte_clear_bits(pte, PTE_HASHPTE)));
	}
	tlb_remove_tlb_entries(tlb, addr, nr);
}

/*
 * mm/madvise.c: every 32 entries or batches need_resched() may end the section (b2f557a21bc8, v6.7;
 * ASSUME: 6.1.192 carries it). Returns where it stopped.
 */
static vaddr_t cold_section(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
			    bool pageout, unsigned int *seen)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	bool keep_young = pageout && this_machine()->config.kernel->pageout_keeps_young;
	pte_t partial = { 0 };
	unsigned int nr;
	struct counters *outer = walker_begin(WALKER_COLD);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += nr * page_size(mm), ptep += nr) {
		nr = 1;
		if (++*seen == SWAP_CLUSTER_MAX) {
			*seen = 0;
			if (need_resched())
				break;
		}
		pte_t pte = ptep_get(ptep);
		if (!has_page(pte))
			continue;
		nr = advised_batch(ptep, &pte, nr_ptes(mm, addr, end));
		if (!are_private(pte, nr))
			continue;
		if (is_partial(pte, nr)) {
			partial = pte;
			break;
		}
		if (pte_has(pte, PTE_YOUNG) && !keep_young)
			age_ptes(tlb, addr, ptep, pte, nr);
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(table);
	if (!pte_none(partial))
		folio_split(partial);
	return addr;
}

void madvise_cold(struct mmu_gather *tlb, vaddr_t start, vaddr_t end, bool pageout)
{
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		unsigned int seen = 0;
		while (addr < next) {
			addr = cold_section(tlb, table, addr, next, pageout, &seen);
			cond_resched();
		}
	}
}

/* With both bits to clear each entry is cleared and set again in every kernel. */
static void clean_ptes(struct mmu_gather *tlb, vaddr_t addr, pte_t *ptep, unsigned int nr)
{
	struct mm *mm = tlb->mm;

	for (unsigned int i = 0; i < nr; i++) {
		vaddr_t at = addr + i * page_size(mm);
		pte_t pte = ptep_get_and_clear(mm, at, &ptep[i]);
		set_pte_at(mm, at, &ptep[i],
			   pte_mkold(pte_clear_bits(pte, PTE_DIRTY | PTE_HASHPTE)));
	}
	tlb_remove_tlb_entries(tlb, addr, nr);
}

/*
 * mm/madvise.c, madvise_free_pte_range(): a young or dirty page becomes old and clean. Returns
 * where it stopped: at its end, or at a folio that had to be split.
 */
static vaddr_t free_section(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	pte_t partial = { 0 };
	unsigned int nr;
	struct counters *outer = walker_begin(WALKER_FREE);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += nr * page_size(mm), ptep += nr) {
		pte_t pte = ptep_get(ptep);
		nr = 1;
		if (!has_page(pte))
			continue;
		nr = advised_batch(ptep, &pte, nr_ptes(mm, addr, end));
		if (is_partial(pte, nr)) {
			if (!folio_exclusive(pte, nr))
				continue;
			partial = pte;
			break;
		}
		if (pte.val & (PTE_YOUNG | PTE_DIRTY))
			clean_ptes(tlb, addr, ptep, nr);
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(table);
	if (!pte_none(partial))
		folio_split(partial);
	return addr;
}

void madvise_free(struct mmu_gather *tlb, vaddr_t start, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		while (addr < next)
			addr = free_section(tlb, table, addr, next);
		cond_resched();
	}
}
