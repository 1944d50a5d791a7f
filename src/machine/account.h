/* SPDX-License-Identifier: MIT */
/*
 * What is counted. Every counter is an exact integer; the primitive that does the work adds one,
 * nobody else does. A task adds to the sink that it points at (the phase that it is in), so that a
 * phase of a recording is a sink and a run is the sum of its sinks.
 */
#ifndef LAZYMMU_MACHINE_ACCOUNT_H
#define LAZYMMU_MACHINE_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

enum counter {
	/* Sections: calls of the section API. */
	COUNT_SECTIONS,	       /* outermost sections that took effect */
	COUNT_NESTED_SECTIONS, /* sections opened inside another */
	COUNT_MAX_DEPTH,       /* deepest nest: a maximum, not a sum */
	/* Writes: what the kernel asked for. */
	COUNT_PTE_WRITES, /* PTEs written, cleared or changed */
	COUNT_DEFERRED,	  /* of these, work was held back for */
	COUNT_IMMEDIATE,  /* of these, all work was done at once */
	COUNT_FLUSHES,	  /* times that held-back work was released */
	/* Work: what hardware or hypervisor saw. */
	COUNT_BARRIERS,		 /* arm64: dsb(ishst) + isb pairs */
	COUNT_TLBIE_LOCAL,	 /* powerpc: tlbiel, one per entry */
	COUNT_TLBIE_GLOBAL,	 /* powerpc: tlbie, one per entry */
	COUNT_HASH_FLUSH_SINGLE, /* powerpc: flush_hash_page() calls */
	COUNT_HASH_FLUSH_RANGE,	 /* powerpc: flush_hash_range() calls */
	COUNT_DEMAPS,		 /* sparc: TLB demap operations, by page and CPU */
	COUNT_CROSS_CALLS,	 /* sparc: cross calls to other CPUs */
	COUNT_HYPERCALLS,	 /* Xen: all, a multicall counts once */
	COUNT_PTE_HYPERCALLS,	 /* Xen: of these, those that carried mmu_update requests */
	COUNT_MULTICALL_ENTRIES, /* Xen: calls carried by multicalls */
	COUNT_EMULATED_WRITES,	 /* Xen: native PTE writes trapped and emulated */
	COUNT_INVLPG,		 /* Xen: single-page TLB-flush hypercalls */
	COUNT_IPTE,		 /* s390: invalidations of one PTE */
	COUNT_IPTE_RANGE,	 /* s390: invalidations of a range of PTEs */
	NR_PUBLIC_COUNTERS,

	/* Needed to compare with a recording, not part of the public list. */
	COUNT_DIRECT_SET_PTE =
		NR_PUBLIC_COUNTERS, /* Xen: set_pte outside a section: one hypercall */
	COUNT_HASH_BATCHED,	    /* powerpc: hpte_need_flush() that joined a batch */
	COUNT_HASH_IMMEDIATE,	    /* powerpc: hpte_need_flush() outside a section */
	COUNT_PTE_SETS,		    /* PTEs set to a value */
	COUNT_PTE_CLEARS,	    /* PTEs set to none */
	COUNT_SECTION_BARRIERS,	    /* arm64: pairs that a section owed */
	COUNT_PTE_BARRIERS,	    /* arm64: pairs for a PTE outside any section */
	COUNT_TABLE_BARRIERS,	    /* arm64: pairs for a table entry outside any section */
	COUNT_MULTICALLS,	    /* Xen: hypercalls that carried more than one call */
	COUNT_LEVEL_SWITCHES,	    /* arm64 kpkeys: writes of POR_EL1, with an isb each */
	NR_COUNTERS,
};

/* Why held-back work was released. */
enum flush_reason {
	FLUSH_LEAVE,	  /* the outermost leave or disable */
	FLUSH_NESTED,	  /* an inner leave or disable */
	FLUSH_PAUSE,	  /* pause */
	FLUSH_FULL,	  /* powerpc, sparc: 192 entries */
	FLUSH_ARGS,	  /* Xen: no argument space left */
	FLUSH_BATCH,	  /* Xen: no entry left */
	FLUSH_CALLBACK,	  /* Xen: no callback left */
	FLUSH_MM,	  /* powerpc, sparc: an entry of another mm */
	FLUSH_PSIZE,	  /* powerpc: another page size */
	FLUSH_SSIZE,	  /* powerpc: another segment size */
	FLUSH_HUGESHIFT,  /* sparc: another page shift */
	FLUSH_TLB,	  /* powerpc, sparc: mmu_gather is about to free pages */
	FLUSH_CTX_SWITCH, /* Xen: the task is switched out or in */
	FLUSH_ISSUE,	  /* Xen: issued outside a section, nothing may wait */
	FLUSH_EXPLICIT,	  /* Xen: xen_mc_flush() called by name */
	NR_FLUSH_REASONS,
};

/* How often each size occurred: pairs in ascending order of size. */
struct histogram {
	struct histogram_bin {
		uint64_t size;
		uint64_t count;
	} * bins;
	size_t nr;
	size_t capacity;
};

struct counters {
	uint64_t n[NR_COUNTERS];	    /* by enum counter */
	uint64_t reasons[NR_FLUSH_REASONS]; /* by enum flush_reason */
	struct histogram batch_sizes;	    /* held-back writes per flush that had any */
	struct histogram section_entries;   /* held-back writes per outermost section */
};

extern const char *const counter_names[NR_PUBLIC_COUNTERS];
extern const char *const flush_reason_names[NR_FLUSH_REASONS];

void counters_init(struct counters *counters);
void counters_fini(struct counters *counters);
/* Adds from to into; returns 0 or -ENOMEM. */
int counters_add(struct counters *into, const struct counters *from);

/* Both return 0 or -ENOMEM. */
int histogram_add(struct histogram *histogram, uint64_t size, uint64_t count);
uint64_t histogram_sum(const struct histogram *histogram);

#endif
