/* SPDX-License-Identifier: MIT */
/* The columns of native text, TIME CPU TASK. */
#ifndef LAZYMMU_TRACE_LMT_COLUMNS_H
#define LAZYMMU_TRACE_LMT_COLUMNS_H

#include "event.h"
#include "text.h"

struct lmt_clock {
	uint64_t time; /* of the last line */
	uint64_t unit; /* of times, in nanoseconds */
};

/* Reads the columns into the event and moves behind them. */
bool lmt_columns(struct lmt_clock *clock, struct text *line, struct event *event,
		 struct mistake *mistake);

#endif
