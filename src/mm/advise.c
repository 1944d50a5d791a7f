/* SPDX-License-Identifier: MIT */
/* madvise(). Linux mm/madvise.c. */
#include <errno.h>

#include "range.h"
#include "syscalls.h"
#include "walkers.h"

static void madvise_vma(struct mmu_gather *tlb, const struct vma *vma, struct range range,
			unsigned int advice)
{
	vaddr_t start = vma->start > range.start ? vma->start : range.start;
	vaddr_t end = vma->end < range.end ? vma->end : range.end;

	switch (advice) {
	case ADVICE_DONTNEED:
		zap_range(tlb, vma, start, end, true);
		break;
	case ADVICE_FREE:
		if (!(vma->flags & (VMA_FILE | VMA_SHARED)))
			madvise_free(tlb, start, end);
		break;
	default:
		madvise_cold(tlb, start, end, advice == ADVICE_PAGEOUT);
		break;
	}
}

int mm_madvise(vaddr_t addr, uint64_t length, unsigned int advice)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	if (advice != ADVICE_DONTNEED && advice != ADVICE_FREE && advice != ADVICE_COLD &&
	    advice != ADVICE_PAGEOUT)
		return 0;
	/* mm/madvise.c gathers for each VMA, from v6.16 on for all of them where pages go. */
	bool one_gather = current_task()->machine->config.kernel->madvise_one_gather &&
			  (advice == ADVICE_DONTNEED || advice == ADVICE_FREE);
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, &mm->mm);
	for (size_t i = vma_find(&mm->vmas, range.start);
	     i < mm->vmas.nr && mm->vmas.items[i].start < range.end; i++) {
		madvise_vma(&tlb, &mm->vmas.items[i], range, advice);
		if (!one_gather)
			tlb_flush_mmu(&tlb);
	}
	tlb_finish_mmu(&tlb);
	return 0;
}
