/* SPDX-License-Identifier: MIT */
/*
 * Large folios of anonymous memory, mapped by PTEs: walkers take the entries of one together. Linux
 * mm/internal.h, folio_pte_batch().
 */
#ifndef LAZYMMU_MM_FOLIO_H
#define LAZYMMU_MM_FOLIO_H

#include "mm_struct.h"

/* Some memory is mapped by folios; else no walker needs to look for any. */
static inline bool has_folios(const struct page_pool *pool)
{
	return pool->goes_on;
}

/*
 * How many entries from ptep on, at most max_nr of one table, map one folio page after page and
 * agree in all bits but young, dirty and write. respected: of the last two those that must agree,
 * too. *pte, the first of them, gets what of these bits any of them has.
 */
unsigned int folio_pte_batch(const pte_t *ptep, pte_t *pte, unsigned int max_nr,
			     unsigned int respected);

/* folio_nr_pages() of the folio that the entry maps a page of, mapped or not; 1: it is alone. */
unsigned int folio_nr_pages(pte_t pte);
/* split_folio(): its pages go their own ways. */
void folio_split(pte_t pte);

/* Nobody else maps any of nr pages of a folio. */
bool folio_exclusive(pte_t pte, unsigned int nr);

/* The entry of the i-th page behind that of pte. */
static inline pte_t pte_advance(pte_t pte, unsigned int i)
{
	return (pte_t){ pte.val + ((uint64_t)i << PTE_PFN_SHIFT) };
}

#endif
