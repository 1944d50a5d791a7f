/* SPDX-License-Identifier: MIT */
/* The list of walkers that are modelled. */
#include "walkers.h"

#include "sched.h"

const struct walker walkers[NR_WALKERS] = {
	[WALKER_ZAP] = { "zap_pte_range", "mm/memory.c",
			 "munmap, exit, MADV_DONTNEED, mremap shrink",
			 "ptep_get_and_clear; need_resched() or a full gather ends the section" },
	[WALKER_COPY] = { "copy_pte_range", "mm/memory.c", "fork",
			  "ptep_set_wrprotect in the parent, set_pte in the child; every 4 copied need_resched()" },
	[WALKER_CHANGE] = { "change_pte_range", "mm/mprotect.c", "mprotect",
			    "ptep_modify_prot_start and _commit; one section for each table" },
	[WALKER_MOVE] = { "move_ptes", "mm/mremap.c", "mremap",
			  "ptep_get_and_clear of the old entry, set_pte of the new; aligned tables move whole" },
	[WALKER_COLD] = { "madvise_cold_or_pageout_pte_range", "mm/madvise.c",
			  "MADV_COLD, MADV_PAGEOUT",
			  "clears young bits; every 32 entries need_resched()" },
	[WALKER_FREE] = { "madvise_free_pte_range", "mm/madvise.c", "MADV_FREE",
			  "ptep_get_and_clear and set_pte, old and clean" },
	[WALKER_REMAP] = { "remap_pte_range", "mm/memory.c", "mmap of device memory",
			   "set_pte, special entries" },
	[WALKER_APPLY] = { "apply_to_pte_range", "mm/memory.c",
			   "apply_to_page_range() in drivers and KASAN",
			   "a callback for each entry" },
	[WALKER_VMAP] = { "vmap_pte_range", "mm/vmalloc.c", "ioremap, vmap of physical ranges",
			  "set_pte" },
	[WALKER_VMAP_PAGES] = { "vmap_pages_pte_range", "mm/vmalloc.c", "vmalloc, vmap",
				"set_pte" },
	[WALKER_VUNMAP] = { "vunmap_pte_range", "mm/vmalloc.c", "vfree, vunmap",
			    "ptep_get_and_clear" },
};

struct counters *walker_begin(enum walker_id id)
{
	struct counters **sinks = this_machine()->mm_layer->walker_sinks;
	struct task *task = current_task();
	struct counters *outer = task->counters;

	if (sinks)
		task->counters = sinks[id];
	return outer;
}

void walker_end(struct counters *outer)
{
	current_task()->counters = outer;
}
