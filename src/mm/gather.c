/* SPDX-License-Identifier: MIT */
/* mmu_gather. */
#include "gather.h"

#include <limits.h>

#include "linear_map.h"
#include "pte_access.h"

enum {
	/* mm/mmu_gather.c: 8 pages embedded, then pages of pointers, 10000 pointers at most. */
	GATHER_BUNDLE = 8,
	MAX_GATHER_BATCH_PAGES = 10000,
	GATHER_HEADER_SIZE = 16, /* struct mmu_gather_batch: next, nr, max */
};

static void reset_range(struct mmu_gather *tlb)
{
	tlb->start = ~(vaddr_t)0;
	tlb->end = 0;
	tlb->freed_tables = tlb->cleared_ptes = tlb->cleared_pmds = tlb->cleared_puds = false;
}

/*
 * __tlb_remove_folio_pages_size(), v6.9: a batch counts as full when a pointer and a number would
 * no longer fit, whatever it is that comes next.
 */
static unsigned int room_of(unsigned int pointers)
{
	return this_machine()->config.kernel->large_folios ? pointers - 1 : pointers;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm)
{
	/* One by one: the batches need no value, and there is room for many. */
	tlb->mm = mm;
	tlb->fullmm = false;
	tlb->nr_pages = 0;
	/* Without a gather pages are freed at once. */
	tlb->room = this_machine()->arch->no_gather ? UINT_MAX : room_of(GATHER_BUNDLE);
	tlb->nr_batches = 0;
	reset_range(tlb);
}

void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm *mm)
{
	tlb_gather_mmu(tlb, mm);
	tlb->fullmm = true;
}

/*
 * A page of pointers, GFP_NOWAIT, in the middle of the caller's section; false when
 * MAX_GATHER_BATCH_COUNT is reached.
 */
bool tlb_next_batch(struct mmu_gather *tlb)
{
	unsigned int per_batch =
		(unsigned int)((page_size(tlb->mm) - GATHER_HEADER_SIZE) / sizeof(uint64_t));

	if (tlb->nr_batches == MAX_GATHER_BATCH_PAGES / per_batch ||
	    tlb->nr_batches == MAX_GATHER_PAGES)
		return false;
	uint64_t pfn = kernel_page_alloc();
	if (!pfn)
		return false;
	tlb->batches[tlb->nr_batches++] = pfn;
	/* What a number took of the last place is not room of the next batch. */
	tlb->nr_pages = tlb->room;
	tlb->room += room_of(per_batch);
	return true;
}

/*
 * tlb_flush_pmd_range() and its like: pte_free_tlb() and pmd_free_tlb() grow the range by one page
 * at the address that the walk was at, and remember the level for the stride.
 */
void tlb_remove_table(struct mmu_gather *tlb, int level, vaddr_t addr)
{
	tlb_adjust_range(tlb, addr, page_size(tlb->mm));
	tlb->freed_tables = true;
	if (level == LEVEL_PTE)
		tlb->cleared_pmds = true;
	else
		tlb->cleared_puds = true;
}

/* tlb_get_unmap_shift(): the smallest level that was cleared. */
static unsigned int unmap_shift(const struct mmu_gather *tlb)
{
	const struct geometry *geometry = tlb->mm->pgtable.geometry;

	if (tlb->cleared_ptes || !(tlb->cleared_pmds || tlb->cleared_puds))
		return geometry->page_shift;
	return level_shift(geometry, tlb->cleared_pmds ? LEVEL_PMD : LEVEL_PUD);
}

void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb)
{
	bool anything =
		tlb->freed_tables || tlb->cleared_ptes || tlb->cleared_pmds || tlb->cleared_puds;
	if (!anything)
		return;
	struct tlb_range range = {
		.start = tlb->fullmm ? 0 : tlb->start,
		.end = tlb->fullmm ? ~(vaddr_t)0 : tlb->end,
		.fullmm = tlb->fullmm,
		.freed_tables = tlb->freed_tables,
		.stride_shift = unmap_shift(tlb),
	};
	tlb_flush(tlb->mm, &range);
	reset_range(tlb);
}

void tlb_flush_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu_tlbonly(tlb);
	tlb->nr_pages = 0;
}

/* asm-generic/tlb.h, tlb_end_vma(): device memory is flushed before its VMA goes (v5.19). */
void tlb_end_vma(struct mmu_gather *tlb, const struct vma *vma)
{
	if (tlb->fullmm)
		return;
	if (vma->flags & VMA_PFNMAP || !this_machine()->arch->merges_vmas)
		tlb_flush_mmu_tlbonly(tlb);
}

/* tlb_batch_list_free(): the pages of pointers outlive the flushes in between. */
void tlb_finish_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu(tlb);
	while (tlb->nr_batches)
		kernel_page_free(tlb->batches[--tlb->nr_batches]);
}
