/* SPDX-License-Identifier: MIT */
/*
 * The effects that a recording holds, counted per phase: what a prediction is compared with. This
 * sees effects; nothing that predicts includes it.
 */
#ifndef LAZYMMU_TRACE_RECORDED_H
#define LAZYMMU_TRACE_RECORDED_H

#include "account.h"
#include "event.h"

/* Effects of one phase. The meaning of each number is that of the machine's counters. */
struct recorded {
	struct counters counters; /* only those that the recording's backend shows */
	bool any;		  /* an effect was seen */
};

struct recorder;

/* arch: "xen", "powerpc" or "arm64"; the others have no effects: *ret NULL. 0 or -ENOMEM. */
int recorder_create(const char *arch, struct recorder **ret);
void recorder_destroy(struct recorder *recorder);

/*
 * Counts one event of a task into sink; sink NULL: the task is in no phase. 0 or -ENOMEM.
 * Every event of the recording is passed, in order, causes too.
 */
int recorder_event(struct recorder *recorder, const struct event *event, struct recorded *sink);

#endif
