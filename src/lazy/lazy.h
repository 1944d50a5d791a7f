/* SPDX-License-Identifier: MIT */
/*
 * The section API of one kernel generation. Generic code calls these four whatever the generation;
 * the kernel row of the machine says what they do. Where a generation has no pause, pause and
 * resume do what its callers wrote by hand: leave and enter.
 */
#ifndef LAZYMMU_LAZY_LAZY_H
#define LAZYMMU_LAZY_LAZY_H

#include "arch.h"

void lazy_mmu_mode_enable(void);
/* With the hint of s390's proposal: the section will write PTEs of [addr, end), from ptep on. */
void lazy_mmu_mode_enable_with_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep);
void lazy_mmu_mode_disable(void);
void lazy_mmu_mode_pause(void);
void lazy_mmu_mode_resume(void);

/* Fills the services of a machine that has its backend. */
void lazy_attach(struct machine *machine);

/* Judges what the running task leaves behind where it ends. */
void lazy_check_balance(const char *where);

#endif
