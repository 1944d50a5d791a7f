/* SPDX-License-Identifier: MIT */
/* Counters and findings of a machine, as the reports of all commands show them. */
#ifndef LAZYMMU_REPORT_MACHINE_REPORT_H
#define LAZYMMU_REPORT_MACHINE_REPORT_H

#include "json.h"
#include "machine.h"

enum { MAX_HISTOGRAM_TEXT = 160 };

/* `3x31 1x16`: how often, and of what size; the largest first. */
void histogram_text(const struct histogram *histogram, char text[MAX_HISTOGRAM_TEXT]);
void histogram_json(const struct histogram *histogram, const char *key, struct json *json);

/* Indented lines; only what is not zero. */
void counters_text(const struct counters *counters, FILE *out);
/* The member `counters`, or whatever key says. */
void counters_member_json(const struct counters *counters, const char *key, struct json *json);
void counters_json(const struct counters *counters, struct json *json);

/* As a kernel names tasks: an idle task is 0. */
static inline int finding_task(const struct finding *finding)
{
	return finding->tid < 0 ? 0 : finding->tid;
}

/* The members `findings` and `findings_total`. */
void findings_json(const struct finding_list *list, struct json *json);

#endif
