/* SPDX-License-Identifier: MIT */
/*
 * An address space: page tables, VMAs, heap; and the pages that all address spaces of a machine
 * share.
 */
#ifndef LAZYMMU_MM_MM_STRUCT_H
#define LAZYMMU_MM_MM_STRUCT_H

#include "pte.h"
#include "hw.h"
#include "lazy.h"
#include "page.h"
#include "vma.h"

struct mm_struct {
	struct mm mm; /* first: backends see only this part */
	struct vma_set vmas;
	unsigned int users; /* tasks */
	vaddr_t brk;	    /* end of the heap, 0: not known yet */
	bool locks_future;  /* mlockall(MCL_FUTURE): new mappings are VMA_LOCKED */
	/* Memory was mapped before anybody recorded: what a walk of all of it finds is a guess. */
	bool incomplete;
	bool older;		/* pages were mapped in it before the recording, too */
	struct mm_struct *next; /* unused ones */
};

struct mm_layer {
	int next_id;
	struct page_pool pages;
	struct vma_pool vmas;
	/*
	 * Anonymous memory is faulted in by folios of so many pages, a power of two; 0: page by
	 * page. /sys/kernel/mm/transparent_hugepage/hugepages-<size>kB/enabled.
	 */
	unsigned int folio_pages;
	struct counters *
		*walker_sinks; /* by enum walker_id; NULL: work counts where its task does */
	struct mm_struct
		*unused; /* reused, so that a stale pointer of a backend stays valid memory */
};

/* 0 or -ENOMEM. */
int mm_layer_attach(struct machine *machine);
void mm_layer_detach(struct machine *machine);
/* For exploration: which pages are in use, and which ones come next. */
void mm_layer_fingerprint(const struct machine *machine, struct fingerprint *fingerprint);

/* A new, empty address space with one user; NULL: no memory. */
struct mm_struct *mm_create(struct machine *machine);
/* Drops one user; the last one tears it down (exit_mmap()). */
void mm_put(struct mm_struct *mm);
/* Gives back one that nothing is mapped in any more. */
void mm_free(struct mm_struct *mm);

static inline struct page_pool *page_pool(void)
{
	return &this_machine()->mm_layer->pages;
}

/*
 * How many map an anonymous page. NULL: page_alloc() did not hand out the frame, a caller of the
 * library put it into a PTE.
 */
static inline uint32_t *page_mapcount(const struct page_pool *pool, uint64_t pfn)
{
	bool known = pfn - FIRST_ANON_PFN < pool->nr - FIRST_ANON_PFN && pool->mapcount[pfn];

	return known ? &pool->mapcount[pfn] : NULL;
}

/* The count of the anonymous page behind the PTE; NULL: there is none. */
static inline uint32_t *mapcount_of(const struct page_pool *pool, pte_t pte)
{
	return page_is_anon(pte) ? page_mapcount(pool, pte_pfn(pte)) : NULL;
}

/*
 * rmap: one more, one fewer mapping of the page behind a PTE; nothing for special and file pages,
 * nor for a frame that page_alloc() did not hand out. Loops over PTEs have the pool at hand.
 */
static inline void page_add_rmap(const struct page_pool *pool, pte_t pte)
{
	uint32_t *mapcount = mapcount_of(pool, pte);

	if (mapcount)
		++*mapcount;
}

static inline void page_remove_rmap(const struct page_pool *pool, pte_t pte)
{
	uint32_t *mapcount = mapcount_of(pool, pte);

	if (mapcount && --*mapcount == 0)
		page_free(pte_pfn(pte));
}

static inline struct mm_struct *mm_of(struct mm *mm)
{
	return (struct mm_struct *)mm;
}

static inline vaddr_t page_size(const struct mm *mm)
{
	return (vaddr_t)1 << mm->pgtable.shift[LEVEL_PTE];
}

static inline vaddr_t pmd_size(const struct mm *mm)
{
	return (vaddr_t)1 << mm->pgtable.shift[LEVEL_PMD];
}

/* First address behind the PTE table that maps addr, but not beyond end. */
static inline vaddr_t pmd_addr_end(const struct mm *mm, vaddr_t addr, vaddr_t end)
{
	vaddr_t boundary = (addr & ~(pmd_size(mm) - 1)) + pmd_size(mm);

	return boundary - 1 < end - 1 ? boundary : end;
}

/*
 * User addresses fold onto what the tables can map: a recording may come from a machine with more
 * address bits. False: not a user address.
 */
static inline bool mm_fold_address(const struct mm *mm, vaddr_t addr, vaddr_t *ret)
{
	if (addr >> 63)
		return false;
	*ret = addr & (pgtable_limit(&mm->pgtable) - 1);
	return true;
}

#endif
