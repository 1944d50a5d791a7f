/* SPDX-License-Identifier: MIT */
/*
 * One run: the causes of a recording on one backend, kernel generation and mode. This sees causes
 * alone: event.h keeps effects apart, and run_event() is never given one.
 */
#ifndef LAZYMMU_TRACE_RUN_H
#define LAZYMMU_TRACE_RUN_H

#include "mm_struct.h"
#include "population.h"
#include "proc.h"
#include "tally.h"

struct run {
	const struct arch *arch;
	struct machine *machine;
	enum population population;
	uint64_t touched;	    /* pages, by assumption */
	bool untouched;		    /* there were more than population_limit() */
	struct mm_struct *observed; /* user PTEs seen as bare writes, without their address space */
	struct mm *loaded[MAX_CPUS]; /* by CPU: the last user mm there */
	unsigned int cuts;	     /* reschedule requests left for the syscall that runs now */
	struct tally *tally; /* of the run that stands for the recorded machine, else NULL */
};

/* 0, -EINVAL (the backend has no such page size) or -ENOMEM. */
int run_create(const struct arch *arch, const struct machine_config *config,
	       enum population population, struct run *run);
void run_destroy(struct run *run);

/* Makes task tid current on cpu, with a past if it is new. counters: where it counts from now on.
 */
void run_switch(struct run *run, int cpu, int tid, struct counters *counters);

/*
 * Applies one event of the task that run_switch() made current. NULL, or why the causes do not
 * decide what it did.
 */
const char *run_event(struct run *run, const struct proc *proc, const struct event *event);

/* Makes a thread of a process current on cpu, whose memory is as old as what it shares. */
void run_join(struct run *run, int cpu, int tid, int tgid);

/* A task is gone for good. */
void run_forget(struct run *run, int tid);

#endif
