/* SPDX-License-Identifier: MIT */
/* The ordered set of VMAs. */
#include "vma.h"

#include <errno.h>
#include <stdlib.h>

static struct vma *vma_of(struct avl_node *node)
{
	return (struct vma *)node;
}

static struct vma *vma_create(struct vma_pool *pool, vaddr_t start, vaddr_t end, unsigned int flags,
			      uint32_t mapping)
{
	if (pool->nr == MAX_VMAS) {
		machine_reached_limit(pool->machine, "MAX_VMAS");
		return NULL;
	}
	struct vma *vma = pool->unused;
	if (vma)
		pool->unused = vma_of(vma->node.parent);
	else
		vma = machine_alloc(pool->machine, sizeof(*vma));
	if (!vma)
		return NULL;
	pool->nr++;
	vma->start = start;
	vma->end = end;
	vma->flags = flags;
	vma->mapping = mapping;
	return vma;
}

static void give_back(struct vma_pool *pool, struct vma *vma)
{
	vma->node.parent = (struct avl_node *)pool->unused;
	pool->unused = vma;
	pool->nr--;
}

static void drop(struct vma_set *set, struct vma *vma)
{
	if (set->last == vma)
		set->last = NULL;
	avl_remove(&set->tree, &vma->node);
	give_back(set->pool, vma);
}

void vma_pool_fini(struct vma_pool *pool)
{
	while (pool->unused) {
		struct vma *vma = pool->unused;
		pool->unused = vma_of(vma->node.parent);
		machine_free(pool->machine, vma);
	}
}

void vma_set_fini(struct vma_set *set)
{
	struct avl_node *leaf;

	set->last = NULL;
	while ((leaf = avl_take_leaf(&set->tree)))
		give_back(set->pool, vma_of(leaf));
}

struct vma *vma_search(struct vma_set *set, vaddr_t addr)
{
	struct avl_node *node = set->tree.root;
	struct vma *found = NULL;

	while (node) {
		bool above = vma_of(node)->end > addr;
		found = above ? vma_of(node) : found;
		node = node->child[above ? AVL_LEFT : AVL_RIGHT];
	}
	set->last = found;
	return found;
}

struct vma *vma_next(const struct vma *vma)
{
	return vma_of(avl_neighbour(&vma->node, AVL_RIGHT));
}

struct vma *vma_prev(const struct vma *vma)
{
	return vma_of(avl_neighbour(&vma->node, AVL_LEFT));
}

/*
 * Linux mm/vma.c, vma_merge(): equal flags, file and offset, and none of VM_SPECIAL. Neighbours
 * that were one mapping have the file and go on in it; two mappings of one file are taken for
 * different ones, because their file is not known. VMA_ANON_VMA differs too easily to keep two
 * apart: a VMA without an anon_vma takes its neighbour's.
 */
static bool can_merge(const struct vma *a, const struct vma *b)
{
	const unsigned int ignored = VMA_ANON_VMA;

	return a->end == b->start && (a->flags & ~ignored) == (b->flags & ~ignored) &&
	       a->mapping == b->mapping && !(a->flags & VMA_PFNMAP);
}

/* Joins equal neighbours from vma (NULL: none) on, as far as they start below end. */
static void merge_from(struct vma_set *set, struct vma *vma, vaddr_t end)
{
	struct vma *next;

	while (vma && vma->start < end && (next = vma_next(vma))) {
		if (!can_merge(vma, next)) {
			vma = next;
			continue;
		}
		vma->end = next->end;
		vma->flags |= next->flags;
		drop(set, next);
	}
}

void vma_merge(struct vma_set *set, vaddr_t start, vaddr_t end)
{
	merge_from(set, vma_find(set, start ? start - 1 : 0), end);
}

/* The last VMA that starts below addr, NULL: none. */
static struct vma *vma_below(const struct vma_set *set, vaddr_t addr)
{
	struct avl_node *node = set->tree.root;
	struct vma *found = NULL;

	while (node) {
		bool below = vma_of(node)->start < addr;
		found = below ? vma_of(node) : found;
		node = node->child[below ? AVL_RIGHT : AVL_LEFT];
	}
	return found;
}

int vma_insert_piece(struct vma_set *set, vaddr_t start, vaddr_t end, unsigned int flags,
		     uint32_t mapping)
{
	const struct vma wanted = {
		.start = start, .end = end, .flags = flags, .mapping = mapping
	};
	struct vma *prev = vma_below(set, start);

	/* Most often it only makes the one before it longer. */
	if (prev && can_merge(prev, &wanted)) {
		prev->end = end;
		prev->flags |= flags;
		set->last = prev;
		merge_from(set, prev, end);
		return 0;
	}
	struct vma *vma = vma_create(set->pool, start, end, flags, mapping);
	if (!vma)
		return -ENOMEM;
	avl_insert(&set->tree, prev ? &prev->node : NULL, &vma->node);
	set->last = vma;
	merge_from(set, prev ? prev : vma, end);
	return 0;
}

int vma_insert(struct vma_set *set, vaddr_t start, vaddr_t end, unsigned int flags)
{
	uint32_t mapping = flags & VMA_FILE ? ++set->pool->nr_mappings : 0;

	return vma_insert_piece(set, start, end, flags, mapping);
}

int vma_split(struct vma_set *set, vaddr_t addr)
{
	struct vma *lower = vma_find(set, addr);

	if (!lower || lower->start >= addr)
		return 0;
	struct vma *upper = vma_create(set->pool, addr, lower->end, lower->flags, lower->mapping);
	if (!upper)
		return -ENOMEM;
	lower->end = addr;
	avl_insert(&set->tree, &lower->node, &upper->node);
	return 0;
}

struct vma *vma_modify(struct vma_set *set, struct vma *vma, vaddr_t start, vaddr_t end,
		       unsigned int flags)
{
	const struct vma piece = {
		.start = start, .end = end, .flags = flags, .mapping = vma->mapping
	};
	struct vma *prev = vma_prev(vma), *next = vma_next(vma);
	bool at_start = vma->start == start, at_end = vma->end == end;

	if (vma->flags == flags)
		return vma;
	/* Most often it goes from one VMA to its neighbour. */
	if (at_start && !at_end && prev && can_merge(prev, &piece)) {
		prev->end = vma->start = end;
		prev->flags |= flags;
		return prev;
	}
	if (at_end && !at_start && next && can_merge(&piece, next)) {
		vma->end = next->start = start;
		next->flags |= flags;
		merge_from(set, next, end);
		return next;
	}
	if (vma_split(set, start) || vma_split(set, end))
		return NULL;
	vma = vma_find(set, start);
	vma->flags = flags;
	merge_from(set, at_start && prev ? prev : vma, end);
	return vma_find(set, start);
}

int vma_remove(struct vma_set *set, vaddr_t start, vaddr_t end)
{
	struct vma *vma;

	if (vma_split(set, start) || vma_split(set, end))
		return -ENOMEM;
	while ((vma = vma_find(set, start)) && vma->start < end)
		drop(set, vma);
	return 0;
}
