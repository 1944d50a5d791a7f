/* SPDX-License-Identifier: MIT */
/* What a machine counted and found. */
#include "api.h"

#include <errno.h>
#include <string.h>

static const struct counters *counters_of(const struct lazymmu_machine *machine)
{
	return &machine->run.machine->total;
}

void lazymmu_counter_copy(const struct lazymmu_machine *machine, struct lazymmu_counters *ret)
{
	const uint64_t *n = counters_of(machine)->n;

	*ret = (struct lazymmu_counters){
		.sections = n[COUNT_SECTIONS],
		.nested_sections = n[COUNT_NESTED_SECTIONS],
		.max_depth = n[COUNT_MAX_DEPTH],
		.pte_writes = n[COUNT_PTE_WRITES],
		.deferred = n[COUNT_DEFERRED],
		.immediate = n[COUNT_IMMEDIATE],
		.flushes = n[COUNT_FLUSHES],
		.barriers = n[COUNT_BARRIERS],
		.tlbie_local = n[COUNT_TLBIE_LOCAL],
		.tlbie_global = n[COUNT_TLBIE_GLOBAL],
		.hash_flush_single = n[COUNT_HASH_FLUSH_SINGLE],
		.hash_flush_range = n[COUNT_HASH_FLUSH_RANGE],
		.demaps = n[COUNT_DEMAPS],
		.cross_calls = n[COUNT_CROSS_CALLS],
		.hypercalls = n[COUNT_HYPERCALLS],
		.pte_hypercalls = n[COUNT_PTE_HYPERCALLS],
		.multicall_entries = n[COUNT_MULTICALL_ENTRIES],
		.emulated_writes = n[COUNT_EMULATED_WRITES],
		.invlpg = n[COUNT_INVLPG],
		.ipte = n[COUNT_IPTE],
		.ipte_range = n[COUNT_IPTE_RANGE],
	};
}

/* Index of a name, nr if it is not there. */
static size_t index_of(const char *name, const char *const *names, size_t nr)
{
	size_t i = 0;

	while (i < nr && strcmp(names[i], name) != 0)
		i++;
	return i;
}

uint64_t lazymmu_counter_get(const struct lazymmu_machine *machine, const char *name)
{
	size_t i = index_of(name, counter_names, NR_PUBLIC_COUNTERS);

	return i < NR_PUBLIC_COUNTERS ? counters_of(machine)->n[i] : UINT64_MAX;
}

const char *lazymmu_counter_name(size_t index)
{
	return index < NR_PUBLIC_COUNTERS ? counter_names[index] : NULL;
}

uint64_t lazymmu_flush_count(const struct lazymmu_machine *machine, const char *reason)
{
	size_t i = index_of(reason, flush_reason_names, NR_FLUSH_REASONS);

	return i < NR_FLUSH_REASONS ? counters_of(machine)->reasons[i] : UINT64_MAX;
}

const char *lazymmu_flush_reason_name(size_t index)
{
	return index < NR_FLUSH_REASONS ? flush_reason_names[index] : NULL;
}

size_t lazymmu_histogram_copy(const struct lazymmu_machine *machine, enum lazymmu_histogram kind,
			      struct lazymmu_bin *bins, size_t nr)
{
	const struct counters *counters = counters_of(machine);
	const struct histogram *histogram = kind == LAZYMMU_HISTOGRAM_BATCH_SIZES
						    ? &counters->batch_sizes
						    : &counters->section_entries;

	for (size_t i = 0; i < nr && i < histogram->nr; i++)
		bins[i] = (struct lazymmu_bin){ histogram->bins[i].size, histogram->bins[i].count };
	return histogram->nr;
}

void lazymmu_counter_reset(struct lazymmu_machine *machine)
{
	counters_fini(&machine->run.machine->total);
}

uint64_t lazymmu_finding_count(const struct lazymmu_machine *machine, const char *name)
{
	const struct finding_list *list = &machine->run.machine->findings;

	if (!name)
		return list->total;
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (strcmp(finding_rules[i].name, name) == 0)
			return list->by_kind[i];
	}
	return 0;
}

struct lazymmu_finding show_finding(const struct finding *finding)
{
	return (struct lazymmu_finding){
		.name = finding_rules[finding->kind].name,
		.rule = finding_rules[finding->kind].rule,
		.mirrors = finding_rules[finding->kind].mirrors,
		.detail = finding->detail,
		.opened = finding->origin,
		.line = finding->line,
		.opened_line = finding->opened_line,
		.cpu = finding->cpu,
		.tid = finding->tid,
	};
}

int lazymmu_finding_get(const struct lazymmu_machine *machine, size_t index,
			struct lazymmu_finding *ret)
{
	struct finding_list *list = &machine->run.machine->findings;

	if (index >= list->nr)
		return -ENOENT;
	struct finding *finding = &list->items[index];
	backtrace_name(finding->origin, sizeof(finding->origin));
	*ret = show_finding(finding);
	return 0;
}

void lazymmu_finding_report(const char *detail)
{
	function_calls(__func__);
	report_finding(FINDING_ASSERTION, "%s", detail);
	schedule_point(); /* an exploration ends here, in the step that it shows */
}

void lazymmu_finding_clear(struct lazymmu_machine *machine)
{
	struct finding_list *list = &machine->run.machine->findings;

	*list = (struct finding_list){ .items = list->items };
}

const char *lazymmu_rule_name(size_t index)
{
	return index < NR_FINDING_KINDS ? finding_rules[index].name : NULL;
}
