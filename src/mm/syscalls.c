/* SPDX-License-Identifier: MIT */
/* Syscalls on address spaces. Linux mm/vma.c, mm/mmap.c, mm/mprotect.c, kernel/fork.c. */
#include "syscalls.h"

#include <errno.h>

#include "gather.h"
#include "pte_access.h"
#include "range.h"
#include "sched.h"
#include "walkers.h"

/*
 * mm/vma.c, unmap_region(): zap every VMA, then free the tables that no neighbour needs, in one
 * gather.
 */
int unmap_range(struct mm_struct *mm, vaddr_t start, vaddr_t end)
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

int fill_holes(struct mm_struct *mm, vaddr_t start, vaddr_t end, unsigned int flags)
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
	const unsigned int guessed = VMA_PROT_MASK | VMA_SHARED | VMA_PFNMAP;
	struct mm_struct *mm = current_mm();
	struct range range;

	if (!mm || end <= start || !page_range(mm, start, end - start, &range))
		return -EINVAL;
	for (struct vma *vma = vma_find(&mm->vmas, range.start); vma && vma->start < range.end;
	     vma = vma_next(vma)) {
		if (vma->flags & VMA_UNSEEN)
			vma->flags = (vma->flags & ~guessed) | flags;
	}
	int err = fill_holes(mm, range.start, range.end, flags);
	vma_merge(&mm->vmas, range.start, range.end);
	return err;
}

unsigned int mm_flags(struct mm_struct *mm, vaddr_t addr, uint64_t length)
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
	struct vma *vma;
	struct mmu_gather tlb;
	vaddr_t at = range.start;
	int err = 0;

	/* By address: what changes may become a part of the next VMA, whose own part is to come. */
	tlb_gather_mmu(&tlb, &mm->mm);
	while (at < range.end && (vma = vma_find(vmas, at)) && vma->start < range.end) {
		vaddr_t start = vma->start > at ? vma->start : at;
		at = vma->end < range.end ? vma->end : range.end;
		/* mprotect_fixup(): equal flags are nothing to do. An unseen VMA's are not known.
		 */
		if ((vma->flags & VMA_PROT_MASK) == prot && !(vma->flags & VMA_UNSEEN))
			continue;
		unsigned int kept = vma->flags & ~(unsigned int)(VMA_PROT_MASK | VMA_GUESSED);
		vma = vma_modify(vmas, vma, start, at, kept | prot);
		if (!vma) {
			err = -ENOMEM;
			break;
		}
		change_protection(&tlb, vma, start, at);
	}
	tlb_finish_mmu(&tlb);
	return err;
}

static int grow_heap(struct mm_struct *mm, struct range range)
{
	unsigned int locked = mm->locks_future ? VMA_LOCKED : 0;
	int err = fill_holes(mm, range.start, range.end, VMA_READ | VMA_WRITE | locked);

	return err || !locked ? err : populate_range(mm, range, POPULATE_AS_MAPPED);
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
		err = grow_heap(mm, (struct range){ old, new });
	mm->brk = addr;
	return err;
}

/* kernel/fork.c, dup_mmap(): no child keeps memory locked. */
static int dup_vma(struct mm_struct *mm, struct mm_struct *oldmm, struct vma *vma)
{
	/* Each sees in the page cache what the other touches. */
	if (vma->flags & VMA_SHARED)
		vma->flags |= VMA_CACHED;
	unsigned int flags = vma->flags & ~(unsigned int)VMA_LOCKED;
	bool wiped = vma->flags & VMA_WIPEONFORK;

	if (vma->flags & VMA_DONTCOPY)
		return 0;
	if (wiped)
		flags &= ~(unsigned int)VMA_ANON_VMA;
	int err = vma_insert_piece(&mm->vmas, vma->start, vma->end, flags, vma->mapping);
	return err || wiped ? err : copy_range(mm, oldmm, vma);
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
	mm->older = oldmm->older;
	for (struct vma *vma = vma_find(&oldmm->vmas, 0); vma; vma = vma_next(vma)) {
		if (dup_vma(mm, oldmm, vma)) {
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
