/* SPDX-License-Identifier: MIT */
/* The table of kernel generations. */
#include "kernel.h"

#include <string.h>

/*
 * vmap_sections: mm/vmalloc.c opens sections since commit 44562c71e2cf ("mm/vmalloc: Enter lazy
 * mmu mode while manipulating vmalloc ptes"), v6.16.
 * batched_young_clear: mm/madvise.c uses clear_young_dirty_ptes() since commit 1b68112c4093
 * ("mm/madvise: introduce clear_young_dirty_ptes() batch helper"), v6.10.
 * set_ptes_ranges: set_ptes() exists since v6.6, mm/memory.c fork batches since v6.9.
 * kasan_steps_out: mm/kasan/shadow.c leaves and enters in v6.18, pauses and resumes from v7.0 on.
 * reclaims_empty_tables: mm/pt_reclaim.c, commit 6375e95f381e ("mm: pgtable: reclaim empty PTE
 * page in madvise(MADV_DONTNEED)"), v6.14.
 */
const struct kernel kernels[NR_KERNELS] = {
	[KERNEL_V6_1] = {
		.name = "v6.1", .id = KERNEL_V6_1, .api = API_STATELESS,
		.summary = "stateless enter/leave, as the recorded 6.1.192; a nested enter is a BUG on Xen",
	},
	[KERNEL_V6_12] = {
		.name = "v6.12", .id = KERNEL_V6_12, .api = API_STATELESS,
		.summary = "stateless, as the recorded 6.12.107, with the fixes of March 2025",
		.batched_young_clear = true, .set_ptes_ranges = true,
	},
	[KERNEL_V6_18] = {
		.name = "v6.18", .id = KERNEL_V6_18, .api = API_STATELESS,
		.summary = "stateless, arm64 batching with its fixes, vmalloc sections",
		.vmap_sections = true, .batched_young_clear = true, .set_ptes_ranges = true,
		.reclaims_empty_tables = true, .kasan_steps_out = true,
	},
	[KERNEL_V7_0] = {
		.name = "v7.0", .id = KERNEL_V7_0, .api = API_COUNTERS,
		.summary = "enable_count and pause_count in task_struct, counted before the arch hook",
		.vmap_sections = true, .batched_young_clear = true, .set_ptes_ranges = true,
		.reclaims_empty_tables = true, .kasan_steps_out = true,
	},
	[KERNEL_V7_3] = {
		.name = "v7.3", .id = KERNEL_V7_3, .api = API_COUNTERS,
		.summary = "as v7.0; Xen keeps no mode of its own, its switch hooks pause and resume the task",
		.vmap_sections = true, .batched_young_clear = true, .set_ptes_ranges = true,
		.reclaims_empty_tables = true, .kasan_steps_out = true,
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
