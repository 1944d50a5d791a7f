/* SPDX-License-Identifier: MIT */
/* The rules that every run checks, in words. */
#include "finding.h"

const struct finding_rule finding_rules[NR_FINDING_KINDS] = {
	[FINDING_LEAVE_NOT_VISIBLE] = {
		"leave-not-visible",
		"after leave, disable or pause no write of the task may still be pending",
		"include/linux/pgtable.h, comment of lazy_mmu_mode_disable() (5ab246749569)",
	},
	[FINDING_NOT_IMMEDIATE] = {
		"not-immediate",
		"a write outside a section, while paused or in interrupt is complete when it returns",
		"include/linux/pgtable.h, lazy MMU mode comment; 9273dfaeaca8 for interrupts",
	},
	[FINDING_BATCHING_LEAKED] = {
		"batching-leaked",
		"a CPU must not batch while no task on it is in a section",
		"log of a1d416bf9faf (sparc), arch/x86/xen/mmu_pv.c for Xen",
	},
	[FINDING_BATCHING_LOST] = {
		"batching-lost",
		"a write in a section, in task context and not paused, is deferred if the backend defers its kind",
		"log of 1ef3095b1405; include/linux/pgtable.h (5ab246749569), nesting",
	},
	[FINDING_KERNEL_BUG] = {
		"kernel-bug",
		"a BUG_ON of the mirrored code must not fire, and no spinlock be misused",
		"arch/x86/include/asm/xen/hypervisor.h, enter_lazy() and leave_lazy(); kernel/locking/spinlock_debug.c",
	},
	[FINDING_KERNEL_WARN] = {
		"kernel-warn",
		"a VM_WARN_ON_ONCE of the mirrored code must not fire (CONFIG_DEBUG_VM)",
		"include/linux/pgtable.h, lazy_mmu_mode_enable/disable/pause/resume (5ab246749569)",
	},
	[FINDING_UNBALANCED] = {
		"unbalanced",
		"section counters and preempt depth are restored at task exit and over BH and IRQ boundaries",
		"include/linux/pgtable.h, lazy MMU mode comment: calls must be paired",
	},
	[FINDING_SLEEP_IN_ATOMIC] = {
		"sleep-in-atomic",
		"nothing may sleep where preemption is off",
		"kernel/sched/core.c, __might_resched(); f2be745071ff for sections",
	},
	[FINDING_STALE_READ] = {
		"stale-read",
		"a PTE read returns the task's own latest write",
		"include/linux/pgtable.h, lazy MMU mode comment on read hazards",
	},
	[FINDING_STALE_TRANSLATION] = {
		"stale-translation",
		"an access must not use a translation that a completed flush should have removed",
		"Documentation/core-api/cachetlb.rst, flush_tlb_range(); mm/mmu_gather.c for freed pages",
	},
	[FINDING_WRONG_CPU] = {
		"wrong-cpu",
		"a write must not stay in, or be flushed from, another CPU's batch",
		"log of a1d416bf9faf (\"sparc/mm: disable preemption in lazy mmu mode\")",
	},
	[FINDING_REGISTER_LEAKED] = {
		"register-leaked",
		"the kpkeys level that a section raised is restored when it ends",
		"kpkeys_hardened_pgtables RFC v5, patch 18 (20250815085512.2182322-19)",
	},
	[FINDING_ORDER_INVERTED] = {
		"order-inverted",
		"a later write must not overtake an earlier queued one to the same entry",
		"arch/x86/xen/mmu_pv.c, xen_set_pte(): direct when xen_get_lazy_mode() is not MMU",
	},
	[FINDING_ASSERTION] = {
		"assertion",
		"what the code under test asserts of itself must hold",
		"include/asm-generic/bug.h, WARN_ON()",
	},
};
