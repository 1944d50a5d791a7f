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

void observed_event(struct observed *observed, const struct event *event);

#endif
