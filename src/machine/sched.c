/* SPDX-License-Identifier: MIT */
/* Tasks and the context switch. */
#include "sched.h"

#include <errno.h>
#include <stdlib.h>

#include "preempt.h"

enum { INIT_TID = 1 };

static struct task *task_create(struct machine *machine, int tid)
{
	if (machine->tasks.nr >= MAX_TASKS) {
		machine_reached_limit(machine, "MAX_TASKS");
		return NULL;
	}
	struct task *task = machine_alloc(machine, sizeof(*task));
	if (!task)
		return NULL;
	if (idmap_insert(&machine->tasks, tid, task)) {
		machine->out_of_memory = true;
		machine_free(machine, task);
		return NULL;
	}
	task->tid = tid;
	task->tgid = tid;
	task->machine = machine;
	task->cpu = &machine->cpus[0];
	task->counters = &machine->total;
	return task;
}

int tasks_create(struct machine *machine)
{
	/* Idle tasks share tid 0 in the kernel; here they are told apart by negative numbers. */
	for (int i = 0; i < machine->config.nr_cpus; i++) {
		struct cpu *cpu = &machine->cpus[i];
		cpu->idle = task_create(machine, -1 - i);
		if (!cpu->idle)
			return -ENOMEM;
		cpu->idle->cpu = cpu;
		cpu->idle->has_run = true;
		cpu->current = cpu->idle;
	}
	return 0;
}

void tasks_destroy(struct machine *machine)
{
	struct task *task;

	for (size_t cursor = 0; (task = idmap_next(&machine->tasks, &cursor));)
		machine_free(machine, task);
	idmap_fini(&machine->tasks);
}

struct task *task_find(struct machine *machine, int tid)
{
	return idmap_find(&machine->tasks, tid);
}

/*
 * Linux kernel/fork.c, dup_task_struct(): the child starts as a copy of its running parent, so the
 * section counters and thread flags are inherited as they stand at that moment. The preempt count
 * starts fresh (sched_fork() -> init_task_preempt_count()).
 */
struct task *task_fork(struct task *parent, int tid)
{
	struct machine *machine = parent->machine;
	struct task *child = task_create(machine, tid);
	if (!child)
		return NULL;

	child->cpu = parent->cpu;
	child->thread_flags = parent->thread_flags;
	child->lazy_mmu_state = parent->lazy_mmu_state;
	child->por_el1 = parent->por_el1;
	child->counters = parent->counters;
	if (machine->switch_hooks.fork)
		machine->switch_hooks.fork(parent, child);
	return child;
}

/* A fork by init, which has run; what this costs belongs to nobody's count. */
static struct task *fork_in_the_past(struct cpu *cpu, struct task *init, int tid)
{
	struct task *interrupted = cpu->current;
	struct counters *interrupted_counters = interrupted->counters;
	struct counters *init_counters = init->counters;
	struct counters past = { 0 };
	struct cpu *home = init->cpu; /* a recorded init may be running there */

	interrupted->counters = init->counters = &past;
	switch_to(cpu, init);
	struct task *task = task_fork(init, tid);
	if (task)
		switch_to(cpu, task);
	switch_to(cpu, interrupted);
	init->cpu = home;
	init->counters = init_counters;
	interrupted->counters = interrupted_counters;
	if (task)
		task->counters = &cpu->machine->total;
	counters_fini(&past);
	return task;
}

struct task *task_with_past(struct machine *machine, int tid, int cpu_id)
{
	struct cpu *cpu = &machine->cpus[cpu_id];
	struct cpu *before = running_cpu;
	struct task *init = task_find(machine, INIT_TID);

	run_on(cpu);
	if (!init)
		init = task_fork(machine->cpus[0].idle, INIT_TID);
	struct task *task = !init || tid == INIT_TID ? init : fork_in_the_past(cpu, init, tid);
	if (before)
		run_on(before);
	return task;
}

void task_exit(struct task *task)
{
	struct machine *machine = task->machine;
	struct cpu *cpu = task->cpu;

	if (cpu->current == task)
		switch_to(cpu, cpu->idle);
	idmap_remove(&machine->tasks, task->tid);
	machine_free(machine, task);
}

/*
 * Linux kernel/sched/core.c, context_switch(), and arch __switch_to(): the start hook runs on the
 * outgoing task, the end hook while current is still the outgoing task. Interrupts and preemption
 * are off in between. schedule() with prev == next runs no hook.
 */
void switch_to(struct cpu *cpu, struct task *next)
{
	struct machine *machine = cpu->machine;
	struct task *prev = cpu->current;

	if (prev == next)
		return;
	struct cpu *before = running_cpu;
	run_on(cpu);
	preempt_disable();
	bool flags = observe(local_irq_save());
	if (machine->switch_hooks.start)
		machine->switch_hooks.start(prev);
	if (machine->switch_hooks.end)
		machine->switch_hooks.end(next);
	cpu->current = next;
	next->cpu = cpu;
	next->has_run = true;
	/* Whoever may look now finds next, which is at a schedule point of its own. */
	cpu->irqs_disabled = flags;
	prev->preempt_count -= PREEMPT_OFFSET;
	if (before)
		run_on(before);
}
