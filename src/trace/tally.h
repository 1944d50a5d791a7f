/* SPDX-License-Identifier: MIT */
/*
 * What the syscalls of a recording ask of page tables, before any backend: how many PTE tables they
 * reach. It looks at an address space that is about to change and predicts nothing.
 *
 * A block is what one PTE table maps (2 MiB with 4K pages on x86 and arm64). A piece is a stretch
 * of mapped memory with one protection; neighbours of equal protection are one piece.
 */
#ifndef LAZYMMU_TRACE_TALLY_H
#define LAZYMMU_TRACE_TALLY_H

#include "mm_struct.h"
#include "proc.h"

enum tally_row {
	TALLY_MPROTECT,
	TALLY_MUNMAP,
	TALLY_MADVISE_LAZY, /* MADV_DONTNEED, FREE, COLD, PAGEOUT: advice that opens sections */
	TALLY_MREMAP,	    /* calls: those that moved */
	TALLY_FORK,
	TALLY_FIXED_OVER, /* mmap(MAP_FIXED) over what is mapped */
	TALLY_BRK_SHRINK,
	TALLY_TEARDOWN, /* what a task leaves at execve, and the last one of its memory at exit */
	NR_TALLY_ROWS,
};

struct tally {
	struct tally_counts {
		uint64_t calls;
		uint64_t failed; /* of these; nothing else counts them */
		uint64_t pages;	 /* of the lengths given */
		uint64_t u; /* blocks that the ranges cross; mremap: pieces of either side's blocks
			     */
		uint64_t v; /* blocks crossed by each piece that changes */
		uint64_t p; /* of these, those whose PTE table exists */
		uint64_t pmd;  /* mremap: whole blocks that move by their PMD entry */
		uint64_t kept; /* teardown: of v, what stays: a vfork child leaves its parent's */
	} rows[NR_TALLY_ROWS];
	/* mmaps without MAP_FIXED that returned mapped memory: something unmapped it unseen, or the
	 * recording's order is not that of the effects. */
	uint64_t overlaps;
};

/* A syscall of the running task is about to take effect, or failed without any. */
void tally_syscall(struct tally *tally, struct mm_struct *mm, const struct proc *proc,
		   uint64_t result);
/* mm is about to be copied. */
void tally_fork(struct tally *tally, struct mm_struct *mm);
/* A task is about to leave mm, by execve or by its exit. */
void tally_exec(struct tally *tally, struct mm_struct *mm);
void tally_exit(struct tally *tally, struct mm_struct *mm);

#endif
