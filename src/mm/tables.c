/* SPDX-License-Identifier: MIT */
/* Making and freeing page tables. */
#include "walkers.h"

/*
 * Linux include/linux/mm.h, pmd_lock() (USE_SPLIT_PMD_PTLOCKS) and pud_lock(): PMD tables have
 * locks of their own, the levels above share the mm's. NULL: none. The tables of init_mm are made
 * without: those of the linear map, which are made in the middle of sections here, exist since
 * boot.
 */
static struct spinlock *lock_of_table(struct mm *mm, struct table *table)
{
	if (is_init_mm(mm))
		return NULL;
	return table->level == LEVEL_PMD ? &table->lock : &mm->page_table_lock;
}

/* The page becomes a page table (paravirt_alloc_*()), then the entry above is set. */
static void populate(struct mm *mm, struct table *table, vaddr_t addr, struct table *child)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct spinlock *lock = lock_of_table(mm, table);

	if (lock)
		spin_lock(lock);
	if (ops->alloc_table)
		ops->alloc_table(mm, child);
	if (ops->set_table)
		ops->set_table(mm, table->level, addr, child);
	if (lock)
		spin_unlock(lock);
}

/* Linux mm/memory.c, __pud_alloc(), __pmd_alloc(), __pte_alloc(). */
struct table *table_alloc(struct mm *mm, vaddr_t addr, int level)
{
	struct table *table = mm->pgtable.root;

	while (table->level > level) {
		struct table *child = pgtable_child(&mm->pgtable, table, addr);
		if (!child) {
			child = pgtable_add(&mm->pgtable, table, addr);
			if (!child) {
				this_machine()->out_of_memory = true;
				return NULL;
			}
			populate(mm, table, addr, child);
		}
		table = child;
	}
	return table;
}

struct table *pte_table_from_boot(struct mm *mm, vaddr_t addr)
{
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	if (!table)
		table = mm->pgtable.root;
	while (table && table->level > LEVEL_PTE) {
		struct table *child = pgtable_child(&mm->pgtable, table, addr);
		table = child ? child : pgtable_add(&mm->pgtable, table, addr);
	}
	if (!table)
		this_machine()->out_of_memory = true;
	return table;
}

struct table *pte_alloc(struct mm *mm, vaddr_t addr)
{
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	return table ? table : table_alloc(mm, addr, LEVEL_PTE);
}

static void free_table(struct mmu_gather *tlb, struct table *table, vaddr_t addr)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mm *mm = tlb->mm;

	if (ops->set_table)
		ops->set_table(mm, table->level + 1, addr, NULL);
	if (ops->release_table)
		ops->release_table(mm, table);
	tlb_remove_table(tlb, table->level, addr);
	pgtable_remove(&mm->pgtable, table);
}

/* The span of a level around addr lies within [floor, ceiling) and can be freed. */
static bool span_is_free(const struct mm *mm, int level, vaddr_t addr, vaddr_t floor,
			 vaddr_t ceiling)
{
	vaddr_t span = (vaddr_t)1 << mm->pgtable.shift[level + 1];
	vaddr_t first = addr & ~(span - 1);

	return first >= floor && first + span <= ceiling;
}

/* PTE tables hold zapped entries only: nothing in them counts any more. */
static void free_empty_parents(struct mmu_gather *tlb, struct table *parent, vaddr_t addr,
			       vaddr_t floor, vaddr_t ceiling)
{
	while (parent->parent && parent->nr == 0 &&
	       span_is_free(tlb->mm, parent->level, addr, floor, ceiling)) {
		struct table *above = parent->parent;
		free_table(tlb, parent, addr);
		parent = above;
	}
}

/* mm/memory.c, free_pgd_range(): ranges start at a PMD boundary. */
void free_pgtables(struct mmu_gather *tlb, vaddr_t start, vaddr_t end, vaddr_t floor,
		   vaddr_t ceiling)
{
	struct mm *mm = tlb->mm;
	struct pgtable *pgtable = &mm->pgtable;
	vaddr_t size = pmd_size(mm);
	vaddr_t addr = start & ~(size - 1);
	vaddr_t first = addr;
	struct table *table;

	while ((table = pgtable_next(pgtable, addr, end, &addr))) {
		addr &= ~(size - 1);
		struct table *parent = table->parent;
		if (span_is_free(mm, LEVEL_PTE, addr, floor, ceiling))
			free_table(tlb, table, addr);
		/* A parent goes when the walk leaves it: its last table in the range was just seen.
		 */
		vaddr_t next;
		struct table *following = pgtable_next(pgtable, addr + size, end, &next);
		if (!following || following->parent != parent)
			free_empty_parents(tlb, parent, first, floor, ceiling);
		if (following && following->parent != parent)
			first = next & ~(size - 1);
		addr += size;
	}
}
