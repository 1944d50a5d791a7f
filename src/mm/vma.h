/* SPDX-License-Identifier: MIT */
/* Virtual memory areas of one address space: an ordered set without overlaps. */
#ifndef LAZYMMU_MM_VMA_H
#define LAZYMMU_MM_VMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avl.h"
#include "machine.h"
#include "pte.h"

enum vma_flag {
	VMA_READ = 1 << 0,
	VMA_WRITE = 1 << 1,
	VMA_EXEC = 1 << 2,
	VMA_PROT_MASK = VMA_READ | VMA_WRITE | VMA_EXEC,
	VMA_SHARED = 1 << 3,
	VMA_FILE = 1 << 4,
	VMA_PFNMAP = 1 << 5,   /* device memory, no struct page */
	VMA_ANON_VMA = 1 << 6, /* an anonymous page was installed: fork copies it */
	VMA_UNSEEN = 1 << 7,   /* its mmap was not recorded: extent and protection are guesses */
	VMA_LOCKED = 1 << 8,   /* mlock(): populated, and MADV_DONTNEED refuses it */
	VMA_DONTCOPY = 1 << 9, /* MADV_DONTFORK, MADV_WIPEONFORK: what fork does with it */
	VMA_WIPEONFORK = 1 << 10,
	VMA_GROWSDOWN = 1 << 17, /* a fault below it makes it larger */
	VMA_HUGETLB = 1 << 18,	 /* no PTEs: nothing of it is modelled */
	VMA_NOTIFY = 1 << 19,	 /* shared: its file system wants to see a first write */
	VMA_CACHED = 1 << 20,	 /* shared: pages may be in the page cache and not mapped */
	VMA_GUESSED = 1 << 21,	 /* one page that a fault revealed; no syscall named it */
	/* Other advice: only keeps VMAs apart. */
	VMA_RAND_READ = 1 << 11,
	VMA_SEQ_READ = 1 << 12,
	VMA_MERGEABLE = 1 << 13,
	VMA_HUGEPAGE = 1 << 14,
	VMA_NOHUGEPAGE = 1 << 15,
	VMA_DONTDUMP = 1 << 16,
};

struct vma {
	struct avl_node node; /* first: the tree's view */
	vaddr_t start;
	vaddr_t end;
	unsigned int flags;
	uint32_t mapping; /* file memory: the mmap() that it is a piece of; 0: other memory */
};

/*
 * vm_page_prot of a shared mapping allows writes. ASSUME: its file system wants no notice of a
 * first write (tmpfs), until a fault shows that it does (vma_wants_writenotify()).
 */
static inline bool vma_writable_at_once(const struct vma *vma)
{
	return (vma->flags & (VMA_SHARED | VMA_WRITE | VMA_NOTIFY)) == (VMA_SHARED | VMA_WRITE);
}

enum { MAX_VMAS = 1 << 22 }; /* of all address spaces of a machine */

/* What all address spaces of a machine share. */
struct vma_pool {
	struct machine *machine;
	size_t nr; /* in use */
	uint32_t nr_mappings;
	struct vma *unused; /* kept for the next address space; linked by node.parent */
};

/*
 * A pointer to a VMA stays valid until that VMA is removed or merged away. What fails sets
 * out_of_memory of the machine.
 */
struct vma_set {
	struct avl_tree tree; /* by address */
	struct vma *last;     /* what the last search found: the next one often wants it again */
	struct vma_pool *pool;
};

void vma_pool_fini(struct vma_pool *pool);
void vma_set_fini(struct vma_set *set);

struct vma *vma_search(struct vma_set *set, vaddr_t addr);

static inline bool vma_contains(const struct vma *vma, vaddr_t addr)
{
	return vma->start <= addr && addr < vma->end;
}

/* The first VMA that ends above addr, NULL: none. */
static inline struct vma *vma_find(struct vma_set *set, vaddr_t addr)
{
	return set->last && vma_contains(set->last, addr) ? set->last : vma_search(set, addr);
}

/* The VMA that contains addr, NULL: none. */
static inline struct vma *vma_at(struct vma_set *set, vaddr_t addr)
{
	struct vma *vma = vma_find(set, addr);

	return vma && vma->start <= addr ? vma : NULL;
}

/* The neighbours in order, NULL: none. */
struct vma *vma_next(const struct vma *vma);
struct vma *vma_prev(const struct vma *vma);

/*
 * Puts a VMA where nothing is. It merges with a neighbour of equal flags, as vma_merge() does; file
 * memory only with another piece of the same mapping. 0 or -ENOMEM.
 */
int vma_insert(struct vma_set *set, vaddr_t start, vaddr_t end, unsigned int flags);
/* The same for a piece of a mapping that is there, or that another address space has. */
int vma_insert_piece(struct vma_set *set, vaddr_t start, vaddr_t end, unsigned int flags,
		     uint32_t mapping);
/* Makes addr a boundary. 0 or -ENOMEM. */
int vma_split(struct vma_set *set, vaddr_t addr);
/*
 * mm/vma.c, vma_modify_flags(): a part of a VMA gets other flags, as a VMA of its own or in a
 * neighbour that has them. Returns the VMA that it is in now, NULL: -ENOMEM.
 */
struct vma *vma_modify(struct vma_set *set, struct vma *vma, vaddr_t start, vaddr_t end,
		       unsigned int flags);
/* Drops all of [start, end). 0 or -ENOMEM (a split). */
int vma_remove(struct vma_set *set, vaddr_t start, vaddr_t end);
/* Joins equal neighbours around [start, end). */
void vma_merge(struct vma_set *set, vaddr_t start, vaddr_t end);

#endif
