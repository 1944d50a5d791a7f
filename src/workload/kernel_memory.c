/* SPDX-License-Identifier: MIT */
/* Workloads of kernel memory: vmalloc, vfree, ioremap, KASAN's shadow, set_memory. */
#include "kernel_memory.h"

#include "kasan.h"
#include "walkers.h"

static int for_each_area(struct bed *bed, int (*call)(vaddr_t start, vaddr_t end))
{
	const struct layout layout = layout_calls(bed, init_mm());
	int err = 0;

	for (uint64_t i = 0; i < layout.nr && !err; i++) {
		vaddr_t start = layout_part(&layout, i);
		err = call(start, start + layout.length);
		bed->calls++;
		bed->touched += layout.length / page_size(init_mm());
	}
	return err;
}

static int unmap_area(vaddr_t start, vaddr_t end)
{
	vunmap_range(start, end);
	return 0;
}

static int make_tables(vaddr_t start, vaddr_t end)
{
	for (vaddr_t addr = start; addr < end; addr = pmd_addr_end(init_mm(), addr, end)) {
		if (!pte_alloc(init_mm(), addr))
			return -1;
	}
	return 0;
}

int make_kernel_tables(struct bed *bed)
{
	return for_each_area(bed, make_tables);
}

int map_areas(struct bed *bed)
{
	return for_each_area(bed, vmap_pages_range);
}

int run_vmap(struct bed *bed)
{
	return for_each_area(bed, vmap_pages_range);
}

/* lib/test_vmalloc.c, fix_size_alloc_test(): vmalloc() and vfree() in turn. */
static int map_and_unmap(vaddr_t start, vaddr_t end)
{
	int err = vmap_pages_range(start, end);

	vunmap_range(start, end);
	return err;
}

int run_vmalloc(struct bed *bed)
{
	return for_each_area(bed, map_and_unmap);
}

int run_vfree(struct bed *bed)
{
	return for_each_area(bed, unmap_area);
}

int run_ioremap(struct bed *bed)
{
	return for_each_area(bed, vmap_range);
}

int map_shadow(struct bed *bed)
{
	return for_each_area(bed, kasan_populate_vmalloc);
}

int run_kasan_populate(struct bed *bed)
{
	return for_each_area(bed, kasan_populate_vmalloc);
}

static int release_shadow(vaddr_t start, vaddr_t end)
{
	kasan_release_vmalloc(start, end);
	return 0;
}

int run_kasan_depopulate(struct bed *bed)
{
	return for_each_area(bed, release_shadow);
}

static void make_entry_readonly(struct mm *mm, pte_t *ptep, vaddr_t addr)
{
	set_pte_at(mm, addr, ptep, pte_clear_bits(ptep_get(ptep), PTE_WRITE));
}

static int apply_readonly(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	(void)data;
	make_entry_readonly(mm, ptep, addr);
	return 0;
}

/*
 * arch/arm64/mm/pageattr.c, update_range_prot(), v6.18: one section around the walk of all tables
 * of the range; up to v6.17 apply_to_page_range(), with one for each.
 */
static int make_readonly(vaddr_t start, vaddr_t end)
{
	struct mm *mm = init_mm();

	if (this_machine()->config.kernel->base < KERNEL_V6_18)
		return apply_to_page_range(mm, start, end, apply_readonly, NULL);
	lazy_mmu_mode_enable();
	for (vaddr_t addr = start; addr < end; addr += page_size(mm)) {
		struct table *table = pte_alloc(mm, addr);
		if (table)
			make_entry_readonly(mm, pte_offset(&mm->pgtable, table, addr), addr);
	}
	lazy_mmu_mode_disable();
	return 0;
}

static int set_memory_ro(vaddr_t start, vaddr_t end)
{
	int err = make_readonly(start, end);

	flush_tlb_range(init_mm(), start, end);
	return err;
}

int run_set_memory(struct bed *bed)
{
	return for_each_area(bed, set_memory_ro);
}
