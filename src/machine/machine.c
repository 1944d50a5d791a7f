/* SPDX-License-Identifier: MIT */
/* Creation and destruction of a machine, the ways to count and to report. */
#include "machine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched.h"

_Thread_local struct cpu *running_cpu;

const char *const preempt_model_names[NR_PREEMPT_MODELS] = {
	[PREEMPT_NONE] = "none", [PREEMPT_VOLUNTARY] = "voluntary",
	[PREEMPT_FULL] = "full", [PREEMPT_LAZY] = "lazy",
	[PREEMPT_RT] = "rt",
};

const char *const config_flag_names[NR_CONFIG_FLAGS] = {
	"debug_vm", "debug_pagealloc", "kfence", "kasan_vmalloc", "kpkeys", "s390_with_ptes",
};

unsigned int config_flag_find(const char *name)
{
	for (int i = 0; i < NR_CONFIG_FLAGS; i++) {
		if (strcmp(config_flag_names[i], name) == 0)
			return 1u << i;
	}
	return 0;
}

void *machine_alloc(struct machine *machine, size_t size)
{
	void *block = memory_alloc(machine->config.memory, size);
	if (!block)
		machine->out_of_memory = true;
	return block;
}

void machine_free(struct machine *machine, void *block)
{
	memory_free(machine->config.memory, block);
}

void machine_reached_limit(struct machine *machine, const char *limit)
{
	machine->out_of_memory = true;
	machine->limit = limit;
}

__attribute__((noinline)) static void histogram_insert(struct histogram *histogram, uint64_t size)
{
	if (histogram_add(histogram, size, 1))
		this_machine()->out_of_memory = true;
}

/* A single write is the commonest, and the smallest. */
static inline void histogram_count(struct histogram *histogram, uint64_t size)
{
	if (histogram->nr && histogram->bins[0].size == size)
		histogram->bins[0].count++;
	else
		histogram_insert(histogram, size);
}

void count_batch(uint64_t size)
{
	histogram_count(&current_task()->counters->batch_sizes, size);
}

void count_section(uint64_t size)
{
	histogram_count(&current_task()->counters->section_entries, size);
}

void count_flush(enum flush_reason reason, uint64_t size)
{
	struct counters *counters = current_task()->counters;

	counters->n[COUNT_FLUSHES]++;
	counters->reasons[reason]++;
	if (size)
		count_batch(size);
}

void report_finding(enum finding_kind kind, const char *format, ...)
{
	struct machine *machine = this_machine();
	struct task *task = current_task();
	struct finding_list *list = &machine->findings;

	list->total++;
	list->by_kind[kind]++;
	if (list->nr == MAX_FINDINGS)
		return;
	if (!list->items)
		list->items = machine_alloc(machine, MAX_FINDINGS * sizeof(*list->items));
	if (!list->items)
		return;

	struct finding *finding = &list->items[list->nr++];
	*finding = (struct finding){
		.kind = kind,
		.cpu = this_cpu()->id,
		.tid = task->tid,
		.line = machine->line,
	};
	if (task->section.depth) {
		finding->opened_line = task->section.opened_line;
		snprintf(finding->origin, sizeof(finding->origin), "%s", task->section.origin);
	}
	va_list args;
	va_start(args, format);
	vsnprintf(finding->detail, sizeof(finding->detail), format, args);
	va_end(args);
}

int machine_create(const struct machine_config *config, struct machine **ret)
{
	if (config->nr_cpus < 1 || config->nr_cpus > MAX_CPUS || !config->kernel)
		return -EINVAL;

	struct machine *machine = memory_alloc(config->memory, sizeof(*machine));
	if (!machine)
		return -ENOMEM;
	machine->config = *config;
	machine->tasks.memory = config->memory;
	counters_init(&machine->total);
	for (int i = 0; i < config->nr_cpus; i++)
		machine->cpus[i] = (struct cpu){ .id = i, .machine = machine };

	int err = tasks_create(machine);
	if (err) {
		machine_destroy(machine);
		return err;
	}
	*ret = machine;
	return 0;
}

void machine_destroy(struct machine *machine)
{
	if (!machine)
		return;
	tasks_destroy(machine);
	for (int i = 0; i < machine->config.nr_cpus; i++)
		machine_free(machine, machine->cpus[i].arch);
	counters_fini(&machine->total);
	machine_free(machine, machine->findings.items);
	if (running_cpu && running_cpu->machine == machine)
		running_cpu = NULL;
	memory_free(machine->config.memory, machine);
}
