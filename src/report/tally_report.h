/* SPDX-License-Identifier: MIT */
/* What the syscalls of a recording asked of page tables. */
#ifndef LAZYMMU_REPORT_TALLY_REPORT_H
#define LAZYMMU_REPORT_TALLY_REPORT_H

#include <stdio.h>

#include "json.h"
#include "tally.h"

/* has_faults: page faults were recorded, without them nobody knows which tables exist. */
void tally_json(const struct tally *tally, bool has_faults, struct json *json);
/* Rows with anything in them; nothing at all if there is none. 0 or -ENOMEM. */
int tally_text(const struct tally *tally, bool has_faults, FILE *out);

#endif
