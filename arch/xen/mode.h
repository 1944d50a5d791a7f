/* SPDX-License-Identifier: MIT */
/* Operations of struct arch_ops that enter and leave the mode of a CPU, by generation. */
#ifndef LAZYMMU_ARCH_XEN_MODE_H
#define LAZYMMU_ARCH_XEN_MODE_H

#include "arch.h"

void init_cpu_with_mode(struct cpu *cpu);
void init_cpu_with_nests(struct cpu *cpu);

void enter_mode(void);
void leave_mode(void);
bool enter_state(void);
void leave_state(bool nested);
void enter_idempotent(void);
void leave_idempotent(void);
void leave_modeless(void);

void flush_by_leaving(void);
void flush_mode(void);
void flush_modeless(void);

/* The kernel's row says how they know whether a task was in the mode. */
void start_switch(struct task *prev);
void end_switch(struct task *next);
void fork_xen(struct task *parent, struct task *child);

#endif
