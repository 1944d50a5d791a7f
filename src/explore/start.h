/* SPDX-License-Identifier: MIT */
/* What an execution starts from: a machine with its address spaces, pages and waiting tasks. */
#ifndef LAZYMMU_EXPLORE_START_H
#define LAZYMMU_EXPLORE_START_H

#include "execution.h"

/*
 * Makes it, once; every other start is a copy of what is kept in memory and start of the execution.
 * 0, -EINVAL (page size), -ENOMEM, or what prepare of the scenario returned.
 */
int create_start(struct execution *execution);

#endif
