/* SPDX-License-Identifier: MIT */
/* What the text and the JSON of an explored cell share. */
#include "explore_report.h"

#include <string.h>

int explore_report_init(const struct cell *cell, struct explore_report *ret)
{
	*ret = (struct explore_report){ .cell = cell };
	return timeline_build(&cell->history, cell->setup.scenario,
			      cell->verdict == VERDICT_FINDING, &ret->timeline);
}

void explore_report_fini(struct explore_report *report)
{
	timeline_fini(&report->timeline);
}

bool explore_report_is_expected(const struct explore_report *report)
{
	return !report->expectation ||
	       cell_meets(report->cell, report->expectation, report->timeline.steps);
}

/* Appends to a comma-separated list, cut at the end of the buffer. */
static void append(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? "," : "", word);
}

void config_text(const struct execution_setup *setup, char text[MAX_CONFIG_TEXT])
{
	unsigned int config = setup->config | setup->subject->config;

	text[0] = '\0';
	for (int i = 0; i < NR_CONFIG_FLAGS; i++) {
		if (config & 1u << i)
			append(text, MAX_CONFIG_TEXT, config_flag_names[i]);
	}
	if (setup->subject->radix)
		append(text, MAX_CONFIG_TEXT, "radix");
}

void findings_text(uint32_t findings, char text[MAX_FINDINGS_TEXT])
{
	text[0] = '\0';
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (findings & 1u << i)
			append(text, MAX_FINDINGS_TEXT, finding_rules[i].name);
	}
}

void expectation_text(const struct expectation *expectation, char text[MAX_FINDINGS_TEXT])
{
	char findings[MAX_FINDINGS_TEXT];

	findings_text(expectation->findings, findings);
	snprintf(text, MAX_FINDINGS_TEXT, "%s%s%.200s", verdict_names[expectation->verdict],
		 findings[0] ? " " : "", findings);
	if (expectation->steps) {
		size_t used = strlen(text);
		snprintf(text + used, MAX_FINDINGS_TEXT - used, " in at most %u steps",
			 expectation->steps);
	}
}
