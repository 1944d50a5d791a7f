/* SPDX-License-Identifier: MIT */
/* Syscalls on address spaces. Linux mm/vma.c, mm/mmap.c, mm/mprotect.c, mm/mremap.c, mm/madvise.c.
 */
#include "syscalls.h"

#include <errno.h>

#include "gather.h"
#include "pte_access.h"
#include "sched.h"
#include "walkers.h"

static struct mm_struct *current_mm(void)
{
	struct mm *mm = current_task()->mm;

	return mm ? mm_of(mm) : NULL;
}

struct range {
	vaddr_t start;
	vaddr_t end;
};

/* Page-aligned and inside what the tables can map; false when it makes no sense. */
static bool page_range(const struct mm_struct *mm, vaddr_t addr, uint64_t length, struct range *ret)
{
	vaddr_t mask = page_size(&mm->mm) - 1;
	vaddr_t limit = pgtable_limit(&mm->mm.pgtable);

	if (!mm_fold_address(&mm->mm, addr, &addr) || length == 0 || length > limit - addr)
		return false;
	*ret = (struct range){ addr & ~mask, (addr + length + mask) & ~mask };
	return true;
}

/*
 * mm/vma.c, unmap_region(): zap every VMA, then free the tables that no neighbour needs, in one
 * gather.
 */
static int unmap_range(struct mm_struct *mm, vaddr_t start, vaddr_t end)
{
	struct vma_set *vmas = &mm->vmas;

	if (vma_split(vmas, start) || vma_split(vmas, end))
		return -ENOMEM;
	const struct vma *first = vma_find(vmas, start), *last = first, *vma;
	if (!first || first->start >= end)
		return 0;

	struct mmu_gather tlb;
	tlb_gather_mmu(&tlb, &mm->mm);
	for (vma = first; vma && vma->start < end; vma = vma_next(vma)) {
		zap_range(&tlb, vma, vma->start, vma->end, false);
		last = vma;
	}
	vaddr_t floor = vma_prev(first) ? vma_prev(first)->end : 0;
	vaddr_t ceiling = vma ? vma->start : pgtable_limit(&mm->mm.pgtable);
	free_pgtables(&tlb, first->start, last->end, floor, ceiling);
	tlb_finish_mmu(&tlb);
	return vma_remove(vmas, start, end);
}

int mm_munmap(vaddr_t addr, uint64_t length)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	return unmap_range(mm, range.start, range.end);
}

int mm_mmap(vaddr_t addr, uint64_t length, unsigned int flags)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	int err = unmap_range(mm, range.start, range.end);
	if (err)
		return err;
	return vma_insert(&mm->vmas, range.start, range.end, flags);
}

/* Maps what is not mapped yet: one piece for each hole. */
static int fill_holes(struct mm_struct *mm, vaddr_t start, vaddr_t end, unsigned int flags)
{
	while (start < end) {
		const struct vma *next = vma_find(&mm->vmas, start);
		if (next && next->start <= start) {
			start = next->end;
			continue;
		}
		vaddr_t hole_end = next && next->start < end ? next->start : end;
		int err = vma_insert(&mm->vmas, start, hole_end, flags);
		if (err)
			return err;
		start = hole_end;
	}
	return 0;
}

int mm_reveal(vaddr_t start, vaddr_t end, unsigned int flags)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || end <= start || !page_range(mm, start, end - start, &range))
		return -EINVAL;
	return fill_holes(mm, range.start, range.end, flags);
}

unsigned int mm_flags(const struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	struct range range;
	unsigned int flags = 0;

	if (!page_range(mm, addr, length, &range))
		return 0;
	for (const struct vma *vma = vma_find(&mm->vmas, range.start);
	     vma && vma->start < range.end; vma = vma_next(vma))
		flags |= vma->flags;
	return flags;
}

int mm_mprotect(vaddr_t addr, uint64_t length, unsigned int prot)
{
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || !page_range(mm, addr, length, &range))
		return -EINVAL;
	/* Memory that was mapped before anybody looked must be there: the call succeeded. */
	if (mm->incomplete &&
	    fill_holes(mm, range.start, range.end, VMA_READ | VMA_WRITE | VMA_UNSEEN))
		return -ENOMEM;
	struct vma_set *vmas = &mm->vmas;
	if (vma_split(vmas, range.start) || vma_split(vmas, range.end))
		return -ENOMEM;

	struct mmu_gather tlb;
	tlb_gather_mmu(&tlb, &mm->mm);
	for (struct vma *vma = vma_find(vmas, range.start); vma && vma->start < range.end;
	     vma = vma_next(vma)) {
		/* mprotect_fixup(): equal flags are nothing to do. An unseen VMA's are not known.
		 */
		if ((vma->flags & VMA_PROT_MASK) == prot && !(vma->flags & VMA_UNSEEN))
			continue;
		vma->flags = (vma->flags & ~(unsigned int)(VMA_PROT_MASK | VMA_UNSEEN)) | prot;
		change_protection(&tlb, vma, vma->start, vma->end);
	}
	tlb_finish_mmu(&tlb);
	vma_merge(vmas, range.start, range.end);
	return 0;
}

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
	int err = vma_insert(&mm->vmas, new.start, new.end, flags);
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
	for (const struct vma *vma = vma_find(&mm->vmas, range.start);
	     vma && vma->start < range.end; vma = vma_next(vma)) {
		madvise_vma(&tlb, vma, range, advice);
		if (!one_gather)
			tlb_flush_mmu(&tlb);
	}
	tlb_finish_mmu(&tlb);
	return 0;
}

int mm_brk(vaddr_t addr)
{
	struct mm_struct *mm = current_mm();
	int err = 0;

	if (!mm || !mm_fold_address(&mm->mm, addr, &addr))
		return -EINVAL;
	vaddr_t mask = page_size(&mm->mm) - 1;
	vaddr_t new = (addr + mask) & ~mask, old = (mm->brk + mask) & ~mask;

	if (mm->brk && new < old)
		err = unmap_range(mm, new, old);
	else if (mm->brk && new > old)
		err = fill_holes(mm, old, new, VMA_READ | VMA_WRITE);
	mm->brk = addr;
	return err;
}

/* kernel/fork.c, dup_mmap(): every VMA is copied, then the architecture and the parent's TLB. */
static struct mm_struct *dup_mm(struct mm_struct *oldmm)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mm_struct *mm = mm_create(oldmm->mm.machine);

	if (!mm)
		return NULL;
	mm->brk = oldmm->brk;
	mm->incomplete = oldmm->incomplete;
	for (const struct vma *vma = vma_find(&oldmm->vmas, 0); vma; vma = vma_next(vma)) {
		if (vma_insert(&mm->vmas, vma->start, vma->end, vma->flags) ||
		    copy_range(mm, oldmm, vma)) {
			oldmm->mm.machine->out_of_memory = true;
			break;
		}
	}
	if (ops->dup_mmap)
		ops->dup_mmap(&oldmm->mm, &mm->mm);
	flush_tlb_mm(&oldmm->mm);
	return mm;
}

struct task *mm_fork(int tid, bool share)
{
	struct task *parent = current_task();
	struct mm_struct *mm = current_mm();

	if (mm && share)
		mm->users++;
	else if (mm)
		mm = dup_mm(mm);
	struct task *child = task_fork(parent, tid);
	if (!child) {
		if (mm)
			mm_put(mm);
		return NULL;
	}
	child->mm = mm ? &mm->mm : NULL;
	return child;
}

int mm_exec(void)
{
	struct task *task = current_task();
	const struct arch_ops *ops = this_machine()->ops;
	struct mm_struct *old = current_mm();
	struct mm_struct *mm = mm_create(task->machine);

	if (!mm)
		return -ENOMEM;
	mm->incomplete = true; /* the kernel maps program, stack and vdso: no syscall says where */
	mm->mm.cpumask = (uint64_t)1 << this_cpu()->id;
	if (ops->activate_mm)
		ops->activate_mm(&mm->mm);
	task->mm = &mm->mm;
	if (old)
		mm_put(old);
	return 0;
}

void mm_exit(void)
{
	struct task *task = current_task();
	struct mm_struct *mm = current_mm();

	lazy_check_balance("exit");
	if (mm)
		mm_put(mm);
	task->mm = NULL;
}
