/* SPDX-License-Identifier: MIT */
/* Counting blocks and pieces. */
#include "tally.h"

#include "query.h"
#include "range.h"
#include "syscalls.h"

enum { ANY_PROT = -1 };

static uint64_t nr_blocks(const struct mm_struct *mm, struct range range)
{
	unsigned int shift = mm->mm.pgtable.shift[LEVEL_PMD];

	return range.end > range.start ? ((range.end - 1) >> shift) - (range.start >> shift) + 1
				       : 0;
}

static uint64_t nr_tables(struct mm_struct *mm, struct range range)
{
	uint64_t nr = 0;
	vaddr_t addr = range.start;

	while (addr < range.end && pgtable_next(&mm->mm.pgtable, addr, range.end, &addr)) {
		nr++;
		addr = pmd_addr_end(&mm->mm, addr, range.end);
	}
	return nr;
}

static void count_piece(struct tally_counts *counts, struct mm_struct *mm, struct range piece)
{
	counts->v += nr_blocks(mm, piece);
	counts->p += nr_tables(mm, piece);
}

/* What execve mapped, and a fault alone revealed, no syscall ever named: how far it goes is not
 * known. */
static bool is_named(const struct vma *vma)
{
	return !(vma->flags & VMA_GUESSED);
}

/*
 * The pieces of a range, but those that have the protection already. Returns whether there is any
 * piece at all.
 */
static bool count_pieces(struct tally_counts *counts, struct mm_struct *mm, struct range range,
			 int unless)
{
	struct range piece = { 0, 0 };
	unsigned int prot = 0;
	bool any = false;

	for (const struct vma *vma = vma_find(&mm->vmas, range.start);
	     vma && vma->start < range.end; vma = vma_next(vma)) {
		if (!is_named(vma))
			continue;
		any = true;
		if ((int)(vma->flags & VMA_PROT_MASK) == unless)
			continue;
		vaddr_t start = vma->start > range.start ? vma->start : range.start;
		if (start != piece.end || (vma->flags & VMA_PROT_MASK) != prot) {
			count_piece(counts, mm, piece);
			piece.start = start;
		}
		piece.end = vma->end < range.end ? vma->end : range.end;
		prot = vma->flags & VMA_PROT_MASK;
	}
	count_piece(counts, mm, piece);
	return any;
}

static void count_range(struct tally_counts *counts, struct mm_struct *mm, uint64_t addr,
			uint64_t length)
{
	struct range range;

	if (!page_range(mm, addr, length, &range))
		return;
	counts->pages += (length + page_size(&mm->mm) - 1) / page_size(&mm->mm);
	counts->u += nr_blocks(mm, range);
	count_pieces(counts, mm, range, ANY_PROT);
}

/* The call succeeded: memory that no piece is known of is one that execve mapped. */
static void count_mprotect(struct tally_counts *counts, struct mm_struct *mm, const uint64_t *arg)
{
	struct range range;

	if (!page_range(mm, arg[0], arg[1], &range))
		return;
	counts->pages += (arg[1] + page_size(&mm->mm) - 1) / page_size(&mm->mm);
	counts->u += nr_blocks(mm, range);
	if (!count_pieces(counts, mm, range, (int)(arg[2] & VMA_PROT_MASK)))
		count_piece(counts, mm, range);
}

/* Blocks begin on both sides at once: whole ones move by their PMD entry, parts at the ends do not.
 */
static void count_whole_blocks(struct tally_counts *counts, struct mm_struct *mm, struct range old)
{
	vaddr_t mask = pmd_size(&mm->mm) - 1;
	struct range whole = { (old.start + mask) & ~mask, old.end & ~mask };

	if (whole.start > whole.end)
		whole = (struct range){ old.end, old.end };
	struct range head = { old.start, whole.start }, tail = { whole.end, old.end };
	counts->pmd += nr_blocks(mm, whole);
	counts->u += nr_blocks(mm, head) + nr_blocks(mm, tail);
	count_piece(counts, mm, head);
	count_piece(counts, mm, tail);
}

/* Blocks of either side end within those of the other. */
static void count_crossed_blocks(struct tally_counts *counts, struct mm_struct *mm,
				 struct range old, struct range new)
{
	uint64_t nr = nr_blocks(mm, old) + nr_blocks(mm, new) - 1;
	vaddr_t addr = old.start;

	counts->u += nr;
	counts->v += nr;
	while (addr < old.end && pgtable_next(&mm->mm.pgtable, addr, old.end, &addr)) {
		vaddr_t end = pmd_addr_end(&mm->mm, addr, old.end);
		vaddr_t start = addr > old.start ? addr : old.start;
		counts->p += nr_blocks(mm, (struct range){ start - old.start + new.start,
							   end - old.start + new.start });
		addr = end;
	}
}

static void count_move(struct tally_counts *counts, struct mm_struct *mm, const uint64_t *arg,
		       uint64_t result)
{
	struct range old, new;
	uint64_t length = arg[1] < arg[2] ? arg[1] : arg[2];

	if (result == arg[0] || !page_range(mm, arg[0], length, &old) ||
	    !page_range(mm, result, length, &new))
		return;
	counts->calls++;
	counts->pages += (length + page_size(&mm->mm) - 1) / page_size(&mm->mm);
	if ((old.start ^ new.start) & (pmd_size(&mm->mm) - 1))
		count_crossed_blocks(counts, mm, old, new);
	else
		count_whole_blocks(counts, mm, old);
}

static void count_brk(struct tally_counts *counts, struct mm_struct *mm, uint64_t result)
{
	vaddr_t mask = page_size(&mm->mm) - 1;
	struct range range = { (result + mask) & ~mask, (mm->brk + mask) & ~mask };

	if (mm->brk && range.start < range.end)
		count_pieces(counts, mm, range, ANY_PROT);
}

static bool is_lazy_advice(uint64_t advice)
{
	return advice == ADVICE_DONTNEED || advice == ADVICE_DONTNEED_LOCKED ||
	       advice == ADVICE_FREE || advice == ADVICE_COLD || advice == ADVICE_PAGEOUT;
}

static enum tally_row row_of(const struct proc *proc)
{
	switch ((int)proc->syscall) {
	case SYSCALL_MPROTECT:
		return TALLY_MPROTECT;
	case SYSCALL_MUNMAP:
		return TALLY_MUNMAP;
	case SYSCALL_MADVISE:
		return is_lazy_advice(proc->arg[2]) ? TALLY_MADVISE_LAZY : NR_TALLY_ROWS;
	default:
		return NR_TALLY_ROWS;
	}
}

void tally_syscall(struct tally *tally, struct mm_struct *mm, const struct proc *proc,
		   uint64_t result)
{
	bool failed = (int64_t)result < 0 && (int64_t)result >= -4095;
	enum tally_row row = row_of(proc);
	const uint64_t *arg = proc->arg;

	if (row != NR_TALLY_ROWS) {
		tally->rows[row].calls++;
		tally->rows[row].failed += failed;
	}
	if (failed)
		return;
	if (row == TALLY_MPROTECT)
		count_mprotect(&tally->rows[row], mm, arg);
	else if (row != NR_TALLY_ROWS)
		count_range(&tally->rows[row], mm, arg[0], arg[1]);
	else if (proc->syscall == SYSCALL_MREMAP)
		count_move(&tally->rows[TALLY_MREMAP], mm, arg, result);
	else if (proc->syscall == SYSCALL_BRK)
		count_brk(&tally->rows[TALLY_BRK_SHRINK], mm, result);
	else if (proc->syscall == SYSCALL_MMAP && !(arg[3] & MAPPING_FIXED))
		tally->overlaps += mm_is_mapped(mm, result, arg[1]);
	else if (proc->syscall == SYSCALL_MMAP)
		count_range(&tally->rows[TALLY_FIXED_OVER], mm, result, arg[1]);
}

static struct range everything(const struct mm_struct *mm)
{
	return (struct range){ 0, pgtable_limit(&mm->mm.pgtable) };
}

void tally_fork(struct tally *tally, struct mm_struct *mm)
{
	tally->rows[TALLY_FORK].calls++;
	count_pieces(&tally->rows[TALLY_FORK], mm, everything(mm), ANY_PROT);
}

/* fs/exec.c, exec_mmap(): the old address space goes with its last user alone. */
void tally_exec(struct tally *tally, struct mm_struct *mm)
{
	struct tally_counts *counts = &tally->rows[TALLY_TEARDOWN];
	uint64_t before = counts->v;

	counts->calls++;
	count_pieces(counts, mm, everything(mm), ANY_PROT);
	if (mm->users > 1)
		counts->kept += counts->v - before;
}

void tally_exit(struct tally *tally, struct mm_struct *mm)
{
	if (mm->users > 1)
		return;
	tally->rows[TALLY_TEARDOWN].calls++;
	count_pieces(&tally->rows[TALLY_TEARDOWN], mm, everything(mm), ANY_PROT);
}
