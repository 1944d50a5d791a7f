/* SPDX-License-Identifier: MIT */
/* A replay as JSON, schema 1. */
#include "machine_report.h"
#include "replay_report.h"
#include "tally_report.h"

#include <inttypes.h>

static void write_metrics(struct json *json, const char *key, const char *arch,
			  const struct counters *counters)
{
	struct metric_list metrics = metrics_of(arch);

	json_open(json, key, '{');
	for (size_t i = 0; i < metrics.nr; i++) {
		const struct metric *metric = &metrics.items[i];
		if (metric->number)
			json_number(json, metric->name, metric->number(counters));
		else
			histogram_json(metric->sizes(counters), metric->name, json);
	}
	json_close(json, '}');
}

static void write_match(struct json *json, enum match match)
{
	if (match == MATCH_NULL)
		json_null(json, "match");
	else
		json_bool(json, "match", match == MATCH_YES);
}

static void write_phase(struct json *json, const struct replay_report *report, size_t run,
			const struct phase *phase)
{
	const char *arch = report->replay->runs[run].arch->name;
	bool recorded = run == report->recorded_run && report->is_recorded;
	bool compared = recorded && replay_has_effects(report->replay);

	json_open(json, NULL, '{');
	json_string(json, "name", phase->name);
	json_number(json, "line", phase->line);
	write_metrics(json, "predicted", arch, &phase->predicted[run]);
	if (recorded)
		write_metrics(json, "recorded", arch, &phase->recorded.counters);
	else
		json_null(json, "recorded");
	write_match(json, compared ? phase_match(phase, run, arch) : MATCH_NULL);
	json_string(json, "why",
		    phase->why ? phase->why
		    : compared ? NULL
			       : "nothing to compare with");
	if (report->replay->groups.by != GROUP_BY_PHASE)
		counters_json(&phase->predicted[run], json);
	json_close(json, '}');
}

static int write_counters(struct json *json, const struct replay *replay, size_t run)
{
	struct counters totals;
	int err = replay_totals(replay, run, &totals);

	if (!err)
		counters_json(&totals, json);
	counters_fini(&totals);
	return err;
}

static int write_run(struct json *json, const struct replay_report *report, size_t i)
{
	const struct run *run = &report->replay->runs[i];
	const struct machine_config *config = &run->machine->config;

	json_open(json, NULL, '{');
	json_string(json, "arch", run->arch->name);
	json_string(json, "kernel", config->kernel->name);
	json_string(json, "mode", config->mode == MODE_LAZY ? "lazy" : "immediate");
	json_string(json, "by", group_by_names[report->replay->groups.by]);
	json_string(json, "populate", population_names[run->population]);
	json_number(json, "page_size", UINT64_C(1) << config->page_shift);
	json_open(json, "phases", '[');
	for (size_t p = 0; p < report->replay->phases.nr; p++)
		write_phase(json, report, i, report->replay->phases.items[p]);
	json_close(json, ']');
	int err = write_counters(json, report->replay, i);
	findings_json(&run->machine->findings, json);
	json_close(json, '}');
	return err;
}

static void write_input(struct json *json, const struct replay_report *report)
{
	json_open(json, "input", '{');
	json_string(json, "file", report->path);
	json_string(json, "format", report->format);
	json_number(json, "lines", report->lines);
	json_number(json, "bad_lines", report->bad_lines);
	json_number(json, "lost_events", report->lost_events);
	json_number(json, "events", report->replay->events);
	json_number(json, "overlaps", report->replay->tally.overlaps);
	json_string(json, "read_error", report->read_error);
	json_open(json, "notes", '[');
	for (size_t i = 0; i < report->nr_notes; i++)
		json_string(json, NULL, report->notes[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void write_expectations(struct json *json, const struct replay *replay)
{
	json_open(json, "expectations", '[');
	for (size_t i = 0; i < replay->nr_expectations; i++) {
		json_open(json, NULL, '{');
		json_number(json, "line", replay->expectations[i].line);
		json_string(json, "expect", replay->expectations[i].text);
		json_bool(json, "met", replay->expectations[i].met);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_observed(struct json *json, const struct observed *observed)
{
	json_open(json, "observed", '{');
	json_number(json, "enters", observed->enters);
	json_number(json, "updates", observed->updates);
	json_number(json, "flushes", observed->flushes);
	json_number(json, "leaves", observed->leaves);
	json_close(json, '}');
}

static const char *const verdict_names[] = {
	[REPLAY_MATCH] = "match",
	[REPLAY_MISMATCH] = "mismatch",
	[REPLAY_NO_EFFECTS] = "no-effects",
};

enum replay_verdict replay_report_verdict(const struct replay_report *report)
{
	return report->is_recorded ? replay_verdict(report->replay, report->recorded_run)
				   : REPLAY_NO_EFFECTS;
}

int replay_report_json(const struct replay_report *report, struct json *json)
{
	int err = 0;

	write_input(json, report);
	json_open(json, "runs", '[');
	for (size_t i = 0; i < report->replay->nr_runs && !err; i++)
		err = write_run(json, report, i);
	json_close(json, ']');
	write_observed(json, &report->replay->observed);
	tally_json(&report->replay->tally, report->has_faults, json);
	write_expectations(json, report->replay);
	if (!err && report->replay->nr_runs)
		json_string(json, "verdict", verdict_names[replay_report_verdict(report)]);
	else if (!err)
		json_null(json, "verdict");
	return err;
}
