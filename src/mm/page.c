/* SPDX-License-Identifier: MIT */
/* Anonymous pages and who maps them. */
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static int resize_goes_on(struct page_pool *pool, uint64_t old, uint64_t capacity)
{
	bool *goes_on = memory_resize(this_machine()->config.memory, pool->goes_on,
				      old * sizeof(*goes_on), capacity * sizeof(*goes_on));
	if (!goes_on)
		return -ENOMEM;
	memset(goes_on + old, 0, (capacity - old) * sizeof(*goes_on));
	pool->goes_on = goes_on;
	return 0;
}

/* Room for nr more frames. 0 or -ENOMEM. */
static int grow_pool(struct page_pool *pool, uint64_t nr)
{
	uint64_t capacity = pool->capacity ? pool->capacity * 2 : 256;

	while (capacity < pool->nr + nr)
		capacity *= 2;
	if (pool->goes_on && resize_goes_on(pool, pool->capacity, capacity))
		return -ENOMEM;
	uint32_t *mapcount =
		memory_resize(this_machine()->config.memory, pool->mapcount,
			      pool->capacity * sizeof(*mapcount), capacity * sizeof(*mapcount));
	if (!mapcount)
		return -ENOMEM;
	pool->mapcount = mapcount;
	pool->capacity = capacity;
	return 0;
}

/* It is a page by itself now, whatever it was, and the one behind it has lost it. */
static void leave_folio(struct page_pool *pool, uint64_t pfn)
{
	pool->goes_on[pfn] = false;
	if (pfn + 1 < pool->nr)
		pool->goes_on[pfn + 1] = false;
}

uint64_t page_alloc(void)
{
	struct page_pool *pool = page_pool();

	if (pool->nr_unused) {
		uint64_t pfn = pool->unused[--pool->nr_unused];
		pool->mapcount[pfn] = 1;
		if (pool->goes_on)
			leave_folio(pool, pfn);
		return observe(pfn);
	}
	if (pool->nr >= pool->capacity && grow_pool(pool, 1)) {
		this_machine()->out_of_memory = true;
		return 0;
	}
	pool->mapcount[pool->nr] = 1;
	return observe(pool->nr++);
}

/* Frames that were never used: those that were are rarely in a row. */
uint64_t page_alloc_folio(unsigned int nr)
{
	struct page_pool *pool = page_pool();

	if ((pool->nr + nr > pool->capacity && grow_pool(pool, nr)) ||
	    (!pool->goes_on && resize_goes_on(pool, 0, pool->capacity))) {
		this_machine()->out_of_memory = true;
		return 0;
	}
	uint64_t first = pool->nr;
	for (unsigned int i = 0; i < nr; i++) {
		pool->mapcount[first + i] = 1;
		pool->goes_on[first + i] = i > 0;
	}
	pool->nr += nr;
	return observe(first);
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
