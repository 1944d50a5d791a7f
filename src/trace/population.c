/* SPDX-License-Identifier: MIT */
/* Touching memory by assumption. */
#include "population.h"

#include "range.h"
#include "run_events.h"
#include "walkers.h"

const char *const population_names[NR_POPULATIONS] = {
	[POPULATION_FAULTS] = "faults",
	[POPULATION_NONE] = "none",
	[POPULATION_TOUCH] = "touch",
	[POPULATION_ALL] = "all",
};

const char *const population_meanings[NR_POPULATIONS] = {
	[POPULATION_FAULTS] = "pages are there when a fault was recorded",
	[POPULATION_NONE] = "no page is there but what syscalls populate",
	[POPULATION_TOUCH] = "of each page table that a mapping reaches, the first page is there",
	[POPULATION_ALL] = "every page that may be accessed is there, but what execve mapped",
};

struct population_limit population_limit(enum population population)
{
	if (population == POPULATION_TOUCH)
		return (struct population_limit){ "MAX_TOUCHED_TABLES", MAX_TOUCHED_TABLES };
	return (struct population_limit){ "MAX_TOUCHED", MAX_TOUCHED };
}

static bool is_touchable(const struct vma *vma)
{
	return vma->flags & VMA_PROT_MASK && !(vma->flags & VMA_HUGETLB);
}

static bool is_there(struct mm_struct *mm, vaddr_t addr)
{
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);

	return table && !pte_none(hw_read_pte(pte_offset(&mm->mm.pgtable, table, addr)));
}

static void touch_page(struct run *run, struct mm_struct *mm, const struct vma *vma, vaddr_t addr)
{
	if (is_there(mm, addr))
		return;
	run->touched++;
	access_page(mm, addr, vma->flags & VMA_WRITE ? ACCESS_WRITE : 0);
}

/* A fault may move VMAs: each page looks its own up. */
void populate(struct run *run, vaddr_t addr, uint64_t length)
{
	struct mm_struct *mm = current_mm();
	uint64_t limit = population_limit(run->population).pages;
	struct range range;

	if (run->population < POPULATION_TOUCH || !mm || !page_range(mm, addr, length, &range))
		return;
	for (addr = range.start; addr < range.end;) {
		const struct vma *vma = vma_find(&mm->vmas, addr);
		if (!vma || vma->start >= range.end)
			return;
		vaddr_t end = vma->end < range.end ? vma->end : range.end;
		addr = vma->start > addr ? vma->start : addr;
		bool touchable = is_touchable(vma);
		if (touchable && run->touched == limit) {
			run->untouched = true;
			return;
		}
		if (touchable)
			touch_page(run, mm, vma, addr);
		if (!touchable)
			addr = end;
		else if (run->population == POPULATION_TOUCH)
			addr = pmd_addr_end(&mm->mm, addr, end);
		else
			addr += page_size(&mm->mm);
	}
}
