/* SPDX-License-Identifier: MIT */
/* Counters and findings, see machine_report.h. */
#include "machine_report.h"

#include <inttypes.h>
#include <string.h>

void histogram_text(const struct histogram *histogram, char text[MAX_HISTOGRAM_TEXT])
{
	size_t used = 0;

	snprintf(text, MAX_HISTOGRAM_TEXT, "%s", histogram->nr ? "" : "-");
	for (size_t i = histogram->nr; i-- > 0 && used < MAX_HISTOGRAM_TEXT;) {
		const struct histogram_bin *bin = &histogram->bins[i];
		int length =
			snprintf(text + used, MAX_HISTOGRAM_TEXT - used, "%s%" PRIu64 "x%" PRIu64,
				 used ? " " : "", bin->count, bin->size);
		used += length > 0 ? (size_t)length : 0;
	}
	if (used >= MAX_HISTOGRAM_TEXT)
		memcpy(text + MAX_HISTOGRAM_TEXT - 4, "...", 4);
}

void histogram_json(const struct histogram *histogram, const char *key, struct json *json)
{
	char size[24];

	json_open(json, key, '{');
	for (size_t i = 0; i < histogram->nr; i++) {
		snprintf(size, sizeof(size), "%" PRIu64, histogram->bins[i].size);
		json_number(json, size, histogram->bins[i].count);
	}
	json_close(json, '}');
}

static void print_list(FILE *out, const char *label, const char *const *names,
		       const uint64_t *values, int nr)
{
	const char *separator = label;

	for (int i = 0; i < nr; i++) {
		if (values[i]) {
			fprintf(out, "%s%s %" PRIu64, separator, names[i], values[i]);
			separator = ", ";
		}
	}
	if (separator != label)
		putc('\n', out);
}

void counters_text(const struct counters *counters, FILE *out)
{
	char sizes[MAX_HISTOGRAM_TEXT];

	print_list(out, "  counts:  ", counter_names, counters->n, NR_PUBLIC_COUNTERS);
	print_list(out, "  flushed: ", flush_reason_names, counters->reasons, NR_FLUSH_REASONS);
	if (counters->batch_sizes.nr) {
		histogram_text(&counters->batch_sizes, sizes);
		fprintf(out, "  batches: %s\n", sizes);
	}
}

void counters_member_json(const struct counters *counters, const char *key, struct json *json)
{
	json_open(json, key, '{');
	for (int i = 0; i < NR_PUBLIC_COUNTERS; i++)
		json_number(json, counter_names[i], counters->n[i]);
	json_open(json, "flush_reasons", '{');
	for (int i = 0; i < NR_FLUSH_REASONS; i++)
		json_number(json, flush_reason_names[i], counters->reasons[i]);
	json_close(json, '}');
	histogram_json(&counters->batch_sizes, "batch_sizes", json);
	json_close(json, '}');
}

void counters_json(const struct counters *counters, struct json *json)
{
	counters_member_json(counters, "counters", json);
}

static void write_line(struct json *json, const char *key, uint64_t line)
{
	if (line)
		json_number(json, key, line);
	else
		json_null(json, key);
}

void findings_json(const struct finding_list *list, struct json *json)
{
	json_open(json, "findings", '[');
	for (size_t i = 0; i < list->nr; i++) {
		const struct finding *finding = &list->items[i];
		const struct finding_rule *rule = &finding_rules[finding->kind];
		json_open(json, NULL, '{');
		json_string(json, "name", rule->name);
		json_string(json, "rule", rule->rule);
		json_string(json, "mirrors", rule->mirrors);
		json_string(json, "detail", finding->detail);
		json_number(json, "cpu", (uint64_t)finding->cpu);
		json_number(json, "task", (uint64_t)finding_task(finding));
		write_line(json, "line", finding->line);
		write_line(json, "opened_line", finding->opened_line);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_number(json, "findings_total", list->total);
}
