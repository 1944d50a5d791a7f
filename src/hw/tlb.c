/* SPDX-License-Identifier: MIT */
/*
 * Sets of translations: a hash table of runs. A run is what one holder has of some consecutive
 * pages; all holders of the same pages are in one chain, so that an invalidation looks up once
 * whoever holds what.
 */
#include "tlb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUN_SHIFT = 4,
	RUN_PAGES = 1 << RUN_SHIFT, /* an aligned run: a bit each in a word */
	FIRST_CAPACITY = 4,
	MAX_KEPT = 256, /* runs of an emptied set that are worth keeping */
};

struct run {
	uint64_t number; /* page number >> RUN_SHIFT */
	uint64_t cpus;	 /* one bit in a TLB, all in HPT and TSB */
	uint16_t held;	 /* a bit for each page; none: the run is free */
	uint8_t holder;
	uint32_t next; /* in the chain, or in the list of free runs */
	struct translation pages[RUN_PAGES];
};

/* Runs are named by their number in the array, so that nothing but the array has to move. */
enum { NO_RUN = 0 };

static int allocate(struct translations *set, uint32_t capacity)
{
	struct run *runs = memory_resize(set->memory, set->runs, set->capacity * sizeof(*runs),
					 capacity * sizeof(*runs));
	if (!runs)
		return -ENOMEM;
	set->runs = runs;
	uint32_t *chains = memory_alloc(set->memory, capacity * sizeof(*chains));
	if (!chains)
		return -ENOMEM;
	memory_free(set->memory, set->chains);
	set->chains = chains;
	set->capacity = capacity;
	return 0;
}

void translations_fini(struct translations *set)
{
	memory_free(set->memory, set->runs);
	memory_free(set->memory, set->chains);
	*set = (struct translations){ .memory = set->memory, .page_shift = set->page_shift };
}

void translations_clear(struct translations *set)
{
	if (set->capacity > MAX_KEPT) {
		translations_fini(set);
		return;
	}
	if (set->nr_held)
		memset(set->chains, 0, set->capacity * sizeof(*set->chains));
	set->nr = set->capacity ? NO_RUN + 1 : 0;
	set->nr_held = 0;
	set->free = set->last = NO_RUN;
}

static uint32_t *chain_of(const struct translations *set, uint64_t number)
{
	uint64_t hash = number * UINT64_C(0x9e3779b97f4a7c15);

	return &set->chains[(hash >> 32) & (set->capacity - 1)];
}

static void chain(struct translations *set, uint32_t at)
{
	uint32_t *head = chain_of(set, set->runs[at].number);

	set->runs[at].next = *head;
	*head = at;
}

static int grow(struct translations *set)
{
	int err = allocate(set, set->capacity ? set->capacity * 2 : FIRST_CAPACITY);

	if (err)
		return err;
	if (set->nr == 0)
		set->nr = NO_RUN + 1;
	for (uint32_t at = NO_RUN + 1; at < set->nr; at++)
		chain(set, at); /* none is free when the set grows */
	return 0;
}

static uint64_t cpus_of(int cpu)
{
	return cpu == NO_CPU ? EVERY_CPU : UINT64_C(1) << cpu;
}

static uint64_t page_number(const struct translations *set, vaddr_t addr)
{
	return addr >> set->page_shift;
}

static bool is_of(const struct run *run, enum holder holder, uint64_t cpus, uint64_t number)
{
	return run->number == number && run->holder == holder && run->cpus == cpus;
}

__attribute__((noinline)) static struct run *
run_search(struct translations *set, enum holder holder, uint64_t cpus, uint64_t number)
{
	if (set->nr_held == 0)
		return NULL;
	for (uint32_t at = *chain_of(set, number); at != NO_RUN; at = set->runs[at].next) {
		if (is_of(&set->runs[at], holder, cpus, number)) {
			set->last = at;
			return &set->runs[at];
		}
	}
	return NULL;
}

/* Accesses stay near each other: the last run is the one more often than not. */
static inline struct run *run_find(struct translations *set, enum holder holder, uint64_t cpus,
				   uint64_t number)
{
	if (set->last != NO_RUN) {
		struct run *last = &set->runs[set->last];
		if (last->held && is_of(last, holder, cpus, number))
			return last;
	}
	return run_search(set, holder, cpus, number);
}

/* NULL: no memory. */
static struct run *run_add(struct translations *set, enum holder holder, uint64_t cpus,
			   uint64_t number)
{
	if (set->free == NO_RUN && set->nr == set->capacity && grow(set))
		return NULL;
	uint32_t at = set->free;
	if (at != NO_RUN)
		set->free = set->runs[at].next;
	else
		at = set->nr++;
	struct run *run = &set->runs[at];
	run->number = number;
	run->cpus = cpus;
	run->held = 0;
	run->holder = (uint8_t)holder;
	chain(set, at);
	set->last = at;
	set->nr_held++;
	return run;
}

struct translation *translation_find(struct translations *set, enum holder holder, int cpu,
				     vaddr_t page)
{
	uint64_t number = page_number(set, page);
	struct run *run = run_find(set, holder, cpus_of(cpu), number >> RUN_SHIFT);
	unsigned int index = number % RUN_PAGES;

	return run && run->held >> index & 1 ? &run->pages[index] : NULL;
}

int translation_insert(struct translations *set, enum holder holder, int cpu, vaddr_t page,
		       pte_t pte)
{
	uint64_t number = page_number(set, page);
	struct run *run = run_find(set, holder, cpus_of(cpu), number >> RUN_SHIFT);
	unsigned int index = number % RUN_PAGES;

	if (!run)
		run = run_add(set, holder, cpus_of(cpu), number >> RUN_SHIFT);
	if (!run)
		return -ENOMEM;
	run->held |= (uint16_t)(1u << index);
	run->pages[index] = (struct translation){ .pte = pte };
	return 0;
}

/* What some holders, and of TLBs some CPUs, have of some pages. */
struct query {
	unsigned int holders;
	uint64_t cpus;
	uint64_t first, last; /* page numbers */
};

static bool matches(const struct run *run, const struct query *query, uint64_t number)
{
	return run->number == number && run->holder & query->holders && run->cpus & query->cpus &&
	       run->held;
}

/* Those of the pages of a run that are asked for, a bit each. */
static unsigned int pages_in(const struct query *query, uint64_t number)
{
	unsigned int first = number == query->first >> RUN_SHIFT ? query->first % RUN_PAGES : 0;
	unsigned int last =
		number == query->last >> RUN_SHIFT ? query->last % RUN_PAGES : RUN_PAGES - 1;

	return (2u << last) - (1u << first);
}

typedef void run_action(struct translations *set, uint32_t at, unsigned int bits, void *data);

/* Calls act for the runs of one number. act may free the run. */
static inline void each_in_chain(struct translations *set, const struct query *query,
				 uint64_t number, run_action *act, void *data)
{
	uint32_t at = *chain_of(set, number);
	unsigned int bits = at == NO_RUN ? 0 : pages_in(query, number);

	while (at != NO_RUN) {
		uint32_t next = set->runs[at].next;
		if (matches(&set->runs[at], query, number))
			act(set, at, bits, data);
		at = next;
	}
}

/* Calls act for each run that has pages of the query, and with their bits. */
static inline void each_run(struct translations *set, const struct query *query, run_action *act,
			    void *data)
{
	uint64_t first = query->first >> RUN_SHIFT, last = query->last >> RUN_SHIFT;

	if (last - first <= set->nr) {
		for (uint64_t number = first; number <= last; number++)
			each_in_chain(set, query, number, act, data);
		return;
	}
	/* To look at all is less work than to look each up. */
	for (uint32_t at = NO_RUN + 1; at < set->nr; at++) {
		uint64_t number = set->runs[at].number;
		if (number >= first && number <= last && matches(&set->runs[at], query, number))
			act(set, at, pages_in(query, number), data);
	}
}

__attribute__((noinline)) static void release(struct translations *set, uint32_t at)
{
	struct run *run = &set->runs[at];
	uint32_t *link = chain_of(set, run->number);

	while (*link != at)
		link = &set->runs[*link].next;
	*link = run->next;
	run->next = set->free;
	set->free = at;
	set->nr_held--;
}

static void take(struct translations *set, uint32_t at, unsigned int bits, void *data)
{
	(void)data;
	set->runs[at].held &= (uint16_t)~bits;
	if (!set->runs[at].held)
		release(set, at);
}

__attribute__((noinline)) void translations_remove(struct translations *set, unsigned int holders,
						   uint64_t cpus, vaddr_t start, vaddr_t end)
{
	if (set->nr_held == 0 || start >= end)
		return;
	const struct query query = { holders, cpus, page_number(set, start),
				     page_number(set, end - 1) };
	each_run(set, &query, take, NULL);
}

/* The commonest of all: what each_in_chain() would do, without a query to look at. */
void translations_remove_page(struct translations *set, unsigned int holders, uint64_t cpus,
			      vaddr_t addr)
{
	const uint64_t page = page_number(set, addr), number = page >> RUN_SHIFT;
	const uint16_t others = (uint16_t) ~(1u << page % RUN_PAGES);

	if (set->nr_held == 0)
		return;
	for (uint32_t at = *chain_of(set, number), next; at != NO_RUN; at = next) {
		struct run *run = &set->runs[at];
		next = run->next;
		if (run->number != number || !(run->holder & holders) || !(run->cpus & cpus))
			continue;
		run->held &= others;
		if (!run->held)
			release(set, at);
	}
}

void translations_remove_pages(struct translations *set, unsigned int holders, uint64_t cpus,
			       const vaddr_t *addrs, size_t nr)
{
	const vaddr_t page_size = (vaddr_t)1 << set->page_shift;

	for (size_t i = 0; i < nr && set->nr_held;) {
		vaddr_t start = addrs[i] & ~(page_size - 1), end = start + page_size;
		while (++i < nr && addrs[i] - end < page_size)
			end += page_size;
		translations_remove(set, holders, cpus, start, end);
	}
}

static struct fingerprint fingerprint_of(const struct run *run, unsigned int page)
{
	const struct translation *translation = &run->pages[page];
	struct fingerprint member = { 1, 2 };

	fingerprint_mix(&member, run->number << RUN_SHIFT | page);
	fingerprint_mix(&member, translation->condemned);
	fingerprint_mix(&member, translation->pte.val);
	return member;
}

void translations_fingerprint(const struct translations *set, enum holder holder, int cpu,
			      struct fingerprint *fingerprint)
{
	for (uint32_t at = NO_RUN + 1; at < set->nr; at++) {
		const struct run *run = &set->runs[at];
		if (run->holder != holder || run->cpus != cpus_of(cpu))
			continue;
		for (unsigned int page = 0; page < RUN_PAGES; page++) {
			if (run->held >> page & 1)
				fingerprint_add(fingerprint, fingerprint_of(run, page));
		}
	}
}

struct visitor {
	void (*visit)(struct translation *translation, vaddr_t page, void *data);
	void *data;
	unsigned int page_shift;
};

static void visit_run(struct translations *set, uint32_t at, unsigned int bits, void *data)
{
	const struct visitor *visitor = data;
	struct run *run = &set->runs[at];

	for (unsigned int i = 0; i < RUN_PAGES; i++) {
		if (run->held & bits & 1u << i)
			visitor->visit(&run->pages[i],
				       (run->number << RUN_SHIFT | i) << visitor->page_shift,
				       visitor->data);
	}
}

void translations_each_tlb(struct translations *set, vaddr_t start, vaddr_t end,
			   void (*visit)(struct translation *translation, vaddr_t page, void *data),
			   void *data)
{
	struct visitor visitor = { visit, data, set->page_shift };

	if (set->nr_held == 0 || start >= end)
		return;
	const struct query query = { HOLDER_TLB, EVERY_CPU, page_number(set, start),
				     page_number(set, end - 1) };
	each_run(set, &query, visit_run, &visitor);
}
