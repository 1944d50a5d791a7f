/* SPDX-License-Identifier: MIT */
/* The table of kernel generations. */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

/*
 * set_ptes_section: bcc6cc832573 ("mm: add default definition of set_ptes()"), v6.6, which x86
 * uses; 1a10a44dfc1d and 9fee28baa601 did the same on sparc and powerpc; gone with 47b8def9358c,
 * v6.7, and eb61ad14c459, v6.15.
 * sparc_preemptible: up to a1d416bf9faf ("sparc/mm: disable preemption in lazy mmu mode"), v6.15,
 * which 6.1.y and 6.12.y carry.
 * vmap_sections: mm/vmalloc.c opens sections since commit 44562c71e2cf ("mm/vmalloc: Enter lazy
 * mmu mode while manipulating vmalloc ptes"), v6.16.
 * batched_young_clear: mm/madvise.c uses clear_young_dirty_ptes() since commit 1b68112c4039
 * ("mm/madvise: introduce clear_young_dirty_ptes() batch helper"), v6.10.
 * pageout_keeps_young: mm/madvise.c, madvise_cold_or_pageout_pte_range(), v6.9.
 * clean_made_writable: mm/mprotect.c, can_change_pte_writable(), v6.2; v6.1 wants a dirty entry.
 * mremap_realigns: mm/mremap.c, try_realign_addr(), v6.7.
 * zap_checks_first: mm/memory.c, zap_pte_range(), v6.14.
 * madvise_one_gather: commit 43c4cfde7e37, v6.16.
 * large_folios: mm/memory.c, alloc_anon_folio(), 19eaf44954df ("mm: thp: support allocation of
 * anonymous multi-size THP"), v6.8; copy_present_ptes(), f8d937761d65, and zap_present_ptes(),
 * v6.9; mm/madvise.c, 1b68112c4039, v6.10.
 * mprotect_batches: mm/mprotect.c, cac1db8c3aad ("mm: optimize mprotect() by PTE batching"), v6.17.
 * look_around_batches: mm/vmscan.c, lru_gen_look_around(), "mm: support batched checking of the
 * young flag for MGLRU", v7.1.
 * kasan_prepares: mm/kasan/shadow.c, commit b6ea95a34cbd ("kasan: avoid sleepable page allocation
 * from atomic context"), v6.15.
 * kasan_steps_out: mm/kasan/shadow.c, commit c519c3c0a113 ("mm/kasan: avoid lazy MMU mode
 * hazards"), v6.17; it pauses and resumes from v7.0 on.
 * linear_map_splits: arch/arm64/mm/mmu.c, split_kernel_leaf_mapping(), v6.18.
 */
#define MM_V6_12                                                                               \
	.batched_young_clear = true, .pageout_keeps_young = true, .clean_made_writable = true, \
	.mremap_realigns = true, .large_folios = true
#define MM_V6_16                                                                               \
	MM_V6_12, .vmap_sections = true, .zap_checks_first = true, .madvise_one_gather = true, \
		  .kasan_prepares = true
#define MM_V6_17 MM_V6_16, .kasan_steps_out = true, .mprotect_batches = true
#define MM_V6_18 MM_V6_17, .linear_map_splits = true

#define COUNTED .api = API_COUNTERS, .arm64_hooks = ARM64_HOOKS_COUNTED, MM_V6_18
#define COUNTED_V7_1 COUNTED, .look_around_batches = true

const struct kernel kernels[NR_KERNELS] = {
	[KERNEL_V6_1] = {
		.name = "v6.1", .id = KERNEL_V6_1, .base = KERNEL_V6_1,
		.api = API_STATELESS,
		.summary = "stateless enter/leave, as the recorded 6.1.192; a nested enter is a BUG on Xen",
	},
	[KERNEL_V6_6] = {
		.name = "v6.6", .id = KERNEL_V6_6, .base = KERNEL_V6_6,
		.api = API_STATELESS,
		.xen_hooks = XEN_HOOKS_NEST, .xen_switch = XEN_SWITCH_FLAG,
		.summary = "stateless; set_ptes() opens a section, Xen counts nests by CPU",
		.set_ptes_section = true, .sparc_preemptible = true, .clean_made_writable = true,
	},
	[KERNEL_V6_12] = {
		.name = "v6.12", .id = KERNEL_V6_12, .base = KERNEL_V6_12,
		.api = API_STATELESS, MM_V6_12,
		.summary = "stateless, as the recorded 6.12.107, with the fixes of March 2025",
	},
	[KERNEL_V6_16_RC] = {
		.name = "v6.16-rc", .id = KERNEL_V6_16_RC, .base = KERNEL_V6_16_RC,
		.api = API_STATELESS, MM_V6_16,
		.arm64_hooks = ARM64_HOOKS_FIRST,
		.summary = "stateless, arm64 batching as first merged: no nests, not safe in interrupt",
	},
	[KERNEL_V6_18] = {
		.name = "v6.18", .id = KERNEL_V6_18, .base = KERNEL_V6_18,
		.api = API_STATELESS, MM_V6_18,
		.arm64_hooks = ARM64_HOOKS_FLAG,
		.summary = "stateless, arm64 batching with its fixes, vmalloc sections",
	},
	[KERNEL_SERIES_V2] = {
		.name = "series-v2", .id = KERNEL_SERIES_V2, .base = KERNEL_SERIES_V2,
		.api = API_TOKEN, MM_V6_17,
		.arm64_hooks = ARM64_HOOKS_STATE,
		.xen_hooks = XEN_HOOKS_STATE, .xen_switch = XEN_SWITCH_FLAG,
		.summary = "enter() returns a state that the matching leave() takes",
	},
	[KERNEL_SERIES_V3] = {
		.name = "series-v3", .id = KERNEL_SERIES_V3, .base = KERNEL_SERIES_V3,
		.api = API_FLAG, MM_V6_18,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK, .radix_hooks = RADIX_REFUSES,
		.flag_follows_hook = true, .level_is_bug = true,
		.summary = "count and enabled in task_struct, written after the arch hook; strict pause",
	},
	[KERNEL_SERIES_V4] = {
		.name = "series-v4", .id = KERNEL_SERIES_V4, .base = KERNEL_SERIES_V4,
		.api = API_FLAG, MM_V6_18,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK, .radix_hooks = RADIX_UNGUARDED,
		.summary = "nesting_level and active in task_struct, written before the arch hook; strict pause",
	},
	[KERNEL_V7_0] = {
		.name = "v7.0", .id = KERNEL_V7_0, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK,
		.summary = "enable_count and pause_count in task_struct, counted before the arch hook",
	},
	[KERNEL_PATCH_0508] = {
		.name = "patch-0508", .id = KERNEL_PATCH_0508, .base = KERNEL_PATCH_0508,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_PAUSE,
		.summary = "v7.0 with pause and resume in Xen's switch hooks (8 May 2026, withdrawn)",
	},
	[KERNEL_V7_1] = {
		.name = "v7.1", .id = KERNEL_V7_1, .base = KERNEL_V7_1,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_IDEMPOTENT, .xen_switch = XEN_SWITCH_TASK,
		.summary = "v7.0 with Xen hooks that tolerate being called twice",
	},
	[KERNEL_V7_3] = {
		.name = "v7.3", .id = KERNEL_V7_3, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE,
		.summary = "as v7.0; Xen keeps no mode of its own, its switch hooks pause and resume the task",
	},
	[KERNEL_LAB_OPT_OUT] = {
		.name = "lab-opt-out", .id = KERNEL_LAB_OPT_OUT, .base = KERNEL_V6_18,
		.api = API_STATELESS, MM_V6_18,
		.arm64_hooks = ARM64_HOOKS_FLAG, .linear_map_opts_out = true,
		.summary = "v6.18 where set_memory_valid() asks for no section: it never nests",
	},
	[KERNEL_LAB_FLAG] = {
		.name = "lab-flag", .id = KERNEL_LAB_FLAG, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_FLAG,
		.summary = "v7.0 with Xen's thread flag kept over a switch",
	},
	[KERNEL_LAB_ENABLE_HOOK_FIRST] = {
		.name = "lab-enable-hook-first", .id = KERNEL_LAB_ENABLE_HOOK_FIRST, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK, .enter_hook_first = true,
		.summary = "v7.0 where enable() counts after the arch hook",
	},
	[KERNEL_LAB_DISABLE_HOOK_FIRST] = {
		.name = "lab-disable-hook-first", .id = KERNEL_LAB_DISABLE_HOOK_FIRST, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK, .leave_hook_first = true,
		.summary = "v7.0 where disable() counts after the arch hook",
	},
	[KERNEL_LAB_HOOK_FIRST] = {
		.name = "lab-hook-first", .id = KERNEL_LAB_HOOK_FIRST, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK,
		.enter_hook_first = true, .leave_hook_first = true,
		.summary = "v7.0 where enable() and disable() count after the arch hook",
	},
	[KERNEL_LAB_PREEMPT_OFF] = {
		.name = "lab-preempt-off", .id = KERNEL_LAB_PREEMPT_OFF, .base = KERNEL_V7_0,
		COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK, .calls_are_atomic = true,
		.summary = "v7.0 with preemption off over counter and arch hook",
	},
	[KERNEL_LAB_LEVEL_STATE] = {
		.name = "lab-level-state", .id = KERNEL_LAB_LEVEL_STATE, .base = KERNEL_V7_0,
		.api = API_TOKEN, MM_V6_18,
		.arm64_hooks = ARM64_HOOKS_STATE,
		.xen_hooks = XEN_HOOKS_STATE, .xen_switch = XEN_SWITCH_FLAG, .bails_out = true,
		.summary = "v7.0 with a state for each level in place of the counters, none in interrupt",
	},
	[KERNEL_LAB_FORK_RESET] = {
		.name = "lab-fork-reset", .id = KERNEL_LAB_FORK_RESET, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE, .fork_resets = true,
		.summary = "v7.3 where fork() resets the counters of the child",
	},
	[KERNEL_LAB_SWITCH_FLAG] = {
		.name = "lab-switch-flag", .id = KERNEL_LAB_SWITCH_FLAG, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE_FLAG,
		.summary = "v7.3 whose switch hook resumes only what it has paused",
	},
	[KERNEL_LAB_FORK_PAUSE] = {
		.name = "lab-fork-pause", .id = KERNEL_LAB_FORK_PAUSE, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE, .fork_pauses = true,
		.summary = "v7.3 where fork() pauses the child for its first switch",
	},
	[KERNEL_LAB_FORK_RESET_PAUSE] = {
		.name = "lab-fork-reset-pause", .id = KERNEL_LAB_FORK_RESET_PAUSE, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE, .fork_resets = true, .fork_pauses = true,
		.summary = "v7.3 where fork() resets the counters of the child, then pauses it",
	},
	[KERNEL_LAB_SWITCH_FLAG_RESET] = {
		.name = "lab-switch-flag-reset", .id = KERNEL_LAB_SWITCH_FLAG_RESET, .base = KERNEL_V7_3,
		COUNTED_V7_1,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE_FLAG, .fork_resets = true,
		.summary = "lab-switch-flag where fork() resets the counters of the child",
	},
};

const struct kernel *kernel_find(const char *name)
{
	for (int i = 0; i < NR_KERNELS; i++) {
		if (strcmp(kernels[i].name, name) == 0)
			return &kernels[i];
	}
	return NULL;
}

/* Series and release candidates have other names than vMAJOR.MINOR. */
const struct kernel *kernel_of_version(unsigned int major, unsigned int minor)
{
	const struct kernel *found = &kernels[0];

	for (int i = 0; i <= KERNEL_NEWEST; i++) {
		unsigned int of_major, of_minor;
		char rest;
		if (sscanf(kernels[i].name, "v%u.%u%c", &of_major, &of_minor, &rest) != 2)
			continue;
		if (of_major < major || (of_major == major && of_minor <= minor))
			found = &kernels[i];
	}
	return found;
}
