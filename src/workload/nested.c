/* SPDX-License-Identifier: MIT */
/*
 * mm/memory.c, apply_to_pte_range(), with a callback that changes the protection of each entry and
 * now and then calls something that opens sections of its own. DEBUG_PAGEALLOC does that on arm64
 * (log of 1ef3095b1405), where the outer section holds nothing back; here it always does. The inner
 * sections write nothing, so that all that they cost is that they are there.
 */
#include "nested.h"

#include "kernel_memory.h"
#include "pte_access.h"
#include "user.h"
#include "walkers.h"

/* A new entry of the kernel, as arm64 and Xen hold it back; the others change user memory. */
static bool walks_kernel_memory(void)
{
	return must_defer(PTE_OP_SET, init_mm(), (pte_t){ 0 },
			  make_pte(1, PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY));
}

int map_nested(struct bed *bed)
{
	return walks_kernel_memory() ? map_areas(bed) : populate_calls(bed);
}

struct nest {
	uint64_t pages; /* for each of the callee's calls, which comes in the middle; 0: none */
	uint64_t depth; /* of its sections */
	uint64_t nr;	/* pages so far */
};

static void call_callee(const struct nest *nest)
{
	for (uint64_t i = 0; i < nest->depth; i++)
		lazy_mmu_mode_enable();
	for (uint64_t i = 0; i < nest->depth; i++)
		lazy_mmu_mode_disable();
}

static void make_readonly(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (is_init_mm(mm)) {
		set_pte_at(mm, addr, ptep, pte_clear_bits(ptep_get(ptep), PTE_WRITE));
	} else {
		pte_t pte = ptep_modify_prot_start(mm, addr, ptep);
		ptep_modify_prot_commit(mm, addr, ptep, pte_clear_bits(pte, PTE_WRITE));
	}
}

static int change_entry(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	struct nest *nest = data;

	if (pte_none(ptep_get(ptep)))
		return 0;
	if (nest->pages && nest->nr++ % nest->pages == nest->pages / 2)
		call_callee(nest);
	make_readonly(mm, addr, ptep);
	return 0;
}

int run_nested(struct bed *bed)
{
	struct mm *mm = walks_kernel_memory() ? init_mm() : &bed_mm()->mm;
	const struct layout layout = layout_calls(bed, mm);
	struct nest nest = { .pages = bed->params->n[PARAM_NEST],
			     .depth = bed->params->n[PARAM_DEPTH] };
	int err = 0;

	for (uint64_t i = 0; i < layout.nr && !err; i++) {
		vaddr_t start = layout_part(&layout, i);
		err = apply_to_page_range(mm, start, start + layout.length, change_entry, &nest);
		bed->calls++;
		bed->touched += layout.nr_pages;
	}
	return err;
}
