/* SPDX-License-Identifier: MIT */
/*
 * Linux mm/kasan/shadow.c: the shadow of a vmalloc area is mapped and unmapped by callbacks of
 * apply_to_page_range(), that is inside a section. Since v6.17 (c519c3c0a113) they step out of it
 * for the time of their work, by leave and enter, from v7.0 on by pause and resume: they need their
 * writes to take effect at once. Their pages are allocated beforehand since v6.15 (b6ea95a34cbd);
 * before that the callback allocates, and may sleep. ASSUME: 6.1.192 and 6.12.107 do not carry that
 * fix.
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

static bool prepares_pages(void)
{
	return this_machine()->config.kernel->kasan_prepares;
}

/* ASSUME: the shadow lies in the last quarter of the kernel's half, one byte for eight. */
static vaddr_t shadow_of(vaddr_t addr)
{
	const struct pgtable *pgtable = &init_mm()->pgtable;
	vaddr_t quarter = pgtable_limit(pgtable) / 4;
	vaddr_t mask = ((vaddr_t)1 << pgtable->geometry->page_shift) - 1;

	return (3 * quarter + ((addr >> 3) & (quarter - 1))) & ~mask;
}

/* Pages that a populate run may use; they stand for vmalloc's alloc_pages_bulk(). */
enum { MAX_PREPARED = 512 };

struct prepared {
	uint64_t pfns[MAX_PREPARED];
	size_t nr;
};

/* kasan_populate_vmalloc_pte(), under init_mm's page_table_lock. */
static int populate_pte(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	struct prepared *prepared = data;

	if (steps_out())
		lazy_mmu_mode_pause();
	if (pte_none(ptep_get(ptep))) {
		if (!prepares_pages())
			might_sleep(); /* GFP_KERNEL */
		uint64_t pfn = prepared->nr ? prepared->pfns[--prepared->nr] : kernel_page_alloc();
		spin_lock(&mm->page_table_lock);
		if (pfn)
			set_pte_at(mm, addr, ptep,
				   make_pte(pfn, PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY));
		spin_unlock(&mm->page_table_lock);
	}
	if (steps_out())
		lazy_mmu_mode_resume();
	return this_machine()->out_of_memory ? -1 : 0;
}

/*
 * kasan_depopulate_vmalloc_pte(): a pte_clear() under the same lock; frees its page where it is,
 * which may open a section (B13).
 */
static int depopulate_pte(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	(void)data;
	if (steps_out())
		lazy_mmu_mode_pause();
	spin_lock(&mm->page_table_lock);
	pte_t pte = ptep_get(ptep);
	if (!pte_none(pte))
		pte_clear(mm, addr, ptep);
	spin_unlock(&mm->page_table_lock);
	if (!pte_none(pte))
		kernel_page_free(pte_pfn(pte));
	if (steps_out())
		lazy_mmu_mode_resume();
	return 0;
}

/* __kasan_populate_vmalloc(): as many pages at a time as one page of pointers holds. */
static int populate_some(vaddr_t start, vaddr_t end)
{
	struct prepared prepared = { .nr = 0 };
	vaddr_t size = page_size(init_mm());

	for (vaddr_t addr = start; prepares_pages() && addr < end; addr += size)
		prepared.pfns[prepared.nr++] = kernel_page_alloc();
	int err = apply_to_page_range(init_mm(), start, end, populate_pte, &prepared);
	while (prepared.nr)
		kernel_page_free(prepared.pfns[--prepared.nr]);
	return err;
}

int kasan_populate_vmalloc(vaddr_t start, vaddr_t end)
{
	vaddr_t size = page_size(init_mm());
	vaddr_t shadow_end = shadow_of(end - 1) + size;

	if (!is_enabled())
		return 0;
	for (vaddr_t addr = shadow_of(start); addr < shadow_end;) {
		vaddr_t next = addr + MAX_PREPARED * size;
		next = next < shadow_end ? next : shadow_end;
		if (populate_some(addr, next))
			return -1;
		addr = next;
	}
	return 0;
}

/* kasan_release_vmalloc(): only pages that hold nobody else's shadow. */
void kasan_release_vmalloc(vaddr_t start, vaddr_t end)
{
	vaddr_t size = page_size(init_mm());
	vaddr_t first = shadow_of(start + 8 * size - 1), last = shadow_of(end);

	if (is_enabled() && first < last)
		apply_to_page_range(init_mm(), first, last, depopulate_pte, NULL);
}
