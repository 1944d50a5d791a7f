/* SPDX-License-Identifier: MIT */
/*
 * The portable PTE accessors, under their kernel names (Linux include/linux/pgtable.h). Each asks
 * the backend, counts the writes and judges the rules that hold for every backend.
 */
#ifndef LAZYMMU_LAZY_PTE_ACCESS_H
#define LAZYMMU_LAZY_PTE_ACCESS_H

#include "arch.h"

/*
 * Linux include/linux/pgtable.h, lazy MMU mode comment: a raw read after a queued write may return
 * the old value. Reports one that did.
 */
void judge_read(const pte_t *ptep, pte_t seen);

/* Inline: walkers read every entry of a table. */
static inline pte_t ptep_get(const pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	pte_t pte = ops->ptep_get ? ops->ptep_get(ptep) : hw_read_pte(ptep);
	if (ops->believed)
		judge_read(ptep, pte);
	return pte;
}

/* A read through the pointer, as code does that goes past ptep_get(). */
pte_t ptep_read_raw(const pte_t *ptep);
void set_pte_at(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr);
pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep);
/* full: the whole mm goes, and no task uses it. */
pte_t ptep_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep, bool full);
void ptep_set_wrprotect(struct mm *mm, vaddr_t addr, pte_t *ptep);
bool ptep_test_and_clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep);
pte_t ptep_modify_prot_start(struct mm *mm, vaddr_t addr, pte_t *ptep);
void ptep_modify_prot_commit(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
void ptep_set_access_flags(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
/* Clears and flushes the one page if it could be in a TLB. */
pte_t ptep_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep);

void flush_tlb_range(struct mm *mm, vaddr_t start, vaddr_t end);
void flush_tlb_page(struct mm *mm, vaddr_t addr);
void flush_tlb_mm(struct mm *mm);
/* x86, kernel addresses: flush_tlb_one_kernel() and __flush_tlb_all(), this CPU alone. */
void flush_tlb_local(struct mm *mm, vaddr_t start, vaddr_t end);
/* tlb_flush() of an mmu_gather. */
void tlb_flush(struct mm *mm, const struct tlb_range *range);

#endif
