/* SPDX-License-Identifier: MIT */
/* Workloads of user memory: the syscall on each part, one after the other. */
#include "user.h"

#include <errno.h>

#include "syscalls.h"
#include "walkers.h"

int populate_calls(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);

	return bed_populate(bed, &layout);
}

int populate_tables(struct bed *bed)
{
	const struct layout layout = layout_tables(bed, &bed_mm()->mm);

	return bed_populate(bed, &layout);
}

int map_calls(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);

	return mm_mmap(layout.start, layout_size(&layout), VMA_READ | VMA_WRITE | VMA_PFNMAP);
}

static int for_each_part(struct bed *bed, int (*call)(vaddr_t start, vaddr_t length))
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	int err = 0;

	for (uint64_t i = 0; i < layout.nr && !err; i++) {
		err = call(layout_part(&layout, i), layout.length);
		bed->calls++;
		bed->touched += layout.nr_pages;
	}
	return err;
}

int run_munmap(struct bed *bed)
{
	return for_each_part(bed, mm_munmap);
}

static int make_readonly(vaddr_t start, vaddr_t length)
{
	return mm_mprotect(start, length, VMA_READ);
}

int run_mprotect(struct bed *bed)
{
	return for_each_part(bed, make_readonly);
}

/* Whole tables would move by their PMD entries, so they are cut in the middle. */
static int move(vaddr_t start, vaddr_t length)
{
	const vaddr_t table = pmd_size(&bed_mm()->mm);
	vaddr_t target = start - LAYOUT_START + LAYOUT_TARGET;

	if (length >= table)
		target += table / 2;
	return mm_mremap(start, length, length, target, false);
}

int run_mremap(struct bed *bed)
{
	return for_each_part(bed, move);
}

static int advise_cold(vaddr_t start, vaddr_t length)
{
	return mm_madvise(start, length, ADVICE_COLD);
}

static int advise_pageout(vaddr_t start, vaddr_t length)
{
	return mm_madvise(start, length, ADVICE_PAGEOUT);
}

static int advise_free(vaddr_t start, vaddr_t length)
{
	return mm_madvise(start, length, ADVICE_FREE);
}

static int advise_dontneed(vaddr_t start, vaddr_t length)
{
	return mm_madvise(start, length, ADVICE_DONTNEED);
}

int run_madv_cold(struct bed *bed)
{
	return for_each_part(bed, advise_cold);
}

int run_madv_pageout(struct bed *bed)
{
	return for_each_part(bed, advise_pageout);
}

int run_madv_free(struct bed *bed)
{
	return for_each_part(bed, advise_free);
}

int run_madv_dontneed(struct bed *bed)
{
	return for_each_part(bed, advise_dontneed);
}

enum { CHILD = 200 };

int run_fork(struct bed *bed)
{
	bed->calls = 1;
	bed->touched = bed_pages(bed);
	return mm_fork(CHILD, false) ? 0 : -ENOMEM;
}

/* The last one tears it down. */
int populate_and_end_threads(struct bed *bed)
{
	int err = populate_tables(bed);

	bed_end_threads(bed);
	return err;
}

int run_exit(struct bed *bed)
{
	bed->calls = 1;
	bed->touched = bed_pages(bed);
	mm_exit();
	return 0;
}

/*
 * A first write to each page, or folio: no section is opened, so it is what batching cannot help.
 */
int run_fault(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);

	if (mm_mmap(layout.start, layout_size(&layout), VMA_READ | VMA_WRITE))
		return -ENOMEM;
	for (uint64_t i = 0; i < layout.nr; i++) {
		for (uint64_t j = 0; j < layout.nr_pages; j += layout.folio) {
			if (!handle_mm_fault(bed_mm(), layout_page(&layout, i, j), ACCESS_WRITE))
				return -ENOMEM;
		}
	}
	bed->touched = layout.nr * layout.nr_pages;
	bed->calls = bed->touched / layout.folio;
	return 0;
}

static int map_device(vaddr_t start, vaddr_t length)
{
	return remap_range(bed_mm(), start, start + length);
}

int run_remap_pfn(struct bed *bed)
{
	return for_each_part(bed, map_device);
}

/* drivers/gpu/drm/i915/i915_mm.c, remap_pfn(): a special entry. */
static int set_special(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_YOUNG | PTE_SPECIAL;

	(void)data;
	set_pte_at(mm, addr, ptep,
		   make_pte(FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift), bits));
	return 0;
}

static int map_by_callback(vaddr_t start, vaddr_t length)
{
	return apply_to_page_range(&bed_mm()->mm, start, start + length, set_special, NULL);
}

int run_apply(struct bed *bed)
{
	return for_each_part(bed, map_by_callback);
}

/*
 * fs/exec.c (v6.16: mm/vma_exec.c), relocate_vma_down(): the pages of the argument strings move
 * down by less than a table, onto a range that may overlap. ASSUME: by a quarter of a table.
 */
int run_stack_move(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	const vaddr_t down = pmd_size(&bed_mm()->mm) / 4;

	bed->calls = 1;
	bed->touched = layout.nr * layout.nr_pages;
	return move_page_tables(bed_mm(), layout.start, layout.start - down, layout_size(&layout))
		       ? -ENOMEM
		       : 0;
}
