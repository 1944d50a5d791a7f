/* SPDX-License-Identifier: MIT */
/* Scenario blocks of native text. */
#ifndef LAZYMMU_EXPLORE_SCENARIO_PARSE_H
#define LAZYMMU_EXPLORE_SCENARIO_PARSE_H

#include "reader.h"
#include "scenario.h"
#include "text.h"

/*
 * Parses the text of a file. 0; -EINVAL with a diag (line, column, cause and hint); or -ENOMEM.
 */
int scenario_parse(struct text text, struct scenario **ret, struct diag *diag);

/*
 * Parses what is in the braces of a schedule, and adds its moves to a scenario that has the tasks
 * and handlers already. Errors as above.
 */
int scenario_parse_moves(struct text text, struct scenario *scenario, struct diag *diag);

/* Reads a file, or standard input when path is "-", plain or gzip. Errors as above, or -errno. */
int scenario_read(const char *path, struct scenario **ret, struct diag *diag);

#endif
