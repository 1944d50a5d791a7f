/* SPDX-License-Identifier: MIT */
/*
 * Whose a line is, on a terminal: strace writes "[pid N] " while it has more than one task, and
 * nothing while it has one, which is the first at the start and any survivor at the end. The first
 * task has no number until another one exists; until then, and after, it is STRACE_FIRST_TID here.
 */
#ifndef LAZYMMU_TRACE_STRACE_TASKS_H
#define LAZYMMU_TRACE_STRACE_TASKS_H

#include "idmap.h"
#include "strace_line.h"

enum {
	STRACE_FIRST_TID = STRACE_MAX_PID, /* no task of Linux has it */
	STRACE_MAX_LIVE = 1 << 20,	   /* more are not told apart */
	STRACE_NR_BORN = 16,
};

struct strace_tasks {
	struct idmap live;
	int survivor; /* all live numbers, xor: of a single one it is the number */
	/* With -qq nobody says that a task is gone, but what it did last. */
	struct idmap exiting;	  /* of the live ones */
	int remaining;		  /* those that are live and not exiting, xor */
	int last;		  /* who had the last line */
	int first_pid;		  /* the number of the first task; 0: not known */
	bool first_forks;	  /* it is in a clone() or fork(): a new number may be its child */
	int born[STRACE_NR_BORN]; /* the last results of clone(), before first_pid is known */
	unsigned int nr_born;
	/* `Process N attached with 5 threads`: the others have no note of their own. */
	bool has_threads;
	int process; /* whose they are; 0: of none, or of several */
	uint64_t nr_unseen;
};

void strace_tasks_fini(struct strace_tasks *tasks);

/*
 * Whose line it is, and from its first line on a task is live. tgid: of a thread that strace found
 * in a process, with its first line; else as it was. 0 or -ENOMEM.
 */
int strace_tasks_find(struct strace_tasks *tasks, const struct strace_line *line, int *tid,
		      int *tgid);
/* `Process N attached`, with so many threads. */
int strace_tasks_attach(struct strace_tasks *tasks, int pid, uint64_t nr_threads);
void strace_tasks_remove(struct strace_tasks *tasks, int tid);
/* It is in a syscall that does not return. 0 or -ENOMEM. */
int strace_tasks_exits(struct strace_tasks *tasks, int tid);
/* A number of a task, as those that strace_tasks_find() returns. */
int strace_tasks_number(const struct strace_tasks *tasks, int pid);
/* The task enters (or has left) a fork. */
void strace_tasks_forks(struct strace_tasks *tasks, int tid, bool forks);
void strace_tasks_born(struct strace_tasks *tasks, int pid);

#endif
