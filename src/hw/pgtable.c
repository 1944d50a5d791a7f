/* SPDX-License-Identifier: MIT */
/* Sparse multi-level page tables. */
#include "pgtable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t array_length(const struct geometry *geometry)
{
	return (size_t)1 << geometry->bits[LEVEL_PTE - 1];
}

static int pool_grow(struct table_pool *pool)
{
	size_t capacity = pool->capacity ? pool->capacity * 2 : 16;
	size_t old_size = pool->capacity * sizeof(pte_t *), size = capacity * sizeof(pte_t *);
	pte_t **arrays = memory_resize(pool->memory, pool->arrays, old_size, size);
	if (!arrays)
		return -ENOMEM;
	pool->arrays = arrays;
	pte_t **unused = memory_resize(pool->memory, pool->unused, old_size, size);
	if (!unused)
		return -ENOMEM;
	pool->unused = unused;
	pool->capacity = capacity;
	return 0;
}

/* Most arrays come back cleared: to see that is less work than to clear them again. */
static void clear(pte_t *ptes, size_t length)
{
	enum { AT_ONCE = 16 }; /* no geometry has shorter tables */
	uint64_t any = 0;

	for (size_t i = 0; i < length; i += AT_ONCE) {
		for (size_t j = 0; j < AT_ONCE; j++)
			any |= ptes[i + j].val;
	}
	if (any)
		memset(ptes, 0, length * sizeof(*ptes));
}

static pte_t *pool_get(struct table_pool *pool, const struct geometry *geometry)
{
	if (pool->nr_unused) {
		pte_t *ptes = pool->unused[--pool->nr_unused];
		clear(ptes, array_length(geometry));
		return ptes;
	}
	if (pool->nr == pool->capacity && pool_grow(pool))
		return NULL;
	pte_t *ptes = memory_alloc(pool->memory, array_length(geometry) * sizeof(*ptes));
	if (ptes)
		pool->arrays[pool->nr++] = ptes;
	return ptes;
}

/* Those of one list of unused tables. */
static void free_tables(struct table_pool *pool, struct table *table)
{
	while (table) {
		struct table *next = table->parent;
		if (table->level > LEVEL_PTE)
			memory_free(pool->memory, table->slots);
		memory_free(pool->memory, table);
		table = next;
	}
}

void table_pool_fini(struct table_pool *pool)
{
	for (size_t i = 0; i < pool->nr; i++)
		memory_free(pool->memory, pool->arrays[i]);
	memory_free(pool->memory, pool->arrays);
	memory_free(pool->memory, pool->unused);
	free_tables(pool, pool->unused_ptes);
	free_tables(pool, pool->unused_upper);
	*pool = (struct table_pool){ .memory = pool->memory };
}

/* Address spaces come and go: a table of the right kind is used again. */
static struct table *take_unused(struct table **list)
{
	struct table *table = *list;

	if (table)
		*list = table->parent;
	return table;
}

static void keep_unused(struct table **list, struct table *table)
{
	table->parent = *list;
	*list = table;
}

static struct table *upper_table_create(struct table_pool *pool, int level)
{
	struct table *table = take_unused(&pool->unused_upper);

	if (!table)
		table = memory_alloc(pool->memory, sizeof(*table));
	if (table)
		*table = (struct table){ .level = level,
					 .slots = table->slots,
					 .capacity = table->capacity };
	return table;
}

static struct table *pte_table_create(struct table_pool *pool, const struct geometry *geometry)
{
	struct table *table = take_unused(&pool->unused_ptes);

	if (!table)
		table = memory_alloc(pool->memory, sizeof(*table));
	if (!table)
		return NULL;
	*table = (struct table){ .level = LEVEL_PTE, .ptes = pool_get(pool, geometry) };
	if (table->ptes)
		return table;
	keep_unused(&pool->unused_ptes, table);
	return NULL;
}

static struct table *table_create(const struct pgtable *pgtable, int level)
{
	return level == LEVEL_PTE ? pte_table_create(pgtable->pool, pgtable->geometry)
				  : upper_table_create(pgtable->pool, level);
}

static void table_destroy(struct pgtable *pgtable, struct table *table)
{
	struct table_pool *pool = pgtable->pool;

	if (table->level > LEVEL_PTE) {
		keep_unused(&pool->unused_upper, table);
		return;
	}
	pool->unused[pool->nr_unused++] = table->ptes;
	keep_unused(&pool->unused_ptes, table);
}

int pgtable_init(struct pgtable *pgtable, const struct geometry *geometry, struct table_pool *pool)
{
	*pgtable = (struct pgtable){ .geometry = geometry, .pool = pool };
	for (int level = LEVEL_PTE; level <= MAX_LEVELS + 1; level++)
		pgtable->shift[level] = (uint8_t)level_shift(geometry, level);
	pgtable->pte_mask = (uint32_t)array_length(geometry) - 1;
	pgtable->root = table_create(pgtable, MAX_LEVELS);
	if (!pgtable->root)
		return -ENOMEM;
	pgtable->nr_tables = 1;
	return 0;
}

/* Depth first by the parent links: no recursion, no stack. */
void pgtable_fini(struct pgtable *pgtable)
{
	struct table *table = pgtable->root;

	while (table) {
		if (table->level > LEVEL_PTE && table->nr) {
			table = table->slots[--table->nr].table;
			continue;
		}
		struct table *parent = table->parent;
		table_destroy(pgtable, table);
		table = parent;
	}
	pgtable->root = NULL;
	pgtable->nr_tables = 0;
	memset(pgtable->cached, 0, sizeof(pgtable->cached));
}

/* First slot whose index is not below the wanted one. Without a branch that nobody can predict. */
static uint32_t slot_lower_bound(const struct table *table, uint32_t index)
{
	uint32_t low = 0, nr = table->nr;

	while (nr) {
		uint32_t half = nr / 2;
		bool below = table->slots[low + half].index < index;
		low += below ? half + 1 : 0;
		nr = below ? nr - half - 1 : half;
	}
	return low;
}

static struct table *slot_find(const struct table *table, uint32_t index)
{
	uint32_t slot = slot_lower_bound(table, index);

	return slot < table->nr && table->slots[slot].index == index ? table->slots[slot].table
								     : NULL;
}

struct table *pgtable_child(const struct pgtable *pgtable, const struct table *table, vaddr_t addr)
{
	return slot_find(table, table_index(pgtable, addr, table->level));
}

static void cache(struct pgtable *pgtable, struct table *table, vaddr_t addr)
{
	uint64_t tag = addr >> pgtable->shift[LEVEL_PMD];

	pgtable->cached[tag % NR_CACHED_TABLES] = (struct cached_table){ table, tag };
}

struct table *pgtable_walk(struct pgtable *pgtable, vaddr_t addr, int level)
{
	struct table *table = pgtable->root;

	while (table && table->level > level)
		table = pgtable_child(pgtable, table, addr);
	if (table && level == LEVEL_PTE)
		cache(pgtable, table, addr);
	return table;
}

/* Makes room for a slot; its place, or UINT32_MAX when there is no memory. */
static uint32_t slot_reserve(const struct pgtable *pgtable, struct table *parent, uint32_t index)
{
	if (parent->nr == parent->capacity) {
		uint32_t capacity = parent->capacity ? parent->capacity * 2 : 2;
		struct slot *slots =
			memory_resize(pgtable->pool->memory, parent->slots,
				      parent->capacity * sizeof(*slots), capacity * sizeof(*slots));
		if (!slots)
			return UINT32_MAX;
		parent->slots = slots;
		parent->capacity = capacity;
	}
	return slot_lower_bound(parent, index);
}

static void slot_insert(struct table *parent, uint32_t slot, struct table *table, uint32_t index)
{
	memmove(&parent->slots[slot + 1], &parent->slots[slot],
		(parent->nr - slot) * sizeof(parent->slots[0]));
	parent->slots[slot] = (struct slot){ index, table };
	parent->nr++;
	table->parent = parent;
	table->index = index;
}

static void slot_remove(struct pgtable *pgtable, struct table *table)
{
	struct table *parent = table->parent;
	uint32_t slot = slot_lower_bound(parent, table->index);

	memmove(&parent->slots[slot], &parent->slots[slot + 1],
		(parent->nr - slot - 1) * sizeof(parent->slots[0]));
	parent->nr--;
	/* The index of a PTE table ends in the bits that choose its place in the cache. */
	struct cached_table *cached = &pgtable->cached[table->index % NR_CACHED_TABLES];
	if (cached->table == table)
		cached->table = NULL;
}

struct table *pgtable_add(struct pgtable *pgtable, struct table *parent, vaddr_t addr)
{
	uint32_t index = table_index(pgtable, addr, parent->level);
	uint32_t slot = slot_reserve(pgtable, parent, index);
	struct table *table = slot == UINT32_MAX ? NULL : table_create(pgtable, parent->level - 1);

	if (!table)
		return NULL;
	slot_insert(parent, slot, table, index);
	pgtable->nr_tables++;
	return table;
}

void pgtable_remove(struct pgtable *pgtable, struct table *table)
{
	slot_remove(pgtable, table);
	pgtable->nr_tables--;
	table_destroy(pgtable, table);
}

struct table *pgtable_reparent(struct pgtable *pgtable, struct table *table, struct table *parent,
			       vaddr_t addr)
{
	uint32_t index = table_index(pgtable, addr, parent->level);

	if (slot_find(parent, index) || slot_reserve(pgtable, parent, index) == UINT32_MAX)
		return NULL;
	slot_remove(pgtable, table); /* may be the same parent: its slots move */
	slot_insert(parent, slot_lower_bound(parent, index), table, index);
	return table;
}

struct table *pgtable_next(struct pgtable *pgtable, vaddr_t addr, vaddr_t end, vaddr_t *ret_addr)
{
	struct table *known = addr < end ? pgtable_cached(pgtable, addr) : NULL;

	if (known) {
		*ret_addr = addr;
		return known;
	}
	while (addr < end) {
		struct table *table = pgtable->root;
		while (table->level > LEVEL_PTE) {
			uint32_t index = table_index(pgtable, addr, table->level);
			uint32_t slot = slot_lower_bound(table, index);
			unsigned int shift = pgtable->shift[table->level];
			if (slot == table->nr) {
				/* Nothing here: go on behind what this table maps. */
				unsigned int span = pgtable->shift[table->level + 1];
				addr = ((addr >> span) + 1) << span;
				break;
			}
			if (table->slots[slot].index != index)
				addr = ((addr >> shift) + (table->slots[slot].index - index))
				       << shift;
			table = table->slots[slot].table;
		}
		if (table->level == LEVEL_PTE) {
			if (addr >= end)
				return NULL;
			cache(pgtable, table, addr);
			*ret_addr = addr;
			return table;
		}
		if (addr == 0)
			return NULL; /* wrapped */
	}
	return NULL;
}
