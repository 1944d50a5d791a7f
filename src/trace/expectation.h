/* SPDX-License-Identifier: MIT */
/* `expect NAME OP VALUE` lines of native text. */
#ifndef LAZYMMU_TRACE_EXPECTATION_H
#define LAZYMMU_TRACE_EXPECTATION_H

#include "replay.h"

/* Checks one against the first run as it stands at this line, and keeps it. 0 or -ENOMEM. */
int add_expectation(struct replay *replay, const struct event *event);

#endif
