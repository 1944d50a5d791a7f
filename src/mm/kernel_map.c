/* SPDX-License-Identifier: MIT */
/*
 * Mappings that are made whole: vmalloc, vmap, ioremap and vfree on init_mm, remap_pfn_range() and
 * apply_to_page_range().
 */
#include "walkers.h"

#include "kasan.h"
#include "pte_access.h"

enum { KERNEL_PTE = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY };

/* mm/vmalloc.c opens sections since v6.16 only (44562c71e2cf). */
static void vmap_section_begin(vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	if (this_machine()->config.kernel->vmap_sections)
		lazy_mmu_mode_enable_with_ptes(init_mm(), addr, end, ptep);
}

static void vmap_section_end(void)
{
	if (this_machine()->config.kernel->vmap_sections)
		lazy_mmu_mode_disable();
}

/* vmap_pte_range() and vmap_pages_pte_range() differ in where the frames come from. */
static int vmap_tables(vaddr_t start, vaddr_t end, bool pages)
{
	struct mm *mm = init_mm();

	for (vaddr_t addr = start; addr < end;) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		struct table *table = pte_alloc(mm, addr);
		if (!table)
			return -1;
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		struct counters *outer = walker_begin(pages ? WALKER_VMAP_PAGES : WALKER_VMAP);
		vmap_section_begin(addr, next, ptep);
		for (; addr < next; addr += page_size(mm), ptep++) {
			uint64_t pfn =
				pages ? FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift)
				      : (addr - start) >> mm->pgtable.geometry->page_shift;
			set_pte_at(mm, addr, ptep, make_pte(pfn, KERNEL_PTE | PTE_SPECIAL));
		}
		vmap_section_end();
		walker_end(outer);
	}
	return 0;
}

int vmap_range(vaddr_t start, vaddr_t end)
{
	return vmap_tables(start, end, false);
}

int vmap_pages_range(vaddr_t start, vaddr_t end)
{
	if (kasan_populate_vmalloc(start, end))
		return -1;
	return vmap_tables(start, end, true);
}

/* mm/vmalloc.c, vunmap_pte_range(): clears every entry; the TLB flush comes much later. */
void vunmap_range(vaddr_t start, vaddr_t end)
{
	struct mm *mm = init_mm();
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		struct counters *outer = walker_begin(WALKER_VUNMAP);
		vmap_section_begin(addr, next, ptep);
		for (; addr < next; addr += page_size(mm), ptep++)
			ptep_get_and_clear(mm, addr, ptep);
		vmap_section_end();
		walker_end(outer);
	}
	kasan_release_vmalloc(start, end);
}

/* mm/memory.c, remap_pte_range(): special entries, one by one, under the lock. */
int remap_range(struct mm_struct *mms, vaddr_t start, vaddr_t end)
{
	struct mm *mm = &mms->mm;

	for (vaddr_t addr = start; addr < end;) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		struct table *table = pte_alloc(mm, addr);
		if (!table)
			return -1;
		pte_t *ptep = pte_offset_map_lock(mm, table, addr);
		struct counters *outer = walker_begin(WALKER_REMAP);
		lazy_mmu_mode_enable_with_ptes(mm, addr, next, ptep);
		for (; addr < next; addr += page_size(mm), ptep++)
			set_pte_at(
				mm, addr, ptep,
				make_pte(FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift),
					 KERNEL_PTE | PTE_USER | PTE_SPECIAL));
		lazy_mmu_mode_disable();
		walker_end(outer);
		pte_unmap_unlock(table);
	}
	return 0;
}

/* mm/memory.c, apply_to_pte_range(): init_mm has no lock, and stays preemptible. */
int apply_to_page_range(struct mm *mm, vaddr_t start, vaddr_t end,
			int (*fn)(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data), void *data)
{
	int err = 0;

	for (vaddr_t addr = start; addr < end && !err;) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		struct table *table = pte_alloc(mm, addr);
		if (!table)
			return -1;
		if (!is_init_mm(mm))
			spin_lock(&table->lock);
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		struct counters *outer = walker_begin(WALKER_APPLY);
		lazy_mmu_mode_enable_with_ptes(mm, addr, next, ptep);
		for (; addr < next && !err; addr += page_size(mm), ptep++)
			err = fn(mm, ptep, addr, data);
		lazy_mmu_mode_disable();
		walker_end(outer);
		if (!is_init_mm(mm))
			spin_unlock(&table->lock);
	}
	return err;
}
