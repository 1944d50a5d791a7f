/* SPDX-License-Identifier: MIT */
/* A map from small integers (task numbers) to objects; it owns none of them. */
#ifndef LAZYMMU_MACHINE_IDMAP_H
#define LAZYMMU_MACHINE_IDMAP_H

#include <stddef.h>

#include "memory.h"

struct idmap {
	struct idmap_slot {
		int id;
		void *object; /* NULL: free slot */
	} * slots;
	size_t nr;
	size_t capacity;       /* 0 or a power of two, at most half full */
	struct memory *memory; /* where the slots come from */
};

void idmap_fini(struct idmap *map);
void *idmap_find(const struct idmap *map, int id);
/* The id must not be there yet. 0 or -ENOMEM. */
int idmap_insert(struct idmap *map, int id, void *object);
void idmap_remove(struct idmap *map, int id);
/* The next object at or after slot *cursor, which moves on; NULL: no more. */
void *idmap_next(const struct idmap *map, size_t *cursor);

#endif
