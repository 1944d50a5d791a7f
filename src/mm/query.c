/* SPDX-License-Identifier: MIT */
/* What is known of an address space whose history may be older than the recording. */
#include "query.h"

#include "walkers.h"

/* Without a past, whatever is present was faulted in, and its VMA is there. */
bool mm_is_known(const struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	const struct vma_set *vmas = &mm->vmas;

	if (!mm->incomplete || !mm_fold_address(&mm->mm, addr, &addr))
		return true;
	vaddr_t at = addr;
	for (size_t i = vma_find(vmas, addr); i < vmas->nr && vmas->items[i].start < addr + length;
	     i++) {
		if (vmas->items[i].flags & VMA_UNSEEN || (mm->older && vmas->items[i].start > at))
			return false;
		at = vmas->items[i].end;
	}
	return !mm->older || at >= addr + length;
}

bool mm_fault_is_known(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	const struct vma *vma = vma_at(&mm->vmas, addr);

	if (vma && !(vma->flags & VMA_UNSEEN))
		return true;
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);
	if (table && !pte_none(hw_read_pte(pte_offset(&mm->mm.pgtable, table, addr))))
		return true;
	return access & ACCESS_WRITE && !(access & ACCESS_WAS_PRESENT);
}
