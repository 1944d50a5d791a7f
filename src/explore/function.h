/* SPDX-License-Identifier: MIT */
/*
 * Tasks and handlers that are C functions. Where one of them is and what it holds is told by
 * everything that it has observed since it began: the calls that it made, the schedule points in
 * them and the values that they returned.
 */
#ifndef LAZYMMU_EXPLORE_FUNCTION_H
#define LAZYMMU_EXPLORE_FUNCTION_H

#include <stdbool.h>

struct actor;
struct execution;
struct program;

/* Runs a C function over an actor, to its end. */
void run_function(struct actor *actor, const struct program *program);

/* Calls prepare of the scenario for each address space. 0, or what it returned. */
int prepare(struct execution *execution);

/* The running task makes a call of that name; outside of an exploration nothing happens. */
void function_calls(const char *name);

/* The machine that runs is one of an exploration. */
bool machine_is_explored(void);
/* And one of its tasks runs, or a handler over it. */
bool function_runs(void);

#endif
