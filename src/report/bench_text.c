/* SPDX-License-Identifier: MIT */
/* Results of bench as text. */
#include <inttypes.h>
#include <string.h>

#include "bench_report.h"
#include "machine_report.h"
#include "table.h"

static const char *const verdict_words[] = {
	[BENCH_SAME] = "nothing saved",	 [BENCH_GAIN] = "gain", [BENCH_LOSS] = "loss",
	[BENCH_UNDECIDED] = "undecided", [BENCH_BUG] = "BUG",
};

enum { DECIMAL_SIZE = 32 };

/* Thousandths, with so many decimals of the three. */
static const char *decimal(uint64_t thousandths, int decimals, char text[DECIMAL_SIZE])
{
	int length = snprintf(text, DECIMAL_SIZE, "%" PRIu64 ".%03" PRIu64, thousandths / 1000,
			      thousandths % 1000);

	text[length - 3 + decimals] = '\0';
	return text;
}

int bench_add_estimate(struct table_text *table, const struct estimate *estimate)
{
	char low[DECIMAL_SIZE], typical[DECIMAL_SIZE], high[DECIMAL_SIZE];

	return table_text_add(table, "%s (%s..%s)", decimal(estimate->typical, 3, typical),
			      decimal(estimate->low, 3, low), decimal(estimate->high, 3, high));
}

static int add_count(struct table_text *table, const char *name, uint64_t lazy, uint64_t immediate)
{
	int err = 0;

	if (!lazy && !immediate)
		return 0;
	err |= table_text_add(table, "  %s", name);
	err |= table_text_add(table, "%" PRIu64, lazy);
	err |= table_text_add(table, "%" PRIu64, immediate);
	return err;
}

static int add_counts(struct table_text *table, const struct bench_result *result)
{
	const struct counters *lazy = &result->lazy.counters;
	const struct counters *immediate = &result->immediate.counters;
	int err = 0;

	for (int i = 0; i < NR_PUBLIC_COUNTERS; i++)
		err |= add_count(table, counter_names[i], lazy->n[i], immediate->n[i]);
	err |= add_count(table, "level switches", lazy->n[COUNT_LEVEL_SWITCHES],
			 immediate->n[COUNT_LEVEL_SWITCHES]);
	for (int i = 0; i < NR_FINDING_KINDS; i++)
		err |= add_count(table, finding_rules[i].name, result->lazy.findings[i],
				 result->immediate.findings[i]);
	return err;
}

static int add_part(struct table_text *table, uint64_t part, uint64_t whole)
{
	char percent[DECIMAL_SIZE];

	if (!whole)
		return table_text_add(table, "-");
	return table_text_add(table, "%" PRIu64 " of %" PRIu64 " (%s%%)", part, whole,
			      decimal(share(part, whole) * 100, 1, percent));
}

static uint64_t single_calls(const struct counters *counters)
{
	return counters->n[COUNT_HYPERCALLS] - counters->n[COUNT_MULTICALLS];
}

static int add_waiting(struct table_text *table, const struct counters *counters)
{
	struct waiting waiting = waiting_of(counters);
	char mean[DECIMAL_SIZE];

	return table_text_add(table, "%" PRIu64 " longest, %s mean", waiting.longest,
			      decimal(waiting.mean, 1, mean));
}

static int add_batches(struct table_text *table, const struct bench_result *result)
{
	const struct counters *of[] = { &result->lazy.counters, &result->immediate.counters };
	char sizes[MAX_HISTOGRAM_TEXT];
	int err = 0;

	if (!batches(of[0]) && !batches(of[1]))
		return 0;
	err |= table_text_add(table, "batches");
	for (int i = 0; i < 2; i++) {
		histogram_text(&of[i]->batch_sizes, sizes);
		err |= table_text_add(table, "%s", sizes);
	}
	err |= table_text_add(table, "  of one");
	for (int i = 0; i < 2; i++)
		err |= add_part(table, batches_of_one(of[i]), batches(of[i]));
	err |= table_text_add(table, "unseen for");
	for (int i = 0; i < 2; i++)
		err |= add_waiting(table, of[i]);
	return err;
}

static int add_single_calls(struct table_text *table, const struct bench_result *result)
{
	const struct counters *of[] = { &result->lazy.counters, &result->immediate.counters };
	int err = 0;

	if (!of[0]->n[COUNT_HYPERCALLS] && !of[1]->n[COUNT_HYPERCALLS])
		return 0;
	err |= table_text_add(table, "single-op hypercalls");
	for (int i = 0; i < 2; i++)
		err |= add_part(table, single_calls(of[i]), of[i]->n[COUNT_HYPERCALLS]);
	return err;
}

static int add_recorded(struct table_text *table, const struct bench_result *result)
{
	int err = 0;

	if (!result->recorded.nr)
		return 0;
	err |= table_text_add(table, "  recorded");
	err |= add_part(table, result->recorded.single, result->recorded.nr);
	err |= table_text_add(table, "-");
	return err;
}

static int add_times(struct table_text *table, const struct bench_result *result)
{
	int err = 0;

	err |= table_text_add(table, "modelled ns");
	err |= bench_add_estimate(table, &result->lazy_time);
	err |= bench_add_estimate(table, &result->immediate_time);
	err |= table_text_add(table, "ratio");
	err |= bench_add_estimate(table, &result->ratio);
	err |= table_text_add(table, "%s", verdict_words[result->verdict]);
	return err;
}

static bool is_measured(const struct bench_result *result)
{
	return result->measured.source[0] != '\0';
}

static const char *measured_word(const struct bench_result *result)
{
	const struct measured_ratio *measured = &result->measured;
	bool misses = measured->high < result->ratio.low || measured->low > result->ratio.high;

	return misses ? "missed by the model" : "within the model's range";
}

static int add_measured(struct table_text *table, const struct bench_result *result)
{
	char low[DECIMAL_SIZE], high[DECIMAL_SIZE];
	int err = 0;

	if (!is_measured(result))
		return 0;
	err |= table_text_add(table, "measured");
	err |= table_text_add(table, "%s..%s", decimal(result->measured.low, 3, low),
			      decimal(result->measured.high, 3, high));
	err |= table_text_add(table, "%s: %s", measured_word(result), result->measured.source);
	return err;
}

/* What is of inner sections comes last. */
static int nr_params(const struct bench_result *result)
{
	if (!result->workload)
		return 0;
	return bench_result_nests(result) ? NR_PARAMS : PARAM_NEST;
}

static void print_heading(const struct bench_result *result, FILE *out)
{
	fprintf(out, "%s", result->name);
	if (result->workload)
		fprintf(out, " (%s)", result->workload->function);
	fprintf(out, " on %s, kernel %s%s", result->arch, result->kernel, result->machine);
	for (int i = 0; i < nr_params(result); i++)
		fprintf(out, "%s%s=%" PRIu64, i ? " " : ": ", param_ranges[i].name,
			result->params.n[i]);
	putc('\n', out);
}

int bench_result_text(const struct bench_result *result, FILE *out)
{
	struct table_text table;
	int err = 0;

	table_text_init(&table, 3);
	err |= table_text_add(&table, "exact counts");
	err |= table_text_add(&table, "lazy");
	err |= table_text_add(&table, "immediate");
	err |= add_counts(&table, result);
	err |= add_batches(&table, result);
	err |= add_single_calls(&table, result);
	err |= add_recorded(&table, result);
	err |= add_times(&table, result);
	err |= add_measured(&table, result);
	if (!err) {
		print_heading(result, out);
		table_text_print(&table, out);
	}
	table_text_fini(&table);
	return err;
}

/* The columns of parameters: pages, section and what is swept. */
static bool is_column(enum param param, enum param swept)
{
	return param == PARAM_PAGES || param == PARAM_SECTION || param == swept;
}

static size_t nr_columns(enum param swept)
{
	size_t nr = 0;

	for (int i = 0; i < NR_PARAMS; i++)
		nr += is_column((enum param)i, swept);
	return nr;
}

void bench_summary_init(struct table_text *table, enum param swept)
{
	table_text_init(table, 7 + nr_columns(swept));
	table_text_add(table, "workload");
	table_text_add(table, "backend");
	table_text_add(table, "kernel");
	for (int i = 0; i < NR_PARAMS; i++) {
		if (is_column((enum param)i, swept))
			table_text_add(table, "%s", param_ranges[i].name);
	}
	table_text_add(table, "batches of one");
	table_text_add(table, "single-op hypercalls");
	table_text_add(table, "ratio");
	table_text_add(table, "verdict");
}

int bench_summary_add(const struct bench_result *result, enum param swept, struct table_text *table)
{
	const struct counters *lazy = &result->lazy.counters;
	int err = 0;

	err |= table_text_add(table, "%s", result->name);
	err |= table_text_add(table, "%s", result->arch);
	err |= table_text_add(table, "%s", result->kernel);
	for (int i = 0; i < NR_PARAMS; i++) {
		if (!is_column((enum param)i, swept))
			continue;
		if (result->workload)
			err |= table_text_add(table, "%" PRIu64, result->params.n[i]);
		else
			err |= table_text_add(table, "-");
	}
	err |= add_part(table, batches_of_one(lazy), batches(lazy));
	err |= add_part(table, single_calls(lazy), lazy->n[COUNT_HYPERCALLS]);
	err |= bench_add_estimate(table, &result->ratio);
	err |= table_text_add(table, "%s%s%s", verdict_words[result->verdict],
			      is_measured(result) ? ", measured: " : "",
			      is_measured(result) ? measured_word(result) : "");
	return err;
}
