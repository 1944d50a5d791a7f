/* SPDX-License-Identifier: MIT */
/* The table of inner sections. */
#include "bench_nesting.h"

#include <inttypes.h>

#include "machine_report.h"

static const char *const headings[] = { "workload", "backend", "kernel",  "nest",
					"depth",    "nested",  "flushes", "at once",
					"hardware", "ratio",   "verdict" };

enum {
	FIRST_COST = 5, /* the columns before it say what ran */
	NR_HEADINGS = sizeof(headings) / sizeof(headings[0]),
	WORK_SIZE = 256,
};

static const char *const verdict_words[] = {
	[BENCH_SAME] = "no more work",	 [BENCH_GAIN] = "gain", [BENCH_LOSS] = "loss",
	[BENCH_UNDECIDED] = "undecided", [BENCH_BUG] = "BUG",
};

void bench_nesting_init(struct table_text *table)
{
	table_text_init(table, NR_HEADINGS);
}

static int add_headings(struct table_text *table)
{
	int err = 0;

	for (int i = 0; i < NR_HEADINGS; i++)
		err |= table_text_add(table, "%s", headings[i]);
	return err;
}

static int add_count(struct table_text *table, const struct bench_result *result,
		     enum counter counter)
{
	return table_text_add(table, "%" PRIu64 " (%" PRIu64 ")", result->lazy.counters.n[counter],
			      result->unnested.counters.n[counter]);
}

/* What hardware or hypervisor did more or less of. */
static int add_work(struct table_text *table, const struct bench_result *result)
{
	const struct counters *with = &result->lazy.counters;
	const struct counters *without = &result->unnested.counters;
	char text[WORK_SIZE] = "-";
	size_t used = 0;

	for (int i = COUNT_FLUSHES + 1; i < NR_PUBLIC_COUNTERS && used < WORK_SIZE; i++) {
		if (with->n[i] != without->n[i])
			used += (size_t)snprintf(text + used, WORK_SIZE - used,
						 "%s%s %" PRIu64 " (%" PRIu64 ")", used ? ", " : "",
						 counter_names[i], with->n[i], without->n[i]);
	}
	return table_text_add(table, "%s", text);
}

static int add_costs(struct table_text *table, const struct bench_result *result)
{
	int err = 0;

	err |= table_text_add(table, "%" PRIu64, result->lazy.counters.n[COUNT_NESTED_SECTIONS]);
	err |= add_count(table, result, COUNT_FLUSHES);
	err |= add_count(table, result, COUNT_IMMEDIATE);
	err |= add_work(table, result);
	err |= bench_add_estimate(table, &result->nesting_ratio);
	err |= table_text_add(table, "%s", verdict_words[result->nesting_verdict]);
	return err;
}

/* A kernel that stops at its inner enter has nothing to compare. */
static int add_bug(struct table_text *table)
{
	int err = 0;

	for (int i = FIRST_COST; i < NR_HEADINGS - 1; i++)
		err |= table_text_add(table, "-");
	err |= table_text_add(table, "%s", verdict_words[BENCH_BUG]);
	return err;
}

int bench_nesting_add(const struct bench_result *result, struct table_text *table)
{
	int err = 0;

	if (!bench_result_nests(result))
		return 0;
	if (!table->used)
		err |= add_headings(table);
	err |= table_text_add(table, "%s", result->name);
	err |= table_text_add(table, "%s", result->arch);
	err |= table_text_add(table, "%s", result->kernel);
	err |= table_text_add(table, "%" PRIu64, result->params.n[PARAM_NEST]);
	err |= table_text_add(table, "%" PRIu64, result->params.n[PARAM_DEPTH]);
	if (result->nesting_verdict == BENCH_BUG)
		err |= add_bug(table);
	else
		err |= add_costs(table, result);
	return err;
}

void bench_nesting_print(const struct table_text *table, FILE *out)
{
	if (!table->used)
		return;
	fputs("\nInner sections, and in brackets what it is without them on the same kernel:\n",
	      out);
	table_text_print(table, out);
}
