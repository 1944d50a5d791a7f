/* SPDX-License-Identifier: MIT */
/* Machines for tests. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syscalls.h"

const struct subject subjects[] = {
	{ .name = "arm64", .arch = "arm64" },
	{ .name = "arm64-kpkeys", .arch = "arm64", .config = CONFIG_KPKEYS },
	{ .name = "powerpc", .arch = "powerpc" },
	{ .name = "powerpc-radix", .arch = "powerpc", .radix = true },
	{ .name = "sparc", .arch = "sparc" },
	{ .name = "xen", .arch = "xen" },
	{ .name = "s390", .arch = "s390" },
	{ .name = "s390-with-ptes", .arch = "s390", .config = CONFIG_S390_WITH_PTES },
	{ .name = "generic", .arch = "generic" },
	{ .name = NULL },
};

const struct subject *subject_find(const char *name)
{
	for (const struct subject *subject = subjects; subject->name; subject++) {
		if (strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

static void need(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "fixture: %s\n", what);
	exit(EXIT_FAILURE);
}

struct machine *fixture_create_with(const struct setup *setup, const struct arch *arch)
{
	const struct subject *subject = subject_find(setup->subject);
	struct machine *machine;

	need(subject != NULL, "no such subject");
	const struct machine_config config = {
		.kernel = &kernels[setup->kernel],
		.mode = setup->mode,
		.preempt = PREEMPT_FULL,
		.config = subject->config | setup->config,
		.nr_cpus = setup->nr_cpus ? setup->nr_cpus : 1,
		.radix = subject->radix,
		.page_shift =
			setup->page_shift ? setup->page_shift : arch->geometries[0].page_shift,
	};
	need(machine_create(&config, &machine) == 0, "no machine");
	need(arch_attach(machine, arch) == 0, "no backend");
	need(mm_layer_attach(machine) == 0, "no address spaces");
	lazy_attach(machine);
	run_on(&machine->cpus[0]);
	return machine;
}

struct machine *fixture_create(const struct setup *setup)
{
	const struct subject *subject = subject_find(setup->subject);

	need(subject != NULL, "no such subject");
	return fixture_create_with(setup, arch_find(subject->arch));
}

void fixture_destroy(struct machine *machine)
{
	run_on(&machine->cpus[0]);
	mm_layer_detach(machine);
	arch_detach(machine);
	machine_destroy(machine);
}

struct mm *fixture_user_mm(void)
{
	need(mm_exec() == 0, "no address space");
	return current_task()->mm;
}

pte_t *fixture_pte(struct mm *mm, vaddr_t addr)
{
	struct table *table = pte_alloc(mm, addr);

	need(table != NULL, "no page table");
	return pte_offset(&mm->pgtable, table, addr);
}

void fixture_switched_out(struct task *task)
{
	struct machine *machine = task->machine;

	if (machine->arch == arch_find("xen") &&
	    machine->config.kernel->xen_switch == XEN_SWITCH_PAUSE &&
	    !machine->config.kernel->fork_pauses)
		machine->services.task_pause(task);
}

void fixture_run(struct cpu *cpu, struct task *task)
{
	run_on(cpu);
	switch_to(cpu, task);
}
