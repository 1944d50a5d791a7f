/* SPDX-License-Identifier: MIT */
/*
 * Multi-level sparse page tables with the geometry of a backend. Cost follows the tables that are
 * present, never the size of the address space: an upper table holds only the entries that exist,
 * a PTE table is one array of its real length.
 *
 * Levels are counted from the PTE up: level 1 holds PTEs, level 2 is the PMD level, and so on.
 */
#ifndef LAZYMMU_HW_PGTABLE_H
#define LAZYMMU_HW_PGTABLE_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "pte.h"
#include "spinlock.h"

enum {
	LEVEL_PTE = 1,
	LEVEL_PMD = 2,
	LEVEL_PUD = 3,
	LEVEL_P4D = 4, /* with four levels the top: p4d is folded into pgd */
	MAX_LEVELS = 4,
};

struct geometry {
	unsigned int page_shift;
	uint8_t bits[MAX_LEVELS]; /* index bits by level - 1, from the PTE up */
};

/* Bytes that one entry of a level maps: level 1 is a page. */
static inline unsigned int level_shift(const struct geometry *geometry, int level)
{
	unsigned int shift = geometry->page_shift;

	for (int i = 1; i < level; i++)
		shift += geometry->bits[i - 1];
	return shift;
}

struct table {
	struct table *parent; /* NULL: the root */
	int level;
	uint32_t index;	   /* in the parent */
	uint32_t nr;	   /* PTE table: entries that are not none; upper: entries present */
	uint32_t capacity; /* upper: slots allocated */
	bool pinned;	   /* Xen: the hypervisor knows it as a page table */
	/* Split page-table locks: of the entries of a PTE table or a PMD table. */
	struct spinlock lock;
	union {
		pte_t *ptes; /* PTE table: by index, 1 << bits[0] of them */
		struct slot {
			uint32_t index;
			struct table *table;
		} * slots; /* upper: sorted by index */
	};
};

/*
 * Arrays of PTEs of one machine. A freed table is reused, never given back before the machine ends:
 * a buggy kernel may still hold a queued write to it, and that write must land in page-table
 * memory, as it would on a real machine.
 */
struct table_pool {
	pte_t **arrays; /* all that were ever made */
	size_t nr;
	size_t capacity;
	pte_t **unused;
	size_t nr_unused;
	struct table *unused_ptes;  /* tables themselves, linked by parent: without their array */
	struct table *unused_upper; /* with their slots */
	struct memory *memory;	    /* of these and of the tables */
};

void table_pool_fini(struct table_pool *pool);

enum { NR_CACHED_TABLES = 8 };

struct pgtable {
	const struct geometry *geometry;
	struct table_pool *pool;
	struct table *root;
	size_t nr_tables;
	/* PTE tables that were found, by the low bits of address >> PMD shift. */
	struct cached_table {
		struct table *table; /* NULL: none */
		uint64_t tag;	     /* address >> PMD shift */
	} cached[NR_CACHED_TABLES];
	/* level_shift() of each level, and of one above the root: what the tables map. */
	uint8_t shift[MAX_LEVELS + 2];
	uint32_t pte_mask; /* entries of a PTE table - 1 */
};

/* First address beyond what the tables can map. */
static inline vaddr_t pgtable_limit(const struct pgtable *pgtable)
{
	return (vaddr_t)1 << pgtable->shift[MAX_LEVELS + 1];
}

/* 0 or -ENOMEM. */
int pgtable_init(struct pgtable *pgtable, const struct geometry *geometry, struct table_pool *pool);
/* Frees every table. */
void pgtable_fini(struct pgtable *pgtable);

/* The table below an upper one that covers addr, NULL if there is none. */
struct table *pgtable_child(const struct pgtable *pgtable, const struct table *table, vaddr_t addr);
struct table *pgtable_walk(struct pgtable *pgtable, vaddr_t addr, int level);

/* The PTE table of addr if it was found not long ago, else NULL. */
static inline struct table *pgtable_cached(const struct pgtable *pgtable, vaddr_t addr)
{
	uint64_t tag = addr >> pgtable->shift[LEVEL_PMD];
	const struct cached_table *cached = &pgtable->cached[tag % NR_CACHED_TABLES];

	return cached->tag == tag ? cached->table : NULL;
}

/* The table at a level that covers addr, NULL if there is none. */
static inline struct table *pgtable_find(struct pgtable *pgtable, vaddr_t addr, int level)
{
	struct table *table = level == LEVEL_PTE ? pgtable_cached(pgtable, addr) : NULL;

	return table ? table : pgtable_walk(pgtable, addr, level);
}

/*
 * Allocates a missing table under parent for addr; the entry in the parent is made at once.
 * NULL: no memory.
 */
struct table *pgtable_add(struct pgtable *pgtable, struct table *parent, vaddr_t addr);

/* Unlinks an empty table from its parent and frees it. */
void pgtable_remove(struct pgtable *pgtable, struct table *table);

/*
 * Moves a PTE table to another address; the tables above it exist or are made. Returns it, or NULL
 * (no memory, or the place is taken), then it stays.
 */
struct table *pgtable_reparent(struct pgtable *pgtable, struct table *table, struct table *parent,
			       vaddr_t addr);

/* First PTE table that covers an address in [addr, end); its first address in *ret_addr. NULL:
 * none. */
struct table *pgtable_next(struct pgtable *pgtable, vaddr_t addr, vaddr_t end, vaddr_t *ret_addr);

static inline uint32_t table_index(const struct pgtable *pgtable, vaddr_t addr, int level)
{
	return (uint32_t)(addr >> pgtable->shift[level]) &
	       ((1u << pgtable->geometry->bits[level - 1]) - 1);
}

/* The PTE of addr in its PTE table. */
static inline pte_t *pte_offset(const struct pgtable *pgtable, struct table *table, vaddr_t addr)
{
	return &table->ptes[(addr >> pgtable->shift[LEVEL_PTE]) & pgtable->pte_mask];
}

#endif
