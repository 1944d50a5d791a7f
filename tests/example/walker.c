/* SPDX-License-Identifier: MIT */
#include "walker.h"

#include <errno.h>

static void wrprotect_pte(struct vm_area_struct *vma, unsigned long addr, pte_t *pte)
{
	pte_t old = ptep_modify_prot_start(vma, addr, pte);

	ptep_modify_prot_commit(vma, addr, pte, old, pte_wrprotect(old));
}

int wrprotect_range(struct vm_area_struct *vma, unsigned long addr, unsigned long end)
{
	unsigned long start = addr;
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *start_pte, *pte;
	spinlock_t *ptl;
	int err = 0;

	if (!pmd)
		return -ENOENT;
	start_pte = pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
	lazy_mmu_mode_enable();
	for (; addr < end; addr += PAGE_SIZE, pte++) {
		pte_t old = ptep_get(pte);

		if (pte_special(old)) {
			err = -EINVAL;
			break;
		}
		if (pte_present(old))
			wrprotect_pte(vma, addr, pte);
	}
	lazy_mmu_mode_disable();
	pte_unmap_unlock(start_pte, ptl);
	flush_tlb_range(vma, start, addr);
	return err;
}

int wrprotect_range_leaky(struct vm_area_struct *vma, unsigned long addr, unsigned long end)
{
	unsigned long start = addr;
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *start_pte, *pte;
	spinlock_t *ptl;

	if (!pmd)
		return -ENOENT;
	start_pte = pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
	lazy_mmu_mode_enable();
	for (; addr < end; addr += PAGE_SIZE, pte++) {
		pte_t old = ptep_get(pte);

		if (pte_special(old)) {
			pte_unmap_unlock(start_pte, ptl);
			return -EINVAL;
		}
		if (pte_present(old))
			wrprotect_pte(vma, addr, pte);
	}
	lazy_mmu_mode_disable();
	pte_unmap_unlock(start_pte, ptl);
	flush_tlb_range(vma, start, end);
	return 0;
}

void map_kernel_range(unsigned long addr, unsigned long end, unsigned long pfn)
{
	pte_t *pte = pte_offset_kernel(mm_find_pmd(&init_mm, addr), addr);

	lazy_mmu_mode_enable();
	for (; addr < end; addr += PAGE_SIZE)
		set_pte_at(&init_mm, addr, pte++, pfn_pte(pfn++, PAGE_KERNEL));
	lazy_mmu_mode_disable();
}
