/* SPDX-License-Identifier: MIT */
/*
 * Section calls for callgrind: sections.sh counts the instructions of make_calls() and divides them
 * by NR_CALLS. Nothing is written, so that nothing is flushed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lazy.h"
#include "sched.h"

enum {
	NR_CALLS = 1000, /* pairs */
	TASK = 100,
};

enum kind { SECTION, NESTED, PAUSE, IMMEDIATE, NR_KINDS };

static const char *const kind_names[NR_KINDS] = { "section", "nested", "pause", "immediate" };

/* What callgrind looks at. */
__attribute__((noinline)) static void make_calls(enum kind kind)
{
	for (int i = 0; i < NR_CALLS; i++) {
		if (kind == PAUSE) {
			lazy_mmu_mode_pause();
			lazy_mmu_mode_resume();
		} else {
			lazy_mmu_mode_enable();
			lazy_mmu_mode_disable();
		}
	}
}

/* Of nested and pause, inside a section. */
static void run_calls(enum kind kind)
{
	bool inside = kind == NESTED || kind == PAUSE;

	if (inside)
		lazy_mmu_mode_enable();
	make_calls(kind);
	if (inside)
		lazy_mmu_mode_disable();
}

static enum kind find_kind(const char *name)
{
	int i = 0;

	while (i < NR_KINDS && strcmp(kind_names[i], name) != 0)
		i++;
	return (enum kind)i;
}

int main(int argc, char **argv)
{
	const struct arch *arch = argc == 4 ? arch_find(argv[1]) : NULL;
	const struct kernel *kernel = argc == 4 ? kernel_find(argv[2]) : NULL;
	enum kind kind = argc == 4 ? find_kind(argv[3]) : NR_KINDS;

	if (!arch || !kernel || kind == NR_KINDS) {
		fprintf(stderr, "usage: sections BACKEND KERNEL section|nested|pause|immediate\n");
		return 2;
	}
	const struct machine_config config = { .kernel = kernel,
					       .mode = kind == IMMEDIATE ? MODE_IMMEDIATE
									 : MODE_LAZY,
					       .preempt = PREEMPT_FULL,
					       .nr_cpus = 1,
					       .config = CONFIG_S390_WITH_PTES,
					       .page_shift = arch->geometries[0].page_shift };
	struct machine *machine;

	if (machine_create(&config, &machine) || arch_attach(machine, arch))
		abort();
	lazy_attach(machine);
	run_on(&machine->cpus[0]);
	switch_to(this_cpu(), task_with_past(machine, TASK, 0));
	run_calls(kind);
	printf("%d pairs\n", NR_CALLS);
	int findings = machine->findings.total != 0;
	arch_detach(machine);
	machine_destroy(machine);
	return findings;
}
