/* SPDX-License-Identifier: MIT */
/* An explored cell as JSON, schema 1. */
#include "explore_report.h"
#include "scenario_write.h"

/* In order of time as the witness shows them; with --all those of other witnesses behind. */
static void write_findings(struct json *json, const struct exploration_result *result)
{
	uint32_t others = result->findings;

	json_open(json, "findings", '[');
	for (unsigned int i = 0; i < result->witness.nr_found; i++) {
		json_string(json, NULL, finding_rules[result->witness.found[i]].name);
		others &= ~(1u << result->witness.found[i]);
	}
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (others & 1u << i)
			json_string(json, NULL, finding_rules[i].name);
	}
	json_close(json, ']');
}

static void write_moves(struct json *json, const struct cell *cell)
{
	char text[MAX_MOVE_TEXT];

	if (!cell->moves) {
		json_null(json, "witness");
		return;
	}
	json_open(json, "witness", '[');
	for (size_t i = 0; i < cell->nr_moves; i++) {
		move_text(cell->setup.scenario, &cell->moves[i], text);
		json_string(json, NULL, text);
	}
	json_close(json, ']');
}

void explore_report_json(const struct explore_report *report, bool with_witness, struct json *json)
{
	const struct cell *cell = report->cell;
	const struct execution_setup *setup = &cell->setup;
	bool found = cell->verdict == VERDICT_FINDING;
	char config[MAX_CONFIG_TEXT];

	config_text(setup, config);
	json_open(json, NULL, '{');
	json_string(json, "scenario", setup->scenario->name);
	json_string(json, "arch", setup->subject->arch);
	json_string(json, "kernel", setup->kernel->name);
	json_string(json, "preempt", preempt_model_names[setup->preempt]);
	json_string(json, "config", config);
	json_string(json, "verdict", verdict_names[cell->verdict]);
	write_findings(json, &cell->result);
	json_string(json, "where", found ? report->timeline.where : NULL);
	if (found)
		json_number(json, "witness_steps", report->timeline.steps);
	else
		json_null(json, "witness_steps");
	json_number(json, "states", cell->result.counts.states);
	if (with_witness)
		write_moves(json, cell);
	json_close(json, '}');
}
