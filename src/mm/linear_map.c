/* SPDX-License-Identifier: MIT */
/* DEBUG_PAGEALLOC and the linear map. */
#include "linear_map.h"

#include "pte_access.h"
#include "walkers.h"

vaddr_t linear_map_address(uint64_t pfn)
{
	const struct pgtable *pgtable = &init_mm()->pgtable;
	vaddr_t half = pgtable_limit(pgtable) / 2;

	return half + ((pfn << pgtable->geometry->page_shift) & (half / 2 - 1));
}

pte_t linear_map_pte(uint64_t pfn, bool valid)
{
	const unsigned int bits = PTE_WRITE | PTE_YOUNG | PTE_DIRTY | PTE_SPECIAL;

	return make_pte(pfn, valid ? bits | PTE_PRESENT : bits);
}

static void set_valid(uint64_t pfn, bool valid)
{
	struct mm *mm = init_mm();
	vaddr_t addr = linear_map_address(pfn);
	struct table *table = pte_table_from_boot(mm, addr);

	if (table)
		set_pte_at(mm, addr, pte_offset(&mm->pgtable, table, addr),
			   linear_map_pte(pfn, valid));
}

/*
 * arch/arm64/mm/mmu.c, split_kernel_leaf_mapping(), v6.18: takes a mutex to split a block mapping,
 * unless the linear map consists of pages anyway (force_pte_mapping()). ce2b3a50ad92 put that test
 * first, because DEBUG_PAGEALLOC and KFENCE come here from softirqs.
 */
static void split_leaf_mapping(void)
{
	const struct machine_config *config = &this_machine()->config;

	if (config->kernel->linear_map_splits &&
	    !(config->config & (CONFIG_DEBUG_PAGEALLOC | CONFIG_KFENCE)))
		might_sleep();
}

/*
 * arch/arm64/mm/pageattr.c: walks with a section of its own, through apply_to_page_range() up to
 * v6.17 and update_range_prot() from v6.18 on (log of 1ef3095b1405); then flushes what it made
 * invalid. lab-opt-out: an opener may say that it wants no section, as was proposed for
 * apply_to_page_range() (20250530140446.2387131). Inside the section of another its write joins
 * that one, and takes effect when that one ends.
 */
void set_memory_valid(uint64_t pfn, bool valid)
{
	vaddr_t addr = linear_map_address(pfn);
	bool opts_out = this_machine()->config.kernel->linear_map_opts_out;

	split_leaf_mapping();
	if (!opts_out)
		lazy_mmu_mode_enable();
	set_valid(pfn, valid);
	if (!opts_out)
		lazy_mmu_mode_disable();
	if (!valid)
		flush_tlb_range(init_mm(), addr, addr + page_size(init_mm()));
}

/*
 * arch/x86/mm/pat/set_memory.c, __kernel_map_pages(): writes the entry, flushes all of this CPU's
 * TLB, and then calls arch_flush_lazy_mmu_mode(), because the page is used at once.
 */
static void kernel_map_page(uint64_t pfn, bool map)
{
	const struct arch_ops *ops = this_machine()->ops;

	set_valid(pfn, map);
	preempt_disable();
	flush_tlb_local(init_mm(), 0, ~(vaddr_t)0);
	preempt_enable();
	if (ops->flush)
		ops->flush();
}

void change_linear_map(uint64_t pfn, bool map)
{
	switch (this_machine()->arch->linear_map) {
	case LINEAR_MAP_SECTION:
		set_memory_valid(pfn, map);
		break;
	case LINEAR_MAP_FLUSH:
		kernel_map_page(pfn, map);
		break;
	case LINEAR_MAP_OTHER:
		break;
	}
}

uint64_t kernel_page_alloc(void)
{
	uint64_t pfn = page_alloc();

	if (pfn)
		debug_pagealloc_map(pfn, true);
	return pfn;
}

void kernel_page_free(uint64_t pfn)
{
	if (!pfn)
		return; /* an allocation that failed */
	debug_pagealloc_map(pfn, false);
	page_remove_rmap(page_pool(), make_pte(pfn, PTE_PRESENT));
}
