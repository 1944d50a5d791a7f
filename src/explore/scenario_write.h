/* SPDX-License-Identifier: MIT */
/* A scenario as text that scenario_parse() reads back as the same scenario. */
#ifndef LAZYMMU_EXPLORE_SCENARIO_WRITE_H
#define LAZYMMU_EXPLORE_SCENARIO_WRITE_H

#include <stdio.h>

#include "scenario.h"

/* Errors are those of the stream. */
void scenario_write(const struct scenario *scenario, FILE *out);

enum { MAX_OP_TEXT = 96, MAX_MOVE_TEXT = 160 };

/* One operation or move, without its separator. */
void op_text(const struct scenario *scenario, const struct op *op, char text[MAX_OP_TEXT]);
void move_text(const struct scenario *scenario, const struct move *move, char text[MAX_MOVE_TEXT]);

#endif
