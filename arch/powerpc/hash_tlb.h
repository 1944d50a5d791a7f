/* SPDX-License-Identifier: MIT */
/*
 * The batch of hash-table entries that a section of the hash MMU still has to remove. Mirrors
 * arch/powerpc/mm/book3s64/hash_tlb.c and include/asm/book3s/64/tlbflush-hash.h.
 */
#ifndef LAZYMMU_ARCH_POWERPC_HASH_TLB_H
#define LAZYMMU_ARCH_POWERPC_HASH_TLB_H

#include "arch.h"

enum {
	PPC64_TLB_BATCH_NR = 192, /* tlbflush-hash.h */
};

enum segment_size {
	MMU_SEGSIZE_256M,
	MMU_SEGSIZE_1T,
};

/* struct ppc64_tlb_batch, one for each CPU. All PTEs of a machine have one page size today. */
struct ppc64_tlb_batch {
	bool active; /* up to v6.18; v7.0 (313a05a15a1b) asks the counters of the task */
	size_t index;
	struct mm *mm;
	unsigned int psize; /* page shift */
	enum segment_size ssize;
	vaddr_t addrs[PPC64_TLB_BATCH_NR];
};

/* A PTE that was hashed has changed: its entry joins the batch or goes at once. */
void hpte_need_flush(struct mm *mm, vaddr_t addr);

/* Section hooks up to v6.18: the CPU remembers the mode. */
void hash_enter_flag(void);
void hash_leave_flag(void);

/* Section hooks of version 2 of the nesting series: the same, but an inner leave keeps the mode. */
bool hash_enter_state(void);
void hash_leave_state(bool nested);

/* Section hooks from v7.0 on: the task's counters are the mode. */
void hash_enter_counted(void);
void hash_leave_counted(void);
void hash_flush_counted(void);

void hash_flush_tlb_range(struct mm *mm, const struct tlb_range *range);
void hash_flush_tlb_page(struct mm *mm, vaddr_t addr);
void hash_flush_tlb_mm(struct mm *mm);
void hash_tlb_flush(struct mm *mm, const struct tlb_range *range);

/* Entries in the batch of this CPU, and whether it takes more. */
uint64_t hash_pending(void);
bool hash_batching(void);
void hash_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint);

#endif
