/* SPDX-License-Identifier: MIT */
/*
 * mmu_gather: what an unmap or a change of protection has to flush, and the pages that may be
 * freed only after that. Linux include/asm-generic/tlb.h and mm/mmu_gather.c.
 */
#ifndef LAZYMMU_MM_GATHER_H
#define LAZYMMU_MM_GATHER_H

#include "mm_struct.h"

/* Room for MAX_GATHER_BATCH_COUNT pages of pointers, 19 with 4K pages (mm/mmu_gather.c). */
enum { MAX_GATHER_PAGES = 32 };

struct mmu_gather {
	struct mm *mm;
	vaddr_t start; /* of the range to flush; start >= end: nothing */
	vaddr_t end;
	bool fullmm;
	bool freed_tables;
	bool cleared_ptes; /* level of the smallest entry cleared: the stride of the flush */
	bool cleared_pmds;
	bool cleared_puds;
	unsigned int nr_pages;		    /* pointers gathered since the last flush */
	unsigned int room;		    /* for so many, in all batches */
	uint64_t batches[MAX_GATHER_PAGES]; /* page frames that hold pointers to gathered pages */
	unsigned int nr_batches;
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm);
void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm *mm);
/* tlb_next_batch(): room for more pages; false when there can be no more. */
bool tlb_next_batch(struct mmu_gather *tlb);

static inline void tlb_adjust_range(struct mmu_gather *tlb, vaddr_t start, vaddr_t size)
{
	if (tlb->start > start)
		tlb->start = start;
	if (tlb->end < start + size)
		tlb->end = start + size;
}

/* nr PTEs from addr on were cleared or changed. */
static inline void tlb_remove_tlb_entries(struct mmu_gather *tlb, vaddr_t addr, unsigned int nr)
{
	tlb_adjust_range(tlb, addr, nr * page_size(tlb->mm));
	tlb->cleared_ptes = true;
}

static inline void tlb_remove_tlb_entry(struct mmu_gather *tlb, vaddr_t addr)
{
	tlb_remove_tlb_entries(tlb, addr, 1);
}

/*
 * Its page joins the batch; false when the batch is full. __tlb_remove_page_size(): the batch is
 * filled first, then the next one is asked for.
 */
static inline bool tlb_remove_page(struct mmu_gather *tlb)
{
	return ++tlb->nr_pages < tlb->room || tlb_next_batch(tlb);
}

/*
 * __tlb_remove_folio_pages(), v6.9: several pages of one folio are a pointer and their number,
 * which takes the room of two pointers.
 */
static inline bool tlb_remove_folio_pages(struct mmu_gather *tlb)
{
	tlb->nr_pages++;
	return tlb_remove_page(tlb);
}

/* A table of a level that maps addr is about to be freed. */
void tlb_remove_table(struct mmu_gather *tlb, int level, vaddr_t addr);
/* tlb_flush_mmu_tlbonly(): flushes the range, keeps the pages. */
void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb);
/* tlb_flush_mmu(): flushes and frees the pages. */
void tlb_flush_mmu(struct mmu_gather *tlb);
void tlb_end_vma(struct mmu_gather *tlb, const struct vma *vma);
void tlb_finish_mmu(struct mmu_gather *tlb);

#endif
