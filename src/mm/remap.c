/* SPDX-License-Identifier: MIT */
/* mremap(). Linux mm/mremap.c. */
#include <errno.h>

#include "range.h"
#include "syscalls.h"
#include "walkers.h"

/* mm/mremap.c, move_vma(): the pages move, the old place is unmapped unless the caller keeps it. */
static int move_vma(struct mm_struct *mm, struct range old, struct range new, bool keep)
{
	if (vma_split(&mm->vmas, old.start) || vma_split(&mm->vmas, old.end))
		return -ENOMEM;
	const struct vma *vma = vma_at(&mm->vmas, old.start);
	unsigned int flags = vma ? vma->flags : VMA_READ | VMA_WRITE | VMA_UNSEEN;
	vaddr_t length = old.end - old.start;

	if (length > new.end - new.start)
		length = new.end - new.start;
	int err = vma_insert(&mm->vmas, (struct vma){ new.start, new.end, flags });
	if (err)
		return err;
	if (move_page_tables(mm, old.start, new.start, length))
		return -ENOMEM;
	return keep ? 0 : unmap_range(mm, old.start, old.end);
}

int mm_mremap(vaddr_t addr, uint64_t old_length, uint64_t new_length, vaddr_t new_addr, bool keep)
{
	struct mm_struct *mm = current_mm();
	struct range old, new;

	if (!mm || !page_range(mm, addr, old_length ? old_length : 1, &old) ||
	    !page_range(mm, new_addr, new_length, &new))
		return -EINVAL;
	/* mm/mremap.c, mremap_to(): the target is unmapped first, then the tail of a shrinking
	 * move. */
	if (new.start != old.start) {
		int err = unmap_range(mm, new.start, new.end);
		if (err)
			return err;
	}
	if (new.end - new.start < old.end - old.start) {
		vaddr_t tail = old.start + (new.end - new.start);
		int err = unmap_range(mm, tail, old.end);
		if (err)
			return err;
		old.end = tail;
	}
	if (new.start != old.start)
		return move_vma(mm, old, new, keep);
	if (new.end <= old.end)
		return 0;
	const struct vma *vma = vma_at(&mm->vmas, old.end - 1);
	return fill_holes(mm, old.end, new.end, vma ? vma->flags : VMA_READ | VMA_WRITE);
}
