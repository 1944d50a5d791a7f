/* SPDX-License-Identifier: MIT */
/* Address spaces and pages. */
#include "mm_struct.h"

#include <errno.h>
#include <stdlib.h>

#include "gather.h"
#include "walkers.h"

int mm_layer_attach(struct machine *machine)
{
	machine->mm_layer = machine_alloc(machine, sizeof(*machine->mm_layer));
	if (!machine->mm_layer)
		return -ENOMEM;
	machine->mm_layer->next_id = 1;
	machine->mm_layer->pages.nr = FIRST_ANON_PFN;
	return 0;
}

static void mm_free(struct mm_struct *mm)
{
	struct mm_layer *layer = mm->mm.machine->mm_layer;

	pgtable_fini(&mm->mm.pgtable);
	vma_set_fini(&mm->vmas);
	mm->next = layer->unused;
	layer->unused = mm;
}

void mm_layer_detach(struct machine *machine)
{
	struct mm_layer *layer = machine->mm_layer;

	if (!layer)
		return;
	/* Address spaces that tasks still hold. */
	struct task *task;
	for (size_t cursor = 0; (task = idmap_next(&machine->tasks, &cursor));) {
		struct mm_struct *mm = task->mm ? mm_of(task->mm) : NULL;
		task->mm = NULL;
		if (mm && --mm->users == 0)
			mm_free(mm);
	}
	while (layer->unused) {
		struct mm_struct *mm = layer->unused;
		layer->unused = mm->next;
		free(mm);
	}
	free(layer->pages.mapcount);
	free(layer->pages.unused);
	free(layer);
	machine->mm_layer = NULL;
}

struct mm_struct *mm_create(struct machine *machine)
{
	struct mm_layer *layer = machine->mm_layer;
	struct mm_struct *mm = layer->unused;

	if (mm)
		layer->unused = mm->next;
	else
		mm = machine_alloc(machine, sizeof(*mm));
	if (!mm)
		return NULL;
	*mm = (struct mm_struct){ .mm = { .machine = machine, .id = layer->next_id++ },
				  .users = 1 };
	if (pgtable_init(&mm->mm.pgtable, machine->hw->init_mm.pgtable.geometry,
			 &machine->hw->tables)) {
		machine->out_of_memory = true;
		mm->next = layer->unused;
		layer->unused = mm;
		return NULL;
	}
	return mm;
}

/* Linux mm/mmap.c, exit_mmap(): unmap everything in one gather of the whole mm, free the tables. */
static void exit_mmap(struct mm_struct *mm)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mmu_gather tlb;

	if (ops->exit_mmap)
		ops->exit_mmap(&mm->mm);
	tlb_gather_mmu_fullmm(&tlb, &mm->mm);
	for (size_t i = 0; i < mm->vmas.nr; i++)
		zap_range(&tlb, &mm->vmas.items[i], mm->vmas.items[i].start, mm->vmas.items[i].end,
			  false);
	free_pgtables(&tlb, 0, pgtable_limit(&mm->mm.pgtable), 0, pgtable_limit(&mm->mm.pgtable));
	tlb_finish_mmu(&tlb);
	for (int holder = HOLDER_TLB; holder <= HOLDER_TSB; holder++)
		translations_remove_mm(this_machine()->hw->translations, (enum holder)holder, -1,
				       &mm->mm);
}

void mm_put(struct mm_struct *mm)
{
	if (--mm->users)
		return;
	exit_mmap(mm);
	mm_free(mm);
}

static struct page_pool *pages(void)
{
	return &this_machine()->mm_layer->pages;
}

static int grow_u64(uint64_t **array, uint64_t *capacity)
{
	uint64_t larger = *capacity ? *capacity * 2 : 64;
	uint64_t *items = realloc(*array, larger * sizeof(*items));
	if (!items)
		return -ENOMEM;
	*array = items;
	*capacity = larger;
	return 0;
}

uint64_t page_alloc(void)
{
	struct page_pool *pool = pages();

	if (pool->nr_unused) {
		uint64_t pfn = pool->unused[--pool->nr_unused];
		pool->mapcount[pfn] = 1;
		return pfn;
	}
	if (pool->nr >= pool->capacity) {
		uint64_t capacity = pool->capacity ? pool->capacity * 2 : 256;
		uint32_t *mapcount = realloc(pool->mapcount, capacity * sizeof(*mapcount));
		if (!mapcount) {
			this_machine()->out_of_memory = true;
			return 0;
		}
		pool->mapcount = mapcount;
		pool->capacity = capacity;
	}
	pool->mapcount[pool->nr] = 1;
	return pool->nr++;
}

bool page_is_anon(pte_t pte)
{
	return pte_present(pte) && !(pte.val & (PTE_SPECIAL | PTE_FILE));
}

void page_add_rmap(pte_t pte)
{
	if (page_is_anon(pte))
		pages()->mapcount[pte_pfn(pte)]++;
}

void page_remove_rmap(pte_t pte)
{
	struct page_pool *pool = pages();

	if (!page_is_anon(pte) || --pool->mapcount[pte_pfn(pte)])
		return;
	if (pool->nr_unused == pool->unused_capacity &&
	    grow_u64(&pool->unused, &pool->unused_capacity)) {
		this_machine()->out_of_memory = true;
		return;
	}
	pool->unused[pool->nr_unused++] = pte_pfn(pte);
}

bool page_exclusive(pte_t pte)
{
	return page_is_anon(pte) && pages()->mapcount[pte_pfn(pte)] == 1;
}
