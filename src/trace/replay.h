/* SPDX-License-Identifier: MIT */
/*
 * Replay: one pass over a recording drives every run that was asked for. Causes go to the runs,
 * effects to the recorder, markers to the phases; nothing flows from an effect to a run.
 */
#ifndef LAZYMMU_TRACE_REPLAY_H
#define LAZYMMU_TRACE_REPLAY_H

#include "ahead.h"
#include "groups.h"
#include "idmap.h"
#include "observed.h"
#include "reader.h"
#include "run.h"

/* Six backends, 24 kernels, two modes, four assumptions about pages. */
enum { MAX_RUNS = 6 * 24 * 2 * NR_POPULATIONS };

struct replay_options {
	const struct arch *const *archs; /* backends to run, the recorded one first */
	size_t nr_archs;
	const struct kernel *const *kernels; /* generations to run, the recorded one first */
	size_t nr_kernels;
	/* Which pages are taken to be there, in one run after the other. */
	enum population populations[NR_POPULATIONS];
	size_t nr_populations; /* 0: POPULATION_FAULTS alone */
	bool has_faults;       /* the recording tells of pages by faults */
	enum group_by by;      /* what the report is divided by */
	bool undivided;	       /* by nothing: all is counted in the total of each machine */
	bool watched;	       /* whoever asks after each event what the first run has counted */
	bool in_order;	       /* of effects: the recording has a backend's own events */
	bool lazy;
	bool immediate;
	struct machine_config config; /* kernel and mode are set for each run */
	unsigned int page_shift;      /* 0: the default of each backend */
	bool page_shift_is_asked;     /* a backend that has no such pages does not run */
	const char *recorded_arch;    /* whose effects the recording holds; NULL: none are known */
	const struct arch *geometry;  /* whose page tables the tally is of; NULL: archs[0] */
};

struct expect_line {
	uint64_t line;
	bool met;
	char text[EVENT_TEXT_SIZE];
};

/* Something that happened in the recording, and that no model has. */
struct unmodelled {
	const char *why;
	uint64_t line; /* the first */
	uint64_t times;
};

enum { MAX_UNMODELLED = 16 };

struct replay {
	struct run runs[MAX_RUNS + 2]; /* two that no report shows: a tally's and the watched */
	size_t nr_runs;
	size_t nr_machines; /* more than nr_runs: what follows is of no phase and in no report */
	/* The first run once more, undivided: all that it counted is in one place. NULL: nobody
	 * asks for that. */
	struct run *watched;
	size_t skipped_runs; /* a backend lacks the page size: not run */
	struct tally tally;
	struct groups groups;
	struct phases phases;
	struct idmap procs;	   /* struct proc by tid */
	struct ahead *ahead;	   /* what the recording says later; NULL: nobody can tell */
	struct recorder *recorder; /* NULL: the recording has no effects that we know */
	int nr_cpus;
	enum preempt_model preempt;
	uint64_t events;
	struct observed observed; /* by the whole recording */
	uint64_t bad_cpus;	  /* lines of a CPU that the machine does not have */
	uint64_t bad_cpu_line;	  /* the last of them; 0: none */
	bool in_order;
	bool undivided;
	struct proc *releasing;	     /* in a call that gives memory back; NULL: nobody */
	int releasing_cpu;	     /* where it entered that */
	uint64_t undone;	     /* calls that failed and had been taken to succeed */
	struct proc *oldest_cloning; /* tasks in a clone whose child was not seen; NULL: none */
	struct proc *youngest_cloning;
	struct proc *last[MAX_CPUS]; /* by CPU: who had the last line; NULL: nobody yet */
	/* By CPU: whom a recorded switch just took off it; -1: nobody. */
	int leaving_tid[MAX_CPUS];
	bool loss_noted;      /* no phase has begun since events were lost */
	struct phase *global; /* the phase of a marker that holds for every task */
	struct unmodelled unmodelled[MAX_UNMODELLED];
	size_t nr_unmodelled;
	struct expect_line *expectations;
	size_t nr_expectations;
	bool out_of_memory;
};

/* 0, -EINVAL (nothing to run: no backend has the page size) or -ENOMEM. */
int replay_create(const struct replay_options *options, struct replay *replay);
void replay_destroy(struct replay *replay);

/* 0 or -ENOMEM: then it cannot go on, and replay_limit() may say why. */
int replay_event(struct replay *replay, const struct event *event);

/* After the last event: what the recording leaves open is not compared. 0 or -ENOMEM. */
int replay_finish(struct replay *replay);

/* Everything that a run counted, in phases and outside; the caller frees it. 0 or -ENOMEM. */
int replay_totals(const struct replay *replay, size_t run, struct counters *ret);

/* Effects of the recording were seen at all. */
bool replay_has_effects(const struct replay *replay);

/* The limit of a machine (MAX_...) that ended the replay, NULL: memory did. */
const char *replay_limit(const struct replay *replay);

#endif
