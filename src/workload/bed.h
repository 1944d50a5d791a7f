/* SPDX-License-Identifier: MIT */
/*
 * A machine for one run of a workload: one task on CPU 0 with an address space of its own, and a
 * thread of it on each other CPU. What is prepared counts in one sink, what is measured in another.
 */
#ifndef LAZYMMU_WORKLOAD_BED_H
#define LAZYMMU_WORKLOAD_BED_H

#include "mm_struct.h"
#include "params.h"

struct bed {
	struct machine *machine;
	const struct params *params;
	uint64_t folio; /* pages of one; 1: the kernel has no such, or the workload splits them */
	struct counters prepared;
	struct counters measured;
	uint64_t asked;	  /* need_resched(), since it last said yes */
	uint64_t calls;	  /* of the operation that is measured: syscalls, vmalloc() */
	uint64_t touched; /* pages that these calls were about */
};

/* 0, -EINVAL (page size) or -ENOMEM; bed_fini() in any case. */
int bed_init(struct bed *bed, const struct arch *arch, const struct machine_config *config,
	     const struct params *params);
void bed_fini(struct bed *bed);

/* Before anything is mapped: from then on by folios of so many pages, as far as there are such. */
void bed_set_folio(struct bed *bed, uint64_t pages);

/* The threads exit; their CPUs stay in the mask. */
void bed_end_threads(struct bed *bed);

/* From here on it is measured. */
void bed_measure(struct bed *bed);

/*
 * Where the pages lie: in parts, of which a call or a section takes one. A part is as long as its
 * distance from the next, or shorter; it crosses no table that it need not.
 */
struct layout {
	vaddr_t start;
	vaddr_t length;	  /* of a part; bytes */
	vaddr_t distance; /* from one to the next */
	uint64_t nr;
	uint64_t nr_pages; /* present in each */
	uint64_t folio;	   /* so many in a row */
	uint64_t every;	   /* and then so many times as many until the next */
	vaddr_t page_size;
};

static const vaddr_t LAYOUT_START = (vaddr_t)1 << 32;  /* begins a table everywhere */
static const vaddr_t LAYOUT_TARGET = (vaddr_t)1 << 44; /* for what moves */

/* One part for each call, which takes whole folios. */
struct layout layout_calls(const struct bed *bed, const struct mm *mm);
/* One part for each PTE table: for what walks whole address spaces. */
struct layout layout_tables(const struct bed *bed, const struct mm *mm);

static inline vaddr_t layout_part(const struct layout *layout, uint64_t i)
{
	return layout->start + i * layout->distance;
}

/* The j-th page that is present in the i-th part. */
static inline vaddr_t layout_page(const struct layout *layout, uint64_t i, uint64_t j)
{
	uint64_t within = j & (layout->folio - 1);

	return layout_part(layout, i) + ((j - within) * layout->every + within) * layout->page_size;
}

/* All of it, as one range. */
static inline vaddr_t layout_size(const struct layout *layout)
{
	return layout->nr * layout->distance;
}

/* PARAM_PAGES, in whole folios. */
uint64_t bed_pages(const struct bed *bed);

/* Maps one VMA and makes the pages present, dirty and young as the parameters say. 0 or -ENOMEM. */
int bed_populate(struct bed *bed, const struct layout *layout);

/* A page is used (enum fault_access). Its entry; NULL: no memory, or no access. */
pte_t *bed_touch(vaddr_t addr, unsigned int access);

/* The mm of the task that runs. */
static inline struct mm_struct *bed_mm(void)
{
	return mm_of(current_task()->mm);
}

#endif
