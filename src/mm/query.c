/* SPDX-License-Identifier: MIT */
/* What is known of an address space whose history may be older than the recording. */
#include "query.h"

#include "walkers.h"

/* Without a past, whatever is present was faulted in, and its VMA is there. */
bool mm_is_known(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	struct vma_set *vmas = &mm->vmas;

	if (!mm->incomplete || !mm_fold_address(&mm->mm, addr, &addr))
		return true;
	vaddr_t at = addr;
	for (const struct vma *vma = vma_find(vmas, addr); vma && vma->start < addr + length;
	     vma = vma_next(vma)) {
		if (vma->flags & VMA_UNSEEN || (mm->older && vma->start > at))
			return false;
		at = vma->end;
	}
	return !mm->older || at >= addr + length;
}

static bool is_none(struct mm_struct *mm, vaddr_t addr)
{
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);

	return !table || pte_none(hw_read_pte(pte_offset(&mm->mm.pgtable, table, addr)));
}

bool mm_fault_is_known(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	const struct vma *vma = vma_at(&mm->vmas, addr);

	if ((vma && !(vma->flags & VMA_UNSEEN)) || !is_none(mm, addr))
		return true;
	return access & ACCESS_WRITE && !(access & ACCESS_WAS_PRESENT);
}

bool mm_is_mapped(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	const struct vma *vma =
		mm_fold_address(&mm->mm, addr, &addr) ? vma_find(&mm->vmas, addr) : NULL;

	return vma && vma->start < addr + length;
}

bool mm_is_one_vma(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	const struct vma *vma =
		mm_fold_address(&mm->mm, addr, &addr) ? vma_at(&mm->vmas, addr) : NULL;

	return vma && vma->end >= addr + length;
}

vaddr_t mm_first_hole(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	const struct vma *vma;
	vaddr_t start = addr, folded;

	if (!mm_fold_address(&mm->mm, addr, &folded))
		return addr;
	for (; addr < start + length; addr += vma->end - folded, folded = vma->end) {
		vma = vma_at(&mm->vmas, folded);
		if (!vma)
			return addr;
	}
	return start + length;
}

bool mm_maps_files(struct mm_struct *mm)
{
	for (const struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma)) {
		if (vma->flags & VMA_FILE)
			return true;
	}
	return false;
}

/* mm/filemap.c, filemap_map_pages() is map_pages() of shared memory, too (mm/shmem.c). */
bool mm_fault_maps_cache(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	const unsigned int cached = VMA_SHARED | VMA_CACHED;
	const struct vma *vma = vma_at(&mm->vmas, addr);

	if (!vma || (vma->flags & (cached | VMA_FILE)) != cached || access & ACCESS_WRITE)
		return false;
	return is_none(mm, addr);
}

static bool is_old(pte_t pte)
{
	return pte_present(pte) && !(pte.val & (PTE_SPECIAL | PTE_YOUNG));
}

/* A hash MMU takes a fault for the first access, which is recorded. */
bool mm_has_old_pages(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	struct mm *tables = &mm->mm;
	struct table *table;

	if (this_machine()->ops->hash_page || !mm_fold_address(tables, addr, &addr))
		return false;
	vaddr_t end = addr + length;
	while ((table = pgtable_next(&tables->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(tables, addr, end);
		for (; addr < next; addr += page_size(tables)) {
			if (is_old(hw_read_pte(pte_offset(&tables->pgtable, table, addr))))
				return true;
		}
	}
	return false;
}
