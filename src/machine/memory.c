/* SPDX-License-Identifier: MIT */
/* An arena: blocks one behind the other, given back all at once. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 16 };

struct memory {
	char *base; /* size bytes of addresses, of which the system backs what was touched */
	size_t size;
	size_t used;
	char *kept; /* copy of the first nr_kept bytes */
	size_t nr_kept;
};

struct memory *memory_create(size_t size)
{
	struct memory *memory = calloc(1, sizeof(*memory));
	if (!memory)
		return NULL;
	memory->size = size;
	memory->base = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory->base == MAP_FAILED) {
		free(memory);
		return NULL;
	}
	return memory;
}

void memory_destroy(struct memory *memory)
{
	if (!memory)
		return;
	munmap(memory->base, memory->size);
	free(memory->kept);
	free(memory);
}

static void *take(struct memory *memory, size_t size)
{
	size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	if (size > memory->size || rounded > memory->size - memory->used)
		return NULL;
	char *block = memory->base + memory->used;
	memory->used += rounded;
	return block;
}

void *memory_alloc(struct memory *memory, size_t size)
{
	if (!memory)
		return calloc(1, size);
	void *block = take(memory, size);
	return block ? memset(block, 0, size) : NULL;
}

void *memory_resize(struct memory *memory, void *block, size_t old_size, size_t size)
{
	if (!memory)
		return realloc(block, size);
	void *larger = take(memory, size);
	if (larger && block)
		memcpy(larger, block, old_size < size ? old_size : size);
	return larger;
}

void memory_free(struct memory *memory, void *block)
{
	if (!memory)
		free(block);
}

int memory_keep(struct memory *memory)
{
	char *kept = realloc(memory->kept, memory->used);

	if (!kept)
		return -ENOMEM;
	memcpy(kept, memory->base, memory->used);
	memory->kept = kept;
	memory->nr_kept = memory->used;
	return 0;
}

void memory_restore(struct memory *memory)
{
	memcpy(memory->base, memory->kept, memory->nr_kept);
	memory->used = memory->nr_kept;
}
