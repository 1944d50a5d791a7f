/* SPDX-License-Identifier: MIT */
/* Sets of translations: an open-addressing hash table with linear probing. */
#include "tlb.h"

#include <errno.h>
#include <stdlib.h>

struct key {
	uint64_t page;
	int32_t mm;
	int16_t cpu;
	int16_t holder;
};

struct entry {
	bool used;
	struct key key;
	struct translation translation;
};

struct translations {
	struct entry *entries;
	size_t nr;
	size_t capacity; /* power of two */
};

enum { FIRST_CAPACITY = 64 };

struct translations *translations_create(void)
{
	struct translations *set = calloc(1, sizeof(*set));
	if (!set)
		return NULL;
	set->capacity = FIRST_CAPACITY;
	set->entries = calloc(set->capacity, sizeof(*set->entries));
	if (!set->entries) {
		free(set);
		return NULL;
	}
	return set;
}

void translations_destroy(struct translations *set)
{
	if (!set)
		return;
	free(set->entries);
	free(set);
}

static struct key make_key(enum holder holder, int cpu, const struct mm *mm, vaddr_t page)
{
	return (struct key){
		.page = page, .mm = mm->id, .cpu = (int16_t)cpu, .holder = (int16_t)holder
	};
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->page == b->page && a->mm == b->mm && a->cpu == b->cpu && a->holder == b->holder;
}

static size_t home_of(const struct translations *set, const struct key *key)
{
	uint64_t hash = key->page >> 12;

	hash ^= (uint64_t)(uint32_t)key->mm << 40 ^ (uint64_t)(uint16_t)key->cpu << 20 ^
		(uint64_t)(uint16_t)key->holder << 30;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20) & (set->capacity - 1);
}

/* The entry of the key, or the free one where it belongs. */
static struct entry *probe(struct translations *set, const struct key *key)
{
	size_t at = home_of(set, key);

	while (set->entries[at].used && !same_key(&set->entries[at].key, key))
		at = (at + 1) & (set->capacity - 1);
	return &set->entries[at];
}

static int grow(struct translations *set)
{
	struct translations larger = { .capacity = set->capacity * 2, .nr = set->nr };

	larger.entries = calloc(larger.capacity, sizeof(*larger.entries));
	if (!larger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < set->capacity; i++) {
		if (set->entries[i].used)
			*probe(&larger, &set->entries[i].key) = set->entries[i];
	}
	free(set->entries);
	*set = larger;
	return 0;
}

struct translation *translation_find(struct translations *set, enum holder holder, int cpu,
				     const struct mm *mm, vaddr_t page)
{
	struct key key = make_key(holder, cpu, mm, page);
	struct entry *entry = probe(set, &key);

	return entry->used ? &entry->translation : NULL;
}

int translation_insert(struct translations *set, enum holder holder, int cpu, const struct mm *mm,
		       vaddr_t page, pte_t pte)
{
	struct key key = make_key(holder, cpu, mm, page);

	if (set->nr * 2 >= set->capacity && grow(set))
		return -ENOMEM;
	struct entry *entry = probe(set, &key);
	if (!entry->used)
		set->nr++;
	*entry = (struct entry){ .used = true, .key = key, .translation = { .pte = pte } };
	return 0;
}

/* Closes the gap that a removal leaves: linear probing without tombstones. */
static void remove_at(struct translations *set, size_t gap)
{
	size_t mask = set->capacity - 1;

	set->entries[gap].used = false;
	set->nr--;
	for (size_t at = (gap + 1) & mask; set->entries[at].used; at = (at + 1) & mask) {
		size_t home = home_of(set, &set->entries[at].key);
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			set->entries[gap] = set->entries[at];
			set->entries[at].used = false;
			gap = at;
		}
	}
}

void translation_remove(struct translations *set, enum holder holder, int cpu, const struct mm *mm,
			vaddr_t page)
{
	struct key key = make_key(holder, cpu, mm, page);
	struct entry *entry = probe(set, &key);

	if (entry->used)
		remove_at(set, (size_t)(entry - set->entries));
}

static void scan_and_remove(struct translations *set, enum holder holder, int cpu,
			    const struct mm *mm, vaddr_t start, vaddr_t end)
{
	for (size_t i = 0; i < set->capacity;) {
		const struct entry *entry = &set->entries[i];
		if (entry->used && entry->key.mm == mm->id &&
		    entry->key.holder == (int16_t)holder && (cpu < 0 || entry->key.cpu == cpu) &&
		    entry->key.page >= start && entry->key.page < end)
			remove_at(set, i); /* may pull another entry into i: look again */
		else
			i++;
	}
}

void translations_remove_mm(struct translations *set, enum holder holder, int cpu,
			    const struct mm *mm)
{
	scan_and_remove(set, holder, cpu, mm, 0, ~(vaddr_t)0);
}

static bool is_small(const struct translations *set, const struct mm *mm, vaddr_t start,
		     vaddr_t end)
{
	return (end - start) >> mm->pgtable.geometry->page_shift <= set->nr;
}

void translations_remove_range(struct translations *set, enum holder holder, int cpu,
			       const struct mm *mm, vaddr_t start, vaddr_t end)
{
	vaddr_t size = (vaddr_t)1 << mm->pgtable.geometry->page_shift;

	if (set->nr == 0)
		return;
	if (end - start > 1 && !is_small(set, mm, start, end)) {
		scan_and_remove(set, holder, cpu, mm, start, end);
		return;
	}
	for (vaddr_t page = start & ~(size - 1); page < end; page += size)
		translation_remove(set, holder, cpu, mm, page);
}

void translations_each_tlb(struct translations *set, const struct mm *mm, int nr_cpus,
			   vaddr_t start, vaddr_t end,
			   void (*visit)(struct translation *translation, vaddr_t page, void *data),
			   void *data)
{
	vaddr_t size = (vaddr_t)1 << mm->pgtable.geometry->page_shift;

	if (!is_small(set, mm, start, end)) {
		for (size_t i = 0; set->nr && i < set->capacity; i++) {
			struct entry *entry = &set->entries[i];
			if (entry->used && entry->key.mm == mm->id &&
			    entry->key.holder == HOLDER_TLB && entry->key.page >= start &&
			    entry->key.page < end)
				visit(&entry->translation, entry->key.page, data);
		}
		return;
	}
	for (vaddr_t page = start & ~(size - 1); page < end; page += size) {
		for (int cpu = 0; cpu < nr_cpus; cpu++) {
			struct translation *found =
				translation_find(set, HOLDER_TLB, cpu, mm, page);
			if (found)
				visit(found, page, data);
		}
	}
}
