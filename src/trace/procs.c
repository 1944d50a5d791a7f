/* SPDX-License-Identifier: MIT */
/* The table of tasks. */
#include "procs.h"

#include <stdlib.h>
#include <string.h>

#include "sched.h"

/* A bracketed phase belongs to who wrote its marker, the other kind to everybody. */
struct phase *procs_phase(const struct replay *replay, const struct proc *proc)
{
	if (replay->groups.by != GROUP_BY_PHASE)
		return proc->group;
	return proc->phase ? proc->phase : replay->global;
}

struct counters *procs_sink(const struct replay *replay, const struct proc *proc, size_t run)
{
	struct phase *phase = procs_phase(replay, proc);

	return phase && run < replay->nr_runs ? &phase->predicted[run] : NULL;
}

void procs_note_why(const struct replay *replay, const struct proc *proc, const char *why)
{
	struct phase *phase = procs_phase(replay, proc);

	if (why && phase && !phase->why)
		phase->why = why;
}

/*
 * What no model has, as README.md lists it. Other reasons are of interest only where something is
 * compared.
 */
static void note_unmodelled(struct replay *replay, const char *why, uint64_t line)
{
	size_t i = 0;

	if (!strstr(why, "not modelled"))
		return;
	while (i < replay->nr_unmodelled && replay->unmodelled[i].why != why)
		i++;
	if (i == MAX_UNMODELLED)
		return;
	if (i == replay->nr_unmodelled)
		replay->unmodelled[replay->nr_unmodelled++] = (struct unmodelled){ why, line, 0 };
	replay->unmodelled[i].times++;
}

/* Runs the causes of one event on every machine, as the task and on the CPU of its line. */
void procs_run(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	for (size_t i = 0; i < replay->nr_machines; i++) {
		struct run *run = &replay->runs[i];
		run_switch(run, cpu, proc->tid, procs_sink(replay, proc, i));
		const char *why = run_event(run, proc, event);
		if (i == 0 && why) {
			procs_note_why(replay, proc, why);
			note_unmodelled(replay, why, event->line);
		}
		if (run->machine->out_of_memory)
			replay->out_of_memory = true;
	}
}

struct proc *procs_get(struct replay *replay, int tid)
{
	struct proc *proc = idmap_find(&replay->procs, tid);

	if (proc)
		return proc;
	proc = calloc(1, sizeof(*proc));
	if (!proc || idmap_insert(&replay->procs, tid, proc)) {
		free(proc);
		replay->out_of_memory = true;
		return NULL;
	}
	proc->tid = tid;
	proc->tgid = tid;
	return proc;
}

static bool is_cloning(const struct proc *proc)
{
	return proc->in_syscall && syscall_is_fork(proc->syscall) && !proc->forked;
}

static void begin_cloning(struct replay *replay, struct proc *proc)
{
	proc->older = replay->youngest_cloning;
	proc->younger = NULL;
	*(proc->older ? &proc->older->younger : &replay->oldest_cloning) = proc;
	replay->youngest_cloning = proc;
}

static void end_cloning(struct replay *replay, struct proc *proc)
{
	*(proc->older ? &proc->older->younger : &replay->oldest_cloning) = proc->younger;
	*(proc->younger ? &proc->younger->older : &replay->youngest_cloning) = proc->older;
}

void procs_forget(struct replay *replay, struct proc *proc)
{
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_forget(&replay->runs[i], proc->tid);
	if (is_cloning(proc))
		end_cloning(replay, proc);
	if (replay->releasing == proc)
		replay->releasing = NULL;
	idmap_remove(&replay->procs, proc->tid);
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (replay->last[cpu] == proc)
			replay->last[cpu] = NULL;
	}
	free(proc);
}

/* The parent of a child that has lines before its parent's clone returns: that end names it. */
static struct proc *told_parent(struct replay *replay, int child)
{
	int tid = replay->ahead ? ahead_parent(replay->ahead, child) : -1;
	struct proc *proc = tid < 0 ? NULL : idmap_find(&replay->procs, tid);

	return proc && is_cloning(proc) ? proc : NULL;
}

/*
 * Where that end is far or missing, the task that has been in a clone for longest and that no child
 * has claimed yet.
 */
static struct proc *likely_parent(struct replay *replay, int child)
{
	struct proc *oldest = replay->oldest_cloning;

	return oldest && oldest->tid == child ? oldest->younger : oldest;
}

/*
 * A task that nobody said has been made returns from a clone, or is seen for the first time: a log
 * of syscalls, which knows no CPUs, shows the traced tasks alone.
 */
static bool is_unborn(const struct replay *replay, const struct proc *proc,
		      const struct event *event, bool is_new)
{
	bool returns = event->kind == EVENT_SYS_EXIT && syscall_is_fork(event->syscall) &&
		       event->arg[0] == 0 && !proc->in_syscall;

	return (returns || (is_new && event->cpu < 0)) && replay->oldest_cloning &&
	       !task_find(replay->runs[0].machine, event->tid);
}

/* A thread belongs to the process of the one that made it. */
static void adopt(struct replay *replay, const struct proc *parent, int tid)
{
	const uint64_t clone_thread = 0x10000; /* include/uapi/linux/sched.h */
	struct proc *child;

	if (replay->groups.by != GROUP_BY_PROCESS || !parent->clone_flags_known ||
	    !(parent->arg[0] & clone_thread) || tid <= 0)
		return;
	child = procs_get(replay, tid);
	if (child)
		child->tgid = parent->tgid;
}

/* The first line of a child: its parent's clone takes effect now. */
static void early_child(struct replay *replay, struct proc *child, const struct event *event,
			int cpu)
{
	struct proc *parent = NULL;

	if (replay->oldest_cloning != replay->youngest_cloning && event->cpu < 0)
		parent = told_parent(replay, child->tid);
	if (!parent)
		parent = likely_parent(replay, child->tid);
	if (!parent)
		return;
	struct event fork = { .line = event->line,
			      .kind = EVENT_FORK,
			      .tid = parent->tid,
			      .cpu = cpu,
			      .arg = { (uint64_t)parent->tid, (uint64_t)child->tid } };
	procs_run(replay, parent, &fork, cpu);
	end_cloning(replay, parent);
	parent->forked = child->tid;
	adopt(replay, parent, child->tid);
}

/*
 * A task that exited and is seen in user mode is a new one with its number. The kernel may fault on
 * its way out (kernel/fork.c, mm_release() clears the thread id).
 */
static bool is_reborn(const struct proc *proc, const struct event *event)
{
	bool user_fault = event->kind == EVENT_FAULT && event->arg[1] & FAULT_USER;

	return proc->exited &&
	       (user_fault || event->kind == EVENT_SYS_ENTER || event->kind == EVENT_MARKER);
}

/* A thread that nobody was seen to make shares the memory of its process. */
static void join_process(struct replay *replay, const struct event *event, int cpu)
{
	if (task_find(replay->runs[0].machine, event->tid) || !procs_get(replay, event->tgid))
		return;
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_join(&replay->runs[i], cpu, event->tid, event->tgid);
}

struct proc *procs_of_event(struct replay *replay, const struct event *event, int cpu)
{
	struct proc *proc = replay->last[cpu];

	if (!proc || proc->tid != event->tid)
		proc = idmap_find(&replay->procs, event->tid);
	if (proc && is_reborn(proc, event)) {
		procs_forget(replay, proc);
		proc = NULL;
	}
	bool is_new = !proc;
	if (is_new)
		proc = procs_get(replay, event->tid);
	if (proc && is_unborn(replay, proc, event, is_new))
		early_child(replay, proc, event, cpu);
	/* What is traced behind the switch that a thread died in still names it. */
	if (proc && is_new && replay->leaving_tid[cpu] == event->tid)
		proc->exited = true;
	else if (proc && is_new && event->tgid > 0 && event->tgid != event->tid)
		join_process(replay, event, cpu);
	return proc;
}

static void syscall_enter(struct proc *proc, const struct event *event, int cpu)
{
	proc->in_syscall = true;
	proc->execing = false;
	proc->released = false;
	proc->forked = 0;
	proc->clone_flags_known = event->syscall == SYSCALL_CLONE;
	proc->syscall = event->syscall;
	memcpy(proc->arg, event->arg, sizeof(proc->arg));
	proc->line = event->line;
	proc->cpus = (uint64_t)1 << cpu;
	proc->cuts = 0;
}

void procs_after_event(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	bool was_cloning = is_cloning(proc), enters = event->kind == EVENT_SYS_ENTER;

	if (enters) {
		syscall_enter(proc, event, cpu);
		proc->exited = syscall_is_exit(event->syscall) && event->cpu >= 0;
	} else if (event->kind == EVENT_SYS_EXIT) {
		if (syscall_is_fork(proc->syscall) && proc->in_syscall)
			adopt(replay, proc, (int)event->arg[0]);
		proc->in_syscall = false;
	} else if (event->kind == EVENT_NEW_EXEC) {
		proc->execing = true;
	} else if (event->kind == EVENT_FORK) {
		proc->forked = (int)event->arg[1];
		adopt(replay, proc, proc->forked);
	} else if (event->kind == EVENT_NEW_TASK) {
		proc->arg[0] = event->arg[1];
		proc->clone_flags_known = true;
	} else if (event->kind == EVENT_EXIT) {
		proc->exited = true;
	}
	if (was_cloning && (enters || !is_cloning(proc)))
		end_cloning(replay, proc);
	if (enters && is_cloning(proc))
		begin_cloning(replay, proc);
}
