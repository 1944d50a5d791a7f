/* SPDX-License-Identifier: MIT */
/*
 * Translations of one address space that hardware may hold: in the TLB of each CPU, the powerpc
 * hash table, the sparc TSB. Each is an unbounded set. ASSUME: worst case, nothing is ever evicted:
 * an access inserts from the page table as the hardware sees it, and only a modelled invalidation
 * removes. Nothing is counted here: counts come from invalidations that are issued, never from
 * hits.
 */
#ifndef LAZYMMU_HW_TLB_H
#define LAZYMMU_HW_TLB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pte.h"

enum holder {
	HOLDER_TLB, /* one set for each CPU */
	HOLDER_HPT, /* powerpc: one for the machine */
	HOLDER_TSB, /* sparc: one for each address space */
};

struct translation {
	vaddr_t page;
	pte_t pte;
	int16_t cpu; /* -1 for HPT and TSB */
	uint8_t holder;
	bool condemned; /* a completed flush should have removed it */
};

/* Zeroed it is empty. */
struct translations {
	struct translation *items; /* in no order */
	size_t nr;
	size_t capacity; /* a power of two, or 0 */
	uint32_t *slots; /* twice as many: by hash, 1 + the place in items, 0: free */
	uint64_t cpus;	 /* whose TLBs ever held one */
};

void translations_fini(struct translations *set);
/* Empties it and keeps its memory for the next user. */
void translations_clear(struct translations *set);

/* The pointer is valid until the set changes. */
struct translation *translation_find(const struct translations *set, enum holder holder, int cpu,
				     vaddr_t page);
/* Inserts or replaces; 0 or -ENOMEM. */
int translation_insert(struct translations *set, enum holder holder, int cpu, vaddr_t page,
		       pte_t pte);
void translation_remove(struct translations *set, enum holder holder, int cpu, vaddr_t page);

/* Pages from start on, below end. */
struct page_range {
	vaddr_t start;
	vaddr_t end;
	unsigned int page_shift;
};

/* Both cost the smaller of the range and the set. */

/* Removes those of a range from the TLBs of some CPUs, one bit each. */
void translations_remove_range(struct translations *set, uint64_t cpus, struct page_range range);

/* Calls visit for each translation of a range that a TLB holds. */
void translations_each_tlb(struct translations *set, struct page_range range,
			   void (*visit)(struct translation *translation, void *data), void *data);

#endif
