/* SPDX-License-Identifier: MIT */
/*
 * Whole-mm flushes that are put off: while an mm is attached to one CPU alone, that CPU only makes
 * entries invalid, and a later flush takes all of the mm out of the TLBs.
 */
#ifndef LAZYMMU_ARCH_S390_FLUSH_MM_H
#define LAZYMMU_ARCH_S390_FLUSH_MM_H

#include "arch.h"

/* No other CPU has the mm loaded. */
bool attached_here_alone(const struct mm *mm);

/* Hooks of struct arch_ops. */
void flush_tlb_mm_s390(struct mm *mm);
void flush_tlb_range_s390(struct mm *mm, const struct tlb_range *range);
void flush_tlb_page_s390(struct mm *mm, vaddr_t addr);
void release_table_s390(struct mm *mm, struct table *table);
void start_switch_s390(struct task *prev);
void end_switch_s390(struct task *next);
/* No CPU keeps the mm. */
void detach_mm(const struct mm *mm);

#endif
