/* SPDX-License-Identifier: MIT */
/* The end of an address space. */
#include "gather.h"
#include "walkers.h"

/* Linux mm/mmap.c, exit_mmap(): unmap everything in one gather of the whole mm, free the tables. */
static void exit_mmap(struct mm_struct *mm)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mmu_gather tlb;

	if (ops->exit_mmap)
		ops->exit_mmap(&mm->mm);
	tlb_gather_mmu_fullmm(&tlb, &mm->mm);
	for (const struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma))
		zap_range(&tlb, vma, vma->start, vma->end, false);
	free_pgtables(&tlb, 0, pgtable_limit(&mm->mm.pgtable), 0, pgtable_limit(&mm->mm.pgtable));
	tlb_finish_mmu(&tlb);
}

void mm_put(struct mm_struct *mm)
{
	if (--mm->users)
		return;
	exit_mmap(mm);
	mm_free(mm);
}
