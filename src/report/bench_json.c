/* SPDX-License-Identifier: MIT */
/* Results of bench: the model, and JSON. */
#include <string.h>

#include "bench_report.h"
#include "machine_report.h"

static const char *const verdict_keys[] = {
	[BENCH_SAME] = "same",		 [BENCH_GAIN] = "gain", [BENCH_LOSS] = "loss",
	[BENCH_UNDECIDED] = "undecided", [BENCH_BUG] = "bug",
};

bool bench_result_nests(const struct bench_result *result)
{
	return result->workload && result->workload->nest && result->params.n[PARAM_NEST];
}

static void model_nesting(struct bench_result *result, const struct cost_table *costs,
			  const struct usage *lazy)
{
	const struct usage unnested = usage_of(&result->unnested);

	result->nesting_ratio = modelled_ratio(costs, result->workload->name, lazy, &unnested);
	result->nesting_verdict = bench_verdict(&result->nesting_ratio, lazy, &unnested);
}

void bench_result_model(struct bench_result *result, const struct cost_table *costs,
			unsigned int config)
{
	const char *name = result->workload ? result->workload->name : NULL;
	const struct usage lazy = usage_of(&result->lazy), immediate = usage_of(&result->immediate);
	const struct measured_ratio *measured =
		name ? measured_find(costs, name, &result->params, config) : NULL;

	result->lazy_time = modelled_time(costs, name, &lazy);
	result->immediate_time = modelled_time(costs, name, &immediate);
	result->ratio = modelled_ratio(costs, name, &lazy, &immediate);
	result->verdict = bench_verdict(&result->ratio, &lazy, &immediate);
	if (measured)
		result->measured = *measured;
	if (bench_result_nests(result))
		model_nesting(result, costs, &lazy);
	if (result->lazy.findings[FINDING_KERNEL_BUG])
		result->verdict = result->nesting_verdict = BENCH_BUG;
}

void bench_result_fini(struct bench_result *result)
{
	measurement_fini(&result->lazy);
	measurement_fini(&result->immediate);
	measurement_fini(&result->unnested);
}

static void estimate_json(struct json *json, const char *key, const struct estimate *estimate)
{
	json_open(json, key, '[');
	json_decimal(json, NULL, estimate->low);
	json_decimal(json, NULL, estimate->typical);
	json_decimal(json, NULL, estimate->high);
	json_close(json, ']');
}

static void params_json(const struct bench_result *result, struct json *json)
{
	json_open(json, "params", '{');
	for (int i = 0; i < NR_PARAMS && result->workload; i++)
		json_number(json, param_ranges[i].name, result->params.n[i]);
	json_close(json, '}');
}

static void batches_json(const struct bench_result *result, struct json *json)
{
	const struct counters *lazy = &result->lazy.counters;
	struct waiting waiting = waiting_of(lazy);

	json_number(json, "batches", batches(lazy));
	json_number(json, "batches_of_one", batches_of_one(lazy));
	json_open(json, "unseen", '{');
	json_number(json, "longest", waiting.longest);
	json_decimal(json, "mean", waiting.mean);
	json_close(json, '}');
	json_number(json, "multicalls", lazy->n[COUNT_MULTICALLS]);
	json_number(json, "single_op_hypercalls",
		    lazy->n[COUNT_HYPERCALLS] - lazy->n[COUNT_MULTICALLS]);
	json_open(json, "level_switches", '[');
	json_number(json, NULL, lazy->n[COUNT_LEVEL_SWITCHES]);
	json_number(json, NULL, result->immediate.counters.n[COUNT_LEVEL_SWITCHES]);
	json_close(json, ']');
}

static void measured_json(const struct measured_ratio *measured, struct json *json)
{
	if (!measured->source[0]) {
		json_null(json, "measured");
		return;
	}
	json_open(json, "measured", '{');
	json_decimal(json, "low", measured->low);
	json_decimal(json, "high", measured->high);
	json_string(json, "source", measured->source);
	json_close(json, '}');
}

/* By name; of both runs, only what was found. */
static void finding_counts_json(const struct bench_result *result, struct json *json)
{
	json_open(json, "findings", '{');
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		uint64_t nr = result->lazy.findings[i] + result->immediate.findings[i];
		if (nr)
			json_number(json, finding_rules[i].name, nr);
	}
	json_close(json, '}');
}

static void recorded_json(const struct recorded_multicalls *recorded, struct json *json)
{
	if (!recorded->nr) {
		json_null(json, "recorded_multicalls");
		return;
	}
	json_open(json, "recorded_multicalls", '{');
	json_number(json, "all", recorded->nr);
	json_number(json, "single", recorded->single);
	json_close(json, '}');
}

static void nesting_json(const struct bench_result *result, struct json *json)
{
	if (!bench_result_nests(result)) {
		json_null(json, "nesting");
		return;
	}
	json_open(json, "nesting", '{');
	counters_member_json(&result->unnested.counters, "unnested", json);
	estimate_json(json, "ratio", &result->nesting_ratio);
	json_string(json, "verdict", verdict_keys[result->nesting_verdict]);
	json_close(json, '}');
}

void bench_result_json(const struct bench_result *result, struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "workload", result->name);
	json_string(json, "arch", result->arch);
	json_string(json, "kernel", result->kernel);
	json_string(json, "options", *result->machine ? result->machine + 1 : "");
	params_json(result, json);
	counters_member_json(&result->lazy.counters, "lazy", json);
	counters_member_json(&result->immediate.counters, "immediate", json);
	batches_json(result, json);
	json_open(json, "modelled_ns", '{');
	estimate_json(json, "lazy", &result->lazy_time);
	estimate_json(json, "immediate", &result->immediate_time);
	json_close(json, '}');
	estimate_json(json, "ratio", &result->ratio);
	recorded_json(&result->recorded, json);
	json_string(json, "verdict", verdict_keys[result->verdict]);
	measured_json(&result->measured, json);
	nesting_json(result, json);
	finding_counts_json(result, json);
	json_close(json, '}');
}
