/* SPDX-License-Identifier: MIT */
/* What one run comes to in each group of a replay: by syscall, by process, by walker. */
#ifndef LAZYMMU_REPORT_GROUPS_TABLE_H
#define LAZYMMU_REPORT_GROUPS_TABLE_H

#include "replay_report.h"

/* 0 or -ENOMEM. */
int groups_table(const struct replay_report *report, size_t run, FILE *out);

#endif
