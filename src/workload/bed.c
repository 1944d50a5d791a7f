/* SPDX-License-Identifier: MIT */
/* The machine of a workload, and its pages. */
#include "bed.h"

#include <errno.h>
#include <string.h>

#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

enum {
	BED_TASK = 100,		   /* and its threads, one for each further CPU */
	MAX_TABLE_BYTES = 1 << 30, /* of the PTE tables of a layout */
};

/* Only while it is measured. */
static bool resched_by_period(void *data)
{
	struct bed *bed = data;

	if (++bed->asked < bed->params->n[PARAM_RESCHED])
		return false;
	bed->asked = 0;
	return true;
}

/* A thread on another CPU: that CPU has loaded the address space. */
static int start_thread(struct bed *bed, int cpu)
{
	struct mm *mm = current_task()->mm;
	struct task *thread = mm_fork(BED_TASK + cpu, true);

	if (!thread)
		return -ENOMEM;
	run_on(&bed->machine->cpus[cpu]);
	this_cpu()->current->counters = &bed->prepared;
	switch_to(this_cpu(), thread);
	mm->cpumask |= UINT64_C(1) << cpu;
	run_on(&bed->machine->cpus[0]);
	return 0;
}

void bed_end_threads(struct bed *bed)
{
	for (int cpu = 1; cpu < bed->machine->config.nr_cpus; cpu++) {
		run_on(&bed->machine->cpus[cpu]);
		mm_exit();
	}
	run_on(&bed->machine->cpus[0]);
}

static int start_task(struct bed *bed)
{
	struct machine *machine = bed->machine;

	run_on(&machine->cpus[0]);
	struct task *task = task_with_past(machine, BED_TASK, 0);
	if (!task)
		return -ENOMEM;
	task->counters = &bed->prepared;
	switch_to(this_cpu(), task);
	int err = mm_exec();
	if (err)
		return err;
	bed_mm()->incomplete = false; /* nothing is mapped but what is mapped here */
	for (int cpu = 1; cpu < bed->machine->config.nr_cpus && !err; cpu++)
		err = start_thread(bed, cpu);
	return err;
}

int bed_init(struct bed *bed, const struct arch *arch, const struct machine_config *config,
	     const struct params *params)
{
	struct machine_config with_cpus = *config;

	*bed = (struct bed){ .params = params };
	counters_init(&bed->prepared);
	counters_init(&bed->measured);
	with_cpus.nr_cpus = (int)params->n[PARAM_CPUS];
	int err = machine_create(&with_cpus, &bed->machine);
	if (!err)
		err = arch_attach(bed->machine, arch);
	if (!err)
		err = mm_layer_attach(bed->machine);
	if (err)
		return err;
	lazy_attach(bed->machine);
	bed_set_folio(bed, params->n[PARAM_FOLIO]);
	return start_task(bed);
}

/*
 * mm/memory.c, alloc_anon_folio(), v6.8: what fills a PTE table would be mapped above it
 * (BIT(PMD_ORDER) - 1), and there is no folio of two pages. ASSUME: anonymous memory has large
 * folios on Xen PV and with the hash MMU of 4K pages, too; up to v7.3 it has none where there are
 * no entries for huge pages (mm/huge_memory.c, hugepage_init()).
 */
void bed_set_folio(struct bed *bed, uint64_t pages)
{
	struct machine *machine = bed->machine;
	uint64_t limit = (UINT64_C(1) << machine->hw->init_mm.pgtable.geometry->bits[0]) / 2;
	uint64_t folio = pages < limit ? pages : limit;

	bed->folio = machine->config.kernel->large_folios && folio > 2 ? folio : 1;
	machine->mm_layer->folio_pages = bed->folio > 1 ? (unsigned int)bed->folio : 0;
}

void bed_fini(struct bed *bed)
{
	if (bed->machine) {
		run_on(&bed->machine->cpus[0]);
		mm_layer_detach(bed->machine);
		arch_detach(bed->machine);
		machine_destroy(bed->machine);
	}
	counters_fini(&bed->prepared);
	counters_fini(&bed->measured);
}

void bed_measure(struct bed *bed)
{
	current_task()->counters = &bed->measured;
	bed->calls = bed->touched = 0;
	if (!bed->params->n[PARAM_RESCHED])
		return;
	bed->machine->resched_source = resched_by_period;
	bed->machine->resched_data = bed;
}

static vaddr_t power_of_two_from(vaddr_t size)
{
	vaddr_t power = 1;

	while (power < size)
		power *= 2;
	return power;
}

/* folio: a power of two. */
static uint64_t in_whole_folios(uint64_t pages, uint64_t folio)
{
	return (pages + folio - 1) & ~(folio - 1);
}

uint64_t bed_pages(const struct bed *bed)
{
	return in_whole_folios(bed->params->n[PARAM_PAGES], bed->folio);
}

/* The kernel's own memory is mapped without holes, and has no folios. */
static struct layout make_layout(const struct bed *bed, const struct mm *mm, vaddr_t unit)
{
	uint64_t folio = is_init_mm(mm) ? 1 : bed->folio;
	uint64_t every = is_init_mm(mm) ? 1 : bed->params->n[PARAM_EVERY];
	uint64_t pages = in_whole_folios(bed->params->n[PARAM_PAGES], folio);
	uint64_t section = in_whole_folios(bed->params->n[PARAM_SECTION], folio);
	uint64_t nr_pages = section && section < pages ? section : pages;
	vaddr_t length = nr_pages * every * page_size(mm);
	vaddr_t distance = power_of_two_from(length);

	return (struct layout){
		.start = LAYOUT_START,
		.length = length,
		.distance = distance > unit ? distance : unit,
		.nr = pages / nr_pages,
		.nr_pages = nr_pages,
		.folio = folio,
		.every = every,
		.page_size = page_size(mm),
	};
}

struct layout layout_calls(const struct bed *bed, const struct mm *mm)
{
	return make_layout(bed, mm, page_size(mm));
}

struct layout layout_tables(const struct bed *bed, const struct mm *mm)
{
	return make_layout(bed, mm, pmd_size(mm));
}

/* The i-th of pages with a mix of percent: evenly, and the same in every run. */
static bool is_among(uint64_t i, uint64_t percent)
{
	return (i + 1) * percent / 100 != i * percent / 100;
}

/* With the hash MMU, what is used gets into the hash table: update_mmu_cache(), or a hash fault. */
pte_t *bed_touch(vaddr_t addr, unsigned int access)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mm *mm = &bed_mm()->mm;

	if (!handle_mm_fault(bed_mm(), addr, access))
		return NULL;
	pte_t *ptep = pte_offset(&mm->pgtable, pgtable_find(&mm->pgtable, addr, LEVEL_PTE), addr);
	if (ops->hash_page)
		ops->hash_page(mm, addr, ptep);
	return ptep;
}

/* As after a fault for writing; what the mix takes back has no other trace. */
static bool populate_page(struct bed *bed, vaddr_t addr, uint64_t i)
{
	pte_t *ptep = bed_touch(addr, ACCESS_WRITE);
	unsigned int lost = 0;

	if (!ptep)
		return false;
	if (!is_among(i, bed->params->n[PARAM_DIRTY]))
		lost |= PTE_DIRTY;
	if (!is_among(i, bed->params->n[PARAM_YOUNG]))
		lost |= PTE_YOUNG;
	if (lost)
		hw_write_pte(ptep, pte_clear_bits(hw_read_pte(ptep), lost));
	return true;
}

int bed_populate(struct bed *bed, const struct layout *layout)
{
	struct mm_struct *mm = bed_mm();
	const struct geometry *geometry = mm->mm.pgtable.geometry;
	uint64_t tables = layout_size(layout) / pmd_size(&mm->mm) + 1;
	uint64_t page = 0;

	if (tables > MAX_TABLE_BYTES / (sizeof(pte_t) << geometry->bits[0]))
		return -ENOMEM;
	int err = mm_mmap(layout->start, layout_size(layout), VMA_READ | VMA_WRITE);
	for (uint64_t i = 0; i < layout->nr && !err; i++) {
		for (uint64_t j = 0; j < layout->nr_pages && !err; j++)
			err = populate_page(bed, layout_page(layout, i, j), page++) ? 0 : -ENOMEM;
	}
	return err;
}
