/* SPDX-License-Identifier: MIT */
/*
 * The page-table walkers: each opens one section for each PTE table that exists, and does in it
 * what the kernel function of its name does to each entry. Linux mm/, v6.1 to v7.0.
 */
#ifndef LAZYMMU_MM_WALKERS_H
#define LAZYMMU_MM_WALKERS_H

#include "gather.h"
#include "pte_access.h"

enum walker_id {
	WALKER_ZAP,
	WALKER_COPY,
	WALKER_CHANGE,
	WALKER_MOVE,
	WALKER_COLD,
	WALKER_FREE,
	WALKER_REMAP,
	WALKER_APPLY,
	WALKER_VMAP,
	WALKER_VMAP_PAGES,
	WALKER_VUNMAP,
	NR_WALKERS,
};

/* One row of `lazymmu list walkers`. */
struct walker {
	const char *name;    /* kernel function */
	const char *file;    /* where it is */
	const char *trigger; /* what a user does */
	const char *work;    /* per entry, in a section */
};

extern const struct walker walkers[NR_WALKERS];

/*
 * Around what a walker does to one table: the running task counts into the walker's sink, if the
 * machine has such. Returns the sink to go back to.
 */
struct counters *walker_begin(enum walker_id id);
void walker_end(struct counters *outer);

/* Makes the tables that lead to addr, down to a level; NULL: no memory. */
struct table *table_alloc(struct mm *mm, vaddr_t addr, int level);
struct table *pte_alloc(struct mm *mm, vaddr_t addr);
/* The same for a table that is older than all that is counted: it costs nothing. */
struct table *pte_table_from_boot(struct mm *mm, vaddr_t addr);

/*
 * Frees the tables of [start, end) that map nothing else: what lies below floor or from ceiling on
 * belongs to neighbours.
 */
void free_pgtables(struct mmu_gather *tlb, vaddr_t start, vaddr_t end, vaddr_t floor,
		   vaddr_t ceiling);

/* zap_pte_range() for [start, end) of a VMA; reclaim: MADV_DONTNEED may free an emptied table. */
void zap_range(struct mmu_gather *tlb, const struct vma *vma, vaddr_t start, vaddr_t end,
	       bool reclaim);

/* Of one VMA, mm/memory.c: with a gather of its own. */
void zap_page_range_single(struct mm *mm, vaddr_t start, vaddr_t end);

/* copy_page_range(): fork copies one VMA. 0 or -ENOMEM. */
int copy_range(struct mm_struct *dst, struct mm_struct *src, const struct vma *vma);

/* change_protection(): PTEs of [start, end) take the protection of flags (enum vma_flag). */
void change_protection(struct mmu_gather *tlb, const struct vma *vma, vaddr_t start, vaddr_t end);

/* move_page_tables(). 0 or -ENOMEM. */
int move_page_tables(struct mm_struct *mm, vaddr_t old_addr, vaddr_t new_addr, vaddr_t length);

/* madvise_cold_or_pageout_pte_range() and madvise_free_pte_range(). */
void madvise_cold(struct mmu_gather *tlb, vaddr_t start, vaddr_t end, bool pageout);
void madvise_free(struct mmu_gather *tlb, vaddr_t start, vaddr_t end);

/* remap_pte_range(): device memory. 0 or -ENOMEM. */
int remap_range(struct mm_struct *mm, vaddr_t start, vaddr_t end);

/* Kernel mappings of init_mm: vmalloc and vmap, vfree and vunmap. 0 or -ENOMEM. */
int vmap_range(vaddr_t start, vaddr_t end);
int vmap_pages_range(vaddr_t start, vaddr_t end);
void vunmap_range(vaddr_t start, vaddr_t end);

/*
 * apply_to_page_range(): fn for each PTE of [start, end), tables made on the way. A section on a
 * user mm holds the page-table lock. 0, -ENOMEM, or what fn returned.
 */
int apply_to_page_range(struct mm *mm, vaddr_t start, vaddr_t end,
			int (*fn)(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data),
			void *data);

/* handle_mm_fault(): bits of enum fault_access. Returns false for an access that is not allowed. */
enum fault_access {
	ACCESS_WRITE = 1 << 0,
	ACCESS_EXEC = 1 << 1,
	ACCESS_WAS_PRESENT = 1 << 2, /* the fault says that a page was mapped */
};
bool handle_mm_fault(struct mm_struct *mm, vaddr_t addr, unsigned int access);

/* Linux include/linux/mm.h, pte_lockptr(), USE_SPLIT_PTE_PTLOCKS: one lock for each PTE table. */
static inline pte_t *pte_offset_map_lock(struct mm *mm, struct table *table, vaddr_t addr)
{
	spin_lock(&table->lock);
	return pte_offset(&mm->pgtable, table, addr);
}

static inline unsigned int nr_ptes(const struct mm *mm, vaddr_t addr, vaddr_t end)
{
	return (unsigned int)((end - addr) >> mm->pgtable.geometry->page_shift);
}

/* The entry of addr is none: how many before end are passed over at once. */
static inline unsigned int nr_none(const struct mm *mm, const pte_t *ptep, vaddr_t addr,
				   vaddr_t end)
{
	unsigned int nr = nr_ptes(mm, addr, end);
	unsigned int i = 1;

	if (!reads_are_plain())
		return 1;
	while (i + 4 <= nr && !(ptep[i].val | ptep[i + 1].val | ptep[i + 2].val | ptep[i + 3].val))
		i += 4;
	while (i < nr && pte_none(ptep[i]))
		i++;
	return i;
}

static inline void pte_unmap_unlock(struct table *table)
{
	spin_unlock(&table->lock);
}

#endif
