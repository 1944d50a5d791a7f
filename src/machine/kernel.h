/* SPDX-License-Identifier: MIT */
/*
 * The generations of the section API and what each changed, as data. A kernel is a row here; no
 * code asks for a version, it asks for the property that the version has.
 */
#ifndef LAZYMMU_MACHINE_KERNEL_H
#define LAZYMMU_MACHINE_KERNEL_H

#include <stdbool.h>

enum kernel_id {
	KERNEL_V6_1,
	KERNEL_V6_6,
	KERNEL_V6_12,
	KERNEL_V6_16_RC,
	KERNEL_V6_18,
	KERNEL_SERIES_V2,
	KERNEL_SERIES_V3,
	KERNEL_SERIES_V4,
	KERNEL_V7_0,
	KERNEL_PATCH_0508,
	KERNEL_V7_1,
	KERNEL_V7_3,
	KERNEL_NEWEST = KERNEL_V7_3,
	/* Variants that nobody merged: what reviewers would try. */
	KERNEL_LAB_OPT_OUT,
	KERNEL_LAB_FLAG,
	KERNEL_LAB_ENABLE_HOOK_FIRST,
	KERNEL_LAB_DISABLE_HOOK_FIRST,
	KERNEL_LAB_HOOK_FIRST,
	KERNEL_LAB_PREEMPT_OFF,
	KERNEL_LAB_LEVEL_STATE,
	KERNEL_LAB_FORK_RESET,
	KERNEL_LAB_SWITCH_FLAG,
	KERNEL_LAB_FORK_PAUSE,
	KERNEL_LAB_FORK_RESET_PAUSE,
	KERNEL_LAB_SWITCH_FLAG_RESET,
	NR_KERNELS,
};

/* Who remembers that a section is open. */
enum section_api {
	API_STATELESS, /* nobody: arch_enter/leave_lazy_mmu_mode() are called directly */
	API_TOKEN,     /* the caller: enter() returns a state that leave() takes */
	API_FLAG,      /* task_struct: a nesting level and a flag */
	API_COUNTERS,  /* task_struct: enable_count and pause_count */
};

/* What arm64's section hooks are. */
enum arm64_hooks {
	ARM64_HOOKS_NONE,    /* barriers stand in the setters */
	ARM64_HOOKS_FIRST,   /* a thread flag is the mode, in interrupt too; nests are warned of */
	ARM64_HOOKS_FLAG,    /* a thread flag is the mode, any leave clears it */
	ARM64_HOOKS_STATE,   /* a thread flag is the mode, the outermost leave clears it */
	ARM64_HOOKS_COUNTED, /* the state of the task is the mode */
};

/* What Xen's section hooks do with the mode word of the CPU. */
enum xen_hooks {
	XEN_HOOKS_LEAVE,      /* BUG_ONs guard it; the flush hook leaves and enters again */
	XEN_HOOKS_NEST,	      /* the same, and a per-CPU counter for more levels of one mode */
	XEN_HOOKS_STATE,      /* enter tells whether it is set, a nested leave keeps it */
	XEN_HOOKS_FLUSH,      /* BUG_ONs guard it; the flush hook only flushes */
	XEN_HOOKS_IDEMPOTENT, /* entering or leaving twice is tolerated */
	XEN_HOOKS_MODELESS,   /* there is none for MMU updates */
};

/* How Xen's switch hooks know whether the next task is to be in the mode. */
enum xen_switch {
	XEN_SWITCH_FLAG,       /* a thread flag tells what the CPU did at switch-out */
	XEN_SWITCH_TASK,       /* the section state of the task tells */
	XEN_SWITCH_PAUSE,      /* they pause and resume the task */
	XEN_SWITCH_PAUSE_FLAG, /* they resume only what they have paused */
};

/* How the hooks of powerpc keep away from the radix MMU. */
enum radix_hooks {
	RADIX_RETURNS, /* each returns early */
	RADIX_REFUSES, /* arch_wants_lazy_mmu_mode() keeps the generic calls from doing anything */
	RADIX_UNGUARDED, /* each returns early, but for the flush hook */
};

struct kernel {
	const char *name; /* spelling on the command line */
	enum kernel_id id;
	enum kernel_id base; /* what a lab varies; the same as id elsewhere */
	enum section_api api;
	enum arm64_hooks arm64_hooks;
	enum xen_hooks xen_hooks;
	enum xen_switch xen_switch;
	enum radix_hooks radix_hooks;
	const char *summary; /* one line for "list kernels" */

	bool flag_follows_hook;	  /* API_FLAG: level and flag are written after the enter hook */
	bool level_is_bug;	  /* API_FLAG: VM_BUG_ON() for a level that wraps */
	bool enter_hook_first;	  /* API_COUNTERS: the outermost enable() calls, then counts */
	bool leave_hook_first;	  /* API_COUNTERS: the last disable() calls, then counts */
	bool calls_are_atomic;	  /* API_COUNTERS: preemption is off over counter and hook */
	bool bails_out;		  /* API_TOKEN: the calls do nothing in interrupt */
	bool fork_resets;	  /* a child starts with no section and no pause, on Xen */
	bool fork_pauses;	  /* a child starts paused once, on Xen */
	bool linear_map_opts_out; /* set_memory_valid() opens no section */
	bool linear_map_splits;	  /* arm64: set_memory_valid() may have to split a block mapping */
	bool set_ptes_section;	  /* set_ptes() opens a section of its own */
	bool sparc_preemptible;	  /* sparc's section leaves preemption as it was */
	bool vmap_sections;	  /* vmap, vmalloc and vunmap open sections */
	bool batched_young_clear; /* MADV_COLD clears young bits in place, rewrites no PTE */
	bool pageout_keeps_young; /* MADV_PAGEOUT ignores references, clears none */
	bool clean_made_writable; /* mprotect makes clean exclusive pages writable, too */
	bool mremap_realigns;	  /* a move may start at the PMD boundary below its first page */
	bool zap_checks_first;	  /* zap asks need_resched() before it skips empty entries */
	bool madvise_one_gather;  /* MADV_DONTNEED and MADV_FREE: one gather over all VMAs */
	bool large_folios;	  /* of anonymous memory; fork, zap and madvise take one at once */
	bool mprotect_batches;	  /* mprotect takes the entries of a folio at once */
	bool look_around_batches; /* MGLRU ages a folio at once, look-around before its section */
	bool kasan_prepares;	  /* KASAN allocates the pages of its shadow before the section */
	bool kasan_steps_out;	  /* KASAN's callbacks leave the section for their work */
};

/* The section state of the task is the mode: backends keep none of their own. */
static inline bool task_keeps_mode(const struct kernel *kernel)
{
	return kernel->api >= API_FLAG;
}

/* By enum kernel_id, oldest first, labs last. */
extern const struct kernel kernels[NR_KERNELS];

static inline bool kernel_is_lab(const struct kernel *kernel)
{
	return kernel->base != kernel->id;
}

/* NULL when no kernel has that name. */
const struct kernel *kernel_find(const char *name);
/* The newest release that is not newer than this version, else the oldest. */
const struct kernel *kernel_of_version(unsigned int major, unsigned int minor);

#endif
