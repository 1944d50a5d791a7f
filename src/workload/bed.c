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
	return start_task(bed);
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

static struct layout make_layout(const struct bed *bed, const struct mm *mm, vaddr_t unit)
{
	uint64_t pages = bed->params->n[PARAM_PAGES], section = bed->params->n[PARAM_SECTION];
	uint64_t nr_pages = section && section < pages ? section : pages;
	vaddr_t length = nr_pages * bed->params->n[PARAM_EVERY] * page_size(mm);
	vaddr_t distance = power_of_two_from(length);

	return (struct layout){
		.start = LAYOUT_START,
		.length = length,
		.distance = distance > unit ? distance : unit,
		.nr = pages / nr_pages,
		.nr_pages = nr_pages,
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
	const vaddr_t step = page_size(&mm->mm) * bed->params->n[PARAM_EVERY];
	const struct geometry *geometry = mm->mm.pgtable.geometry;
	uint64_t tables = layout_size(layout) / pmd_size(&mm->mm) + 1;
	uint64_t page = 0;

	if (tables > MAX_TABLE_BYTES / (sizeof(pte_t) << geometry->bits[0]))
		return -ENOMEM;
	int err = mm_mmap(layout->start, layout_size(layout), VMA_READ | VMA_WRITE);
	for (uint64_t i = 0; i < layout->nr && !err; i++) {
		vaddr_t addr = layout_part(layout, i);
		for (uint64_t j = 0; j < layout->nr_pages && !err; j++, addr += step)
			err = populate_page(bed, addr, page++) ? 0 : -ENOMEM;
	}
	return err;
}
