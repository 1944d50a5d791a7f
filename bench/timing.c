/* SPDX-License-Identifier: MIT */
/* Rounds of timed cases. */
#include "timing.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A case with what its rounds have measured. */
struct track {
	const struct timed_case *timed;
	uint64_t runs; /* between two looks at the clock, whose cost then vanishes */
	uint64_t samples[MAX_ROUNDS];
};

static int compare(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

struct timing timing_of(uint64_t *samples, size_t nr)
{
	qsort(samples, nr, sizeof(*samples), compare);
	uint64_t median = samples[nr / 2];
	uint64_t middle_half = samples[nr - 1 - nr / 4] - samples[nr / 4];

	return (struct timing){
		.median = median,
		.spread = median ? middle_half * 1000 / median : 0,
		.rounds = nr,
	};
}

static uint64_t processor_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Adds the time and the operations of some runs. */
static int take_runs(const struct track *track, uint64_t *ns, uint64_t *operations)
{
	const struct timed_case *timed = track->timed;

	if (timed->prepare)
		timed->prepare(timed->data);
	uint64_t start = processor_time();
	for (uint64_t i = 0; i < track->runs; i++) {
		uint64_t made = timed->run(timed->data);
		if (!made)
			return -EIO;
		*operations += made;
	}
	*ns += processor_time() - start;
	return 0;
}

/* The first runs fill the caches, and tell how many make a round. */
static int warm_up(struct track *track)
{
	uint64_t ns = 0, operations = 0;
	int err;

	for (track->runs = 1;; track->runs *= 2, ns = 0) {
		err = take_runs(track, &ns, &operations);
		if (err || track->timed->prepare || ns >= ROUND_NS)
			return err;
	}
}

static int take_sample(const struct track *track, uint64_t *ret)
{
	uint64_t ns = 0, operations = 0;

	while (ns < ROUND_NS) {
		int err = take_runs(track, &ns, &operations);
		if (err)
			return err;
	}
	*ret = ns * 1000 / operations;
	return 0;
}

static int take_round(struct track *tracks, size_t nr, size_t round)
{
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++)
		err = take_sample(&tracks[i], &tracks[i].samples[round]);
	return err;
}

/* The samples stay in their order: more may follow. */
static struct timing time_so_far(const struct track *track, size_t rounds)
{
	uint64_t sorted[MAX_ROUNDS];

	memcpy(sorted, track->samples, rounds * sizeof(*sorted));
	return timing_of(sorted, rounds);
}

static bool are_stable(const struct track *tracks, size_t nr, size_t rounds, struct timing *ret)
{
	bool stable = true;

	for (size_t i = 0; i < nr; i++) {
		ret[i] = time_so_far(&tracks[i], rounds);
		stable = stable && timing_is_stable(&ret[i]);
	}
	return stable;
}

static int take_rounds(struct track *tracks, size_t nr, struct timing *ret)
{
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++)
		err = warm_up(&tracks[i]);
	for (size_t rounds = 1; rounds <= MAX_ROUNDS && !err; rounds++) {
		err = take_round(tracks, nr, rounds - 1);
		bool is_time = rounds >= MIN_ROUNDS && rounds % 2;
		if (!err && is_time && are_stable(tracks, nr, rounds, ret))
			break;
	}
	return err;
}

int time_cases(const struct timed_case *cases, size_t nr, struct timing *ret)
{
	struct track *tracks = calloc(nr, sizeof(*tracks));

	if (!tracks)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		tracks[i].timed = &cases[i];
	int err = take_rounds(tracks, nr, ret);
	free(tracks);
	return err;
}
