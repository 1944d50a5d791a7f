/* SPDX-License-Identifier: MIT */
/*
 * Page-table entries. One neutral layout stands for that of every architecture; a backend tests
 * the bits that its own rules ask for.
 *
 *	 63                      12 11        0
 *	[ page frame number        |   bits    ]
 */
#ifndef LAZYMMU_HW_PTE_H
#define LAZYMMU_HW_PTE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint64_t val;
} pte_t;

typedef uint64_t vaddr_t; /* bytes */

enum pte_bit {
	PTE_PRESENT = 1 << 0, /* the hardware may use it */
	PTE_WRITE = 1 << 1,
	PTE_USER = 1 << 2,
	PTE_EXEC = 1 << 3,
	PTE_YOUNG = 1 << 4,
	PTE_DIRTY = 1 << 5,
	PTE_SPECIAL = 1 << 6,	 /* no struct page behind it: zero page, device memory */
	PTE_PROTNONE = 1 << 7,	 /* mapped, but no access allowed */
	PTE_HASHPTE = 1 << 8,	 /* powerpc: a hash-table entry was made from it */
	PTE_FILE = 1 << 9,	 /* the page belongs to the page cache */
	PTE_SWAP = 1 << 10,	 /* not present: swap or migration entry */
	PTE_VALID_OLD = 1 << 11, /* sparc: valid without being young */
	PTE_PFN_SHIFT = 12,
};

static inline pte_t make_pte(uint64_t pfn, unsigned int bits)
{
	return (pte_t){ pfn << PTE_PFN_SHIFT | bits };
}

static inline uint64_t pte_pfn(pte_t pte)
{
	return pte.val >> PTE_PFN_SHIFT;
}

static inline bool pte_none(pte_t pte)
{
	return pte.val == 0;
}

/* pte_present(): includes PROT_NONE mappings, as on every architecture. */
static inline bool pte_present(pte_t pte)
{
	return pte.val & (PTE_PRESENT | PTE_PROTNONE);
}

/* The hardware may translate with it. */
static inline bool pte_valid(pte_t pte)
{
	return pte.val & PTE_PRESENT;
}

static inline bool pte_has(pte_t pte, unsigned int bits)
{
	return (pte.val & bits) == bits;
}

static inline pte_t pte_set(pte_t pte, unsigned int bits)
{
	return (pte_t){ pte.val | bits };
}

static inline pte_t pte_clear_bits(pte_t pte, unsigned int bits)
{
	return (pte_t){ pte.val & ~(uint64_t)bits };
}

static inline pte_t pte_mkold(pte_t pte)
{
	return pte_clear_bits(pte, PTE_YOUNG | PTE_VALID_OLD);
}

/* Valid where the valid bit goes with the young bit: sparc64 and s390. */
static inline bool pte_valid_young(pte_t pte)
{
	return pte_valid(pte) && pte.val & (PTE_YOUNG | PTE_VALID_OLD);
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return a.val == b.val;
}

#endif
