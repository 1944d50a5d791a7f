/* SPDX-License-Identifier: MIT */
/* mlock() and what populates memory without a fault. Linux mm/mlock.c, mm/gup.c. */
#include <errno.h>

#include "range.h"
#include "syscalls.h"
#include "walkers.h"

/* populate_vma_page_range(): private writable memory is written to, shared memory is read. */
static unsigned int populate_access(const struct vma *vma, enum populate how)
{
	bool write = how == POPULATE_AS_MAPPED
			     ? (vma->flags & (VMA_WRITE | VMA_SHARED)) == VMA_WRITE
			     : how == POPULATE_WRITE;

	return write ? ACCESS_WRITE : 0;
}

/* handle_mm_fault() may move VMAs: each page looks its own up. */
int populate_range(struct mm_struct *mm, struct range range, enum populate how)
{
	if (range.end - range.start > MAX_POPULATE)
		return -E2BIG;
	for (vaddr_t addr = range.start; addr < range.end; addr += page_size(&mm->mm)) {
		const struct vma *vma = vma_at(&mm->vmas, addr);
		if (!vma || !handle_mm_fault(mm, addr, populate_access(vma, how)))
			return -EFAULT;
	}
	return 0;
}

int mm_populate(vaddr_t addr, uint64_t length)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	return populate_range(mm, range, POPULATE_AS_MAPPED);
}

int change_flags(struct mm_struct *mm, struct range range, unsigned int set, unsigned int clear)
{
	struct vma *vma = vma_find(&mm->vmas, range.start);

	for (; vma && vma->start < range.end; vma = vma_next(vma)) {
		vaddr_t start = vma->start > range.start ? vma->start : range.start;
		vaddr_t end = vma->end < range.end ? vma->end : range.end;
		vma = vma_modify(&mm->vmas, vma, start, end, (vma->flags & ~clear) | set);
		if (!vma)
			return -ENOMEM;
	}
	return 0;
}

int mm_mlock(vaddr_t addr, uint64_t length, bool populate)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	int err = change_flags(mm, range, VMA_LOCKED, 0);
	return err || !populate ? err : populate_range(mm, range, POPULATE_AS_MAPPED);
}

int mm_munlock(vaddr_t addr, uint64_t length)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	return change_flags(mm, range, 0, VMA_LOCKED);
}
