/* SPDX-License-Identifier: MIT */
/*
 * Phases of a recording: what lies between the markers that the recorded program wrote. A phase
 * keeps what was recorded in it and, for each run, what was predicted.
 */
#ifndef LAZYMMU_TRACE_PHASE_H
#define LAZYMMU_TRACE_PHASE_H

#include "recorded.h"

enum {
	PHASE_NAME_SIZE = 64,
	MAX_PHASES = 1 << 16,
};

struct phase {
	char name[PHASE_NAME_SIZE];
	int tid; /* who wrote the marker */
	uint64_t line;
	struct recorded recorded;
	struct counters *predicted; /* by run */
	const char *why;	    /* the causes are incomplete: why; NULL: they are complete */
};

struct phases {
	struct phase **items; /* in order of their markers */
	size_t nr;
	size_t capacity;
	size_t nr_runs;
	uint64_t dropped; /* markers beyond MAX_PHASES */
};

void phases_fini(struct phases *phases);

/* What a marker says. */
enum marker {
	MARKER_NONE,  /* nothing about phases */
	MARKER_BEGIN, /* `WL name begin` */
	MARKER_END,   /* `WL name end` */
	MARKER_NEXT,  /* `M name`: the phase lasts until the next marker */
};
enum marker marker_parse(const char *text, char name[PHASE_NAME_SIZE]);

/* *ret NULL: there are MAX_PHASES already. 0 or -ENOMEM. */
int phase_begin(struct phases *phases, const char *name, const struct event *marker,
		struct phase **ret);

#endif
