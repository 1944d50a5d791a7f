/* SPDX-License-Identifier: MIT */
/* Anonymous pages and who maps them. */
#include "page.h"

#include <errno.h>
#include <stdlib.h>

#include "mm_struct.h"

static int grow_u64(uint64_t **array, uint64_t *capacity)
{
	uint64_t larger = *capacity ? *capacity * 2 : 64;
	uint64_t *items = memory_resize(this_machine()->config.memory, *array,
					*capacity * sizeof(*items), larger * sizeof(*items));
	if (!items)
		return -ENOMEM;
	*array = items;
	*capacity = larger;
	return 0;
}

uint64_t page_alloc(void)
{
	struct page_pool *pool = page_pool();

	if (pool->nr_unused) {
		uint64_t pfn = pool->unused[--pool->nr_unused];
		pool->mapcount[pfn] = 1;
		return observe(pfn);
	}
	if (pool->nr >= pool->capacity) {
		uint64_t capacity = pool->capacity ? pool->capacity * 2 : 256;
		uint32_t *mapcount = memory_resize(this_machine()->config.memory, pool->mapcount,
						   pool->capacity * sizeof(*mapcount),
						   capacity * sizeof(*mapcount));
		if (!mapcount) {
			this_machine()->out_of_memory = true;
			return 0;
		}
		pool->mapcount = mapcount;
		pool->capacity = capacity;
	}
	pool->mapcount[pool->nr] = 1;
	return observe(pool->nr++);
}

void page_free(uint64_t pfn)
{
	struct page_pool *pool = page_pool();

	if (pool->nr_unused == pool->unused_capacity &&
	    grow_u64(&pool->unused, &pool->unused_capacity)) {
		this_machine()->out_of_memory = true;
		return;
	}
	pool->unused[pool->nr_unused++] = pfn;
}

bool page_exclusive(pte_t pte)
{
	const uint32_t *mapcount = mapcount_of(page_pool(), pte);

	return mapcount && *mapcount == 1;
}

void mm_layer_fingerprint(const struct machine *machine, struct fingerprint *fingerprint)
{
	const struct page_pool *pool = &machine->mm_layer->pages;

	for (uint64_t pfn = FIRST_ANON_PFN; pfn < pool->nr; pfn++)
		fingerprint_mix(fingerprint, pool->mapcount[pfn]);
	for (uint64_t i = 0; i < pool->nr_unused; i++)
		fingerprint_mix(fingerprint, pool->unused[i]);
}
