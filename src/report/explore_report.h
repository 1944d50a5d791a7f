/* SPDX-License-Identifier: MIT */
/* Explored cells: text for people, JSON for programs, the same facts in both. */
#ifndef LAZYMMU_REPORT_EXPLORE_REPORT_H
#define LAZYMMU_REPORT_EXPLORE_REPORT_H

#include "cell.h"
#include "json.h"
#include "table.h"
#include "timeline.h"

enum { MAX_CONFIG_TEXT = 128, MAX_FINDINGS_TEXT = 256 };

struct explore_report {
	const struct cell *cell;
	struct timeline timeline;
	/* NULL: nothing is expected, or options made the scenario another one. */
	const struct expectation *expectation;
	const char *reproduce; /* the command that does it again */
};

/* Builds the timeline. 0 or -ENOMEM. */
int explore_report_init(const struct cell *cell, struct explore_report *ret);
void explore_report_fini(struct explore_report *report);

/* Nothing is expected of the cell, or what came out. */
bool explore_report_is_expected(const struct explore_report *report);

/* Options in use, comma-separated; `radix` is the radix MMU. */
void config_text(const struct execution_setup *setup, char text[MAX_CONFIG_TEXT]);
/* Names of a set of findings, comma-separated. */
void findings_text(uint32_t findings, char text[MAX_FINDINGS_TEXT]);
/* What is expected, as its line in the scenario says it. */
void expectation_text(const struct expectation *expectation, char text[MAX_FINDINGS_TEXT]);

/* One cell in full. */
void explore_report_text(const struct explore_report *report, FILE *out);
/* A line: preemption model, CPUs, options. */
void machine_text(const struct execution_setup *setup, FILE *out);
/* A finding: its rule, what the kernel would have said, the timeline; what explore and run share.
 */
void finding_report_text(const struct finding *finding, const struct timeline *timeline,
			 int nr_cpus, FILE *out);

/* One cell of several: a row of a table. 0 or -ENOMEM. */
int explore_table_init(struct table_text *table);
int explore_table_add(struct table_text *table, const struct explore_report *report);

/* An element of the array `cells`; the witness is left out, as matrix does, or written. */
void explore_report_json(const struct explore_report *report, bool with_witness, struct json *json);

#endif
