/* SPDX-License-Identifier: MIT */
/* The anonymous pages that all address spaces of a machine share. */
#ifndef LAZYMMU_MM_PAGE_H
#define LAZYMMU_MM_PAGE_H

#include "pte.h"

/* Anonymous pages, by page frame number: how many PTEs map each. */
struct page_pool {
	uint32_t *mapcount;
	uint64_t nr; /* frames handed out so far */
	uint64_t capacity;
	uint64_t *unused;
	uint64_t nr_unused;
	uint64_t unused_capacity;
};

enum {
	ZERO_PFN = 0,
	FIRST_ANON_PFN = 1,
};

/* Page-cache and device pages: one frame for each page of a mapping, never counted. */
#define FILE_PFN_BASE (UINT64_C(1) << 40)

/* A new anonymous page, mapped once. 0: no memory. */
uint64_t page_alloc(void);
/* An anonymous page: COW tracks who maps it. */
static inline bool page_is_anon(pte_t pte)
{
	return pte_present(pte) && !(pte.val & (PTE_SPECIAL | PTE_FILE));
}

void page_add_mapping(uint64_t pfn);
void page_remove_mapping(uint64_t pfn);

/* rmap: one more, one fewer mapping of the page behind a PTE; nothing for special and file pages.
 */
static inline void page_add_rmap(pte_t pte)
{
	if (page_is_anon(pte))
		page_add_mapping(pte_pfn(pte));
}

static inline void page_remove_rmap(pte_t pte)
{
	if (page_is_anon(pte))
		page_remove_mapping(pte_pfn(pte));
}

/* Nobody else maps the anonymous page behind the PTE. */
bool page_exclusive(pte_t pte);

#endif
