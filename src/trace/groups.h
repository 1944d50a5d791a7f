/* SPDX-License-Identifier: MIT */
/*
 * What the report of a replay is divided by. A group is a phase: it holds what was predicted and
 * what was recorded in it.
 */
#ifndef LAZYMMU_TRACE_GROUPS_H
#define LAZYMMU_TRACE_GROUPS_H

#include "event.h"
#include "phase.h"
#include "walkers.h"

enum group_by {
	GROUP_BY_PHASE,	  /* the markers of the recording */
	GROUP_BY_SYSCALL, /* the syscall that a task is in, or its page faults */
	GROUP_BY_PROCESS, /* threads together, as far as the recording says so */
	GROUP_BY_WALKER,  /* the walker whose section it is; recorded effects name none */
	NR_GROUP_BYS,
};

extern const char *const group_by_names[NR_GROUP_BYS];

struct groups {
	enum group_by by;
	struct phase *syscalls[NR_SYSCALLS]; /* NULL: not seen yet */
	struct phase *faults;
	struct phase *elsewhere;
	struct phase *walkers[NR_WALKERS];
};

struct replay;
struct proc;

/* Sets the group that an event of a task belongs to. 0 or -ENOMEM. */
int groups_enter(struct replay *replay, struct proc *proc, const struct event *event);

/* Makes every run count by walker. 0 or -ENOMEM. */
int groups_attach_walkers(struct replay *replay);
void groups_detach_walkers(struct replay *replay);

#endif
