/* SPDX-License-Identifier: MIT */
/* All runs of a replay, one row each: what the same causes come to on each machine. */
#ifndef LAZYMMU_REPORT_RUNS_TABLE_H
#define LAZYMMU_REPORT_RUNS_TABLE_H

#include <stdio.h>

#include "replay.h"

/* 0 or -ENOMEM. */
int runs_table(const struct replay *replay, FILE *out);

#endif
