/* SPDX-License-Identifier: MIT */
/*
 * Linux mm/kasan/shadow.c: the shadow of a vmalloc area is mapped and unmapped by callbacks of
 * apply_to_page_range(), that is inside a section. Since v6.18 they step out of it for the time of
 * their work, by leave and enter, from v7.0 on by pause and resume: they need their writes to take
 * effect at once. Their pages are allocated beforehand since then; up to v6.12 the callback
 * allocates, and may sleep (b6ea95a34cbd).
 */
#include "kasan.h"

#include "linear_map.h"
#include "pte_access.h"
#include "walkers.h"

static bool is_enabled(void)
{
	return this_machine()->config.config & CONFIG_KASAN_VMALLOC;
}

static bool steps_out(void)
{
	return this_machine()->config.kernel->kasan_steps_out;
}

/* ASSUME: the shadow lies in the last quarter of the kernel's half, one byte for eight. */
static vaddr_t shadow_of(vaddr_t addr)
{
	const struct pgtable *pgtable = &init_mm()->pgtable;
	vaddr_t quarter = pgtable_limit(pgtable) / 4;
	vaddr_t mask = ((vaddr_t)1 << pgtable->geometry->page_shift) - 1;

	return (3 * quarter + ((addr >> 3) & (quarter - 1))) & ~mask;
}

/* kasan_populate_vmalloc_pte(). */
static int populate_pte(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	uint64_t *prepared = data;
	uint64_t pfn = 0;

	if (steps_out()) {
		pfn = *prepared;
		*prepared = 0;
		lazy_mmu_mode_pause();
	} else {
		might_sleep(); /* GFP_KERNEL */
	}
	if (!pfn)
		pfn = kernel_page_alloc();
	if (pfn && pte_none(ptep_get(ptep)))
		set_pte_at(mm, addr, ptep, make_pte(pfn, PTE_PRESENT | PTE_WRITE));
	if (steps_out())
		lazy_mmu_mode_resume();
	return pfn ? 0 : -1;
}

/* kasan_depopulate_vmalloc_pte(): frees its page where it is, which may open a section (B13). */
static int depopulate_pte(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	(void)data;
	if (steps_out())
		lazy_mmu_mode_pause();
	pte_t pte = ptep_get(ptep);
	if (!pte_none(pte)) {
		ptep_get_and_clear(mm, addr, ptep);
		kernel_page_free(pte_pfn(pte));
	}
	if (steps_out())
		lazy_mmu_mode_resume();
	return 0;
}

int kasan_populate_vmalloc(vaddr_t start, vaddr_t end)
{
	vaddr_t size = page_size(init_mm());

	if (!is_enabled())
		return 0;
	for (vaddr_t addr = shadow_of(start); addr <= shadow_of(end - 1); addr += size) {
		uint64_t prepared = steps_out() ? kernel_page_alloc() : 0;
		if (apply_to_page_range(init_mm(), addr, addr + size, populate_pte, &prepared))
			return -1;
	}
	return 0;
}

void kasan_release_vmalloc(vaddr_t start, vaddr_t end)
{
	if (is_enabled())
		apply_to_page_range(init_mm(), shadow_of(start),
				    shadow_of(end - 1) + page_size(init_mm()), depopulate_pte,
				    NULL);
}
