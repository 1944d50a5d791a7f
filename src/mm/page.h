/* SPDX-License-Identifier: MIT */
/* The anonymous pages that all address spaces of a machine share. */
#ifndef LAZYMMU_MM_PAGE_H
#define LAZYMMU_MM_PAGE_H

#include "pte.h"

/* Anonymous pages, by page frame number: how many PTEs map each. */
struct page_pool {
	uint32_t *mapcount;
	bool *goes_on; /* it belongs to the folio of the frame before; NULL: no folio was made */
	uint64_t nr;   /* frames handed out so far */
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
/* A folio of nr pages, each mapped once: its first frame. 0: no memory. */
uint64_t page_alloc_folio(unsigned int nr);
/* An anonymous page: COW tracks who maps it. */
static inline bool page_is_anon(pte_t pte)
{
	return pte_present(pte) && !(pte.val & (PTE_SPECIAL | PTE_FILE));
}

/* Its last mapping is gone. */
void page_free(uint64_t pfn);
/* Nobody else maps the anonymous page behind the PTE. */
bool page_exclusive(pte_t pte);

#endif
