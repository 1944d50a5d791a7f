/* SPDX-License-Identifier: MIT */
/* A replay as text. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "groups_table.h"
#include "machine_report.h"
#include "replay_report.h"
#include "runs_table.h"
#include "table.h"
#include "tally_report.h"

static void format_metric(const struct metric *metric, const struct counters *counters,
			  char cell[MAX_HISTOGRAM_TEXT])
{
	if (metric->number)
		snprintf(cell, MAX_HISTOGRAM_TEXT, "%" PRIu64, metric->number(counters));
	else
		histogram_text(metric->sizes(counters), cell);
}

/* What was predicted and, where it differs, what was recorded. */
static int add_metric(struct table_text *table, const struct metric *metric,
		      const struct counters *predicted, const struct counters *recorded)
{
	char cell[MAX_HISTOGRAM_TEXT], other[MAX_HISTOGRAM_TEXT];

	format_metric(metric, predicted, cell);
	if (!recorded || metric_equal(metric, predicted, recorded))
		return table_text_add(table, "%s", cell);
	format_metric(metric, recorded, other);
	return table_text_add(table, "%s%s%s", cell, metric->undecided ? " ~ " : " != ", other);
}

static const char *match_word(const struct phase *phase, enum match match)
{
	if (match == MATCH_NULL)
		return phase->why;
	return match == MATCH_YES ? "match" : "MISMATCH";
}

static int print_phases(const struct replay_report *report, size_t run, FILE *out)
{
	const struct replay *replay = report->replay;
	const char *arch = replay->runs[run].arch->name;
	struct metric_list metrics = metrics_of(arch);
	bool compared =
		report->is_recorded && run == report->recorded_run && replay_has_effects(replay);
	struct table_text table;
	int err;

	table_text_init(&table, metrics.nr + 2);
	err = table_text_add(&table, "phase");
	for (size_t i = 0; i < metrics.nr && !err; i++)
		err = table_text_add(&table, "%s", metrics.items[i].name);
	err = err ? err : table_text_add(&table, "%s", compared ? "recorded" : "");
	for (size_t p = 0; p < replay->phases.nr && !err; p++) {
		const struct phase *phase = replay->phases.items[p];
		const struct counters *recorded = compared ? &phase->recorded.counters : NULL;
		err = table_text_add(&table, "%s", phase->name);
		for (size_t i = 0; i < metrics.nr && !err; i++)
			err = add_metric(&table, &metrics.items[i], &phase->predicted[run],
					 recorded);
		err = err ? err
			  : table_text_add(
				    &table, "%s",
				    compared	 ? match_word(phase, phase_match(phase, run, arch))
				    : phase->why ? phase->why
						 : "");
	}
	if (!err)
		table_text_print(&table, out);
	table_text_fini(&table);
	return err;
}

static int print_counters(const struct replay *replay, size_t run, FILE *out)
{
	struct counters totals;
	int err = replay_totals(replay, run, &totals);

	if (!err)
		counters_text(&totals, out);
	counters_fini(&totals);
	return err;
}

/* No line: in the past of a task that is older than the recording. */
static void print_place(const struct finding *finding, FILE *out)
{
	if (finding->line)
		fprintf(out, "at line %" PRIu64, finding->line);
	else
		fprintf(out, "before the recording");
}

/* The first of each kind, with how many there are; JSON has them all. */
static void print_findings(const struct finding_list *list, FILE *out)
{
	bool seen[NR_FINDING_KINDS] = { false };

	for (size_t i = 0; i < list->nr; i++) {
		const struct finding *finding = &list->items[i];
		const struct finding_rule *rule = &finding_rules[finding->kind];
		if (seen[finding->kind])
			continue;
		seen[finding->kind] = true;
		fprintf(out, "  finding: %s, %" PRIu64 " times, first ", rule->name,
			list->by_kind[finding->kind]);
		print_place(finding, out);
		fprintf(out, ", task %d on CPU %d:\n           %s\n", finding_task(finding),
			finding->cpu, finding->detail);
		if (finding->opened_line)
			fprintf(out, "           the section was opened at line %" PRIu64 "\n",
				finding->opened_line);
		fprintf(out, "           rule: %s\n           mirrors: %s\n", rule->rule,
			rule->mirrors);
	}
}

static int print_run(const struct replay_report *report, size_t i, FILE *out)
{
	const struct run *run = &report->replay->runs[i];
	const struct machine_config *config = &run->machine->config;

	bool assumes = run->population != POPULATION_FAULTS;

	fprintf(out, "\n%s %s, %s, %s%u-byte pages%s%s%s\n", run->arch->name, config->kernel->name,
		config->mode == MODE_LAZY ? "lazy" : "immediate",
		run->machine->ops->geometries ? "radix MMU, " : "", 1u << config->page_shift,
		assumes ? ", populate " : "", assumes ? population_names[run->population] : "",
		report->is_recorded && i == report->recorded_run ? " (the recorded machine)" : "");
	int err = 0;
	if (report->replay->groups.by != GROUP_BY_PHASE)
		err = groups_table(report, i, out);
	else if (report->replay->phases.nr)
		err = print_phases(report, i, out);
	err = err ? err : print_counters(report->replay, i, out);
	print_findings(&run->machine->findings, out);
	return err;
}

static void print_verdict(const struct replay_report *report, FILE *out)
{
	static const char *const words[] = {
		[REPLAY_MATCH] = "every compared phase matches",
		[REPLAY_MISMATCH] = "a prediction differs from the recording",
		[REPLAY_NO_EFFECTS] = "no recorded effects to compare with",
	};
	const struct replay *replay = report->replay;

	for (size_t i = 0; i < replay->nr_expectations; i++) {
		const struct expect_line *expectation = &replay->expectations[i];
		if (!expectation->met)
			fprintf(out, "line %" PRIu64 ": not met: expect %s\n", expectation->line,
				expectation->text);
	}
	fprintf(out, "\nverdict: %s\n", words[replay_report_verdict(report)]);
}

/* What the recording itself has of sections, whatever backend it is of. */
static void print_observed(const struct observed *observed, FILE *out)
{
	if (observed->enters || observed->updates || observed->flushes || observed->leaves)
		fprintf(out,
			"\nthe recording shows %" PRIu64 " enters, %" PRIu64 " updates, %" PRIu64
			" flushes, %" PRIu64 " leaves\n",
			observed->enters, observed->updates, observed->flushes, observed->leaves);
}

int replay_report_text(const struct replay_report *report, FILE *out)
{
	int err = 0;

	fprintf(out, "%s: %s, %" PRIu64 " lines, %" PRIu64 " bad\n", report->path, report->format,
		report->lines, report->bad_lines);
	for (size_t i = 0; i < report->nr_notes; i++)
		fprintf(out, "  %s\n", report->notes[i]);
	if (report->read_error)
		fprintf(out, "  not read to its end: %s\n", report->read_error);
	for (size_t i = 0; i < report->replay->nr_runs && !err; i++)
		err = print_run(report, i, out);
	if (!err && report->replay->nr_runs > 1)
		err = runs_table(report->replay, out);
	print_observed(&report->replay->observed, out);
	if (!err)
		err = tally_text(&report->replay->tally, report->has_faults, out);
	if (!err)
		print_verdict(report, out);
	return err;
}
