/* SPDX-License-Identifier: MIT */
/* What exploration needs to know of page tables and translations. */
#include "hw.h"

/* Tables are pages that come from one pool, in the order of their first use. */
void hw_fingerprint(const struct machine *machine, struct fingerprint *fingerprint)
{
	const struct table_pool *pool = &machine->hw->tables;
	size_t length = (size_t)1 << machine->hw->init_mm.pgtable.geometry->bits[LEVEL_PTE - 1];

	for (size_t i = 0; i < pool->nr; i++) {
		const pte_t *ptes = pool->arrays[i];
		for (size_t j = 0; j < length; j++) {
			if (!ptes[j].val)
				continue;
			fingerprint_mix(fingerprint, (uint64_t)i << 32 | j);
			fingerprint_mix(fingerprint, ptes[j].val);
		}
	}
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

void hw_fingerprint_cpu(const struct machine *machine, int cpu, struct fingerprint *fingerprint)
{
	(void)machine;
	(void)cpu;
	(void)fingerprint;
}
