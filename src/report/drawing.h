/* SPDX-License-Identifier: MIT */
/*
 * A run as trace events: a track for each CPU, sections and pauses as slices, flushes, other work
 * of the hardware and context switches as instants. It is drawn from looks at the machine: what its
 * counters and tasks say differently from the last time. Calls that the kernel ignores (in a pause)
 * are nowhere to look from: a section of two such calls that accesses nothing is not drawn.
 *
 * The machine has no clock. Time is modelled, as bench models it: the typical costs of what was
 * counted so far, without calls and pages, which no event stands for. It is one clock for all CPUs,
 * because the model runs one at a time.
 */
#ifndef LAZYMMU_REPORT_DRAWING_H
#define LAZYMMU_REPORT_DRAWING_H

#include "machine.h"
#include "model.h"
#include "trace_events.h"

enum { MAX_DRAWN_DEPTH = 16 }; /* sections inside each other; deeper ones are not told apart */

struct drawn_section {
	const char *name;
	uint64_t writes; /* counted when it was opened */
	uint64_t deferred;
};

/* What is drawn of one CPU. */
struct cpu_track {
	bool is_named;
	bool has_task;
	int tid;
	unsigned int depth;
	bool paused; /* innermost, whatever was opened behind it: nothing is held back now */
	struct drawn_section sections[MAX_DRAWN_DEPTH];
};

struct drawing {
	struct trace_events *events;
	unsigned int process;
	struct prices prices;
	const struct counters *counters; /* the sink that is drawn, and no other */
	uint64_t seen[NR_COUNTERS];	 /* of the counters, when they were last looked at */
	uint64_t seen_reasons[NR_FLUSH_REASONS];
	uint64_t seen_released; /* writes, by flushes */
	uint64_t time;		/* picoseconds */
	unsigned int nr_events;
	int cpu; /* that was last looked at */
	struct cpu_track tracks[MAX_CPUS];
};

/* What the CPU did since the last look: one call of the section API, or one write. */
void drawing_look(struct drawing *drawing, const struct cpu *cpu);

/* A mark where somebody looks for the rest; nothing may follow but the end. */
void drawing_cut(struct drawing *drawing, uint64_t limit);
/* Everything that was counted, whether it is drawn or not. */
void drawing_end(struct drawing *drawing);

#endif
