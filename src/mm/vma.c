/* SPDX-License-Identifier: MIT */
/* The sorted set of VMAs. */
#include "vma.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void vma_set_fini(struct vma_set *set)
{
	free(set->items);
	*set = (struct vma_set){ 0 };
}

size_t vma_find(const struct vma_set *set, vaddr_t addr)
{
	size_t low = 0, high = set->nr;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (set->items[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct vma *vma_at(const struct vma_set *set, vaddr_t addr)
{
	size_t i = vma_find(set, addr);

	return i < set->nr && set->items[i].start <= addr ? &set->items[i] : NULL;
}

static int insert_at(struct vma_set *set, size_t at, struct vma vma)
{
	if (set->nr == set->capacity) {
		size_t capacity = set->capacity ? set->capacity * 2 : 16;
		struct vma *items = realloc(set->items, capacity * sizeof(*items));
		if (!items)
			return -ENOMEM;
		set->items = items;
		set->capacity = capacity;
	}
	memmove(&set->items[at + 1], &set->items[at], (set->nr - at) * sizeof(set->items[0]));
	set->items[at] = vma;
	set->nr++;
	return 0;
}

static void remove_items(struct vma_set *set, size_t from, size_t to)
{
	memmove(&set->items[from], &set->items[to], (set->nr - to) * sizeof(set->items[0]));
	set->nr -= to - from;
}

/*
 * Linux mm/vma.c, vma_merge(): equal flags, file and offset. Offsets are not kept here, so file
 * mappings never merge. VMA_ANON_VMA differs too easily to keep two apart: a VMA without an
 * anon_vma takes its neighbour's.
 */
static bool can_merge(const struct vma *a, const struct vma *b)
{
	const unsigned int ignored = VMA_ANON_VMA;

	return a->end == b->start && (a->flags & ~ignored) == (b->flags & ~ignored) &&
	       !(a->flags & (VMA_FILE | VMA_PFNMAP));
}

void vma_merge(struct vma_set *set, vaddr_t start, vaddr_t end)
{
	size_t i = vma_find(set, start ? start - 1 : 0);

	while (i + 1 < set->nr && set->items[i].start < end) {
		if (!can_merge(&set->items[i], &set->items[i + 1])) {
			i++;
			continue;
		}
		set->items[i].end = set->items[i + 1].end;
		set->items[i].flags |= set->items[i + 1].flags;
		remove_items(set, i + 1, i + 2);
	}
}

int vma_insert(struct vma_set *set, struct vma vma)
{
	int err = insert_at(set, vma_find(set, vma.start), vma);

	if (!err)
		vma_merge(set, vma.start, vma.end);
	return err;
}

int vma_split(struct vma_set *set, vaddr_t addr)
{
	size_t i = vma_find(set, addr);

	if (i == set->nr || set->items[i].start >= addr)
		return 0;
	struct vma upper = set->items[i];
	upper.start = addr;
	int err = insert_at(set, i + 1, upper);
	if (!err)
		set->items[i].end = addr;
	return err;
}

int vma_remove(struct vma_set *set, vaddr_t start, vaddr_t end)
{
	if (vma_split(set, start) || vma_split(set, end))
		return -ENOMEM;
	size_t from = vma_find(set, start), to = from;
	while (to < set->nr && set->items[to].start < end)
		to++;
	remove_items(set, from, to);
	return 0;
}
