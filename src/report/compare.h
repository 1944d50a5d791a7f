/* SPDX-License-Identifier: MIT */
/* What a phase is compared by: the numbers that recordings of a backend hold. */
#ifndef LAZYMMU_REPORT_COMPARE_H
#define LAZYMMU_REPORT_COMPARE_H

#include "replay.h"

struct metric {
	const char *name; /* key in JSON, heading in text */
	/* One of the two: a number, or how often each size occurred. */
	uint64_t (*number)(const struct counters *counters);
	const struct histogram *(*sizes)(const struct counters *counters);
	/* Causes do not decide it (table entries, fixmaps): shown, not compared. */
	bool undecided;
};

struct metric_list {
	const struct metric *items;
	size_t nr;
};

struct metric_list metrics_of(const char *arch);

bool metric_equal(const struct metric *metric, const struct counters *a, const struct counters *b);

enum match { MATCH_NO, MATCH_YES, MATCH_NULL };

enum match phase_match(const struct phase *phase, size_t run, const char *arch);

enum replay_verdict { REPLAY_MATCH, REPLAY_MISMATCH, REPLAY_NO_EFFECTS };

/* Of the run that stands for the recorded machine. */
enum replay_verdict replay_verdict(const struct replay *replay, size_t run);

#endif
