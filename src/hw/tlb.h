/* SPDX-License-Identifier: MIT */
/*
 * Translations that hardware may hold: the TLB of each CPU, the powerpc hash table, the sparc TSB.
 * Every address space has its own part of each, an unbounded set. ASSUME: worst case, nothing is
 * ever evicted: an access inserts from the page table as the hardware sees it, and only a modelled
 * invalidation removes. Nothing is counted here: counts come from invalidations that are issued,
 * never from hits.
 */
#ifndef LAZYMMU_HW_TLB_H
#define LAZYMMU_HW_TLB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fingerprint.h"
#include "memory.h"
#include "pte.h"

/* One bit each: a removal names several. */
enum holder {
	HOLDER_TLB = 1 << 0, /* one set for each CPU */
	HOLDER_HPT = 1 << 1, /* powerpc */
	HOLDER_TSB = 1 << 2, /* sparc */
};

/* A mask of CPUs: their TLBs. HPT and TSB belong to no CPU, so any mask names them. */
enum { NO_CPU = -1 };
#define EVERY_CPU (~UINT64_C(0))

struct translation {
	pte_t pte;
	bool condemned; /* a completed flush should have removed it */
};

/* Of one address space. Zeroed but for memory and page_shift it is empty. */
struct translations {
	struct memory *memory;
	unsigned int page_shift;
	uint32_t capacity; /* 0, or a power of two */
	uint32_t nr;	   /* runs that were ever used, and the first */
	uint32_t nr_held;  /* runs in chains */
	uint32_t free;	   /* list of runs to use again */
	uint32_t last;	   /* the run that was found last */
	struct run *runs;  /* the first is never used */
	uint32_t *chains;  /* capacity of them, by hash of the number of the run */
};

void translations_fini(struct translations *set);
/* Empties it; what memory it keeps is for its next user. */
void translations_clear(struct translations *set);

/* cpu is NO_CPU for HPT and TSB. The pointer is valid until the next insertion. */
struct translation *translation_find(struct translations *set, enum holder holder, int cpu,
				     vaddr_t page);
/* Inserts or replaces; 0 or -ENOMEM. */
int translation_insert(struct translations *set, enum holder holder, int cpu, vaddr_t page,
		       pte_t pte);

/* Adds what a holder has, as a set; cpu as above. */
void translations_fingerprint(const struct translations *set, enum holder holder, int cpu,
			      struct fingerprint *fingerprint);

/*
 * Removes those of the pages that [start, end) touches: one look-up for a run of pages, whoever
 * holds them, and never more than the set has.
 */
void translations_remove(struct translations *set, unsigned int holders, uint64_t cpus,
			 vaddr_t start, vaddr_t end);
/* The same for the page at one address. */
void translations_remove_page(struct translations *set, unsigned int holders, uint64_t cpus,
			      vaddr_t addr);
/* The same for the pages at nr addresses, of which consecutive ones go together. */
void translations_remove_pages(struct translations *set, unsigned int holders, uint64_t cpus,
			       const vaddr_t *addrs, size_t nr);

/* Calls visit for each translation of the same pages that a TLB holds; the same cost. */
void translations_each_tlb(struct translations *set, vaddr_t start, vaddr_t end,
			   void (*visit)(struct translation *translation, vaddr_t page, void *data),
			   void *data);

#endif
