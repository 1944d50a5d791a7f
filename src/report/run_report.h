/* SPDX-License-Identifier: MIT */
/* A single execution: text for people, JSON for programs, the same facts in both. */
#ifndef LAZYMMU_REPORT_RUN_REPORT_H
#define LAZYMMU_REPORT_RUN_REPORT_H

#include "explore_report.h"

struct run_report {
	const struct execution *execution; /* that has stopped */
	const struct history *history;
	struct timeline timeline;
	const char *chooser; /* schedule, seed or undisturbed */
	uint64_t seed;	     /* of seed */
	bool is_cut;	     /* the schedule could not be followed any further */
};

/* Builds the timeline. 0 or -ENOMEM. */
int run_report_init(const struct execution *execution, const struct history *history,
		    struct run_report *ret);
void run_report_fini(struct run_report *report);

/* Of this one schedule: clean, a finding, or bounded (it was not run to its end). */
enum verdict run_verdict(const struct execution *execution);

void run_report_text(const struct run_report *report, FILE *out);
/* The document. 0 or -ENOMEM. */
int run_report_json(const struct run_report *report, FILE *out);

#endif
