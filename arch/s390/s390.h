/* SPDX-License-Identifier: MIT */
/* Per-CPU state of s390. */
#ifndef LAZYMMU_ARCH_S390_S390_H
#define LAZYMMU_ARCH_S390_S390_H

#include "ipte_range.h"

struct s390_cpu {
	struct mm *attached; /* the user mm that was loaded last: kernel threads keep it */
	struct ipte_range range;
};

static inline struct ipte_range *this_range(void)
{
	return &((struct s390_cpu *)this_cpu()->arch)->range;
}

#endif
