/* SPDX-License-Identifier: MIT */
/*
 * The cache of held-back PTE values that the proposed s390 lazy mode gives to each CPU, and the
 * section hooks that open and empty it.
 */
#ifndef LAZYMMU_ARCH_S390_IPTE_RANGE_H
#define LAZYMMU_ARCH_S390_IPTE_RANGE_H

#include "arch.h"

enum {
	PTRS_PER_PTE = 256,
	/*
	 * A slot that holds no write. The series' own value since version 3; in the neutral layout
	 * of pte.h that is sparc64's bit alone, so no PTE has this value.
	 */
	PTE_POISON = 0x800,
};

/* s390 series version 5 (13 Jul 2026), patch 2/4: ipte_range and lowcore.lazy_mmu_count. */
struct ipte_range {
	unsigned int count; /* a section is open on this CPU */
	struct mm *mm;	    /* NULL: no range, writes are direct */
	vaddr_t base_addr;
	vaddr_t base_end;
	pte_t *base_pte;
	unsigned int nr;    /* slots of the range */
	unsigned int first; /* start_pte and end_pte: slots that may hold a write */
	unsigned int last;
	pte_t cache[PTRS_PER_PTE]; /* by index from base_pte; poison: no write */
};

static inline bool is_poison(pte_t pte)
{
	return pte.val == PTE_POISON;
}

void ipte_range_init_cpu(struct cpu *cpu);

/* Hooks of struct arch_ops. */
void ipte_range_enter(void);
void ipte_range_enter_with_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep);
void ipte_range_leave(void);
void ipte_range_flush(void);
void ipte_range_exit_mmap(struct mm *mm);
uint64_t ipte_range_pending(void);
void ipte_range_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint);

#endif
