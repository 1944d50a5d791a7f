/* SPDX-License-Identifier: MIT */
/* Dividing a replay. */
#include "groups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "syscall.h"

const char *const group_by_names[NR_GROUP_BYS] = {
	[GROUP_BY_PHASE] = "phase",
	[GROUP_BY_SYSCALL] = "syscall",
	[GROUP_BY_PROCESS] = "process",
	[GROUP_BY_WALKER] = "walker",
};

static int open_group(struct replay *replay, struct phase **group, const char *name,
		      const struct event *event)
{
	return *group ? 0 : phase_begin(&replay->phases, name, event, group);
}

static bool is_fault(enum event_kind kind)
{
	return kind == EVENT_FAULT || kind == EVENT_MM_FAULT || kind == EVENT_HASH_PAGE;
}

static int enter_syscall(struct replay *replay, struct proc *proc, const struct event *event)
{
	struct groups *groups = &replay->groups;
	bool enters = event->kind == EVENT_SYS_ENTER;
	enum syscall_nr nr = enters ? event->syscall : proc->syscall;
	struct phase **group = &groups->elsewhere;
	const char *name = NULL; /* that group is there */

	if (enters || proc->in_syscall) {
		group = &groups->syscalls[nr];
		name = syscall_class_names[nr];
	} else if (is_fault(event->kind)) {
		group = &groups->faults;
		name = "page faults";
	}
	int err = open_group(replay, group, name, event);
	proc->group = *group;
	return err;
}

static bool in_group_of(const struct proc *proc, int tgid)
{
	return proc->group && proc->group_tgid == tgid;
}

static void join_group(struct proc *proc, struct phase *group)
{
	proc->group = group;
	proc->group_tgid = proc->tgid;
}

static int enter_process(struct replay *replay, struct proc *proc, const struct event *event)
{
	char name[PHASE_NAME_SIZE];

	if (event->tgid > 0)
		proc->tgid = event->tgid;
	if (in_group_of(proc, proc->tgid))
		return 0;
	/* A thread joins the group of its process. */
	struct proc *leader = idmap_find(&replay->procs, proc->tgid);
	if (leader && in_group_of(leader, proc->tgid)) {
		join_group(proc, leader->group);
		return 0;
	}
	struct phase *group = NULL;
	snprintf(name, sizeof(name), "process %d", proc->tgid);
	int err = open_group(replay, &group, name, event);
	/* One beyond MAX_PHASES is in no group of its own. */
	join_group(proc, group ? group : replay->groups.elsewhere);
	/* Threads may be seen before it. */
	if (leader && leader->tgid == proc->tgid)
		join_group(leader, proc->group);
	return err;
}

int groups_enter(struct replay *replay, struct proc *proc, const struct event *event)
{
	if (replay->groups.by == GROUP_BY_SYSCALL)
		return enter_syscall(replay, proc, event);
	if (replay->groups.by == GROUP_BY_PROCESS)
		return enter_process(replay, proc, event);
	return 0;
}

static int attach_walkers(struct replay *replay, const struct event *start)
{
	for (int id = 0; id < NR_WALKERS; id++) {
		int err = open_group(replay, &replay->groups.walkers[id], walkers[id].name, start);
		if (err)
			return err;
	}
	for (size_t i = 0; i < replay->nr_runs; i++) {
		struct counters **sinks = calloc(NR_WALKERS, sizeof(struct counters *));
		if (!sinks)
			return -ENOMEM;
		for (int id = 0; id < NR_WALKERS; id++)
			sinks[id] = &replay->groups.walkers[id]->predicted[i];
		replay->runs[i].machine->mm_layer->walker_sinks = sinks;
	}
	return 0;
}

/* The most work first, so that the first groups are those that a reader wants. */
static int compare_groups(const void *left, const void *right)
{
	const struct counters *a = &(*(struct phase *const *)left)->predicted[0];
	const struct counters *b = &(*(struct phase *const *)right)->predicted[0];
	static const enum counter keys[] = { COUNT_PTE_WRITES, COUNT_SECTIONS };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (a->n[keys[i]] != b->n[keys[i]])
			return a->n[keys[i]] < b->n[keys[i]] ? 1 : -1;
	}
	return strcmp((*(struct phase *const *)left)->name, (*(struct phase *const *)right)->name);
}

int groups_create(struct replay *replay)
{
	const struct event start = { .tid = -1 };

	if (replay->groups.by == GROUP_BY_PHASE)
		return 0;
	int err = open_group(replay, &replay->groups.elsewhere, "elsewhere", &start);
	if (!err && replay->groups.by == GROUP_BY_WALKER)
		err = attach_walkers(replay, &start);
	return err;
}

void groups_destroy(struct replay *replay)
{
	for (size_t i = 0; i < replay->nr_runs; i++) {
		struct machine *machine = replay->runs[i].machine;
		if (!machine || !machine->mm_layer)
			continue;
		free(machine->mm_layer->walker_sinks);
		machine->mm_layer->walker_sinks = NULL;
	}
}

/*
 * A task that has no group counts in the total of its machine: an idle task, which pays for the
 * switch to whom the recording shows next, one that is only known from a switch to it, and those
 * beyond MAX_PHASES.
 */
int groups_finish(struct replay *replay)
{
	if (replay->groups.by == GROUP_BY_PHASE)
		return 0;
	for (size_t i = 0; i < replay->nr_runs; i++) {
		struct counters *total = &replay->runs[i].machine->total;
		int err = counters_add(&replay->groups.elsewhere->predicted[i], total);
		if (err)
			return err;
		counters_fini(total);
	}
	qsort(replay->phases.items, replay->phases.nr, sizeof(struct phase *), compare_groups);
	return 0;
}
