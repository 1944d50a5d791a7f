/* SPDX-License-Identifier: MIT */
/* Syscalls on ranges of memory: what they do when they succeed, and before they fail. */
#include <errno.h>

#include "query.h"
#include "run_events.h"
#include "syscalls.h"

/* include/uapi/linux/mman.h and asm-generic/mman-common.h. */
enum {
	KERNEL_MREMAP_FIXED = 2,
	KERNEL_MREMAP_DONTUNMAP = 4,
	KERNEL_MLOCK_ONFAULT = 1,
	KERNEL_PROT_GROWSDOWN = 0x01000000,
};

const char older_memory[] = "what was mapped there before is not in the recording";
const char older_tables[] = "which page tables were there before is not in the recording";
static const char huge_pages[] = "huge pages are not modelled";

const char populates_too_much[] = "populating more than 1 GiB is not followed";

static unsigned int vma_flags_of_mmap(const struct mm_struct *mm, uint64_t prot, uint64_t map_flags)
{
	unsigned int flags = (unsigned int)prot & VMA_PROT_MASK;

	if (map_flags & MAPPING_SHARED)
		flags |= VMA_SHARED;
	if (map_flags & MAPPING_LOCKED || mm->locks_future)
		flags |= VMA_LOCKED;
	if (map_flags & MAPPING_GROWSDOWN)
		flags |= VMA_GROWSDOWN;
	if (map_flags & MAPPING_HUGETLB)
		flags |= VMA_HUGETLB;
	return map_flags & MAPPING_ANONYMOUS ? flags : flags | VMA_FILE;
}

/* mm/util.c, vm_mmap_pgoff(), and mm/mmap.c, do_mmap(): MAP_NONBLOCK takes MAP_POPULATE back. */
static bool is_populated(const struct mm_struct *mm, uint64_t map_flags)
{
	const uint64_t both = MAPPING_POPULATE | MAPPING_NONBLOCK;

	return map_flags & MAPPING_LOCKED || mm->locks_future ||
	       (map_flags & both) == MAPPING_POPULATE;
}

static const char *end_mmap(struct mm_struct *mm, const uint64_t *arg, uint64_t result)
{
	bool fixed = arg[3] & MAPPING_FIXED;
	bool known = !fixed || mm_is_known(mm, result, arg[1]);
	bool stale = !fixed && mm_is_mapped(mm, result, arg[1]);

	if (mm_mmap(result, arg[1], vma_flags_of_mmap(mm, arg[2], arg[3])))
		return "a mmap makes no sense on this backend's address space";
	if (arg[3] & MAPPING_HUGETLB)
		return huge_pages;
	if (is_populated(mm, arg[3]) && mm_populate(result, arg[1]) == -E2BIG)
		return populates_too_much;
	if (!(arg[3] & MAPPING_ANONYMOUS))
		return "the mapped file may be a device, which maps its pages at once";
	if (stale)
		return "what was mapped there was unmapped by something not recorded";
	return known ? NULL : older_memory;
}

/*
 * Stores through a shared mapping that is already writable leave no trace, and a dirty page makes
 * the unmap flush early; a driver may have filled its mapping in mmap().
 */
static const char *end_munmap(struct mm_struct *mm, const uint64_t *arg)
{
	unsigned int flags = mm_flags(mm, arg[0], arg[1]);
	bool known = mm_is_known(mm, arg[0], arg[1]);

	mm_munmap(arg[0], arg[1]);
	if (flags & VMA_FILE && flags & VMA_SHARED)
		return "what a shared file mapping holds is not recorded (dirty pages, devices)";
	return known ? NULL : older_memory;
}

static const char *end_mprotect(struct mm_struct *mm, const uint64_t *arg)
{
	bool known = mm_is_known(mm, arg[0], arg[1]);

	mm_mprotect(arg[0], arg[1], (unsigned int)arg[2] & VMA_PROT_MASK);
	if (arg[2] & KERNEL_PROT_GROWSDOWN)
		return "PROT_GROWSDOWN is not modelled";
	return known ? NULL : older_memory;
}

static const char *end_mremap(struct mm_struct *mm, const uint64_t *arg, uint64_t result)
{
	bool known = mm_is_known(mm, arg[0], arg[1]) &&
		     (!(arg[3] & KERNEL_MREMAP_FIXED) || mm_is_known(mm, result, arg[2]));

	int err = mm_mremap(arg[0], arg[1], arg[2], result, arg[3] & KERNEL_MREMAP_DONTUNMAP);
	if (err == -E2BIG)
		return populates_too_much;
	if (err)
		return "a mremap makes no sense on this backend's address space";
	return known ? NULL : older_memory;
}

static const char *end_madvise(struct mm_struct *mm, const uint64_t *arg)
{
	bool known = mm_is_known(mm, arg[0], arg[1]);
	bool ages = arg[2] == ADVICE_FREE || arg[2] == ADVICE_COLD;
	bool old = ages && mm_has_old_pages(mm, arg[0], arg[1]);

	switch (arg[2]) {
	case ADVICE_HUGEPAGE:
	case ADVICE_COLLAPSE:
		return huge_pages;
	case ADVICE_REMOVE:
		return "MADV_REMOVE unmaps the pages of a file everywhere, which is not modelled";
	default:
		break;
	}
	int err = mm_madvise(arg[0], arg[1], (unsigned int)arg[2]);
	if (err == -E2BIG)
		return populates_too_much;
	if (err)
		return "a madvise succeeded that should not";
	if (old)
		return "which pages were used since they were made old is not recorded";
	if (arg[2] == ADVICE_PAGEOUT)
		return "what MADV_PAGEOUT reclaims is not recorded";
	return known ? NULL : older_memory;
}

static const char *end_mlock(struct mm_struct *mm, const uint64_t *arg, bool populate)
{
	bool known = mm_is_known(mm, arg[0], arg[1]);

	if (mm_mlock(arg[0], arg[1], populate) == -E2BIG)
		return populates_too_much;
	return known ? NULL : older_memory;
}

static const char *end_mlockall(struct mm_struct *mm, const uint64_t *arg)
{
	mm->locks_future = arg[0] & LOCK_FUTURE;
	if (!(arg[0] & LOCK_CURRENT))
		return NULL;
	mm_mlock(0, pgtable_limit(&mm->mm.pgtable), false);
	return "mlockall() populates memory that is not in the recording";
}

static const char *range_syscall(struct mm_struct *mm, const struct proc *proc, uint64_t result)
{
	const uint64_t *arg = proc->arg;

	switch ((int)proc->syscall) {
	case SYSCALL_MMAP:
		return end_mmap(mm, arg, result);
	case SYSCALL_MUNMAP:
		return end_munmap(mm, arg);
	case SYSCALL_MPROTECT:
		return end_mprotect(mm, arg);
	case SYSCALL_MREMAP:
		return end_mremap(mm, arg, result);
	case SYSCALL_MADVISE:
		return end_madvise(mm, arg);
	case SYSCALL_MLOCK:
		return end_mlock(mm, arg, true);
	case SYSCALL_MLOCK2:
		return end_mlock(mm, arg, !(arg[2] & KERNEL_MLOCK_ONFAULT));
	case SYSCALL_MUNLOCK:
		mm_munlock(arg[0], arg[1]);
		return NULL;
	case SYSCALL_MLOCKALL:
		return end_mlockall(mm, arg);
	case SYSCALL_MUNLOCKALL:
		mm->locks_future = false;
		mm_munlock(0, pgtable_limit(&mm->mm.pgtable));
		return NULL;
	default:
		return NULL;
	}
}

const char *memory_syscall(struct mm_struct *mm, const struct proc *proc, uint64_t result)
{
	bool huge = mm_flags(mm, proc->arg[0], proc->arg[1]) & VMA_HUGETLB;
	size_t nr_tables = mm->mm.pgtable.nr_tables;
	const char *why = range_syscall(mm, proc, result);

	if (!why && huge)
		return huge_pages;
	if (!why && mm->older && mm->mm.pgtable.nr_tables != nr_tables)
		return older_tables;
	return why;
}

/*
 * mm/mprotect.c, do_mprotect_pkey(): VMA after VMA is changed until one is missing (ENOMEM) or may
 * not be (EACCES).
 */
static const char *failed_mprotect(struct mm_struct *mm, const uint64_t *arg, int error)
{
	vaddr_t end = mm_first_hole(mm, arg[0], arg[1]);

	if (error == EACCES)
		return mm_is_one_vma(mm, arg[0], arg[1]) ? NULL
							 : "which VMA refused is not recorded";
	if (error != ENOMEM)
		return NULL;
	bool known = mm_is_known(mm, arg[0], arg[1]) && end < arg[0] + arg[1];
	if (end > arg[0])
		mm_mprotect(arg[0], end - arg[0], (unsigned int)arg[2] & VMA_PROT_MASK);
	return known ? NULL : older_memory;
}

/*
 * mm/madvise.c, madvise_walk_vmas(): holes are passed over, and then it is ENOMEM; a VMA that
 * refuses ends it with EINVAL.
 */
static const char *failed_madvise(struct mm_struct *mm, const uint64_t *arg, int error)
{
	bool aligned = !(arg[0] & (page_size(&mm->mm) - 1));

	if (arg[2] == ADVICE_POPULATE_READ || arg[2] == ADVICE_POPULATE_WRITE)
		return "how much was populated is not recorded";
	if (error == ENOMEM && mm_first_hole(mm, arg[0], arg[1]) < arg[0] + arg[1])
		return end_madvise(mm, arg);
	if (error != EINVAL || !aligned || mm_is_one_vma(mm, arg[0], arg[1]))
		return error == ENOMEM ? older_memory : NULL;
	return mm_madvise(arg[0], arg[1], (unsigned int)arg[2]) == -EINVAL
		       ? NULL
		       : "which VMA refused is not recorded";
}

const char *failed_memory_syscall(struct mm_struct *mm, const struct proc *proc, int error)
{
	const uint64_t *arg = proc->arg;

	switch ((int)proc->syscall) {
	case SYSCALL_MPROTECT:
		return failed_mprotect(mm, arg, error);
	case SYSCALL_MADVISE:
		return failed_madvise(mm, arg, error);
	case SYSCALL_MMAP:
		return arg[3] & MAPPING_FIXED && mm_is_mapped(mm, arg[0], arg[1])
			       ? "a mmap that failed may have unmapped its place first"
			       : NULL;
	case SYSCALL_MREMAP:
		return arg[3] & KERNEL_MREMAP_FIXED && mm_is_mapped(mm, arg[4], arg[2])
			       ? "a mremap that failed may have unmapped its target first"
			       : NULL;
	default:
		return NULL;
	}
}
