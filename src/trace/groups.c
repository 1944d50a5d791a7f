/* SPDX-License-Identifier: MIT */
/* Dividing a replay. */
#include "groups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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
	const char *name = "elsewhere";

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

static int enter_process(struct replay *replay, struct proc *proc, const struct event *event)
{
	char name[PHASE_NAME_SIZE];

	if (event->tgid > 0)
		proc->tgid = event->tgid;
	if (proc->group && proc->group->tid == proc->tgid)
		return 0;
	/* A thread joins the group of its process. */
	struct proc *leader = idmap_find(&replay->procs, proc->tgid);
	if (leader && leader->group) {
		proc->group = leader->group;
		return 0;
	}
	snprintf(name, sizeof(name), "process %d", proc->tgid);
	proc->group = NULL;
	int err = open_group(replay, &proc->group, name, event);
	if (proc->group)
		proc->group->tid = proc->tgid;
	/* Threads may be seen before it. */
	if (leader)
		leader->group = proc->group;
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

int groups_attach_walkers(struct replay *replay)
{
	const struct event start = { .tid = -1 };

	for (int id = 0; id < NR_WALKERS; id++) {
		int err = open_group(replay, &replay->groups.walkers[id], walkers[id].name, &start);
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

void groups_detach_walkers(struct replay *replay)
{
	for (size_t i = 0; i < replay->nr_runs; i++) {
		struct machine *machine = replay->runs[i].machine;
		if (!machine || !machine->mm_layer)
			continue;
		free(machine->mm_layer->walker_sinks);
		machine->mm_layer->walker_sinks = NULL;
	}
}
