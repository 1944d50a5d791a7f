/* SPDX-License-Identifier: MIT */
/* Large folios. */
#include "folio.h"

#include "pte_access.h"

static bool goes_on(const struct page_pool *pool, uint64_t pfn)
{
	return has_folios(pool) && pfn < pool->nr && pool->goes_on[pfn];
}

/*
 * mm/internal.h, folio_pte_batch() (v6.9) and folio_pte_batch_flags() (v6.17): never behind the end
 * of the folio; young is always ignored, dirty and write unless FPB_RESPECT_DIRTY and _WRITE say
 * otherwise (up to v6.16 FPB_IGNORE_DIRTY says it the other way round). pte_same() of powerpc,
 * asm/book3s/64/pgtable.h, ignores what the hash MMU keeps in an entry.
 */
unsigned int folio_pte_batch(const pte_t *ptep, pte_t *pte, unsigned int max_nr,
			     unsigned int respected)
{
	const struct page_pool *pool = page_pool();
	const unsigned int merged = PTE_YOUNG | PTE_DIRTY | PTE_WRITE;
	const unsigned int ignored = (merged | PTE_VALID_OLD | PTE_HASHPTE) & ~respected;
	const pte_t expected = pte_clear_bits(*pte, ignored);
	unsigned int nr = 1;

	if (!page_is_anon(*pte))
		return 1;
	for (; nr < max_nr && goes_on(pool, pte_pfn(expected) + nr); nr++) {
		pte_t next = ptep_get(&ptep[nr]);
		if (!pte_same(pte_clear_bits(next, ignored), pte_advance(expected, nr)))
			break;
		pte->val |= next.val & merged;
	}
	return nr;
}

static uint64_t first_frame(const struct page_pool *pool, uint64_t pfn)
{
	while (goes_on(pool, pfn))
		pfn--;
	return pfn;
}

unsigned int folio_nr_pages(pte_t pte)
{
	const struct page_pool *pool = page_pool();
	uint64_t first = first_frame(pool, pte_pfn(pte));
	unsigned int nr = 1;

	while (goes_on(pool, first + nr))
		nr++;
	return nr;
}

void folio_split(pte_t pte)
{
	struct page_pool *pool = page_pool();

	for (uint64_t pfn = first_frame(pool, pte_pfn(pte)) + 1; goes_on(pool, pfn); pfn++)
		pool->goes_on[pfn] = false;
}

bool folio_exclusive(pte_t pte, unsigned int nr)
{
	unsigned int i = 0;

	while (i < nr && page_exclusive(pte_advance(pte, i)))
		i++;
	return i == nr;
}
