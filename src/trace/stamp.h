/* SPDX-License-Identifier: MIT */
/* Time stamps as nanoseconds. */
#ifndef LAZYMMU_TRACE_STAMP_H
#define LAZYMMU_TRACE_STAMP_H

#include "text.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* DEC[.DEC] of units of so many nanoseconds; what is too late is UINT64_MAX. The cursor moves. */
bool stamp_read(struct text *text, uint64_t unit, uint64_t *ns);

/*
 * The stamp of a line of ftrace text whose event begins at event: seconds, or without a dot the
 * ticks of a counter, which become nanoseconds. EVENT_NO_TIME: there is none.
 */
uint64_t stamp_before(const char *event, const char *line);

#endif
