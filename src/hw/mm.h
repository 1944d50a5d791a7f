/* SPDX-License-Identifier: MIT */
/* The part of an address space that hardware and backends see; its VMAs belong to the mm layer. */
#ifndef LAZYMMU_HW_MM_H
#define LAZYMMU_HW_MM_H

#include "machine.h"
#include "pgtable.h"
#include "tlb.h"

struct mm {
	struct machine *machine;
	int id;		    /* init_mm is 0 */
	bool pinned;	    /* Xen: the page tables are pinned, that is read-only to the guest */
	bool context_valid; /* sparc: the mm has a hardware context */
	bool flush_mm;	    /* s390: the TLBs still hold entries that were made invalid */
	uint64_t cpumask;   /* CPUs that may hold translations of it */
	struct pgtable pgtable;
	struct translations translations;
	struct spinlock page_table_lock; /* of the levels above PMD tables, and of init_mm */
};

static inline bool is_init_mm(const struct mm *mm)
{
	return mm->id == 0;
}

/* Linux arch/powerpc/include/asm/tlb.h, mm_is_thread_local() and its like elsewhere. */
static inline bool mm_is_thread_local(const struct mm *mm)
{
	return mm->cpumask == (uint64_t)1 << this_cpu()->id;
}

/* CPUs other than this one in the mask. */
static inline unsigned int mm_other_cpus(const struct mm *mm)
{
	uint64_t others = mm->cpumask & ~((uint64_t)1 << this_cpu()->id);

	return others ? (unsigned int)__builtin_popcountll(others) : 0;
}

#endif
