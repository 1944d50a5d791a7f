/* SPDX-License-Identifier: MIT */
/*
 * What the recording itself says about a task, the same for every run: the phase that it is in, the
 * syscall that it has entered, how often it was told to reschedule there.
 */
#ifndef LAZYMMU_TRACE_PROC_H
#define LAZYMMU_TRACE_PROC_H

#include "phase.h"

struct proc {
	int tid;
	int tgid;	     /* as far as the recording says, else its own */
	struct phase *group; /* what the report counts it in, unless by phase; NULL: none */
	int group_tgid;	     /* the process whose group that is, by process */
	struct phase *phase; /* NULL: none */
	bool exited;	     /* it called exit; lines of its teardown may follow */
	bool in_syscall;
	bool released;		/* its call has taken effect before its end was seen */
	bool execing;		/* begin_new_exec was seen in this execve */
	struct proc *older;	/* in a clone whose child was not seen: who is for longer, */
	struct proc *younger;	/* and who is not; NULL: nobody */
	int forked;		/* child of the clone that it is in, once that is known */
	bool clone_flags_known; /* arg[0] has them, for clone3() too */
	enum syscall_nr syscall;
	uint64_t arg[EVENT_MAX_ARGS];
	uint64_t line;	   /* of the syscall's entry */
	uint64_t cpus;	   /* CPUs that it had lines on since the entry */
	bool asked;	   /* need_resched is set, and its request is counted */
	unsigned int cuts; /* times that a walker was told to reschedule since the entry */
};

#endif
