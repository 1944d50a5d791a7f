/* SPDX-License-Identifier: MIT */
/* Scenarios by name or path. */
#ifndef LAZYMMU_CLI_LOAD_H
#define LAZYMMU_CLI_LOAD_H

#include "scenario.h"
#include "shipped.h"

/*
 * A shipped scenario of that name, else a file, plain or gzip; "-" is standard input. EXIT_CLEAN,
 * or another status with a message.
 */
int load_scenario(const char *name, struct scenario **ret);
int load_shipped(const struct shipped_scenario *shipped, struct scenario **ret);

#endif
