/* SPDX-License-Identifier: MIT */
/* Sets of translations: an array, and an open-addressing hash table of places in it. */
#include "tlb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 32 };

void translations_fini(struct translations *set)
{
	free(set->items);
	free(set->slots);
	*set = (struct translations){ 0 };
}

void translations_clear(struct translations *set)
{
	if (set->nr)
		memset(set->slots, 0, set->capacity * 2 * sizeof(*set->slots));
	set->nr = 0;
	set->cpus = 0;
}

static size_t slot_mask(const struct translations *set)
{
	return set->capacity * 2 - 1;
}

static size_t home_of(const struct translations *set, enum holder holder, int cpu, vaddr_t page)
{
	uint64_t hash = page >> 12 ^ (uint64_t)(uint16_t)cpu << 40 ^ (uint64_t)holder << 60;

	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20) & slot_mask(set);
}

static struct translation *at_slot(const struct translations *set, size_t slot)
{
	return &set->items[set->slots[slot] - 1];
}

/* The slot of the key, or the free one where it belongs. */
static size_t probe(const struct translations *set, enum holder holder, int cpu, vaddr_t page)
{
	size_t slot = home_of(set, holder, cpu, page);

	for (; set->slots[slot]; slot = (slot + 1) & slot_mask(set)) {
		const struct translation *item = at_slot(set, slot);
		if (item->page == page && item->cpu == cpu && item->holder == holder)
			break;
	}
	return slot;
}

static size_t slot_of(const struct translations *set, const struct translation *item)
{
	return probe(set, item->holder, item->cpu, item->page);
}

static int grow(struct translations *set)
{
	size_t capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
	uint32_t *slots = calloc(capacity * 2, sizeof(*slots));
	struct translation *items = realloc(set->items, capacity * sizeof(*items));

	if (items)
		set->items = items;
	if (!items || !slots) {
		free(slots);
		return -ENOMEM;
	}
	free(set->slots);
	set->slots = slots;
	set->capacity = capacity;
	for (size_t i = 0; i < set->nr; i++)
		slots[slot_of(set, &items[i])] = (uint32_t)i + 1;
	return 0;
}

struct translation *translation_find(const struct translations *set, enum holder holder, int cpu,
				     vaddr_t page)
{
	if (!set->nr)
		return NULL;
	size_t slot = probe(set, holder, cpu, page);

	return set->slots[slot] ? at_slot(set, slot) : NULL;
}

int translation_insert(struct translations *set, enum holder holder, int cpu, vaddr_t page,
		       pte_t pte)
{
	if (set->nr == set->capacity && grow(set))
		return -ENOMEM;
	size_t slot = probe(set, holder, cpu, page);
	if (!set->slots[slot])
		set->slots[slot] = (uint32_t)++set->nr;
	if (holder == HOLDER_TLB)
		set->cpus |= (uint64_t)1 << cpu;
	*at_slot(set, slot) = (struct translation){
		.page = page, .pte = pte, .cpu = (int16_t)cpu, .holder = (uint8_t)holder
	};
	return 0;
}

/* Closes the gap that a removal leaves: linear probing without tombstones. */
static void free_slot(struct translations *set, size_t gap)
{
	size_t mask = slot_mask(set);

	for (size_t slot = (gap + 1) & mask; set->slots[slot]; slot = (slot + 1) & mask) {
		const struct translation *item = at_slot(set, slot);
		size_t home = home_of(set, item->holder, item->cpu, item->page);
		if (((slot - home) & mask) >= ((slot - gap) & mask)) {
			set->slots[gap] = set->slots[slot];
			gap = slot;
		}
	}
	set->slots[gap] = 0;
}

/* The last item takes the place of the one that goes. */
static void remove_at(struct translations *set, size_t slot)
{
	struct translation *gone = at_slot(set, slot);
	const struct translation *last = &set->items[set->nr - 1];

	set->slots[slot_of(set, last)] = set->slots[slot];
	*gone = *last;
	free_slot(set, slot);
	set->nr--;
}

void translation_remove(struct translations *set, enum holder holder, int cpu, vaddr_t page)
{
	if (!set->nr)
		return;
	size_t slot = probe(set, holder, cpu, page);

	if (set->slots[slot])
		remove_at(set, slot);
}

static vaddr_t first_page(const struct page_range *range)
{
	return range->start >> range->page_shift << range->page_shift;
}

/* Looking up each page on each of the CPUs is less work than a look at every item. */
static bool is_small(const struct translations *set, uint64_t cpus, const struct page_range *range)
{
	uint64_t pages = (range->end - range->start) >> range->page_shift;

	return pages <= set->nr && pages * (unsigned int)__builtin_popcountll(cpus) <= set->nr;
}

/* The item is in the range and in the TLB of one of the CPUs. */
static bool matches(const struct translation *item, uint64_t cpus, const struct page_range *range)
{
	return item->holder == HOLDER_TLB && cpus >> item->cpu & 1 &&
	       item->page >= first_page(range) && item->page < range->end;
}

/* Often it is all of them: an address space is flushed whole, and at its end. */
static void scan_and_remove(struct translations *set, uint64_t cpus, const struct page_range *range)
{
	size_t matching = 0;

	for (size_t i = 0; i < set->nr; i++)
		matching += matches(&set->items[i], cpus, range);
	if (matching == set->nr && matching > set->capacity / 8) {
		translations_clear(set);
		return;
	}
	/* Backwards: the last item, which fills the gap, was looked at already. */
	for (size_t i = set->nr; matching && i-- > 0;) {
		if (!matches(&set->items[i], cpus, range))
			continue;
		remove_at(set, slot_of(set, &set->items[i]));
		matching--;
	}
}

void translations_remove_range(struct translations *set, uint64_t cpus, struct page_range range)
{
	vaddr_t page_size = (vaddr_t)1 << range.page_shift;

	cpus &= set->cpus;
	if (!set->nr || !cpus)
		return;
	if (!is_small(set, cpus, &range)) {
		scan_and_remove(set, cpus, &range);
		return;
	}
	for (vaddr_t page = first_page(&range); page < range.end; page += page_size) {
		for (uint64_t rest = cpus; rest; rest &= rest - 1)
			translation_remove(set, HOLDER_TLB, __builtin_ctzll(rest), page);
	}
}

void translations_each_tlb(struct translations *set, struct page_range range,
			   void (*visit)(struct translation *translation, void *data), void *data)
{
	vaddr_t page_size = (vaddr_t)1 << range.page_shift;

	if (!set->nr)
		return;
	if (!is_small(set, set->cpus, &range)) {
		for (size_t i = 0; i < set->nr; i++) {
			if (matches(&set->items[i], set->cpus, &range))
				visit(&set->items[i], data);
		}
		return;
	}
	for (vaddr_t page = first_page(&range); page < range.end; page += page_size) {
		for (uint64_t rest = set->cpus; rest; rest &= rest - 1) {
			struct translation *found =
				translation_find(set, HOLDER_TLB, __builtin_ctzll(rest), page);
			if (found)
				visit(found, data);
		}
	}
}
