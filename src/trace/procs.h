/* SPDX-License-Identifier: MIT */
/* The tasks of a recording: who they are, what they are in, whose children they are. */
#ifndef LAZYMMU_TRACE_PROCS_H
#define LAZYMMU_TRACE_PROCS_H

#include "replay.h"

/* Made when it is not known yet; NULL: no memory. */
struct proc *procs_get(struct replay *replay, int tid);
/*
 * The task of an event, which is a new one when its number was used again. Its parent's clone takes
 * effect now if that has not returned. NULL: no memory.
 */
struct proc *procs_of_event(struct replay *replay, const struct event *event, int cpu);
void procs_forget(struct replay *replay, struct proc *proc);

/* What an event changes of its task, after the runs have seen it. */
void procs_after_event(struct replay *replay, struct proc *proc, const struct event *event,
		       int cpu);

/* The phase that a task is in, NULL: none; and where run counts what it does, NULL: in no phase. */
struct phase *procs_phase(const struct replay *replay, const struct proc *proc);
struct counters *procs_sink(const struct replay *replay, const struct proc *proc, size_t run);
/* Why the causes do not decide the phase that a task is in; why NULL: they do. */
void procs_note_why(const struct replay *replay, const struct proc *proc, const char *why);

/* Runs one event on every machine, as a task on a CPU. */
void procs_run(struct replay *replay, struct proc *proc, const struct event *event, int cpu);

#endif
