/* SPDX-License-Identifier: MIT */
/* Syscalls and what execve does: from their arguments to calls of the address-space layer. */
#include "run_events.h"

#include <errno.h>

#include "query.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

/* include/uapi/linux/sched.h. */
enum { KERNEL_CLONE_VM = 0x100 };

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

static bool failed(uint64_t result)
{
	return (int64_t)result < 0 && (int64_t)result >= -4095;
}

static const char unseen_memory[] = "memory that execve mapped is not in the recording";

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
 * ASSUME: a clone3() whose flags are not recorded shares the address space; C libraries make
 * threads by it, and fork by clone().
 */
static bool shares_memory(const struct proc *proc)
{
	if (proc->clone_flags_known)
		return proc->arg[0] & KERNEL_CLONE_VM;
	return proc->syscall == SYSCALL_VFORK || proc->syscall == SYSCALL_CLONE3;
}

static const char *end_clone(struct run *run, const struct proc *proc, uint64_t result)
{
	bool share = shares_memory(proc);
	struct mm_struct *mm = user_mm();

	/* The child saw its own return first. */
	if (proc->forked == (int)result || result == 0)
		return NULL;
	struct task *child = task_find(current_task()->machine, (int)result);
	/* Another thread's clone was taken for this one: the child has its memory already. */
	if (child && share && child->mm == current_task()->mm)
		return NULL;
	/* Lines of the child before its clone was known ran as a task of nobody. */
	if (child)
		forget_task(child);
	if (run->tally && mm && !share)
		tally_fork(run->tally, mm);
	if (mm_fork((int)result, share) == NULL)
		return "a task could not be created";
	if (proc->syscall == SYSCALL_CLONE3 && !proc->clone_flags_known)
		return "the flags of clone3() are not recorded";
	return share || !mm || !mm->incomplete ? NULL : unseen_memory;
}

/* The first brk() that is seen says where the heap ends, not where it ended. */
static const char *end_brk(struct mm_struct *mm, const struct proc *proc, uint64_t result)
{
	bool known = mm->brk || proc->arg[0] == 0;

	if (mm_brk(result) == -E2BIG)
		return populates_too_much;
	return known ? NULL : older_memory;
}

/* The running task leaves its address space for a new one. */
static int exec(struct run *run)
{
	struct mm *mm = current_task()->mm;

	if (run->tally && mm)
		tally_exec(run->tally, mm_of(mm));
	return mm_exec();
}

static const char *syscall_end(struct run *run, const struct proc *proc, uint64_t result)
{
	struct mm_struct *mm = user_mm();

	if (!mm)
		return "no memory";
	switch ((int)proc->syscall) {
	case SYSCALL_BRK:
		return end_brk(mm, proc, result);
	case SYSCALL_CLONE:
	case SYSCALL_CLONE3:
	case SYSCALL_FORK:
	case SYSCALL_VFORK:
		return end_clone(run, proc, result);
	case SYSCALL_EXECVE:
		if (!proc->execing)
			exec(run);
		mm_of(current_task()->mm)->mm.cpumask |= proc->cpus;
		return unseen_memory;
	case SYSCALL_FILE:
		return mm_maps_files(mm) ? "what a mapped file has to do with it is not recorded"
					 : NULL;
	case SYSCALL_UNMODELLED:
		return "the syscall changes address spaces in a way that is not modelled";
	default:
		return memory_syscall(mm, proc, result);
	}
}

/* What a syscall that succeeded made accessible; brk: where the heap ended before. */
static void populate_after(struct run *run, const struct proc *proc, uint64_t result, vaddr_t brk)
{
	const uint64_t *arg = proc->arg;

	if (proc->syscall == SYSCALL_MMAP)
		populate(run, result, arg[1]);
	else if (proc->syscall == SYSCALL_MPROTECT)
		populate(run, arg[0], arg[1]);
	else if (proc->syscall == SYSCALL_MREMAP)
		populate(run, result, arg[2]);
	else if (proc->syscall == SYSCALL_BRK && brk && result > brk)
		populate(run, brk, result - brk);
}

static const char *task_gone(struct run *run)
{
	struct mm_struct *mm = current_task()->mm ? mm_of(current_task()->mm) : NULL;
	const char *why = !mm ? older_memory : mm->incomplete ? unseen_memory : NULL;

	if (run->tally && mm)
		tally_exit(run->tally, mm);
	mm_exit();
	return why;
}

/* The syscall changes page tables when it returns. */
static bool acts_on_memory(enum syscall_nr nr)
{
	return nr != SYSCALL_OTHER && nr != SYSCALL_WRITE && !syscall_is_exit(nr);
}

static const char half_recorded[] = "the entry or the end of a syscall is not in the recording";

const char *on_sys_enter(struct run *run, const struct proc *proc, const struct event *event)
{
	/* A log says when the task is gone: its vfork child may still be on its way to a new mm. */
	if (syscall_is_exit(event->syscall))
		return event->cpu < 0 ? NULL : task_gone(run);
	return proc->in_syscall && acts_on_memory(proc->syscall) ? half_recorded : NULL;
}

/* A child's own return is none of them; a thread that executes a program takes its leader's id. */
static const char *end_without_entry(struct run *run, const struct event *event)
{
	if (event->syscall == SYSCALL_EXECVE && event->arg[0] == 0)
		return exec(run) ? "no memory" : unseen_memory;
	bool child = syscall_is_fork(event->syscall) && event->arg[0] == 0;
	return acts_on_memory(event->syscall) && !child ? half_recorded : NULL;
}

const char *on_sys_exit(struct run *run, const struct proc *proc, const struct event *event)
{
	if (!proc->in_syscall)
		return end_without_entry(run, event);
	/* These act before they fail, too. */
	if (proc->syscall == SYSCALL_KERNEL_MEMORY)
		return "the syscall may map kernel memory, which is not recorded";
	if (proc->syscall == SYSCALL_WRITE)
		return "a write may act on page tables (clear_refs), its file is not recorded";
	struct mm_struct *mm = user_mm();
	if (run->tally && mm)
		tally_syscall(run->tally, mm, proc, event->arg[0]);
	if (failed(event->arg[0]))
		return mm ? failed_memory_syscall(mm, proc, -(int)event->arg[0]) : NULL;
	vaddr_t brk = mm ? mm->brk : 0;
	run_cut(run, proc->cuts);
	const char *why = syscall_end(run, proc, event->arg[0]);
	if (!why && run->cuts < proc->cuts)
		why = "a walker was told to reschedule, where it stopped is not recorded";
	run_cut(run, 0);
	populate_after(run, proc, event->arg[0], brk);
	return why;
}

const char *on_new_exec(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)proc;
	(void)event;
	exec(run);
	return unseen_memory;
}

const char *on_fork(struct run *run, const struct proc *proc, const struct event *event)
{
	return end_clone(run, proc, event->arg[1]);
}

/* A task that is killed calls no exit(). */
const char *on_exit(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)event;
	return proc->exited ? NULL : task_gone(run);
}
