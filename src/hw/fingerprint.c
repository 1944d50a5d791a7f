/* SPDX-License-Identifier: MIT */
/* What exploration needs to know of page tables and translations. */
#include "hw.h"

enum { GROUP = 16 /* entries that are looked at together: nearly all are none */ };

static bool any_in_group(const pte_t ptes[GROUP])
{
	uint64_t any = 0;

	for (unsigned int i = 0; i < GROUP; i++)
		any |= ptes[i].val;
	return any != 0;
}

static void mix_group(const pte_t ptes[GROUP], uint64_t first, struct fingerprint *fingerprint)
{
	for (unsigned int i = 0; i < GROUP; i++) {
		if (!ptes[i].val)
			continue;
		fingerprint_mix(fingerprint, first + i);
		fingerprint_mix(fingerprint, ptes[i].val);
	}
}

/*
 * Tables are pages that come from one pool, in the order of their first use; where each of them is
 * in which address space belongs to hw_fingerprint_mm().
 */
void hw_fingerprint(const struct machine *machine, struct fingerprint *fingerprint)
{
	const struct table_pool *pool = &machine->hw->tables;
	size_t length = (size_t)1 << machine->hw->init_mm.pgtable.geometry->bits[LEVEL_PTE - 1];

	for (size_t i = 0; i < pool->nr; i++) {
		const pte_t *ptes = pool->arrays[i];
		for (size_t j = 0; j < length; j += GROUP) {
			if (any_in_group(&ptes[j]))
				mix_group(&ptes[j], (uint64_t)i << 32 | j, fingerprint);
		}
	}
}

static void mix_table(const struct machine *machine, const struct table *table,
		      struct fingerprint *fingerprint)
{
	fingerprint_mix(fingerprint, (uint64_t)(table->lock.owner != 0) << 40 |
					     (uint64_t)table->level << 33 |
					     (uint64_t)table->pinned << 32 | table->index);
	if (table->level == LEVEL_PTE)
		fingerprint_mix(fingerprint, hw_pte_number(machine, table->ptes));
}

/* All tables, each before those below it. */
static void mix_tables(const struct mm *mm, struct fingerprint *fingerprint)
{
	const struct table *path[MAX_LEVELS] = { mm->pgtable.root };
	uint32_t next[MAX_LEVELS] = { 0 }; /* slot of each table of the path */
	int depth = 0;

	mix_table(mm->machine, path[0], fingerprint);
	while (depth >= 0) {
		const struct table *table = path[depth];
		if (table->level == LEVEL_PTE || next[depth] == table->nr) {
			depth--;
			continue;
		}
		path[depth + 1] = table->slots[next[depth]++].table;
		next[++depth] = 0;
		mix_table(mm->machine, path[depth], fingerprint);
	}
}

void hw_fingerprint_mm(const struct mm *mm, struct fingerprint *fingerprint)
{
	fingerprint_mix(fingerprint, (uint64_t)mm->id << 3 | (uint64_t)mm->pinned << 2 |
					     (uint64_t)mm->context_valid << 1 | mm->flush_mm);
	fingerprint_mix(fingerprint, mm->page_table_lock.owner != 0);
	mix_tables(mm, fingerprint);
}

uint64_t hw_pte_number(const struct machine *machine, const pte_t *ptep)
{
	const struct table_pool *pool = &machine->hw->tables;
	size_t length = (size_t)1 << machine->hw->init_mm.pgtable.geometry->bits[LEVEL_PTE - 1];

	for (size_t i = 0; i < pool->nr; i++) {
		/* As numbers: pointers into different arrays must not be compared. */
		uintptr_t offset = (uintptr_t)ptep - (uintptr_t)pool->arrays[i];
		if (offset < length * sizeof(pte_t))
			return (uint64_t)i << 32 | offset / sizeof(pte_t);
	}
	return UINT64_MAX;
}

/* Nobody asks what the hash table or the TSB holds: no future depends on it. */
void hw_fingerprint_cpu(const struct mm *mm, int cpu, struct fingerprint *fingerprint)
{
	struct fingerprint held = { 0, 0 };

	translations_fingerprint(&mm->translations, HOLDER_TLB, cpu, &held);
	fingerprint_mix(fingerprint, held.a);
	fingerprint_mix(fingerprint, held.b);
}
