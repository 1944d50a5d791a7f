/* SPDX-License-Identifier: MIT */
/* The list of walkers that are modelled. */
#include "walkers.h"

const struct walker walkers[] = {
	{ "zap_pte_range", "mm/memory.c", "munmap, exit, MADV_DONTNEED, mremap shrink",
	  "ptep_get_and_clear; need_resched() or a full gather ends the section" },
	{ "copy_pte_range", "mm/memory.c", "fork",
	  "ptep_set_wrprotect in the parent, set_pte in the child; every 4 copied need_resched()" },
	{ "change_pte_range", "mm/mprotect.c", "mprotect",
	  "ptep_modify_prot_start and _commit; one section for each table" },
	{ "move_ptes", "mm/mremap.c", "mremap",
	  "ptep_get_and_clear of the old entry, set_pte of the new; aligned tables move whole" },
	{ "madvise_cold_or_pageout_pte_range", "mm/madvise.c", "MADV_COLD, MADV_PAGEOUT",
	  "clears young bits; every 32 entries need_resched()" },
	{ "madvise_free_pte_range", "mm/madvise.c", "MADV_FREE",
	  "ptep_get_and_clear and set_pte, old and clean" },
	{ "remap_pte_range", "mm/memory.c", "mmap of device memory", "set_pte, special entries" },
	{ "apply_to_pte_range", "mm/memory.c", "apply_to_page_range() in drivers and KASAN",
	  "a callback for each entry" },
	{ "vmap_pte_range", "mm/vmalloc.c", "ioremap, vmap of physical ranges", "set_pte" },
	{ "vmap_pages_pte_range", "mm/vmalloc.c", "vmalloc, vmap", "set_pte" },
	{ "vunmap_pte_range", "mm/vmalloc.c", "vfree, vunmap", "ptep_get_and_clear" },
};

const size_t nr_walkers = sizeof(walkers) / sizeof(walkers[0]);
