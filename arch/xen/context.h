/* SPDX-License-Identifier: MIT */
/* Hypercalls of whoever changes address space or stack: they carry no page-table update. */
#ifndef LAZYMMU_ARCH_XEN_CONTEXT_H
#define LAZYMMU_ARCH_XEN_CONTEXT_H

#include "arch.h"

/* Loads the page tables of an mm on this CPU if it has others loaded. */
void xen_load_mm(struct mm *mm);
/* Between the switch hooks: a kernel thread keeps what is loaded. */
void xen_switch_mm(const struct task *next);
/* Tells the hypervisor the kernel stack of the next task. */
void xen_switch_stack(void);
/* No CPU keeps the mm. */
void xen_drop_mm(const struct mm *mm);

#endif
