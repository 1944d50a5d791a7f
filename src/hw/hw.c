/* SPDX-License-Identifier: MIT */
/* Primitives of hardware and hypervisor. */
#include "hw.h"

#include <errno.h>
#include <stdlib.h>

int hw_create(struct machine *machine, const struct geometry *geometry, bool sets_young_dirty)
{
	struct hw *hw = machine_alloc(machine, sizeof(*hw));
	if (!hw)
		return -ENOMEM;
	machine->hw = hw;
	hw->tables.memory = machine->config.memory;
	hw->sets_young_dirty = sets_young_dirty;
	hw->init_mm = (struct mm){ .machine = machine,
				   .pinned = true,
				   .translations = { .page_shift = geometry->page_shift,
						     .memory = machine->config.memory } };
	hw->init_mm.cpumask = machine->config.nr_cpus == MAX_CPUS
				      ? ~UINT64_C(0)
				      : (UINT64_C(1) << machine->config.nr_cpus) - 1;
	return pgtable_init(&hw->init_mm.pgtable, geometry, &hw->tables);
}

void hw_destroy(struct machine *machine)
{
	struct hw *hw = machine->hw;

	if (!hw)
		return;
	pgtable_fini(&hw->init_mm.pgtable);
	table_pool_fini(&hw->tables);
	translations_fini(&hw->init_mm.translations);
	machine_free(machine, hw);
	machine->hw = NULL;
}

static vaddr_t page_of(const struct mm *mm, vaddr_t addr)
{
	return addr >> mm->pgtable.geometry->page_shift << mm->pgtable.geometry->page_shift;
}

/* A store needs an entry that is marked dirty already: no bit is set from within a TLB. */
static bool permits(pte_t pte, bool write)
{
	return pte_valid_young(pte) && (!write || pte_has(pte, PTE_WRITE | PTE_DIRTY));
}

/* The table walk of an access: what the entry is afterwards. */
static pte_t walk(pte_t *ptep, bool write)
{
	pte_t pte = hw_read_pte(ptep);
	pte_t used = pte_set(pte, write ? PTE_YOUNG | PTE_DIRTY : PTE_YOUNG);

	if (!this_machine()->hw->sets_young_dirty || pte_same(pte, used) || !pte_valid(pte) ||
	    (write && !pte_has(pte, PTE_WRITE)))
		return pte;
	hw_write_pte(ptep, used);
	return used;
}

static void insert(enum holder holder, int cpu, struct mm *mm, vaddr_t page, pte_t pte)
{
	if (translation_insert(&mm->translations, holder, cpu, page, pte))
		this_machine()->out_of_memory = true;
}

bool hw_access(struct mm *mm, vaddr_t addr, bool write)
{
	vaddr_t page = page_of(mm, addr);
	int cpu = this_cpu()->id;
	struct translation *held = translation_find(&mm->translations, HOLDER_TLB, cpu, page);

	if (held && permits(held->pte, write)) {
		if (held->condemned)
			report_finding(
				FINDING_STALE_TRANSLATION,
				"access to %llx used a translation that a completed flush covers",
				(unsigned long long)addr);
		return true;
	}
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);
	if (!table)
		return false;
	pte_t pte = walk(pte_offset(&mm->pgtable, table, addr), write);
	if (!permits(pte, write))
		return false;
	insert(HOLDER_TLB, cpu, mm, page, pte);
	return true;
}

bool hw_can_load(struct mm *mm, vaddr_t addr, int cpu)
{
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	return table && !translation_find(&mm->translations, HOLDER_TLB, cpu, page_of(mm, addr)) &&
	       permits(hw_read_pte(pte_offset(&mm->pgtable, table, addr)), false);
}

struct flushed_range {
	struct mm *mm;
	pte_t (*believed)(struct mm *mm, vaddr_t addr);
};

static void condemn(struct translation *translation, vaddr_t page, void *data)
{
	const struct flushed_range *range = data;

	pte_t believed = range->believed(range->mm, page);
	bool lost = pte_pfn(believed) != pte_pfn(translation->pte) || !pte_valid(believed) ||
		    (pte_has(translation->pte, PTE_WRITE) && !pte_has(believed, PTE_WRITE));
	if (lost)
		translation->condemned = true;
}

void hw_flush_completed(struct mm *mm, vaddr_t start, vaddr_t end,
			pte_t (*believed)(struct mm *mm, vaddr_t addr))
{
	struct flushed_range range = { mm, believed };

	translations_each_tlb(&mm->translations, start, end, condemn, &range);
}

static pte_t no_page(struct mm *mm, vaddr_t addr)
{
	(void)mm;
	(void)addr;
	return (pte_t){ 0 };
}

void hw_page_freed(struct mm *mm, vaddr_t addr)
{
	vaddr_t size = (vaddr_t)1 << mm->pgtable.geometry->page_shift;
	vaddr_t page = addr & ~(size - 1);

	hw_flush_completed(mm, page, page + size, no_page);
}

/* The CPUs that a flush reaches: this one, or all that may hold something. */
static uint64_t reached(const struct mm *mm, bool all_cpus)
{
	uint64_t this = UINT64_C(1) << this_cpu()->id;

	return all_cpus ? this | mm->cpumask : this;
}

void hw_drop_tlb(struct mm *mm, vaddr_t start, vaddr_t end, bool all_cpus)
{
	translations_remove(&mm->translations, HOLDER_TLB, reached(mm, all_cpus), start, end);
}

void hw_drop_tlb_mm(struct mm *mm, bool all_cpus)
{
	translations_remove(&mm->translations, HOLDER_TLB,
			    all_cpus ? EVERY_CPU : reached(mm, false), 0, ~(vaddr_t)0);
}

void hw_barrier_pair(void)
{
	count(COUNT_BARRIERS, 1);
}

void hw_hpt_insert(struct mm *mm, vaddr_t addr, pte_t pte)
{
	insert(HOLDER_HPT, NO_CPU, mm, page_of(mm, addr), pte);
}

void hw_hash_flush_single(struct mm *mm, vaddr_t addr, bool local)
{
	count(COUNT_HASH_FLUSH_SINGLE, 1);
	count(local ? COUNT_TLBIE_LOCAL : COUNT_TLBIE_GLOBAL, 1);
	translations_remove_page(&mm->translations, HOLDER_HPT | HOLDER_TLB, reached(mm, !local),
				 addr);
}

void hw_hash_flush_range(struct mm *mm, const vaddr_t *addrs, size_t nr, bool local)
{
	count(COUNT_HASH_FLUSH_RANGE, 1);
	count(local ? COUNT_TLBIE_LOCAL : COUNT_TLBIE_GLOBAL, nr);
	translations_remove_pages(&mm->translations, HOLDER_HPT | HOLDER_TLB, reached(mm, !local),
				  addrs, nr);
}

void hw_tsb_flush(struct mm *mm, const vaddr_t *addrs, size_t nr)
{
	translations_remove_pages(&mm->translations, HOLDER_TSB, EVERY_CPU, addrs, nr);
}

void hw_demap(struct mm *mm, const vaddr_t *addrs, size_t nr, unsigned int other_cpus)
{
	count(COUNT_DEMAPS, nr * (1 + other_cpus));
	translations_remove_pages(&mm->translations, HOLDER_TLB, reached(mm, other_cpus > 0), addrs,
				  nr);
}

void hw_cross_call(unsigned int nr)
{
	count(COUNT_CROSS_CALLS, nr);
}

void hw_hypercall(unsigned int nr_entries, bool has_pte_updates)
{
	count(COUNT_HYPERCALLS, 1);
	count(COUNT_MULTICALL_ENTRIES, nr_entries);
	count(COUNT_MULTICALLS, nr_entries > 1);
	if (has_pte_updates)
		count(COUNT_PTE_HYPERCALLS, 1);
}

void hw_emulated_write(void)
{
	count(COUNT_EMULATED_WRITES, 1);
}

void hw_invlpg(void)
{
	count(COUNT_INVLPG, 1);
}

void hw_ipte(struct mm *mm, vaddr_t addr)
{
	count(COUNT_IPTE, 1);
	translations_remove_page(&mm->translations, HOLDER_TLB, reached(mm, true), addr);
}

void hw_ipte_range(struct mm *mm, vaddr_t start, vaddr_t end)
{
	count(COUNT_IPTE_RANGE, 1);
	hw_drop_tlb(mm, start, end, true);
}
