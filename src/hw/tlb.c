/* SPDX-License-Identifier: MIT */
/* Sets of translations: an open-addressing hash table with linear probing. */
#include "tlb.h"

#include <errno.h>
#include <stdlib.h>

struct translation_entry {
	struct translation translation;
	vaddr_t page;
	int16_t cpu;
	uint8_t holder;
	bool used;
};

enum { FIRST_CAPACITY = 64 };

void translations_fini(struct translations *set)
{
	free(set->entries);
	*set = (struct translations){ 0 };
}

static size_t home_of(const struct translations *set, enum holder holder, int cpu, vaddr_t page)
{
	uint64_t hash = page >> 12 ^ (uint64_t)(uint16_t)cpu << 40 ^ (uint64_t)holder << 60;

	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20) & (set->capacity - 1);
}

/* The entry of the key, or the free one where it belongs. */
static struct translation_entry *probe(const struct translations *set, enum holder holder, int cpu,
				       vaddr_t page)
{
	size_t at = home_of(set, holder, cpu, page);
	struct translation_entry *entry;

	while ((entry = &set->entries[at])->used &&
	       (entry->page != page || entry->cpu != cpu || entry->holder != holder))
		at = (at + 1) & (set->capacity - 1);
	return entry;
}

static int grow(struct translations *set)
{
	struct translations larger = *set;

	larger.capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
	larger.entries = calloc(larger.capacity, sizeof(*larger.entries));
	if (!larger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < set->capacity; i++) {
		const struct translation_entry *entry = &set->entries[i];
		if (entry->used)
			*probe(&larger, entry->holder, entry->cpu, entry->page) = *entry;
	}
	free(set->entries);
	*set = larger;
	return 0;
}

struct translation *translation_find(const struct translations *set, enum holder holder, int cpu,
				     vaddr_t page)
{
	if (!set->nr)
		return NULL;
	struct translation_entry *entry = probe(set, holder, cpu, page);

	return entry->used ? &entry->translation : NULL;
}

int translation_insert(struct translations *set, enum holder holder, int cpu, vaddr_t page,
		       pte_t pte)
{
	if (set->nr * 2 >= set->capacity && grow(set))
		return -ENOMEM;
	struct translation_entry *entry = probe(set, holder, cpu, page);
	if (!entry->used)
		set->nr++;
	if (holder == HOLDER_TLB)
		set->cpus |= (uint64_t)1 << cpu;
	*entry = (struct translation_entry){ .translation = { .pte = pte },
					     .page = page,
					     .cpu = (int16_t)cpu,
					     .holder = (uint8_t)holder,
					     .used = true };
	return 0;
}

/* Closes the gap that a removal leaves: linear probing without tombstones. */
static void remove_at(struct translations *set, size_t gap)
{
	size_t mask = set->capacity - 1;
	const struct translation_entry *entry;

	set->entries[gap].used = false;
	set->nr--;
	for (size_t at = (gap + 1) & mask; (entry = &set->entries[at])->used;
	     at = (at + 1) & mask) {
		size_t home = home_of(set, entry->holder, entry->cpu, entry->page);
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			set->entries[gap] = *entry;
			set->entries[at].used = false;
			gap = at;
		}
	}
}

void translation_remove(struct translations *set, enum holder holder, int cpu, vaddr_t page)
{
	if (!set->nr)
		return;
	struct translation_entry *entry = probe(set, holder, cpu, page);

	if (entry->used)
		remove_at(set, (size_t)(entry - set->entries));
}

static vaddr_t first_page(const struct page_range *range)
{
	return range->start >> range->page_shift << range->page_shift;
}

/* Looking up each page on each of the CPUs is less work than a look at every entry. */
static bool is_small(const struct translations *set, uint64_t cpus, const struct page_range *range)
{
	uint64_t pages = (range->end - range->start) >> range->page_shift;

	return pages <= set->nr && pages * (unsigned int)__builtin_popcountll(cpus) < set->capacity;
}

/* The entry is in the range and in the TLB of one of the CPUs. */
static bool matches(const struct translation_entry *entry, uint64_t cpus,
		    const struct page_range *range)
{
	return entry->used && entry->holder == HOLDER_TLB && cpus >> entry->cpu & 1 &&
	       entry->page >= first_page(range) && entry->page < range->end;
}

void translations_remove_range(struct translations *set, uint64_t cpus, struct page_range range)
{
	vaddr_t page_size = (vaddr_t)1 << range.page_shift;

	cpus &= set->cpus;
	if (!set->nr || !cpus)
		return;
	if (!is_small(set, cpus, &range)) {
		for (size_t i = 0; set->nr && i < set->capacity;) {
			if (matches(&set->entries[i], cpus, &range))
				remove_at(set, i); /* may pull another entry into i: look again */
			else
				i++;
		}
		return;
	}
	for (vaddr_t page = first_page(&range); page < range.end; page += page_size) {
		for (uint64_t rest = cpus; rest; rest &= rest - 1)
			translation_remove(set, HOLDER_TLB, __builtin_ctzll(rest), page);
	}
}

void translations_each_tlb(struct translations *set, struct page_range range,
			   void (*visit)(struct translation *translation, vaddr_t page, void *data),
			   void *data)
{
	vaddr_t page_size = (vaddr_t)1 << range.page_shift;

	if (!set->nr)
		return;
	if (!is_small(set, set->cpus, &range)) {
		for (size_t i = 0; i < set->capacity; i++) {
			struct translation_entry *entry = &set->entries[i];
			if (matches(entry, set->cpus, &range))
				visit(&entry->translation, entry->page, data);
		}
		return;
	}
	for (vaddr_t page = first_page(&range); page < range.end; page += page_size) {
		for (uint64_t rest = set->cpus; rest; rest &= rest - 1) {
			struct translation *found =
				translation_find(set, HOLDER_TLB, __builtin_ctzll(rest), page);
			if (found)
				visit(found, page, data);
		}
	}
}
