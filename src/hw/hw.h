/* SPDX-License-Identifier: MIT */
/*
 * What hardware or the hypervisor does. These are the only writers of page-table entries and of
 * translations; each counts the one event that it is. Everything acts on the running CPU.
 */
#ifndef LAZYMMU_HW_HW_H
#define LAZYMMU_HW_HW_H

#include "fingerprint.h"
#include "mm.h"

struct hw {
	struct table_pool tables;
	struct mm init_mm;
	bool sets_young_dirty; /* the MMU does, when an entry is used */
};

/* 0 or -ENOMEM. */
int hw_create(struct machine *machine, const struct geometry *geometry, bool sets_young_dirty);
void hw_destroy(struct machine *machine);

static inline struct mm *init_mm(void)
{
	return &this_machine()->hw->init_mm;
}

/* A store to a page-table entry, visible to every walker. */
static inline void hw_write_pte(pte_t *ptep, pte_t pte)
{
	*(volatile uint64_t *)&ptep->val = pte.val;
}

/* What memory holds now: what a hardware walker sees. */
static inline pte_t hw_read_pte(const pte_t *ptep)
{
	return *ptep;
}

/*
 * An access through a mapping: uses a translation that this CPU holds or inserts one from memory,
 * and reports stale-translation when the one it used is condemned. False: it faults. The first use
 * makes the entry young, the first store makes it dirty: in memory, where the MMU does that; where
 * it does not, an access to an old entry and a store through a clean one fault.
 */
bool hw_access(struct mm *mm, vaddr_t addr, bool write);

/* The CPU holds no translation of addr, and memory has one that it could load. */
bool hw_can_load(struct mm *mm, vaddr_t addr, int cpu);

/*
 * A flush of [start, end) has completed: every translation that is still there and differs from
 * what the kernel believes the PTE to be is condemned. believed reads the kernel's view.
 */
void hw_flush_completed(struct mm *mm, vaddr_t start, vaddr_t end,
			pte_t (*believed)(struct mm *mm, vaddr_t addr));

/* The page behind addr goes to somebody else: every translation that still leads there is
 * condemned. */
void hw_page_freed(struct mm *mm, vaddr_t addr);

/* Drops translations of [start, end) from TLBs: of this CPU, or of all in the mm's mask. */
void hw_drop_tlb(struct mm *mm, vaddr_t start, vaddr_t end, bool all_cpus);
/* All of an mm. */
void hw_drop_tlb_mm(struct mm *mm, bool all_cpus);

/* arm64: dsb(ishst) + isb. */
void hw_barrier_pair(void);

/* powerpc: an entry of the hash table is made; flush_hash_page(); one pass of flush_hash_range().
 */
void hw_hpt_insert(struct mm *mm, vaddr_t addr, pte_t pte);
void hw_hash_flush_single(struct mm *mm, vaddr_t addr, bool local);
void hw_hash_flush_range(struct mm *mm, const vaddr_t *addrs, size_t nr, bool local);

/* sparc: TSB entries go; one demap of each page on this CPU and on others; their cross call. */
void hw_tsb_flush(struct mm *mm, const vaddr_t *addrs, size_t nr);
void hw_demap(struct mm *mm, const vaddr_t *addrs, size_t nr, unsigned int other_cpus);
void hw_cross_call(unsigned int nr);

/* Xen: a hypercall with what it carries; a PTE write that traps; nr_entries 0: not a multicall. */
void hw_hypercall(unsigned int nr_entries, bool has_pte_updates);
void hw_emulated_write(void);
void hw_invlpg(void);

/* For exploration: what a CPU's TLB holds; the tables of an mm; what is in all PTE tables. */
void hw_fingerprint_cpu(const struct mm *mm, int cpu, struct fingerprint *fingerprint);
void hw_fingerprint_mm(const struct mm *mm, struct fingerprint *fingerprint);
void hw_fingerprint(const struct machine *machine, struct fingerprint *fingerprint);
/* A number for a PTE that is the same in every run of a scenario. */
uint64_t hw_pte_number(const struct machine *machine, const pte_t *ptep);

/* s390: invalidation of one PTE, of a range of PTEs. */
void hw_ipte(struct mm *mm, vaddr_t addr);
void hw_ipte_range(struct mm *mm, vaddr_t start, vaddr_t end);

#endif
