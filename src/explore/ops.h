/* SPDX-License-Identifier: MIT */
/* What operations do, but for loops and conditions. */
#ifndef LAZYMMU_EXPLORE_OPS_H
#define LAZYMMU_EXPLORE_OPS_H

#include "execution.h"

/* In the context of the actor, whose turn it is. */
void run_operation(struct actor *actor, const struct op *op);

/* Those that work on a page, by enum op_kind. */
extern void (*const page_operations[NR_OPS])(struct actor *actor, const struct op *op);

#endif
