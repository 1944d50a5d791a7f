/* SPDX-License-Identifier: MIT */
/* Predicted against recorded. */
#include "compare.h"

#include <string.h>

static uint64_t sections(const struct counters *c)
{
	return c->n[COUNT_SECTIONS];
}

static const struct histogram *per_section(const struct counters *c)
{
	return &c->section_entries;
}

static const struct histogram *per_flush(const struct counters *c)
{
	return &c->batch_sizes;
}

/* A buffer or batch was full: nothing but its size asked for the flush. */
static uint64_t full_flushes(const struct counters *c)
{
	return c->reasons[FLUSH_FULL] + c->reasons[FLUSH_ARGS] + c->reasons[FLUSH_BATCH];
}

static uint64_t direct_set_pte(const struct counters *c)
{
	return c->n[COUNT_DIRECT_SET_PTE];
}

static uint64_t invlpg(const struct counters *c)
{
	return c->n[COUNT_INVLPG];
}

static uint64_t batched(const struct counters *c)
{
	return c->n[COUNT_HASH_BATCHED];
}

static uint64_t hash_immediate(const struct counters *c)
{
	return c->n[COUNT_HASH_IMMEDIATE];
}

static uint64_t single_page_flushes(const struct counters *c)
{
	return c->n[COUNT_HASH_FLUSH_SINGLE];
}

static uint64_t pte_sets(const struct counters *c)
{
	return c->n[COUNT_PTE_SETS];
}

static uint64_t pte_clears(const struct counters *c)
{
	return c->n[COUNT_PTE_CLEARS];
}

static uint64_t barriers_in_sections(const struct counters *c)
{
	return c->n[COUNT_SECTION_BARRIERS];
}

static uint64_t barriers_outside(const struct counters *c)
{
	return c->n[COUNT_BARRIERS] - c->n[COUNT_SECTION_BARRIERS];
}

static uint64_t barriers_from_ptes(const struct counters *c)
{
	return c->n[COUNT_PTE_BARRIERS];
}

static uint64_t pte_writes(const struct counters *c)
{
	return c->n[COUNT_PTE_WRITES];
}

static uint64_t deferred(const struct counters *c)
{
	return c->n[COUNT_DEFERRED];
}

static uint64_t demaps(const struct counters *c)
{
	return c->n[COUNT_DEMAPS];
}

static uint64_t cross_calls(const struct counters *c)
{
	return c->n[COUNT_CROSS_CALLS];
}

static uint64_t ipte(const struct counters *c)
{
	return c->n[COUNT_IPTE];
}

static uint64_t ipte_range(const struct counters *c)
{
	return c->n[COUNT_IPTE_RANGE];
}

static const struct metric xen_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "updates_per_section", .sizes = per_section },
	{ .name = "updates_per_hypercall", .sizes = per_flush },
	{ .name = "full_flushes", .number = full_flushes },
	{ .name = "direct_set_pte", .number = direct_set_pte },
	{ .name = "invlpg", .number = invlpg },
};

static const struct metric powerpc_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "entries_per_section", .sizes = per_section },
	{ .name = "batched", .number = batched },
	{ .name = "immediate", .number = hash_immediate },
	{ .name = "entries_per_flush", .sizes = per_flush },
	{ .name = "full_flushes", .number = full_flushes },
	{ .name = "single_page_flushes", .number = single_page_flushes },
};

/* Pairs outside sections come from table allocation and fixmaps too, which no cause tells. */
static const struct metric arm64_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "pte_sets", .number = pte_sets },
	{ .name = "pte_clears", .number = pte_clears },
	{ .name = "barriers_in_sections", .number = barriers_in_sections },
	{ .name = "barriers_from_ptes", .number = barriers_from_ptes },
	{ .name = "barriers_outside", .number = barriers_outside, .undecided = true },
};

static const struct metric sparc_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "entries_per_section", .sizes = per_section },
	{ .name = "entries_per_flush", .sizes = per_flush },
	{ .name = "full_flushes", .number = full_flushes },
	{ .name = "demaps", .number = demaps },
	{ .name = "cross_calls", .number = cross_calls },
};

static const struct metric s390_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "entries_per_section", .sizes = per_section },
	{ .name = "entries_per_flush", .sizes = per_flush },
	{ .name = "ipte", .number = ipte },
	{ .name = "ipte_range", .number = ipte_range },
};

static const struct metric generic_metrics[] = {
	{ .name = "sections", .number = sections },
	{ .name = "pte_writes", .number = pte_writes },
	{ .name = "deferred", .number = deferred },
};

#define METRICS(array)                                    \
	{                                                 \
		array, sizeof(array) / sizeof((array)[0]) \
	}

static const struct {
	const char *arch;
	struct metric_list metrics;
} lists[] = {
	{ "xen", METRICS(xen_metrics) },     { "powerpc", METRICS(powerpc_metrics) },
	{ "arm64", METRICS(arm64_metrics) }, { "sparc", METRICS(sparc_metrics) },
	{ "s390", METRICS(s390_metrics) },   { "generic", METRICS(generic_metrics) },
};

struct metric_list metrics_of(const char *arch)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(lists[i].arch, arch) == 0)
			return lists[i].metrics;
	}
	return (struct metric_list)METRICS(generic_metrics);
}

static bool histogram_equal(const struct histogram *a, const struct histogram *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++) {
		if (a->bins[i].size != b->bins[i].size || a->bins[i].count != b->bins[i].count)
			return false;
	}
	return true;
}

bool metric_equal(const struct metric *metric, const struct counters *a, const struct counters *b)
{
	if (metric->number)
		return metric->number(a) == metric->number(b);
	return histogram_equal(metric->sizes(a), metric->sizes(b));
}

enum match phase_match(const struct phase *phase, size_t run, const char *arch)
{
	struct metric_list metrics = metrics_of(arch);

	if (phase->why)
		return MATCH_NULL;
	for (size_t i = 0; i < metrics.nr; i++) {
		const struct metric *metric = &metrics.items[i];
		if (!metric->undecided &&
		    !metric_equal(metric, &phase->predicted[run], &phase->recorded.counters))
			return MATCH_NO;
	}
	return MATCH_YES;
}

enum replay_verdict replay_verdict(const struct replay *replay, size_t run)
{
	if (!replay_has_effects(replay))
		return REPLAY_NO_EFFECTS;
	for (size_t i = 0; i < replay->phases.nr; i++) {
		if (phase_match(replay->phases.items[i], run, replay->runs[run].arch->name) ==
		    MATCH_NO)
			return REPLAY_MISMATCH;
	}
	return REPLAY_MATCH;
}
