/* SPDX-License-Identifier: MIT */
/* Tasks: their life, and which of them runs where. */
#include "api.h"

#include <errno.h>

#include "preempt.h"
#include "sched.h"
#include "syscalls.h"

enum { MIN_TID = 2 }; /* 1 is init, the parent of all */

/* The scheduler can take the CPU from its current task. */
static bool can_give_way(const struct cpu *cpu)
{
	return cpu->current->preempt_count == 0 && !cpu->irqs_disabled;
}

static int check_new_tid(struct machine *machine, int tid)
{
	if (tid < MIN_TID)
		return -EINVAL;
	return task_find(machine, tid) ? -EEXIST : 0;
}

int lazymmu_task_create(struct lazymmu_machine *machine, int tid, struct lazymmu_task **ret)
{
	struct machine *inner = machine->run.machine;
	int err = check_new_tid(inner, tid);

	if (err)
		return err;
	if (!can_give_way(&inner->cpus[0]))
		return -EBUSY;
	struct task *task = task_with_past(inner, tid, 0);
	if (!task)
		return -ENOMEM;
	*ret = task_handle(task);
	return 0;
}

struct lazymmu_task *lazymmu_task_find(struct lazymmu_machine *machine, int tid)
{
	return tid < MIN_TID ? NULL : task_handle(task_find(machine->run.machine, tid));
}

struct lazymmu_task *lazymmu_task_idle(struct lazymmu_machine *machine, int cpu)
{
	struct machine *inner = machine->run.machine;

	if (cpu < 0 || cpu >= inner->config.nr_cpus)
		return NULL;
	return task_handle(inner->cpus[cpu].idle);
}

static bool is_idle(const struct task *task)
{
	return task->tid < 0;
}

int lazymmu_task_switch(struct lazymmu_task *handle, int cpu_id)
{
	struct task *task = task_of(handle);
	struct machine *machine = task->machine;

	if (cpu_id < 0 || cpu_id >= machine->config.nr_cpus)
		return -EINVAL;
	if (is_refused())
		return -EBUSY;
	struct cpu *cpu = &machine->cpus[cpu_id];
	if (is_idle(task) && task->cpu != cpu)
		return -EINVAL;
	if (cpu->current != task) {
		bool runs_elsewhere = task->cpu->current == task;
		if (!can_give_way(cpu) || (runs_elsewhere && !can_give_way(task->cpu)) ||
		    (task->migration_disabled && task->cpu != cpu))
			return -EBUSY;
		if (runs_elsewhere)
			switch_to(task->cpu, task->cpu->idle);
		switch_to(cpu, task);
	}
	run_on(cpu);
	if (task->mm)
		task->mm->cpumask |= (uint64_t)1 << cpu_id;
	return 0;
}

struct lazymmu_task *lazymmu_task_current(void)
{
	if (!running_cpu)
		return NULL;
	observe((uint64_t)current_task()->tid);
	return task_handle(current_task());
}

int lazymmu_task_id(const struct lazymmu_task *task)
{
	return task_of(task)->tid;
}

struct lazymmu_mm *lazymmu_task_mm(const struct lazymmu_task *task)
{
	return mm_handle(task_of(task)->mm);
}

int lazymmu_cpu_current(void)
{
	function_calls(__func__);
	return (int)observe((uint64_t)this_cpu()->id);
}

int lazymmu_sys_fork(int tid, bool share_mm, struct lazymmu_task **ret)
{
	int err = check_new_tid(this_machine(), tid);

	if (err)
		return err;
	if (machine_is_explored())
		return -EBUSY;
	struct task *child = mm_fork(tid, share_mm);
	if (!child)
		return -ENOMEM;
	*ret = task_handle(child);
	return 0;
}

int lazymmu_sys_exit(void)
{
	struct task *task = current_task();

	if (is_idle(task))
		return -EINVAL;
	if (is_refused())
		return -EBUSY;
	mm_exit();
	task_exit(task);
	return 0;
}
