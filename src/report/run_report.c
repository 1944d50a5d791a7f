/* SPDX-License-Identifier: MIT */
/* Reports of single executions. */
#include "run_report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "machine_report.h"
#include "scenario_write.h"

/* By enum stop_reason: a word for programs, a sentence for people. */
static const struct {
	const char *word;
	const char *text;
} stops[] = {
	[STOP_NOT] = { "not", "it has not stopped" },
	[STOP_CHOSEN] = { "max-steps", "stopped at --max-steps" },
	[STOP_ENDED] = { "ended", "every task has ended" },
	[STOP_STUCK] = { "stuck", "a task waits for ever" },
	[STOP_FINDING] = { "finding", "a rule is broken" },
	[STOP_BOUND] = { "max-steps", "stopped at MAX_EXECUTION_STEPS" },
	[STOP_DEEP] = { "stack", "a task used up its stack" },
	[STOP_NO_MEMORY] = { "no-memory", "out of memory" },
};

static const struct finding *first_finding(const struct run_report *report)
{
	const struct finding_list *list = &report->execution->machine->findings;

	return list->nr ? &list->items[0] : NULL;
}

int run_report_init(const struct execution *execution, const struct history *history,
		    struct run_report *ret)
{
	*ret = (struct run_report){ .execution = execution, .history = history };
	return timeline_build(history, execution->setup.scenario,
			      execution->machine->findings.total > 0, &ret->timeline);
}

void run_report_fini(struct run_report *report)
{
	timeline_fini(&report->timeline);
}

enum verdict run_verdict(const struct execution *execution)
{
	if (execution->machine->findings.total)
		return VERDICT_FINDING;
	return execution->stop == STOP_ENDED || execution->stop == STOP_STUCK ? VERDICT_CLEAN
									      : VERDICT_BOUNDED;
}

void run_report_text(const struct run_report *report, FILE *out)
{
	const struct execution *execution = report->execution;
	const struct execution_setup *setup = &execution->setup;
	const struct finding *finding = first_finding(report);

	fprintf(out, "%s on %s %s: %s%s%s\n", setup->scenario->name, setup->subject->name,
		setup->kernel->name, verdict_names[run_verdict(execution)], finding ? " " : "",
		finding ? finding_rules[finding->kind].name : "");
	machine_text(setup, out);
	fprintf(out, "  %s", report->chooser);
	if (report->seed)
		fprintf(out, " %" PRIu64, report->seed);
	fprintf(out, ", %u steps: %s\n", execution->steps,
		report->is_cut ? "the schedule cannot be followed" : stops[execution->stop].text);
	if (finding) {
		finding_report_text(finding, &report->timeline, setup->nr_cpus, out);
	} else {
		putc('\n', out);
		timeline_print(&report->timeline, setup->nr_cpus, NULL, out);
		putc('\n', out);
	}
	counters_text(&execution->counters, out);
}

static int write_moves(struct json *json, const struct run_report *report)
{
	const struct scenario *scenario = report->execution->setup.scenario;
	char text[MAX_MOVE_TEXT];
	struct move *moves;
	size_t nr;
	int err = history_moves(report->history, scenario, &moves, &nr);

	if (err)
		return err;
	json_open(json, "schedule", '[');
	for (size_t i = 0; i < nr; i++) {
		move_text(scenario, &moves[i], text);
		json_string(json, NULL, text);
	}
	json_close(json, ']');
	free(moves);
	return 0;
}

int run_report_json(const struct run_report *report, FILE *out)
{
	const struct execution *execution = report->execution;
	const struct execution_setup *setup = &execution->setup;
	struct json json = { .out = out };
	bool found = first_finding(report) != NULL;
	char config[MAX_CONFIG_TEXT];

	config_text(setup, config);
	json_open(&json, NULL, '{');
	json_number(&json, "schema", 1);
	json_string(&json, "command", "run");
	json_string(&json, "scenario", setup->scenario->name);
	json_string(&json, "arch", setup->subject->arch);
	json_string(&json, "kernel", setup->kernel->name);
	json_string(&json, "preempt", preempt_model_names[setup->preempt]);
	json_string(&json, "config", config);
	json_string(&json, "chooser", report->chooser);
	if (report->seed)
		json_number(&json, "seed", report->seed);
	else
		json_null(&json, "seed");
	json_string(&json, "verdict", verdict_names[run_verdict(execution)]);
	json_string(&json, "stop", report->is_cut ? "cut" : stops[execution->stop].word);
	json_number(&json, "steps", execution->steps);
	int err = write_moves(&json, report);
	findings_json(&execution->machine->findings, &json);
	json_string(&json, "where", found ? report->timeline.where : NULL);
	if (found)
		json_number(&json, "witness_steps", report->timeline.steps);
	else
		json_null(&json, "witness_steps");
	counters_json(&execution->counters, &json);
	json_close(&json, '}');
	return err;
}
