/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing; a removal closes the gap, so there are no tombstones. */
#include "idmap.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static size_t home_of(const struct idmap *map, int id)
{
	uint32_t hash = (uint32_t)id * UINT32_C(2654435761);

	return (hash >> 7) & (map->capacity - 1);
}

static size_t probe(const struct idmap *map, int id)
{
	size_t at = home_of(map, id);

	while (map->slots[at].object && map->slots[at].id != id)
		at = (at + 1) & (map->capacity - 1);
	return at;
}

void idmap_fini(struct idmap *map)
{
	memory_free(map->memory, map->slots);
	*map = (struct idmap){ .memory = map->memory };
}

void *idmap_find(const struct idmap *map, int id)
{
	return map->capacity ? map->slots[probe(map, id)].object : NULL;
}

static int grow(struct idmap *map)
{
	struct idmap larger = { .nr = map->nr,
				.capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY,
				.memory = map->memory };

	larger.slots = memory_alloc(map->memory, larger.capacity * sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->capacity; i++) {
		if (map->slots[i].object)
			larger.slots[probe(&larger, map->slots[i].id)] = map->slots[i];
	}
	memory_free(map->memory, map->slots);
	*map = larger;
	return 0;
}

int idmap_insert(struct idmap *map, int id, void *object)
{
	if ((map->nr + 1) * 2 > map->capacity && grow(map))
		return -ENOMEM;
	map->slots[probe(map, id)] = (struct idmap_slot){ id, object };
	map->nr++;
	return 0;
}

void idmap_remove(struct idmap *map, int id)
{
	size_t mask = map->capacity - 1;
	size_t gap = map->capacity ? probe(map, id) : 0;

	if (!map->capacity || !map->slots[gap].object)
		return;
	map->slots[gap].object = NULL;
	map->nr--;
	for (size_t at = (gap + 1) & mask; map->slots[at].object; at = (at + 1) & mask) {
		size_t home = home_of(map, map->slots[at].id);
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			map->slots[gap] = map->slots[at];
			map->slots[at].object = NULL;
			gap = at;
		}
	}
}

void *idmap_next(const struct idmap *map, size_t *cursor)
{
	while (*cursor < map->capacity) {
		void *object = map->slots[(*cursor)++].object;
		if (object)
			return object;
	}
	return NULL;
}
