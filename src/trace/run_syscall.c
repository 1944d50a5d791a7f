/* SPDX-License-Identifier: MIT */
/* Syscalls and what execve does: from their arguments to calls of the address-space layer. */
#include "run_events.h"

#include "query.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

/* include/uapi/linux/sched.h and mman.h. */
enum {
	KERNEL_CLONE_VM = 0x100,
	KERNEL_MREMAP_FIXED = 2,
	KERNEL_MREMAP_DONTUNMAP = 4,
};

/* A task that was alive before the recording has an address space that nobody saw being made. */
struct mm_struct *user_mm(void)
{
	struct task *task = current_task();

	if (task->mm)
		return mm_of(task->mm);
	if (mm_exec())
		return NULL;
	mm_of(task->mm)->older = true;
	return mm_of(task->mm);
}

static unsigned int vma_flags_of_mmap(uint64_t prot, uint64_t map_flags)
{
	unsigned int flags = (unsigned int)prot & VMA_PROT_MASK;

	if (map_flags & MAPPING_SHARED)
		flags |= VMA_SHARED;
	return map_flags & MAPPING_ANONYMOUS ? flags : flags | VMA_FILE;
}

static bool failed(uint64_t result)
{
	return (int64_t)result < 0 && (int64_t)result >= -4095;
}

static const char unseen_memory[] = "memory that execve mapped is not in the recording";
const char older_memory[] = "what was mapped there before is not in the recording";

/* MAP_POPULATE touches every page at once. */
static void populate(struct mm_struct *mm, vaddr_t start, uint64_t length, uint64_t prot)
{
	unsigned int access = prot & VMA_WRITE ? ACCESS_WRITE : 0;

	for (vaddr_t addr = start; addr < start + length; addr += page_size(&mm->mm)) {
		if (!handle_mm_fault(mm, addr, access))
			break;
	}
}

static const char *end_mmap(const struct proc *proc, struct mm_struct *mm, uint64_t result)
{
	/* A recording may claim any length: page tables are made for what is touched alone. */
	const uint64_t max_populate = UINT64_C(1) << 30;

	if (mm_mmap(result, proc->arg[1], vma_flags_of_mmap(proc->arg[2], proc->arg[3])))
		return "a mmap makes no sense on this backend's address space";
	if (!(proc->arg[3] & (MAPPING_POPULATE | MAPPING_ANONYMOUS)))
		return "the mapped file may be a device, which maps its pages at once";
	if (!(proc->arg[3] & MAPPING_POPULATE))
		return NULL;
	if (proc->arg[1] > max_populate)
		return "a MAP_POPULATE of more than 1 GiB is not followed";
	if (mm_fold_address(&mm->mm, result, &result))
		populate(mm, result, proc->arg[1], proc->arg[2]);
	return NULL;
}

void forget_task(struct task *task)
{
	if (task->mm) {
		struct mm_struct *mm = mm_of(task->mm);
		task->mm = NULL;
		mm_put(mm);
	}
	task_exit(task);
}

/*
 * Stores through a shared mapping that is already writable leave no trace, and a dirty page makes
 * the unmap flush early; a driver may have filled its mapping in mmap().
 */
static const char *end_munmap(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	unsigned int flags = mm_flags(mm, addr, length);

	mm_munmap(addr, length);
	if (flags & VMA_FILE && flags & VMA_SHARED)
		return "what a shared file mapping holds is not recorded (dirty pages, devices)";
	return NULL;
}

static const char *end_clone(const struct proc *proc, uint64_t result)
{
	bool share = proc->syscall == SYSCALL_VFORK ||
		     (proc->syscall == SYSCALL_CLONE && proc->arg[0] & KERNEL_CLONE_VM);
	struct mm_struct *mm = user_mm();

	/* The child saw its own return first. */
	if (proc->forked == (int)result || result == 0)
		return NULL;
	/* Lines of the child before its clone was known ran as a task of nobody. */
	if (task_find(current_task()->machine, (int)result))
		forget_task(task_find(current_task()->machine, (int)result));
	if (mm_fork((int)result, share) == NULL)
		return "a task could not be created";
	return share || !mm || !mm->incomplete ? NULL : unseen_memory;
}

/* The call acts on memory whose history is in the recording. */
static bool is_known(const struct mm_struct *mm, const struct proc *proc, uint64_t result)
{
	const uint64_t *arg = proc->arg;

	if (proc->syscall == SYSCALL_MMAP)
		return !(arg[3] & MAPPING_FIXED) || mm_is_known(mm, result, arg[1]);
	if (proc->syscall == SYSCALL_MREMAP)
		return mm_is_known(mm, arg[0], arg[1]) &&
		       (!(arg[3] & KERNEL_MREMAP_FIXED) || mm_is_known(mm, result, arg[2]));
	bool acts_on_range = proc->syscall == SYSCALL_MUNMAP || proc->syscall == SYSCALL_MPROTECT ||
			     proc->syscall == SYSCALL_MADVISE;
	return !acts_on_range || mm_is_known(mm, arg[0], arg[1]);
}

static const char *syscall_end(const struct proc *proc, uint64_t result)
{
	const uint64_t *arg = proc->arg;
	struct mm_struct *mm = user_mm();

	if (!mm)
		return "no memory";
	switch (proc->syscall) {
	case SYSCALL_MMAP:
		return end_mmap(proc, mm, result);
	case SYSCALL_MUNMAP:
		return end_munmap(mm, arg[0], arg[1]);
	case SYSCALL_MPROTECT:
		mm_mprotect(arg[0], arg[1], (unsigned int)arg[2] & VMA_PROT_MASK);
		break;
	case SYSCALL_MREMAP:
		mm_mremap(arg[0], arg[1], arg[2], result, arg[3] & KERNEL_MREMAP_DONTUNMAP);
		break;
	case SYSCALL_MADVISE:
		mm_madvise(arg[0], arg[1], (unsigned int)arg[2]);
		break;
	case SYSCALL_BRK:
		mm_brk(result);
		break;
	case SYSCALL_CLONE:
	case SYSCALL_CLONE3:
	case SYSCALL_FORK:
	case SYSCALL_VFORK:
		return end_clone(proc, result);
	case SYSCALL_EXECVE:
		if (!proc->execing)
			mm_exec();
		mm_of(current_task()->mm)->mm.cpumask |= proc->cpus;
		return unseen_memory;
	case SYSCALL_KERNEL_MEMORY:
	case SYSCALL_WRITE:
	case SYSCALL_OTHER:
	case SYSCALL_EXIT:
	case SYSCALL_EXIT_GROUP:
	case NR_SYSCALLS:
		break;
	}
	return NULL;
}

static const char *task_gone(void)
{
	struct mm_struct *mm = current_task()->mm ? mm_of(current_task()->mm) : NULL;
	const char *why = mm && mm->incomplete ? unseen_memory : NULL;

	mm_exit();
	return why;
}

const char *on_sys_enter(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	if (event->syscall == SYSCALL_EXIT || event->syscall == SYSCALL_EXIT_GROUP)
		return task_gone();
	return NULL;
}

const char *on_sys_exit(struct run *run, const struct proc *proc, const struct event *event)
{
	if (!proc->in_syscall)
		return NULL;
	/* These act before they fail, too. */
	if (proc->syscall == SYSCALL_KERNEL_MEMORY)
		return "the syscall may map kernel memory, which is not recorded";
	if (proc->syscall == SYSCALL_WRITE)
		return "a write may act on page tables (clear_refs), its file is not recorded";
	if (failed(event->arg[0]))
		return NULL;
	run->cuts = proc->cuts;
	struct mm_struct *mm = user_mm();
	bool known = mm && is_known(mm, proc, event->arg[0]);
	const char *why = syscall_end(proc, event->arg[0]);
	if (!why && !known)
		why = older_memory;
	if (!why && run->cuts < proc->cuts)
		why = "a walker was told to reschedule, where it stopped is not recorded";
	run->cuts = 0;
	return why;
}

const char *on_new_exec(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	(void)event;
	mm_exec();
	return unseen_memory;
}

const char *on_fork(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	return end_clone(proc, event->arg[1]);
}

/* A task that is killed calls no exit(). */
const char *on_exit(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)event;
	return proc->exited ? NULL : task_gone();
}

const char *on_kernel_map(struct run *run, const struct proc *proc, const struct event *event)
{
	const uint64_t *arg = event->arg;

	(void)run;
	/* Inside mmap() or brk() the syscall itself says it. */
	if (!proc->execing || !user_mm())
		return NULL;
	if (event->kind == EVENT_KERNEL_BRK)
		mm_mmap(arg[0], arg[1], VMA_READ | VMA_WRITE);
	else
		mm_mmap(arg[1], arg[2],
			(unsigned int)(arg[3] & VMA_PROT_MASK) | (arg[0] ? VMA_FILE : 0));
	return NULL;
}
