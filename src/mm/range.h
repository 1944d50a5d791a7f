/* SPDX-License-Identifier: MIT */
/* Ranges of the running task's address space, and what syscalls on them share. */
#ifndef LAZYMMU_MM_RANGE_H
#define LAZYMMU_MM_RANGE_H

#include "mm_struct.h"
#include "sched.h"

static inline struct mm_struct *current_mm(void)
{
	struct mm *mm = current_task()->mm;

	return mm ? mm_of(mm) : NULL;
}

struct range {
	vaddr_t start;
	vaddr_t end;
};

/* Page-aligned and inside what the tables can map; false when it makes no sense. */
static inline bool page_range(const struct mm_struct *mm, vaddr_t addr, uint64_t length,
			      struct range *ret)
{
	vaddr_t mask = page_size(&mm->mm) - 1;
	vaddr_t limit = pgtable_limit(&mm->mm.pgtable);

	if (!mm_fold_address(&mm->mm, addr, &addr) || length == 0 || length > limit - addr)
		return false;
	*ret = (struct range){ addr & ~mask, (addr + length + mask) & ~mask };
	return true;
}

/* Unmaps what is mapped there. 0 or -ENOMEM. */
int unmap_range(struct mm_struct *mm, vaddr_t start, vaddr_t end);
/* Maps what is not mapped yet: one piece for each hole. 0 or -ENOMEM. */
int fill_holes(struct mm_struct *mm, vaddr_t start, vaddr_t end, unsigned int flags);

/* The VMAs of a range get and lose flags; those that change are split off and merged. */
int change_flags(struct mm_struct *mm, struct range range, unsigned int set, unsigned int clear);

enum populate {
	POPULATE_AS_MAPPED, /* write where the kernel would, to break copy-on-write early */
	POPULATE_READ,
	POPULATE_WRITE,
};
/*
 * Touches pages one by one; -EFAULT at the first that cannot be. Nothing and -E2BIG if there are
 * more than MAX_POPULATE bytes of them.
 */
int populate_range(struct mm_struct *mm, struct range range, enum populate how);

#endif
