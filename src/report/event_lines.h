/* SPDX-License-Identifier: MIT */
/*
 * Events as JSON lines: one object for each, with what the first run counted because of it. Words
 * and arguments are those of native text.
 */
#ifndef LAZYMMU_REPORT_EVENT_LINES_H
#define LAZYMMU_REPORT_EVENT_LINES_H

#include <stdio.h>

#include "replay.h"

struct event_lines {
	FILE *out;
	const char *file; /* of several; NULL: there is one alone */
	uint64_t before[NR_PUBLIC_COUNTERS];
};

/* After replay_event() of a replay that is watched: prints the event, and what changed since the
 * last one. */
void event_line(struct event_lines *lines, const struct replay *replay, const struct event *event);

#endif
