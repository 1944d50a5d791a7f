/* SPDX-License-Identifier: MIT */
/*
 * Page allocation as the page-table code meets it: with DEBUG_PAGEALLOC every page is unmapped from
 * the linear map while it is free, so that allocating one inside a section opens another.
 */
#ifndef LAZYMMU_MM_LINEAR_MAP_H
#define LAZYMMU_MM_LINEAR_MAP_H

#include "mm_struct.h"

/* Kernel addresses of the model: the linear map and vmalloc's shadow lie in init_mm's upper half.
 */
vaddr_t linear_map_address(uint64_t pfn);

pte_t linear_map_pte(uint64_t pfn, bool valid);
/* arm64: changes one page of the linear map, in a section. */
void set_memory_valid(uint64_t pfn, bool valid);

/* alloc_page(GFP_NOWAIT) and __free_page() of a page that the kernel itself uses. 0: no memory. */
uint64_t kernel_page_alloc(void);
void kernel_page_free(uint64_t pfn);

void change_linear_map(uint64_t pfn, bool map);

/* debug_pagealloc_map_pages() and _unmap_pages(): nothing without CONFIG_DEBUG_PAGEALLOC. */
static inline void debug_pagealloc_map(uint64_t pfn, bool map)
{
	if (this_machine()->config.config & CONFIG_DEBUG_PAGEALLOC)
		change_linear_map(pfn, map);
}

#endif
