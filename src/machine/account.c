/* SPDX-License-Identifier: MIT */
/* Counters, flush reasons and histograms. */
#include "account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const counter_names[NR_PUBLIC_COUNTERS] = {
	[COUNT_SECTIONS] = "sections",
	[COUNT_NESTED_SECTIONS] = "nested_sections",
	[COUNT_MAX_DEPTH] = "max_depth",
	[COUNT_PTE_WRITES] = "pte_writes",
	[COUNT_DEFERRED] = "deferred",
	[COUNT_IMMEDIATE] = "immediate",
	[COUNT_FLUSHES] = "flushes",
	[COUNT_BARRIERS] = "barriers",
	[COUNT_TLBIE_LOCAL] = "tlbie_local",
	[COUNT_TLBIE_GLOBAL] = "tlbie_global",
	[COUNT_HASH_FLUSH_SINGLE] = "hash_flush_single",
	[COUNT_HASH_FLUSH_RANGE] = "hash_flush_range",
	[COUNT_DEMAPS] = "demaps",
	[COUNT_CROSS_CALLS] = "cross_calls",
	[COUNT_HYPERCALLS] = "hypercalls",
	[COUNT_PTE_HYPERCALLS] = "pte_hypercalls",
	[COUNT_MULTICALL_ENTRIES] = "multicall_entries",
	[COUNT_EMULATED_WRITES] = "emulated_writes",
	[COUNT_INVLPG] = "invlpg",
	[COUNT_IPTE] = "ipte",
	[COUNT_IPTE_RANGE] = "ipte_range",
};

const char *const flush_reason_names[NR_FLUSH_REASONS] = {
	[FLUSH_LEAVE] = "leave",
	[FLUSH_NESTED] = "nested",
	[FLUSH_PAUSE] = "pause",
	[FLUSH_FULL] = "full",
	[FLUSH_ARGS] = "args",
	[FLUSH_BATCH] = "batch",
	[FLUSH_CALLBACK] = "callback",
	[FLUSH_MM] = "mm",
	[FLUSH_PSIZE] = "psize",
	[FLUSH_SSIZE] = "ssize",
	[FLUSH_HUGESHIFT] = "hugeshift",
	[FLUSH_TLB] = "tlb_flush",
	[FLUSH_CTX_SWITCH] = "ctx_switch",
	[FLUSH_ISSUE] = "issue",
	[FLUSH_EXPLICIT] = "explicit",
};

void counters_init(struct counters *counters)
{
	memset(counters, 0, sizeof(*counters));
}

void counters_fini(struct counters *counters)
{
	free(counters->batch_sizes.bins);
	free(counters->section_entries.bins);
	counters_init(counters);
}

static int histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		int err = histogram_add(into, from->bins[i].size, from->bins[i].count);
		if (err)
			return err;
	}
	return 0;
}

int counters_add(struct counters *into, const struct counters *from)
{
	for (int i = 0; i < NR_COUNTERS; i++) {
		if (i != COUNT_MAX_DEPTH)
			into->n[i] += from->n[i];
		else if (into->n[i] < from->n[i])
			into->n[i] = from->n[i];
	}
	for (int i = 0; i < NR_FLUSH_REASONS; i++)
		into->reasons[i] += from->reasons[i];
	int err = histogram_merge(&into->batch_sizes, &from->batch_sizes);
	return err ? err : histogram_merge(&into->section_entries, &from->section_entries);
}

static int histogram_grow(struct histogram *histogram)
{
	size_t capacity = histogram->capacity ? histogram->capacity * 2 : 2;
	struct histogram_bin *bins = realloc(histogram->bins, capacity * sizeof(*bins));
	if (!bins)
		return -ENOMEM;
	histogram->bins = bins;
	histogram->capacity = capacity;
	return 0;
}

/* First bin whose size is not below the wanted one. */
static size_t lower_bound(const struct histogram *histogram, uint64_t size)
{
	size_t low = 0, high = histogram->nr;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (histogram->bins[middle].size < size)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

__attribute__((noinline)) static int insert_bin(struct histogram *histogram, size_t at,
						struct histogram_bin bin)
{
	if (histogram->nr == histogram->capacity && histogram_grow(histogram))
		return -ENOMEM;
	memmove(&histogram->bins[at + 1], &histogram->bins[at],
		(histogram->nr - at) * sizeof(histogram->bins[0]));
	histogram->bins[at] = bin;
	histogram->nr++;
	return 0;
}

int histogram_add(struct histogram *histogram, uint64_t size, uint64_t count)
{
	size_t at = lower_bound(histogram, size);

	if (at == histogram->nr || histogram->bins[at].size != size)
		return insert_bin(histogram, at, (struct histogram_bin){ size, count });
	histogram->bins[at].count += count;
	return 0;
}

uint64_t histogram_sum(const struct histogram *histogram)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < histogram->nr; i++)
		sum += histogram->bins[i].size * histogram->bins[i].count;
	return sum;
}
