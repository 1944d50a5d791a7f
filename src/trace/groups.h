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
	struct phase *elsewhere; /* what belongs to no other */
	struct phase *walkers[NR_WALKERS];
};

struct replay;
struct proc;

/* Sets the group that an event of a task belongs to. 0 or -ENOMEM. */
int groups_enter(struct replay *replay, struct proc *proc, const struct event *event);

/* The groups that are there from the start, and the walkers' counts of every run. 0 or -ENOMEM. */
int groups_create(struct replay *replay);
void groups_destroy(struct replay *replay);

/* What is in no group yet is elsewhere, so that groups come to the total. Sorts. 0 or -ENOMEM. */
int groups_finish(struct replay *replay);

#endif
