/* SPDX-License-Identifier: MIT */
/*
 * What a recording itself shows of lazy MMU mode, whatever the backend, in phases and outside:
 * causes and effects alike, counted and never predicted from.
 */
#ifndef LAZYMMU_TRACE_OBSERVED_H
#define LAZYMMU_TRACE_OBSERVED_H

#include "event.h"

struct observed {
	uint64_t enters;
	uint64_t leaves;
	uint64_t updates; /* of page-table entries */
	uint64_t flushes; /* of what was put off */
};

enum observed_kind { SHOWS_NOTHING, SHOWS_ENTER, SHOWS_LEAVE, SHOWS_UPDATE, SHOWS_FLUSH };
extern const uint8_t observed_shown[NR_EVENT_KINDS];

/* Counts an event that shows something. */
void observed_count(struct observed *observed, const struct event *event);

/* Any event: most show nothing. */
static inline void observed_event(struct observed *observed, const struct event *event)
{
	if (observed_shown[event->kind] != SHOWS_NOTHING)
		observed_count(observed, event);
}

#endif
