/* SPDX-License-Identifier: MIT */
/* zap_pte_range(): munmap, exit, MADV_DONTNEED, the shrinking half of mremap. */
#include "folio.h"
#include "walkers.h"

struct zap_state {
	const struct page_pool *pages;
	bool force_flush;
	bool full; /* the gather holds no more pages: stop here */
};

/*
 * A dirty page of a file makes the flush urgent: other users may still write to it. Inline: an exit
 * does this for every page of the process.
 */
static inline __attribute__((always_inline)) void forget_page(struct mmu_gather *tlb, pte_t pte,
							      struct zap_state *state)
{
	if (pte_has(pte, PTE_SPECIAL))
		return; /* no page behind it */
	if (!pte_has(pte, PTE_FILE))
		page_remove_rmap(state->pages, pte);
	else if (pte_has(pte, PTE_DIRTY))
		state->force_flush = true;
	if (!tlb_remove_page(tlb))
		state->force_flush = state->full = true;
}

/*
 * mm/memory.c, zap_present_folio_ptes(), v6.9: the entries of a folio, whatever they say of young,
 * dirty and write, are cleared before their pages are gathered. Returns how many they are.
 */
static unsigned int zap_folio_ptes(struct mmu_gather *tlb, vaddr_t addr, pte_t *ptep, pte_t pte,
				   unsigned int room, struct zap_state *state)
{
	unsigned int nr = folio_pte_batch(ptep, &pte, room, 0);

	for (unsigned int i = 0; i < nr; i++)
		ptep_get_and_clear_full(tlb->mm, addr + i * page_size(tlb->mm), &ptep[i],
					tlb->fullmm);
	tlb_remove_tlb_entries(tlb, addr, nr);
	if (nr == 1) {
		forget_page(tlb, pte, state);
		return 1;
	}
	for (unsigned int i = 0; i < nr; i++)
		page_remove_rmap(state->pages, pte_advance(pte, i));
	if (!tlb_remove_folio_pages(tlb))
		state->force_flush = state->full = true;
	return nr;
}

/* Returns how many entries were cleared: one, or a run of present ones where that is the same. */
static unsigned int zap_present_ptes(struct mmu_gather *tlb, vaddr_t addr, vaddr_t end, pte_t *ptep,
				     pte_t pte, struct zap_state *state)
{
	unsigned int nr = 0, room = nr_ptes(tlb->mm, addr, end);

	if (has_folios(state->pages))
		return zap_folio_ptes(tlb, addr, ptep, pte, room, state);
	if (!writes_are_plain()) {
		ptep_get_and_clear_full(tlb->mm, addr, ptep, tlb->fullmm);
		tlb_remove_tlb_entry(tlb, addr);
		forget_page(tlb, pte, state);
		return 1;
	}
	while (nr < room && !state->full && pte_present(hw_read_pte(&ptep[nr])))
		forget_page(tlb, exchange_pte(&ptep[nr++]), state);
	count_plain_writes(COUNT_PTE_CLEARS, nr);
	tlb_remove_tlb_entries(tlb, addr, nr);
	return nr;
}

/* v6.14, try_get_and_clear_pmd() and try_to_free_pte(): the entry of the emptied table goes. */
static void unlink_table(struct mm *mm, vaddr_t addr)
{
	if (this_machine()->ops->set_table)
		this_machine()->ops->set_table(mm, LEVEL_PMD, addr, NULL);
}

/*
 * mm/memory.c, zap_pte_range(), one section. need_resched() is asked before each entry, up to v6.12
 * after empty ones are skipped. Returns where it stopped: at its end, at need_resched() or behind
 * the entry whose page filled the gather. unlink: the whole table is walked in this section and may
 * be unlinked in it.
 */
static vaddr_t zap_section(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
			   struct zap_state *state, bool unlink)
{
	struct mm *mm = tlb->mm;
	const vaddr_t size = page_size(mm);
	const bool checks_first = this_machine()->config.kernel->zap_checks_first;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	struct counters *outer = walker_begin(WALKER_ZAP);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	while (addr < end && !state->full) {
		pte_t pte = ptep_get(ptep);
		unsigned int nr = 1;
		if ((checks_first || !pte_none(pte)) && need_resched())
			break;
		if (pte_present(pte))
			nr = zap_present_ptes(tlb, addr, end, ptep, pte, state);
		else if (!pte_none(pte))
			pte_clear(mm, addr, ptep);
		else
			nr = nr_none(mm, ptep, addr, end);
		addr += nr * size;
		ptep += nr;
	}
	if (unlink && addr >= end)
		unlink_table(mm, addr - 1);
	lazy_mmu_mode_disable();
	walker_end(outer);
	if (state->force_flush)
		tlb_flush_mmu_tlbonly(tlb);
	pte_unmap_unlock(table);
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

/* A table that took more than one section is unlinked after the last, outside of any. */
static void zap_table(struct mmu_gather *tlb, struct table *table, vaddr_t addr, vaddr_t end,
		      bool reclaim)
{
	vaddr_t start = addr;
	bool in_one = true;

	while (addr < end) {
		struct zap_state state = { .pages = page_pool() };
		addr = zap_section(tlb, table, addr, end, &state, reclaim && in_one);
		in_one = in_one && addr >= end;
		if (state.force_flush)
			tlb_flush_mmu(tlb);
		if (addr < end)
			cond_resched();
	}
	if (reclaim && !in_one)
		unlink_table(tlb->mm, start);
	if (reclaim)
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
		bool may_reclaim =
			reclaim && next - addr >= pmd_size(mm) &&
			machine->config.kernel->base >= machine->arch->reclaims_tables_since;
		zap_table(tlb, table, addr, next, may_reclaim);
		addr = next;
		cond_resched();
	}
	tlb_end_vma(tlb, vma);
}

void zap_page_range_single(struct mm *mm, vaddr_t start, vaddr_t end)
{
	const struct vma vma = { .start = start, .end = end };
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm);
	zap_range(&tlb, &vma, start, end, false);
	tlb_finish_mmu(&tlb);
}
