/* SPDX-License-Identifier: MIT */
/* mremap(). Linux mm/mremap.c. */
#include <errno.h>

#include "range.h"
#include "syscalls.h"
#include "walkers.h"

/*
 * mm/mremap.c, move_vma(): the pages move, the old place is unmapped unless the caller keeps it. A
 * whole VMA that is kept has no anonymous page left (unlink_anon_vmas()).
 */
static int move_vma(struct mm_struct *mm, struct range old, struct range new, bool keep)
{
	const struct vma *vma = vma_at(&mm->vmas, old.start);
	unsigned int flags = vma ? vma->flags : VMA_READ | VMA_WRITE | VMA_UNSEEN;
	bool whole = vma && vma->start == old.start && vma->end == old.end;
	int err = vma_insert(&mm->vmas, new.start, new.end, flags);

	if (err)
		return err;
	if (move_page_tables(mm, old.start, new.start, old.end - old.start))
		return -ENOMEM;
	if (!keep)
		return unmap_range(mm, old.start, old.end);
	struct vma *kept = vma_at(&mm->vmas, old.start);
	if (whole && kept && kept->start == old.start && kept->end == old.end)
		kept->flags &= ~(unsigned int)VMA_ANON_VMA;
	return 0;
}

/* mremap_to(): the target is unmapped first, then the tail of a shrinking move. */
static int remap_to(struct mm_struct *mm, struct range old, struct range new, bool keep)
{
	int err = unmap_range(mm, new.start, new.end);

	if (!err && new.end - new.start < old.end - old.start) {
		vaddr_t tail = old.start + (new.end - new.start);
		err = unmap_range(mm, tail, old.end);
		old.end = tail;
	}
	return err ? err : move_vma(mm, old, new, keep);
}

/* remap_move(), v6.17: one move for each VMA of the range, holes stay. Older kernels refuse two. */
static int remap_all(struct mm_struct *mm, struct range old, struct range new, bool keep)
{
	int err = 0;

	for (vaddr_t at = old.start; at < old.end && !err;) {
		const struct vma *vma = vma_find(&mm->vmas, at);
		if (!vma || vma->start >= old.end)
			break;
		vaddr_t start = vma->start > at ? vma->start : at;
		at = vma->end < old.end ? vma->end : old.end;
		vaddr_t to = new.start + (start - old.start);
		err = remap_to(mm, (struct range){ start, at },
			       (struct range){ to, to + (at - start) }, keep);
	}
	return err;
}

static int resize(struct mm_struct *mm, struct range old, struct range new)
{
	const struct vma *vma = vma_at(&mm->vmas, old.end - 1);

	if (new.end < old.end)
		return unmap_range(mm, new.end, old.end);
	return fill_holes(mm, old.end, new.end, vma ? vma->flags : VMA_READ | VMA_WRITE);
}

/* An old length of 0 makes a second mapping of shared memory: no page moves. */
static int duplicate(struct mm_struct *mm, vaddr_t old_addr, struct range new)
{
	struct vma *vma = vma_at(&mm->vmas, old_addr);
	unsigned int flags = vma ? vma->flags | VMA_CACHED : VMA_READ | VMA_WRITE | VMA_UNSEEN;
	if (vma)
		vma->flags = flags;
	int err = unmap_range(mm, new.start, new.end);

	return err ? err : vma_insert(&mm->vmas, new.start, new.end, flags);
}

/* What grows of locked memory is populated, as far as it can be. 0 or -E2BIG. */
static int populate_tail(struct mm_struct *mm, vaddr_t start, vaddr_t end)
{
	const struct vma *vma = vma_at(&mm->vmas, start);

	if (start >= end || !vma || !(vma->flags & VMA_LOCKED))
		return 0;
	int err = populate_range(mm, (struct range){ start, end }, POPULATE_AS_MAPPED);
	return err == -E2BIG ? err : 0;
}

int mm_mremap(vaddr_t addr, uint64_t old_length, uint64_t new_length, vaddr_t new_addr, bool keep)
{
	struct mm_struct *mm = current_mm();
	struct range old, new;
	int err;

	if (!mm || !page_range(mm, addr, old_length ? old_length : 1, &old) ||
	    !page_range(mm, new_addr, new_length, &new))
		return -EINVAL;
	uint64_t length = old.end - old.start;
	/* mremap_to(): the two places must not overlap. */
	if (new.start != old.start && old.end > new.start &&new.end > old.start)
		return -EINVAL;
	if (!old_length)
		return duplicate(mm, old.start, new);
	if (new.start == old.start)
		err = resize(mm, old, new);
	else if (new.end - new.start == length && vma_at(&mm->vmas, old.start))
		err = remap_all(mm, old, new, keep);
	else
		err = remap_to(mm, old, new, keep);
	return err ? err : populate_tail(mm, new.start + length, new.end);
}
