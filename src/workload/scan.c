/* SPDX-License-Identifier: MIT */
/* Walkers of user memory that are no syscall of src/mm. */
#include "scan.h"

#include <errno.h>

#include "folio.h"
#include "syscalls.h"
#include "user.h"
#include "walkers.h"

/* include/linux/mmzone.h */
enum { MIN_LRU_BATCH = 64 };

/* What one PTE table maps of a range. */
struct span {
	struct mm *mm;
	struct table *table;
	vaddr_t start;
	vaddr_t end;
};

/* The walk of mm/pagewalk.c: each table that exists. */
static void for_each_span(vaddr_t start, vaddr_t end, void (*visit)(const struct span *span))
{
	struct span span = { .mm = &bed_mm()->mm };
	vaddr_t addr = start;

	while ((span.table = pgtable_next(&span.mm->pgtable, addr, end, &span.start))) {
		span.end = pmd_addr_end(span.mm, span.start, end);
		visit(&span);
		addr = span.end;
	}
}

static void for_each_part(struct bed *bed, void (*visit)(const struct span *span))
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);

	for (uint64_t i = 0; i < layout.nr; i++) {
		vaddr_t start = layout_part(&layout, i);
		for_each_span(start, start + layout.length, visit);
	}
	bed->calls = layout.nr;
	bed->touched = layout.nr * layout.nr_pages;
}

/*
 * fs/proc/task_mmu.c, make_uffd_wp_pte(): a present entry is write-protected by start and commit.
 */
static bool protect_pte(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (!pte_present(ptep_get(ptep)))
		return false;
	pte_t pte = ptep_modify_prot_start(mm, addr, ptep);
	ptep_modify_prot_commit(mm, addr, ptep, pte_clear_bits(pte, PTE_WRITE));
	return true;
}

/* fs/proc/task_mmu.c, pagemap_scan_pmd_entry(), v6.7: the TLB flush comes before the leave. */
static void scan_table(const struct span *span)
{
	struct mm *mm = span->mm;
	pte_t *ptep = pte_offset_map_lock(mm, span->table, span->start);
	bool flush = false;

	lazy_mmu_mode_enable_with_ptes(mm, span->start, span->end, ptep);
	for (vaddr_t addr = span->start; addr < span->end; addr += page_size(mm), ptep++)
		flush |= protect_pte(mm, addr, ptep);
	if (flush)
		flush_tlb_range(mm, span->start, span->end);
	lazy_mmu_mode_disable();
	pte_unmap_unlock(span->table);
	cond_resched();
}

int run_pagemap_scan(struct bed *bed)
{
	for_each_part(bed, scan_table);
	return 0;
}

/*
 * mm/migrate_device.c, migrate_vma_collect_pmd(): an exclusive anonymous page is flushed by itself,
 * another is not; a migration entry takes its place. v7.0 splits a large folio between two
 * sections; before, it locked only the first page of one. Neither is modelled: it meets single
 * pages.
 */
static bool collect_pte(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t pte = ptep_get(ptep);

	if (!pte_present(pte))
		return false;
	if (page_exclusive(pte))
		ptep_clear_flush(mm, addr, ptep);
	else
		ptep_get_and_clear(mm, addr, ptep);
	set_pte_at(mm, addr, ptep, make_pte(pte_pfn(pte), PTE_SWAP));
	return true;
}

static void collect_table(const struct span *span)
{
	struct mm *mm = span->mm;
	pte_t *ptep = pte_offset_map_lock(mm, span->table, span->start);
	bool unmapped = false;

	lazy_mmu_mode_enable();
	for (vaddr_t addr = span->start; addr < span->end; addr += page_size(mm), ptep++)
		unmapped |= collect_pte(mm, addr, ptep);
	if (unmapped)
		flush_tlb_range(mm, span->start, span->end);
	lazy_mmu_mode_disable();
	pte_unmap_unlock(span->table);
}

int run_migrate_collect(struct bed *bed)
{
	for_each_part(bed, collect_table);
	return 0;
}

int populate_and_map_target(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	struct mm *mm = &bed_mm()->mm;
	const vaddr_t end = LAYOUT_TARGET + layout_size(&layout);
	int err = populate_calls(bed);

	if (!err)
		err = mm_mmap(LAYOUT_TARGET, layout_size(&layout), VMA_READ | VMA_WRITE);
	for (vaddr_t addr = LAYOUT_TARGET; addr < end && !err; addr = pmd_addr_end(mm, addr, end))
		err = pte_alloc(mm, addr) ? 0 : -ENOMEM;
	return err;
}

/*
 * mm/userfaultfd.c, move_present_ptes(), v6.18: under both locks, flushed after the section.
 * ASSUME: every folio can be locked, so that a table is one section. A large one is split before,
 * and the section ends where the next is; that split is not modelled.
 */
static void move_table(const struct span *span)
{
	struct mm *mm = span->mm;
	vaddr_t to = span->start - LAYOUT_START + LAYOUT_TARGET;
	struct table *target = pgtable_find(&mm->pgtable, to, LEVEL_PTE);
	pte_t *dst = pte_offset_map_lock(mm, target, to);
	pte_t *src = pte_offset_map_lock(mm, span->table, span->start);

	lazy_mmu_mode_enable();
	for (vaddr_t addr = span->start; addr < span->end;
	     addr += page_size(mm), to += page_size(mm), src++, dst++) {
		if (!pte_present(ptep_get(src)))
			continue;
		pte_t pte = ptep_get_and_clear(mm, addr, src);
		set_pte_at(mm, to, dst, pte_set(pte_clear_bits(pte, PTE_HASHPTE), PTE_DIRTY));
	}
	lazy_mmu_mode_disable();
	flush_tlb_range(mm, span->start, span->end);
	pte_unmap_unlock(span->table);
	pte_unmap_unlock(target);
}

int run_uffd_move(struct bed *bed)
{
	for_each_part(bed, move_table);
	return 0;
}

static void clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (pte_present(ptep_get(ptep)))
		ptep_test_and_clear_young(mm, addr, ptep);
}

/*
 * The entries from ptep on that MGLRU ages at once: from v7.1 on those of a folio. *pte: the first,
 * young if any of them is.
 */
static unsigned int aged_at_once(const pte_t *ptep, unsigned int room, pte_t *pte)
{
	*pte = ptep_get(ptep);
	if (!this_machine()->config.kernel->look_around_batches)
		return 1;
	return folio_pte_batch(ptep, pte, room, 0);
}

/*
 * mm/vmscan.c: an old page is passed over where no MMU notifier listens (get_pte_pfn(); in v6.1 the
 * loops look themselves). v7.1 clears behind a young one the rest of its folio, young or not
 * (test_and_clear_young_ptes()). Nothing is flushed.
 */
static void age_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	unsigned int nr;
	pte_t pte;

	for (; addr < end; addr += nr * page_size(mm), ptep += nr) {
		nr = 1;
		if (!pte_has(ptep_get(ptep), PTE_YOUNG))
			continue;
		nr = aged_at_once(ptep, nr_ptes(mm, addr, end), &pte);
		for (unsigned int i = 0; i < nr; i++)
			clear_young(mm, addr + i * page_size(mm), &ptep[i]);
	}
}

/* mm/vmscan.c, walk_pte_range() */
static void age_table(const struct span *span)
{
	struct mm *mm = span->mm;
	pte_t *ptep = pte_offset_map_lock(mm, span->table, span->start);

	lazy_mmu_mode_enable();
	age_ptes(mm, span->start, span->end, ptep);
	lazy_mmu_mode_disable();
	pte_unmap_unlock(span->table);
}

int run_mglru_ptes(struct bed *bed)
{
	for_each_part(bed, age_table);
	return 0;
}

/*
 * mm/vmscan.c, walk_pmd_range_locked(): one section for up to 64 entries above PTE tables, under
 * the lock of their table. ASSUME: none is a huge page, so that no backend has anything to hold
 * back: what is left is the section.
 */
int run_mglru_pmds(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	struct mm *mm = &bed_mm()->mm;
	const vaddr_t end = layout.start + layout_size(&layout);
	struct table *table;
	vaddr_t addr = layout.start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		spin_lock(&table->parent->lock);
		lazy_mmu_mode_enable();
		lazy_mmu_mode_disable();
		spin_unlock(&table->parent->lock);
		addr = (addr & ~(pmd_size(mm) - 1)) + MIN_LRU_BATCH * pmd_size(mm);
		bed->calls++;
	}
	bed->touched = layout.nr * layout.nr_pages;
	return 0;
}

/*
 * mm/vmscan.c, lru_gen_look_around(): reclaim has cleared the young bit of one page before the
 * section, from v7.1 on of all pages of its folio; its neighbours follow in it, 64 pages in all.
 * Nobody looks around one that was old: mm/rmap.c, folio_referenced_one(), asks before the call,
 * from v6.13 on the function itself. The caller holds the lock. Returns where the next page is that
 * reclaim comes to.
 */
static vaddr_t look_around(const struct span *span, vaddr_t start)
{
	struct mm *mm = span->mm;
	const vaddr_t size = page_size(mm), window = start + MIN_LRU_BATCH * size;
	const vaddr_t end = window < span->end ? window : span->end;
	pte_t *first = pte_offset_map_lock(mm, span->table, start);
	pte_t pte;
	unsigned int nr = aged_at_once(first, nr_ptes(mm, start, span->end), &pte);

	for (unsigned int i = 0; i < nr; i++)
		clear_young(mm, start + i * size, &first[i]);
	if (!pte_has(pte, PTE_YOUNG)) {
		pte_unmap_unlock(span->table);
		return start + nr * size;
	}
	lazy_mmu_mode_enable();
	age_ptes(mm, start, end, first);
	lazy_mmu_mode_disable();
	pte_unmap_unlock(span->table);
	return end > start + nr * size ? end : start + nr * size;
}

static void look_around_table(const struct span *span)
{
	vaddr_t addr = span->start;

	while (addr < span->end)
		addr = look_around(span, addr);
}

int run_mglru_look_around(struct bed *bed)
{
	for_each_part(bed, look_around_table);
	return 0;
}
