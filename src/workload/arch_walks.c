/* SPDX-License-Identifier: MIT */
/* powerpc's flushes of the hash table, arm64's splits of block mappings. */
#include "arch_walks.h"

#include <errno.h>

#include "kernel_memory.h"
#include "walkers.h"

/* fn for each page of [start, end) whose table exists. */
static void for_each_pte(struct mm *mm, vaddr_t start, vaddr_t end,
			 void (*fn)(struct mm *mm, vaddr_t addr, pte_t *ptep))
{
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		for (; addr < next; addr += page_size(mm), ptep++)
			fn(mm, addr, ptep);
	}
}

static void hash_pte(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (this_machine()->ops->hash_page)
		this_machine()->ops->hash_page(mm, addr, ptep);
}

int map_hashed_areas(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, init_mm());
	int err = map_areas(bed);

	if (!err)
		for_each_pte(init_mm(), layout.start, layout.start + layout_size(&layout),
			     hash_pte);
	return err;
}

/*
 * arch/powerpc/mm/book3s64/hash_tlb.c, __flush_hash_table_range(): an IO range of PCI is unmapped
 * on init_mm; interrupts are off, the entries stay. It does nothing but for hashed ones.
 */
static void flush_kernel_range(vaddr_t start, vaddr_t end)
{
	bool flags = local_irq_save();

	lazy_mmu_mode_enable();
	for_each_pte(init_mm(), start, end, pte_flush_hash);
	lazy_mmu_mode_disable();
	local_irq_restore(flags);
}

int run_flush_hash_range(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, init_mm());

	for (uint64_t i = 0; i < layout.nr; i++) {
		vaddr_t start = layout_part(&layout, i);
		flush_kernel_range(start, start + layout.length);
	}
	bed->calls = layout.nr;
	bed->touched = layout.nr * layout.nr_pages;
	return 0;
}

static void for_each_table(struct bed *bed, void (*visit)(struct mm *mm, struct table *table,
							  vaddr_t addr, vaddr_t end))
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	struct mm *mm = &bed_mm()->mm;
	const vaddr_t end = layout.start + layout_size(&layout);
	struct table *table;
	vaddr_t addr = layout.start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		visit(mm, table, addr, next);
		bed->calls++;
		addr = next;
	}
	bed->touched = layout.nr * layout.nr_pages;
}

/* hash_tlb.c, flush_hash_table_pmd_range(): a table is about to become a huge page. */
static void flush_table(struct mm *mm, struct table *table, vaddr_t addr, vaddr_t end)
{
	bool flags = local_irq_save();

	(void)table;
	lazy_mmu_mode_enable();
	for_each_pte(mm, addr, end, pte_flush_hash);
	lazy_mmu_mode_disable();
	local_irq_restore(flags);
}

int run_flush_hash_pmd(struct bed *bed)
{
	for_each_table(bed, flush_table);
	return 0;
}

/* arch/powerpc/mm/book3s64/subpage_prot.c, hpte_flush_range(): pte_update() that changes nothing.
 */
static void flush_locked(struct mm *mm, struct table *table, vaddr_t addr, vaddr_t end)
{
	spin_lock(&table->lock);
	lazy_mmu_mode_enable();
	for_each_pte(mm, addr, end, pte_flush_hash);
	lazy_mmu_mode_disable();
	spin_unlock(&table->lock);
}

int run_subpage_prot(struct bed *bed)
{
	for_each_table(bed, flush_locked);
	return 0;
}

/*
 * arch/arm64/mm/mmu.c, split_pmd(): a new table takes the pages of a block mapping. ASSUME: the
 * dsb between its entries and the entry above it is not worth counting.
 */
static int split_block(vaddr_t addr)
{
	struct mm *mm = init_mm();
	vaddr_t start = addr & ~(pmd_size(mm) - 1);
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	if (table)
		return 0; /* pages already */
	table = pte_alloc(mm, addr);
	if (!table)
		return -ENOMEM;
	pte_t *ptep = pte_offset(&mm->pgtable, table, start);
	for (addr = start; addr < start + pmd_size(mm); addr += page_size(mm), ptep++)
		set_pte_at(mm, addr, ptep,
			   make_pte(addr >> mm->pgtable.geometry->page_shift,
				    PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY | PTE_SPECIAL));
	return 0;
}

/* arch/arm64/mm/mmu.c, split_kernel_leaf_mapping(), v6.18: where a range begins and where it ends.
 */
int run_split_leaf(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, init_mm());
	int err = 0;

	for (uint64_t i = 0; i < layout.nr && !err; i++) {
		vaddr_t start = layout_part(&layout, i);
		lazy_mmu_mode_enable();
		err = split_block(start);
		if (!err)
			err = split_block(start + layout.length - 1);
		lazy_mmu_mode_disable();
	}
	bed->calls = layout.nr;
	bed->touched = layout.nr * layout.nr_pages;
	return err;
}

/* arch/arm64/mm/mmu.c, range_split_to_ptes(), v6.18: all blocks of a range, in one section. */
int run_split_range(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, init_mm());
	const vaddr_t end = layout_part(&layout, layout.nr - 1) + layout.length;
	int err = 0;

	lazy_mmu_mode_enable();
	for (vaddr_t addr = layout.start; addr < end && !err; addr += pmd_size(init_mm()))
		err = split_block(addr);
	lazy_mmu_mode_disable();
	bed->calls = 1;
	bed->touched = layout.nr * layout.nr_pages;
	return err;
}
