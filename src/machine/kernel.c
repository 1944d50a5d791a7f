/* SPDX-License-Identifier: MIT */
/* The table of kernel generations. */
#include "kernel.h"

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
 * kasan_steps_out: mm/kasan/shadow.c, commit c519c3c0a113 ("mm/kasan: avoid lazy MMU mode
 * hazards"), v6.17; it pauses and resumes from v7.0 on.
 */
#define MM_V6_12                                                                               \
	.batched_young_clear = true, .pageout_keeps_young = true, .clean_made_writable = true, \
	.mremap_realigns = true
#define MM_V6_16 \
	MM_V6_12, .vmap_sections = true, .zap_checks_first = true, .madvise_one_gather = true
#define MM_V6_18 MM_V6_16, .kasan_steps_out = true

const struct kernel kernels[NR_KERNELS] = {
	[KERNEL_V6_1] = {
		.name = "v6.1", .id = KERNEL_V6_1, .api = API_STATELESS,
		.summary = "stateless enter/leave, as the recorded 6.1.192; a nested enter is a BUG on Xen",
	},
	[KERNEL_V6_6] = {
		.name = "v6.6", .id = KERNEL_V6_6, .api = API_STATELESS,
		.xen_hooks = XEN_HOOKS_NEST,
		.summary = "stateless; set_ptes() opens a section, Xen counts nests by CPU",
		.set_ptes_section = true, .sparc_preemptible = true, .clean_made_writable = true,
	},
	[KERNEL_V6_12] = {
		.name = "v6.12", .id = KERNEL_V6_12, .api = API_STATELESS,
		.summary = "stateless, as the recorded 6.12.107, with the fixes of March 2025",
		MM_V6_12,
	},
	[KERNEL_V6_16_RC] = {
		.name = "v6.16-rc", .id = KERNEL_V6_16_RC, .api = API_STATELESS,
		.arm64_hooks = ARM64_HOOKS_FIRST,
		.summary = "stateless, arm64 batching as first merged: no nests, not safe in interrupt",
		MM_V6_16,
	},
	[KERNEL_V6_18] = {
		.name = "v6.18", .id = KERNEL_V6_18, .api = API_STATELESS,
		.arm64_hooks = ARM64_HOOKS_FLAG,
		.summary = "stateless, arm64 batching with its fixes, vmalloc sections",
		MM_V6_18,
	},
	[KERNEL_SERIES_V2] = {
		.name = "series-v2", .id = KERNEL_SERIES_V2, .api = API_TOKEN,
		.arm64_hooks = ARM64_HOOKS_STATE, .xen_hooks = XEN_HOOKS_STATE,
		.summary = "enter() returns a state that the matching leave() takes",
		MM_V6_18,
	},
	[KERNEL_SERIES_V3] = {
		.name = "series-v3", .id = KERNEL_SERIES_V3, .api = API_FLAG,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK,
		.radix_hooks = RADIX_REFUSES, .flag_follows_hook = true, .level_is_bug = true,
		.summary = "count and enabled in task_struct, written after the arch hook; strict pause",
		MM_V6_18,
	},
	[KERNEL_SERIES_V4] = {
		.name = "series-v4", .id = KERNEL_SERIES_V4, .api = API_FLAG,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK,
		.radix_hooks = RADIX_UNGUARDED,
		.summary = "nesting_level and active in task_struct, written before the arch hook; strict pause",
		MM_V6_18,
	},
	[KERNEL_V7_0] = {
		.name = "v7.0", .id = KERNEL_V7_0, .api = API_COUNTERS,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_FLUSH, .xen_switch = XEN_SWITCH_TASK,
		.summary = "enable_count and pause_count in task_struct, counted before the arch hook",
		MM_V6_18,
	},
	[KERNEL_V7_3] = {
		.name = "v7.3", .id = KERNEL_V7_3, .api = API_COUNTERS,
		.arm64_hooks = ARM64_HOOKS_COUNTED,
		.xen_hooks = XEN_HOOKS_MODELESS, .xen_switch = XEN_SWITCH_PAUSE,
		.summary = "as v7.0; Xen keeps no mode of its own, its switch hooks pause and resume the task",
		MM_V6_18,
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
