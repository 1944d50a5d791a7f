/* SPDX-License-Identifier: MIT */
/*
 * The table of verdicts: every cell that is known to fail, with the bug and its fix, or the commit
 * that brought it. A cell that is not here must hold; one that is here must fail.
 */
#include "contract.h"

#include <string.h>

static const struct known_bug bugs[] = {
	/* Preempted between a counter or flag and its hook: Xen's switch hook trusts the former. */
	{ "window-of-enable", "xen", KERNEL_SERIES_V3, KERNEL_PATCH_0508, "B1", "4594437880ce" },
	{ "window-of-disable", "xen", KERNEL_SERIES_V3, KERNEL_PATCH_0508, "B1", "4594437880ce" },
	{ "window-of-pause", "xen", KERNEL_SERIES_V3, KERNEL_PATCH_0508, "B1", "4594437880ce" },
	{ "window-of-resume", "xen", KERNEL_SERIES_V3, KERNEL_PATCH_0508, "B1", "4594437880ce" },
	/*
	 * A nested enter is a BUG on Xen without a nesting counter; nests are legal since v7.0.
	 * With the counter of v6.6 a switch undoes one level of two.
	 */
	{ "nested-leave-flushes", "xen", KERNEL_V6_1, KERNEL_V6_1, "B2", "5ab246749569" },
	{ "nested-leave-flushes", "xen", KERNEL_V6_12, KERNEL_V6_18, "B2", "5ab246749569" },
	{ "nest-keeps-batching", "xen", KERNEL_V6_1, KERNEL_V6_1, "B2", "5ab246749569" },
	{ "nest-keeps-batching", "xen", KERNEL_V6_12, KERNEL_V6_18, "B2", "5ab246749569" },
	{ "section-in-interrupt", "xen", KERNEL_V6_1, KERNEL_V6_1, "B2", "5ab246749569" },
	{ "section-in-interrupt", "xen", KERNEL_V6_12, KERNEL_V6_18, "B2", "5ab246749569" },
	{ "nested-switch-loses-nothing", "xen", KERNEL_V6_1, KERNEL_V6_1, "B2", "5ab246749569" },
	{ "nested-switch-loses-nothing", "xen", KERNEL_V6_6, KERNEL_V6_6, "B2", "c36549ff8d84" },
	{ "nested-switch-loses-nothing", "xen", KERNEL_V6_12, KERNEL_V6_18, "B2", "5ab246749569" },
	/* A preemptible section with a flag and a batch of the CPU. */
	{ "other-task-immediate", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B3", "a1d416bf9faf" },
	{ "migration-loses-nothing", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B3", "a1d416bf9faf" },
	/* The section of set_ptes() ends the mode of its caller's. */
	{ "set-keeps-batching", "powerpc", KERNEL_V6_6, KERNEL_V6_6, "B4", "47b8def9358c" },
	{ "powerpc-sets-feed-nothing", "powerpc", KERNEL_V6_6, KERNEL_V6_6, "B4", "47b8def9358c" },
	{ "powerpc-mprotect-adds-one", "powerpc", KERNEL_V6_6, KERNEL_V6_6, "B4", "47b8def9358c" },
	{ "set-keeps-batching", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B4", "eb61ad14c459" },
	{ "sparc-mprotect-adds-one", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B4", "eb61ad14c459" },
	{ "sparc-old-adds-nothing", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B4", "eb61ad14c459" },
	/* A handler's writes join what the interrupted task holds back. */
	{ "interrupt-immediate", "arm64", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5", "b81c688426a9" },
	{ "section-in-interrupt", "arm64", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5", "b81c688426a9" },
	{ "arm64-interrupt-pays-its-own", "arm64", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5",
	  "b81c688426a9" },
	{ "interrupt-immediate", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5",
	  "b81c688426a9" },
	{ "section-in-interrupt", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5",
	  "b81c688426a9" },
	{ "arm64-interrupt-pays-its-own", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B5",
	  "b81c688426a9" },
	{ "interrupt-immediate", "powerpc", KERNEL_V6_1, KERNEL_SERIES_V2, "B5", "313a05a15a1b" },
	{ "section-in-interrupt", "powerpc", KERNEL_V6_1, KERNEL_SERIES_V2, "B5", "313a05a15a1b" },
	{ "interrupt-immediate", "sparc", KERNEL_V6_1, KERNEL_SERIES_V2, "B5", "dacd24ec4965" },
	{ "section-in-interrupt", "sparc", KERNEL_V6_1, KERNEL_SERIES_V2, "B5", "dacd24ec4965" },
	{ "interrupt-immediate", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B5",
	  "s390 series v5, 2/4" },
	{ "section-in-interrupt", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B5",
	  "s390 series v5, 2/4" },
	{ "interrupt-immediate", "powerpc", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B5",
	  "313a05a15a1b" },
	{ "section-in-interrupt", "powerpc", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B5",
	  "313a05a15a1b" },
	{ "interrupt-immediate", "sparc", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B5",
	  "dacd24ec4965" },
	{ "section-in-interrupt", "sparc", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B5",
	  "dacd24ec4965" },
	/* The inner leave ends the mode for the rest of the outer section. */
	{ "nested-leave-flushes", "arm64", KERNEL_V6_16_RC, KERNEL_V6_16_RC, "B6", "1ef3095b1405" },
	{ "nested-switch-loses-nothing", "sparc", KERNEL_V6_6, KERNEL_V6_6, "B6", "dacd24ec4965" },
	{ "nest-keeps-batching", "arm64", KERNEL_V6_16_RC, KERNEL_V6_18, "B6", "4dd9b4d7a8d5" },
	{ "nested-switch-loses-nothing", "arm64", KERNEL_V6_16_RC, KERNEL_V6_18, "B6",
	  "4dd9b4d7a8d5" },
	{ "nest-keeps-batching", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_18, "B6",
	  "4dd9b4d7a8d5" },
	{ "nested-switch-loses-nothing", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_18, "B6",
	  "4dd9b4d7a8d5" },
	{ "nest-keeps-batching", "powerpc", KERNEL_V6_1, KERNEL_V6_18, "B6", "313a05a15a1b" },
	{ "nest-keeps-batching", "sparc", KERNEL_V6_1, KERNEL_V6_18, "B6", "dacd24ec4965" },
	/* A queued write is not in memory: documented, a caller has to pause. */
	{ "read-back", "xen", KERNEL_V6_1, KERNEL_V7_3, "B7", "691ee97e1a9d" },
	/* Sections that turn preemption off forbid sleeping; a rule since v7.0 (f2be745071ff). */
	{ "sleep-in-section", "powerpc", KERNEL_V6_1, KERNEL_V7_3, "B8", "b6ea95a34cbd" },
	{ "sleep-in-section", "sparc", KERNEL_V6_1, KERNEL_V6_1, "B8", "b6ea95a34cbd" },
	{ "sleep-in-section", "sparc", KERNEL_V6_12, KERNEL_V7_3, "B8", "b6ea95a34cbd" },
	{ "sleep-in-section", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B8", "b6ea95a34cbd" },
	/* flush_tlb_range() before leave: pagemap_scan_pmd_entry() and migrate_vma_collect_pmd().
	 */
	{ "flush-in-section", "powerpc", KERNEL_V6_1, KERNEL_V7_3, "B9",
	  "52526ca7fdb9, 60bae7370896" },
	{ "flush-in-section", "sparc", KERNEL_V6_1, KERNEL_V7_3, "B9",
	  "52526ca7fdb9, 60bae7370896" },
	{ "flush-in-section", "xen", KERNEL_V6_1, KERNEL_V7_3, "B9", "52526ca7fdb9, 60bae7370896" },
	{ "flush-in-section", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B9",
	  "52526ca7fdb9, 60bae7370896" },
	/* A nested disable() on radix: the flush hook forgot to ask. */
	{ "nested-leave-flushes", "powerpc-radix", KERNEL_SERIES_V4, KERNEL_SERIES_V4, "B12",
	  "c3f0778ffeca" },
	{ "nested-switch-loses-nothing", "powerpc-radix", KERNEL_SERIES_V4, KERNEL_SERIES_V4, "B12",
	  "c3f0778ffeca" },
	{ "radix-defers-nothing", "powerpc-radix", KERNEL_SERIES_V4, KERNEL_SERIES_V4, "B12",
	  "c3f0778ffeca" },
	/* A pause was strict: a section in it made debug kernels warn. Version 3 spares radix. */
	{ "section-inside-pause", "arm64", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "arm64-kpkeys", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "powerpc", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "sparc", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "xen", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "s390", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "s390-with-ptes", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "generic", KERNEL_SERIES_V3, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	{ "section-inside-pause", "powerpc-radix", KERNEL_SERIES_V4, KERNEL_SERIES_V4, "B13",
	  "5ab246749569" },
	/* The first switch-in resumes what nothing paused: a forked task never batches. */
	{ "forked-task-batches", "xen", KERNEL_PATCH_0508, KERNEL_PATCH_0508, "B15",
	  "20260508080514.454607-1-jgross" },
	{ "forked-task-batches", "xen", KERNEL_V7_3, KERNEL_V7_3, "B15", "811f0d8caa40" },
	/* The child of a task in a section is in one, too; no real caller forks there. */
	{ "xen-fork-in-section", "xen", KERNEL_SERIES_V3, KERNEL_V7_3, "B15", "291b3abed657" },
	/* enable() and disable() on two sides of a BH-off region. */
	{ "bh-off-disable", "arm64", KERNEL_V6_18, KERNEL_SERIES_V2, "B16", "b81c688426a9" },
	{ "bh-off-disable", "arm64-kpkeys", KERNEL_V6_18, KERNEL_SERIES_V2, "B16", "b81c688426a9" },
	{ "bh-off-disable", "arm64", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "arm64", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-disable", "arm64-kpkeys", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "arm64-kpkeys", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-disable", "powerpc", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "powerpc", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-disable", "sparc", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "sparc", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-disable", "xen", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "xen", KERNEL_SERIES_V3, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-disable", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	{ "bh-off-enable", "s390-with-ptes", KERNEL_V7_0, KERNEL_V7_3, "B16", "9273dfaeaca8" },
	/* A direct hypercall overtakes what the interrupted task has queued. */
	{ "interrupt-order", "xen", KERNEL_V6_1, KERNEL_V7_3, "irq-overtakes",
	  "arch/x86/xen/mmu_pv.c, xen_set_pte()" },
	/* The nested enter saves the raised register level. */
	{ "nested-leave-flushes", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_18, "kpkeys-nest",
	  "4dd9b4d7a8d5" },
	{ "kpkeys-register-restored-after-nest", "arm64-kpkeys", KERNEL_V6_16_RC, KERNEL_V6_18,
	  "kpkeys-nest", "4dd9b4d7a8d5" },
};

/* Cells of labs that hold although the kernel that they vary fails. */
static const struct known_bug repairs[] = {
	{ "window-of-enable", "xen", KERNEL_LAB_FLAG, KERNEL_LAB_FLAG, "B1", "thread flag" },
	{ "window-of-disable", "xen", KERNEL_LAB_FLAG, KERNEL_LAB_FLAG, "B1", "thread flag" },
	{ "window-of-pause", "xen", KERNEL_LAB_FLAG, KERNEL_LAB_FLAG, "B1", "thread flag" },
	{ "window-of-resume", "xen", KERNEL_LAB_FLAG, KERNEL_LAB_FLAG, "B1", "thread flag" },
	{ "window-of-enable", "xen", KERNEL_LAB_PREEMPT_OFF, KERNEL_LAB_LEVEL_STATE, "B1",
	  "no window, no counter" },
	{ "window-of-disable", "xen", KERNEL_LAB_PREEMPT_OFF, KERNEL_LAB_LEVEL_STATE, "B1",
	  "no window, no counter" },
	{ "window-of-pause", "xen", KERNEL_LAB_PREEMPT_OFF, KERNEL_LAB_LEVEL_STATE, "B1",
	  "no window, no counter" },
	{ "window-of-resume", "xen", KERNEL_LAB_PREEMPT_OFF, KERNEL_LAB_LEVEL_STATE, "B1",
	  "no window, no counter" },
	{ "bh-off-enable", "arm64", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B16",
	  "a leave that is not matched only clears the flag" },
	{ "bh-off-enable", "arm64-kpkeys", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B16",
	  "a leave that is not matched only clears the flag" },
	{ "interrupt-immediate", "s390-with-ptes", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE,
	  "B5", "no mode" },
	{ "sleep-in-section", "s390-with-ptes", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE,
	  "B8", "no mode" },
	{ "flush-in-section", "s390-with-ptes", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE,
	  "B9", "no mode" },
	{ "xen-fork-in-section", "xen", KERNEL_LAB_LEVEL_STATE, KERNEL_LAB_LEVEL_STATE, "B15",
	  "the state is its caller's" },
	{ "forked-task-batches", "xen", KERNEL_LAB_SWITCH_FLAG, KERNEL_LAB_SWITCH_FLAG_RESET, "B15",
	  "resume what was paused, or pause what will be resumed" },
	{ "xen-fork-in-section", "xen", KERNEL_LAB_FORK_RESET_PAUSE, KERNEL_LAB_SWITCH_FLAG_RESET,
	  "B15", "reset, and either of these" },
};

static const struct known_bug *find(const struct known_bug *table, size_t nr, const struct bed *bed,
				    const struct rule *rule, enum kernel_id kernel)
{
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(table[i].rule, rule->name) == 0 &&
		    strcmp(table[i].subject, bed->subject->name) == 0 && table[i].first <= kernel &&
		    kernel <= table[i].last)
			return &table[i];
	}
	return NULL;
}

/* A lab has the bugs of the kernel that it varies, without those that it repairs. */
const struct known_bug *known_bug_find(const struct bed *bed, const struct rule *rule)
{
	const struct kernel *kernel = bed->kernel;
	const size_t nr_bugs = sizeof(bugs) / sizeof(bugs[0]);
	const struct known_bug *own = find(bugs, nr_bugs, bed, rule, kernel->id);

	if (own || find(repairs, sizeof(repairs) / sizeof(repairs[0]), bed, rule, kernel->id))
		return own;
	return find(bugs, nr_bugs, bed, rule, kernel->base);
}
