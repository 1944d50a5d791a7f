/* SPDX-License-Identifier: MIT */
/*
 * The batch of user addresses of each CPU whose TSB entries and TLB translations are still to be
 * removed, and the section hooks that fill and empty it.
 */
#ifndef LAZYMMU_ARCH_SPARC_TLB_BATCH_H
#define LAZYMMU_ARCH_SPARC_TLB_BATCH_H

#include "arch.h"

/* Linux asm/tlbflush_64.h, v6.18 and v7.0. */
enum { TLB_BATCH_NR = 192 };

struct tlb_batch {
	unsigned int hugepage_shift;
	struct mm *mm; /* of all addresses; means nothing while tlb_nr is 0 */
	unsigned int tlb_nr;
	int writer;  /* tid of who added last, for the rules */
	bool active; /* up to v6.18; dacd24ec4965 (v7.0) asks the task's counters instead */
	vaddr_t vaddrs[TLB_BATCH_NR];
};

/* Hooks of struct arch_ops: up to v6.14, up to v6.18, of version 2 of the nesting series, and from
 * v7.0 on. */
void tlb_batch_enter_preemptible(void);
void tlb_batch_leave_preemptible(void);
void tlb_batch_enter_stateless(void);
void tlb_batch_leave_stateless(void);
bool tlb_batch_enter_state(void);
void tlb_batch_leave_state(bool nested);
void tlb_batch_enter(void);
void tlb_batch_leave(void);
void tlb_batch_flush(void);
void tlb_batch_exit_mmap(struct mm *mm);
uint64_t tlb_batch_pending(void);
bool tlb_batch_batching(void);
void tlb_batch_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint);

/* A PTE that could be in a TLB has changed: into the batch, or its translation goes at once. */
void tlb_batch_add_one(struct mm *mm, vaddr_t vaddr, bool exec, unsigned int hugepage_shift);

void flush_tlb_pending(enum flush_reason reason) __attribute__((cold));

#endif
