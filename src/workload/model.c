/* SPDX-License-Identifier: MIT */
/* Modelled time. */
#include "model.h"

static uint64_t saturated_add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t saturated_multiply(uint64_t a, uint64_t b)
{
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

struct usage usage_of_counters(const struct counters *counters)
{
	const uint64_t *n = counters->n;

	return (struct usage){ .n = {
				       [PRIMITIVE_PTE_WRITE] = n[COUNT_PTE_WRITES],
				       [PRIMITIVE_SECTION] =
					       n[COUNT_SECTIONS] + n[COUNT_NESTED_SECTIONS],
				       [PRIMITIVE_BARRIER] = n[COUNT_BARRIERS],
				       [PRIMITIVE_LEVEL_SWITCH] = n[COUNT_LEVEL_SWITCHES],
				       [PRIMITIVE_TLBIE_LOCAL] = n[COUNT_TLBIE_LOCAL],
				       [PRIMITIVE_TLBIE_GLOBAL] = n[COUNT_TLBIE_GLOBAL],
				       [PRIMITIVE_HASH_FLUSH_SINGLE] = n[COUNT_HASH_FLUSH_SINGLE],
				       [PRIMITIVE_HASH_FLUSH_RANGE] = n[COUNT_HASH_FLUSH_RANGE],
				       [PRIMITIVE_DEMAP] = n[COUNT_DEMAPS],
				       [PRIMITIVE_CROSS_CALL] = n[COUNT_CROSS_CALLS],
				       [PRIMITIVE_HYPERCALL] = n[COUNT_HYPERCALLS],
				       [PRIMITIVE_MULTICALL_ENTRY] = n[COUNT_MULTICALL_ENTRIES],
				       /* Only Xen has pte_hypercalls; each update of one is in a
					  batch, or went alone. */
				       [PRIMITIVE_MMU_UPDATE] =
					       n[COUNT_PTE_HYPERCALLS]
						       ? histogram_sum(&counters->batch_sizes) +
								 n[COUNT_DIRECT_SET_PTE]
						       : 0,
				       [PRIMITIVE_EMULATED_WRITE] = n[COUNT_EMULATED_WRITES],
				       [PRIMITIVE_INVLPG] = n[COUNT_INVLPG],
				       [PRIMITIVE_IPTE] = n[COUNT_IPTE],
				       [PRIMITIVE_IPTE_RANGE] = n[COUNT_IPTE_RANGE],
			       } };
}

struct usage usage_of(const struct measurement *measurement)
{
	struct usage usage = usage_of_counters(&measurement->counters);

	usage.n[PRIMITIVE_CALL] = measurement->calls;
	usage.n[PRIMITIVE_PAGE] = measurement->pages;
	return usage;
}

struct estimate modelled_time(const struct cost_table *table, const char *workload,
			      const struct usage *usage)
{
	struct estimate time = { 0 };

	for (int i = 0; i < NR_PRIMITIVES; i++) {
		const struct cost *cost = cost_find(table, (enum primitive)i, workload);
		if (!cost)
			continue;
		time.low = saturated_add(time.low, saturated_multiply(usage->n[i], cost->low));
		time.typical =
			saturated_add(time.typical, saturated_multiply(usage->n[i], cost->typical));
		time.high = saturated_add(time.high, saturated_multiply(usage->n[i], cost->high));
	}
	return time;
}

struct prices typical_prices(const struct cost_table *table, const char *workload)
{
	struct prices prices = { 0 };

	for (int i = 0; i < NR_PRIMITIVES; i++) {
		const struct cost *cost = cost_find(table, (enum primitive)i, workload);
		prices.n[i] = cost ? cost->typical : 0;
	}
	return prices;
}

uint64_t priced_time(const struct prices *prices, const struct usage *usage)
{
	uint64_t time = 0;

	for (int i = 0; i < NR_PRIMITIVES; i++)
		time = saturated_add(time, saturated_multiply(usage->n[i], prices->n[i]));
	return time;
}

/* Rounded, in thousandths; two times of nothing are equal. */
static uint64_t ratio_of(uint64_t lazy, uint64_t immediate)
{
	if (lazy == immediate)
		return RATIO_ONE;
	while (lazy > UINT64_MAX / (RATIO_ONE + 1)) {
		lazy /= 2;
		immediate /= 2;
	}
	if (immediate == 0)
		return UINT64_MAX;
	return (lazy * RATIO_ONE + immediate / 2) / immediate;
}

/* The costs of one primitive, and how often either mode uses it. */
struct term {
	uint64_t lazy;
	uint64_t immediate;
	uint64_t low;
	uint64_t high;
};

/* a/b < c/d, of counts: which primitive is more that of immediate mode. */
static bool leans_to_immediate(const struct term *a, const struct term *b)
{
	return saturated_multiply(a->lazy, b->immediate) <
	       saturated_multiply(b->lazy, a->immediate);
}

static void sort_terms(struct term *terms, int nr)
{
	for (int i = 1; i < nr; i++) {
		struct term term = terms[i];
		int j = i;
		for (; j > 0 && leans_to_immediate(&term, &terms[j - 1]); j--)
			terms[j] = terms[j - 1];
		terms[j] = term;
	}
}

/* The ratio where the first so many of the terms are dear, or cheap, and the others not. */
static uint64_t ratio_at(const struct term *terms, int nr, int first, bool dear)
{
	uint64_t lazy = 0, immediate = 0;

	for (int i = 0; i < nr; i++) {
		uint64_t cost = (i < first) == dear ? terms[i].high : terms[i].low;
		lazy = saturated_add(lazy, saturated_multiply(terms[i].lazy, cost));
		immediate = saturated_add(immediate, saturated_multiply(terms[i].immediate, cost));
	}
	return ratio_of(lazy, immediate);
}

/*
 * A quotient of two sums is smallest where the terms that lean most to its divisor are dear and the
 * others cheap; where to draw the line is found by trying.
 */
struct estimate modelled_ratio(const struct cost_table *table, const char *workload,
			       const struct usage *lazy, const struct usage *immediate)
{
	struct term terms[NR_PRIMITIVES];
	struct estimate ratio = { .low = UINT64_MAX };
	int nr = 0;

	for (int i = 0; i < NR_PRIMITIVES; i++) {
		const struct cost *cost = cost_find(table, (enum primitive)i, workload);
		if (cost && (lazy->n[i] || immediate->n[i]))
			terms[nr++] =
				(struct term){ lazy->n[i], immediate->n[i], cost->low, cost->high };
	}
	sort_terms(terms, nr);
	for (int first = 0; first <= nr; first++) {
		uint64_t cheap = ratio_at(terms, nr, first, true);
		uint64_t dear = ratio_at(terms, nr, first, false);
		ratio.low = cheap < ratio.low ? cheap : ratio.low;
		ratio.high = dear > ratio.high ? dear : ratio.high;
	}
	ratio.typical = ratio_of(modelled_time(table, workload, lazy).typical,
				 modelled_time(table, workload, immediate).typical);
	return ratio;
}

enum verdict_of_bench bench_verdict(const struct estimate *ratio, const struct usage *lazy,
				    const struct usage *immediate)
{
	bool same = true;

	for (int i = PRIMITIVE_BARRIER; i < NR_PRIMITIVES; i++)
		same = same && lazy->n[i] == immediate->n[i];
	/* With nothing saved the sections themselves may cost something. */
	if (ratio->low > RATIO_ONE)
		return BENCH_LOSS;
	if (same)
		return BENCH_SAME;
	return ratio->high < RATIO_ONE ? BENCH_GAIN : BENCH_UNDECIDED;
}

struct waiting waiting_of(const struct counters *counters)
{
	const struct histogram *sizes = &counters->batch_sizes;
	const uint64_t deferred = counters->n[COUNT_DEFERRED];
	struct waiting waiting = { 0 };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizes->nr; i++) {
		uint64_t size = sizes->bins[i].size;
		uint64_t pairs = saturated_multiply(size, size - 1) / 2;
		sum = saturated_add(sum, saturated_multiply(pairs, sizes->bins[i].count));
		waiting.longest = size - 1;
	}
	waiting.mean = deferred ? saturated_multiply(sum, RATIO_ONE) / deferred : 0;
	return waiting;
}

uint64_t batches(const struct counters *counters)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < counters->batch_sizes.nr; i++)
		nr += counters->batch_sizes.bins[i].count;
	return nr;
}

uint64_t batches_of_one(const struct counters *counters)
{
	const struct histogram *sizes = &counters->batch_sizes;

	return sizes->nr && sizes->bins[0].size == 1 ? sizes->bins[0].count : 0;
}

uint64_t share(uint64_t part, uint64_t whole)
{
	return whole ? (saturated_multiply(part, RATIO_ONE) + whole / 2) / whole : 0;
}
