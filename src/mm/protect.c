/* SPDX-License-Identifier: MIT */
/* change_pte_range(): mprotect. */
#include "folio.h"
#include "walkers.h"

/*
 * pte_modify(): frame and young, dirty, special bits stay, the protection is the VMA's. On sparc64
 * (asm/pgtable_64.h) the valid bit is part of the protection, the accessed bit is not.
 */
static pte_t pte_modify(pte_t pte, const struct vma *vma)
{
	const unsigned int prot_bits =
		PTE_PRESENT | PTE_PROTNONE | PTE_WRITE | PTE_EXEC | PTE_USER | PTE_VALID_OLD;

	pte = pte_clear_bits(pte, prot_bits);
	if (!(vma->flags & VMA_PROT_MASK))
		return pte_set(pte, PTE_PROTNONE);
	unsigned int bits = PTE_PRESENT | PTE_USER;
	if (vma->flags & VMA_EXEC)
		bits |= PTE_EXEC;
	/* Private memory never gets write permission from the VMA alone: copy-on-write. */
	if (vma_writable_at_once(vma))
		bits |= PTE_WRITE;
	if (this_machine()->arch->prot_validates && !pte_has(pte, PTE_YOUNG))
		bits |= PTE_VALID_OLD;
	return pte_set(pte, bits);
}

/*
 * mm/mprotect.c, can_change_pte_writable(): a dirty page of a shared mapping, and an exclusive
 * anonymous page of a private writable mapping is made writable at once; in v6.1 only if it is
 * dirty. ASSUME: a page that one PTE maps is exclusive (PageAnonExclusive is lost by a fork until
 * the next write).
 */
static bool can_change_pte_writable(const struct vma *vma, pte_t pte)
{
	bool dirty_enough =
		pte_has(pte, PTE_DIRTY) || this_machine()->config.kernel->clean_made_writable;

	if (!(vma->flags & VMA_WRITE))
		return false;
	if (vma->flags & VMA_SHARED)
		return pte_has(pte, PTE_DIRTY);
	return page_exclusive(pte) && dirty_enough;
}

/*
 * arch/x86/include/asm/tlbflush.h, pte_needs_flush() (v6.1): nothing was cached of an entry that
 * was not valid, and an equal one needs nothing. ASSUME: the others may be taken to do the same,
 * although their default is to flush always.
 */
static bool pte_needs_flush(pte_t old, pte_t new)
{
	return pte_valid(old) && !pte_same(old, new);
}

static pte_t changed(const struct vma *vma, pte_t old)
{
	pte_t new = pte_modify(old, vma);

	return can_change_pte_writable(vma, new) ? pte_set(new, PTE_WRITE) : new;
}

/* merged: bits that the old entry has, too, because another of its batch has them. */
static void change_pte(struct mmu_gather *tlb, const struct vma *vma, vaddr_t addr, pte_t *ptep,
		       unsigned int merged)
{
	pte_t old = pte_set(ptep_modify_prot_start(tlb->mm, addr, ptep), merged);
	pte_t new = changed(vma, old);

	ptep_modify_prot_commit(tlb->mm, addr, ptep, new);
	if (pte_needs_flush(old, new))
		tlb_remove_tlb_entry(tlb, addr);
}

/*
 * mm/mprotect.c, change_pte_range(), v6.17: the entries of a folio that agree in their write bit
 * become young and dirty if one of them is (modify_prot_start_ptes()); which of them become
 * writable is a question of each page (commit_anon_folio_batch()). All are started before the first
 * is committed, which nobody can see under the lock: here they are changed one by one. Returns how
 * many they are.
 */
static unsigned int change_folio_ptes(struct mmu_gather *tlb, const struct vma *vma, vaddr_t addr,
				      pte_t *ptep, pte_t pte, unsigned int room)
{
	unsigned int nr = folio_pte_batch(ptep, &pte, room, PTE_WRITE);

	for (unsigned int i = 0; i < nr; i++)
		change_pte(tlb, vma, addr + i * page_size(tlb->mm), &ptep[i],
			   pte.val & (PTE_YOUNG | PTE_DIRTY));
	return nr;
}

/* The run of present entries from *ptep on; how many. */
static unsigned int change_ptes(struct mmu_gather *tlb, const struct vma *vma, vaddr_t addr,
				pte_t *ptep, unsigned int room)
{
	const vaddr_t size = page_size(tlb->mm);
	unsigned int nr = 0;

	for (; nr < room && pte_present(hw_read_pte(&ptep[nr])); nr++) {
		pte_t old = exchange_pte(&ptep[nr]);
		pte_t new = changed(vma, old);
		hw_write_pte(&ptep[nr], new);
		if (pte_needs_flush(old, new))
			tlb_remove_tlb_entry(tlb, addr + nr * size);
	}
	count_plain_writes(COUNT_PTE_CLEARS, nr);
	count_plain_writes(COUNT_PTE_SETS, nr);
	return nr;
}

static void change_table(struct mmu_gather *tlb, struct table *table, const struct vma *vma,
			 vaddr_t addr, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	bool batches = this_machine()->config.kernel->mprotect_batches && has_folios(page_pool());
	unsigned int nr;
	struct counters *outer = walker_begin(WALKER_CHANGE);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += nr * page_size(mm), ptep += nr) {
		pte_t pte = ptep_get(ptep);
		nr = 1;
		if (pte_none(pte))
			nr = nr_none(mm, ptep, addr, end);
		else if (pte_present(pte) && batches)
			nr = change_folio_ptes(tlb, vma, addr, ptep, pte, nr_ptes(mm, addr, end));
		else if (pte_present(pte) && writes_are_plain())
			nr = change_ptes(tlb, vma, addr, ptep, nr_ptes(mm, addr, end));
		else if (pte_present(pte))
			change_pte(tlb, vma, addr, ptep, 0);
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(table);
}

void change_protection(struct mmu_gather *tlb, const struct vma *vma, vaddr_t start, vaddr_t end)
{
	struct mm *mm = tlb->mm;
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		change_table(tlb, table, vma, addr, next);
		addr = next;
		cond_resched();
	}
	tlb_end_vma(tlb, vma);
}
