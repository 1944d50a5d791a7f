/* SPDX-License-Identifier: MIT */
/* Tasks: creation with a past, fork, exit, and the context switch with its hooks. */
#ifndef LAZYMMU_MACHINE_SCHED_H
#define LAZYMMU_MACHINE_SCHED_H

#include "machine.h"

/* One idle task for each CPU, CPU 0 running its own. 0 or -ENOMEM. */
int tasks_create(struct machine *machine);
void tasks_destroy(struct machine *machine);

/* NULL when no such task is alive. */
struct task *task_find(struct machine *machine, int tid);

/*
 * Forks child from parent: counters and flags are copied as they stand, as dup_task_struct() does.
 * NULL when there is no memory or MAX_TASKS are alive.
 */
struct task *task_fork(struct task *parent, int tid);

/*
 * A task that was alive before anybody looked has a past: it was forked by a running parent and
 * switched in, and so was the parent. The past is run through the same hooks, on cpu.
 */
struct task *task_with_past(struct machine *machine, int tid, int cpu);

/* Reports what the task leaves unbalanced, and frees it; not the running one's CPU: idle takes
 * over. */
void task_exit(struct task *task);

/* Makes next run on cpu, through the switch hooks when somebody else ran there. */
void switch_to(struct cpu *cpu, struct task *next);

/* Simulates cpu in this OS thread from here on. */
static inline void run_on(struct cpu *cpu)
{
	running_cpu = cpu;
}

#endif
