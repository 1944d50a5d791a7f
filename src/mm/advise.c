/* SPDX-License-Identifier: MIT */
/* madvise(). Linux mm/madvise.c. */
#include <errno.h>

#include "range.h"
#include "syscalls.h"
#include "walkers.h"

/* madvise_vma_behavior(): advice that is kept in the flags of its VMAs. */
static const struct {
	unsigned int advice;
	unsigned int set;
	unsigned int clear;
} flag_advices[] = {
	{ 0, 0, VMA_RAND_READ | VMA_SEQ_READ }, /* MADV_NORMAL, RANDOM, SEQUENTIAL */
	{ 1, VMA_RAND_READ, VMA_SEQ_READ },
	{ 2, VMA_SEQ_READ, VMA_RAND_READ },
	{ 10, VMA_DONTCOPY, 0 }, /* MADV_DONTFORK, DOFORK */
	{ 11, 0, VMA_DONTCOPY },
	{ 12, VMA_MERGEABLE, 0 }, /* MADV_MERGEABLE, UNMERGEABLE */
	{ 13, 0, VMA_MERGEABLE },
	{ ADVICE_HUGEPAGE, VMA_HUGEPAGE, VMA_NOHUGEPAGE },
	{ 15, VMA_NOHUGEPAGE, VMA_HUGEPAGE }, /* MADV_NOHUGEPAGE */
	{ 16, VMA_DONTDUMP, 0 },	      /* MADV_DONTDUMP, DODUMP */
	{ 17, 0, VMA_DONTDUMP },
	{ 18, VMA_WIPEONFORK, 0 }, /* MADV_WIPEONFORK, KEEPONFORK */
	{ 19, 0, VMA_WIPEONFORK },
};

/* A VMA that refuses the advice ends the call (can_madv_lru_vma(), madvise_free_single_vma()). */
static bool refuses(const struct vma *vma, unsigned int advice)
{
	switch (advice) {
	case ADVICE_DONTNEED:
	case ADVICE_COLD:
	case ADVICE_PAGEOUT:
		return vma->flags & (VMA_LOCKED | VMA_PFNMAP);
	case ADVICE_DONTNEED_LOCKED:
		return vma->flags & VMA_PFNMAP;
	case ADVICE_FREE:
		return vma->flags & (VMA_FILE | VMA_SHARED);
	default:
		return false;
	}
}

static void walk_vma(struct mmu_gather *tlb, struct vma *vma, struct range range,
		     unsigned int advice)
{
	vaddr_t start = vma->start > range.start ? vma->start : range.start;
	vaddr_t end = vma->end < range.end ? vma->end : range.end;

	switch (advice) {
	case ADVICE_DONTNEED:
	case ADVICE_DONTNEED_LOCKED:
		if (vma->flags & VMA_SHARED)
			vma->flags |= VMA_CACHED;
		zap_range(tlb, vma, start, end, true);
		break;
	case ADVICE_FREE:
		madvise_free(tlb, start, end);
		break;
	default:
		madvise_cold(tlb, start, end, advice == ADVICE_PAGEOUT);
		break;
	}
}

static int walk(struct mm_struct *mm, struct range range, unsigned int advice)
{
	/* mm/madvise.c gathers for each VMA, from v6.16 on for all of them where pages go. */
	bool one_gather = this_machine()->config.kernel->madvise_one_gather &&
			  (advice == ADVICE_DONTNEED || advice == ADVICE_DONTNEED_LOCKED ||
			   advice == ADVICE_FREE);
	struct mmu_gather tlb;
	int err = 0;

	tlb_gather_mmu(&tlb, &mm->mm);
	for (struct vma *vma = vma_find(&mm->vmas, range.start); vma && vma->start < range.end;
	     vma = vma_next(vma)) {
		if (refuses(vma, advice)) {
			err = -EINVAL;
			break;
		}
		walk_vma(&tlb, vma, range, advice);
		if (!one_gather)
			tlb_flush_mmu(&tlb);
	}
	tlb_finish_mmu(&tlb);
	return err;
}

int mm_madvise(vaddr_t addr, uint64_t length, unsigned int advice)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(flag_advices) / sizeof(flag_advices[0]); i++) {
		if (flag_advices[i].advice == advice)
			return change_flags(mm, range, flag_advices[i].set, flag_advices[i].clear);
	}
	switch (advice) {
	case ADVICE_DONTNEED:
	case ADVICE_DONTNEED_LOCKED:
	case ADVICE_FREE:
	case ADVICE_COLD:
	case ADVICE_PAGEOUT:
		return walk(mm, range, advice);
	case ADVICE_POPULATE_READ:
		return populate_range(mm, range, POPULATE_READ);
	case ADVICE_POPULATE_WRITE:
		return populate_range(mm, range, POPULATE_WRITE);
	default:
		return 0;
	}
}
