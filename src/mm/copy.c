/* SPDX-License-Identifier: MIT */
/* copy_pte_range(): fork. */
#include "walkers.h"

#include "pte_access.h"

enum {
	COPY_PROGRESS_LIMIT = 32, /* mm/memory.c: then need_resched() is looked at */
	COPY_PROGRESS_ENTRY = 8,
};

/*
 * mm/memory.c, copy_present_pte(): a private writable page becomes copy-on-write in parent and
 * child; a shared one is copied as it is, clean.
 */
static void copy_present_pte(struct mm *dst, struct mm *src, const struct vma *vma, vaddr_t addr,
			     pte_t *dst_ptep, pte_t *src_ptep, pte_t pte)
{
	if (!(vma->flags & VMA_SHARED) && pte_has(pte, PTE_WRITE)) {
		ptep_set_wrprotect(src, addr, src_ptep);
		pte = pte_clear_bits(pte, PTE_WRITE);
	}
	if (vma->flags & VMA_SHARED)
		pte = pte_clear_bits(pte, PTE_DIRTY);
	pte = pte_mkold(pte_clear_bits(pte, PTE_HASHPTE));
	page_add_rmap(pte);
	set_pte_at(dst, addr, dst_ptep, pte);
}

/* One section over both tables, under both locks. Returns where it stopped. */
static vaddr_t copy_section(struct mm *dst, struct table *dst_table, struct mm *src,
			    struct table *src_table, const struct vma *vma, vaddr_t addr,
			    vaddr_t end)
{
	pte_t *dst_ptep = pte_offset_map_lock(dst, dst_table, addr);
	pte_t *src_ptep = pte_offset_map_lock(src, src_table, addr);
	unsigned int progress = 0, nr;

	lazy_mmu_mode_enable_with_ptes(src, addr, end, src_ptep);
	for (; addr < end; addr += nr * page_size(src), dst_ptep += nr, src_ptep += nr) {
		nr = 1;
		if (progress >= COPY_PROGRESS_LIMIT) {
			progress = 0;
			if (need_resched())
				break;
		}
		pte_t pte = ptep_get(src_ptep);
		if (pte_none(pte)) {
			nr = nr_none(src, src_ptep, addr, end);
			progress += nr;
			continue;
		}
		if (pte_present(pte))
			copy_present_pte(dst, src, vma, addr, dst_ptep, src_ptep, pte);
		else
			set_pte_at(dst, addr, dst_ptep, pte);
		progress += COPY_PROGRESS_ENTRY;
	}
	lazy_mmu_mode_disable();
	pte_unmap_unlock(src_table);
	pte_unmap_unlock(dst_table);
	return addr;
}

/* mm/memory.c, vma_needs_copy(): file pages can be faulted in again. */
static bool vma_needs_copy(const struct vma *vma)
{
	return vma->flags & (VMA_PFNMAP | VMA_ANON_VMA);
}

int copy_range(struct mm_struct *dst, struct mm_struct *src, const struct vma *vma)
{
	struct table *src_table;
	vaddr_t addr = vma->start;

	if (!vma_needs_copy(vma))
		return 0;
	while ((src_table = pgtable_next(&src->mm.pgtable, addr, vma->end, &addr))) {
		vaddr_t next = pmd_addr_end(&src->mm, addr, vma->end);
		struct table *dst_table = pte_alloc(&dst->mm, addr);
		if (!dst_table)
			return -1;
		while (addr < next) {
			addr = copy_section(&dst->mm, dst_table, &src->mm, src_table, vma, addr,
					    next);
			cond_resched();
		}
	}
	return 0;
}
