/* SPDX-License-Identifier: MIT */
/* Mirrors Linux mm/kfence/core.c and arch/{arm64,x86}/include/asm/kfence.h. */
#include "kfence.h"

#include "linear_map.h"
#include "pte_access.h"
#include "walkers.h"

/*
 * The entry of a pool page. ASSUME: every object of the pool was used and freed before, so that its
 * page is protected; the first use of one changes nothing.
 */
static pte_t *pool_pte(uint64_t pfn)
{
	struct mm *mm = init_mm();
	vaddr_t addr = linear_map_address(pfn);
	struct table *table = pte_table_from_boot(mm, addr);

	if (!table)
		return NULL;
	pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
	if (pte_none(hw_read_pte(ptep)))
		hw_write_pte(ptep, linear_map_pte(pfn, false));
	return ptep;
}

/*
 * arch/x86/include/asm/kfence.h, kfence_protect_page(): the entry is read, flipped if it is not
 * right yet, and flushed on this CPU alone when it stops being present; nobody calls
 * arch_flush_lazy_mmu_mode(). ASSUME: every kernel carries b505f1944535 (v6.19, stable), before
 * which it was written and flushed either way.
 */
static void protect_entry(pte_t *ptep, uint64_t pfn, bool protect)
{
	struct mm *mm = init_mm();
	vaddr_t addr = linear_map_address(pfn);

	if (protect != pte_valid(ptep_get(ptep)))
		return;
	set_pte_at(mm, addr, ptep, linear_map_pte(pfn, !protect));
	if (protect)
		flush_tlb_local(mm, addr, addr + page_size(mm));
}

/*
 * arm64: set_memory_valid(). The others do not change a PTE in a way that a section could see:
 * powerpc's hash table has the linear map without PTEs, s390 uses IPTE on it, and sparc64 has no
 * KFENCE.
 */
static void protect_page(uint64_t pfn, bool protect)
{
	pte_t *ptep = pool_pte(pfn);

	if (!ptep)
		return;
	switch (this_machine()->arch->linear_map) {
	case LINEAR_MAP_SECTION:
		set_memory_valid(pfn, !protect);
		break;
	case LINEAR_MAP_FLUSH:
		protect_entry(ptep, pfn, protect);
		break;
	case LINEAR_MAP_OTHER:
		break;
	}
}

/* kfence_guarded_alloc(): a page that is used again is unprotected. */
uint64_t kfence_alloc(void)
{
	if (!(this_machine()->config.config & CONFIG_KFENCE))
		return 0;
	uint64_t pfn = page_alloc();
	if (pfn)
		protect_page(pfn, false);
	return pfn;
}

/* kfence_guarded_free(): protected, to catch a use after free. */
void kfence_free(uint64_t pfn)
{
	if (!pfn)
		return;
	protect_page(pfn, true);
	page_remove_rmap(page_pool(), make_pte(pfn, PTE_PRESENT));
}
