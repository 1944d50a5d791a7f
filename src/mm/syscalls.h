/* SPDX-License-Identifier: MIT */
/*
 * What a syscall does to address spaces: VMAs are split, merged and removed, and the walkers run.
 * Each acts on the running task. 0, or -EINVAL for a range that makes no sense, or -ENOMEM.
 */
#ifndef LAZYMMU_MM_SYSCALLS_H
#define LAZYMMU_MM_SYSCALLS_H

#include "mm_struct.h"

/* flags: of enum vma_flag. What was mapped there is unmapped first. */
int mm_mmap(vaddr_t addr, uint64_t length, unsigned int flags);
int mm_munmap(vaddr_t addr, uint64_t length);
/* prot: VMA_READ, VMA_WRITE, VMA_EXEC. */
int mm_mprotect(vaddr_t addr, uint64_t length, unsigned int prot);
/* new_addr: where it ended up; keep: MREMAP_DONTUNMAP. */
int mm_mremap(vaddr_t addr, uint64_t old_length, uint64_t new_length, vaddr_t new_addr, bool keep);

enum advice { /* include/uapi/asm-generic/mman-common.h, those with a name here */
	      ADVICE_DONTNEED = 4,
	      ADVICE_FREE = 8,
	      ADVICE_REMOVE = 9,
	      ADVICE_HUGEPAGE = 14,
	      ADVICE_COLD = 20,
	      ADVICE_PAGEOUT = 21,
	      ADVICE_POPULATE_READ = 22,
	      ADVICE_POPULATE_WRITE = 23,
	      ADVICE_DONTNEED_LOCKED = 24,
	      ADVICE_COLLAPSE = 25,
};
/* -EINVAL from the first VMA that refuses, -ENOMEM with holes passed over, as the kernel does. */
int mm_madvise(vaddr_t addr, uint64_t length, unsigned int advice);

/*
 * Whoever calls may claim any length, and a page that is touched costs memory. What is to populate
 * more in one call does the rest of its work and returns -E2BIG.
 */
enum { MAX_POPULATE = 1 << 30 };

/* mlock(), mlock2() with populate = false (MLOCK_ONFAULT), munlock(). */
int mm_mlock(vaddr_t addr, uint64_t length, bool populate);
int mm_munlock(vaddr_t addr, uint64_t length);
/* MAP_POPULATE: touches every page, as far as its VMAs allow it. */
int mm_populate(vaddr_t addr, uint64_t length);

/*
 * Memory that somebody else mapped turns out to be there: fills what is not mapped yet, corrects
 * what was guessed.
 */
int mm_reveal(vaddr_t start, vaddr_t end, unsigned int flags);

/* The flags of all VMAs of a range, together. */
unsigned int mm_flags(struct mm_struct *mm, vaddr_t addr, uint64_t length);

/* The heap now ends at addr. */
int mm_brk(vaddr_t addr);

/* A child of the running task; share: CLONE_VM. NULL: no memory. */
struct task *mm_fork(int tid, bool share);
/* The running task gets a new, empty address space; what it is mapped with was not recorded. */
int mm_exec(void);
/* The running task drops its address space and judges what it leaves behind. */
void mm_exit(void);

#endif
