/* SPDX-License-Identifier: MIT */
/* Mappings that no syscall of the recording names: those of execve, and what a recorder lists. */
#include "run_events.h"

#include "syscalls.h"

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

/* kernel/events/core.c, perf_event_mmap(): mmap(), mprotect(), mremap() and brk() report, too. */
static bool says_itself(enum syscall_nr nr)
{
	return nr == SYSCALL_MMAP || nr == SYSCALL_MPROTECT || nr == SYSCALL_MREMAP ||
	       nr == SYSCALL_BRK;
}

/*
 * A mapping as it is now, neighbours that it merged with included: what is not known of it yet is
 * mapped, what is takes its protection.
 */
const char *on_mapping(struct run *run, const struct proc *proc, const struct event *event)
{
	const uint64_t *arg = event->arg;
	unsigned int prot = (unsigned int)arg[2] & VMA_PROT_MASK;
	unsigned int flags = prot | (arg[3] & MAPPING_ANONYMOUS ? 0 : VMA_FILE) |
			     (arg[3] & MAPPING_SHARED ? VMA_SHARED : 0);

	if ((proc->in_syscall && says_itself(proc->syscall)) || !user_mm() || !arg[1])
		return NULL;
	mm_reveal(arg[0], arg[0] + arg[1], flags);
	mm_mprotect(arg[0], arg[1], prot);
	populate(run, arg[0], arg[1]);
	return NULL;
}
