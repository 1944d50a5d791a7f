/* SPDX-License-Identifier: MIT */
/* The table of groups. */
#include "groups_table.h"

#include <inttypes.h>

#include "machine_report.h"
#include "table.h"

static const enum counter columns[] = {
	COUNT_SECTIONS, COUNT_PTE_WRITES, COUNT_DEFERRED, COUNT_IMMEDIATE, COUNT_FLUSHES,
};

enum { NR_COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static bool is_empty(const struct counters *counters)
{
	for (int i = 0; i < NR_COLUMNS; i++) {
		if (counters->n[columns[i]])
			return false;
	}
	return true;
}

static int add_row(struct table_text *table, const struct phase *phase, size_t run)
{
	const struct counters *counters = &phase->predicted[run];
	char batches[MAX_HISTOGRAM_TEXT];
	int err = table_text_add(table, "%s", phase->name);

	for (int i = 0; i < NR_COLUMNS && !err; i++)
		err = table_text_add(table, "%" PRIu64, counters->n[columns[i]]);
	histogram_text(&counters->batch_sizes, batches);
	return err ? err : table_text_add(table, "%s", batches);
}

int groups_table(const struct replay_report *report, size_t run, FILE *out)
{
	const struct replay *replay = report->replay;
	struct table_text table;
	size_t shown = 0, left = 0;

	table_text_init(&table, NR_COLUMNS + 2);
	int err = table_text_add(&table, "%s", group_by_names[replay->groups.by]);
	for (int i = 0; i < NR_COLUMNS && !err; i++)
		err = table_text_add(&table, "%s", counter_names[columns[i]]);
	err = err ? err : table_text_add(&table, "batches");
	for (size_t i = 0; i < replay->phases.nr && !err; i++) {
		const struct phase *phase = replay->phases.items[i];
		if (is_empty(&phase->predicted[run]))
			continue;
		if (report->top && shown == report->top) {
			left++;
			continue;
		}
		shown++;
		err = add_row(&table, phase, run);
	}
	if (!err)
		table_text_print(&table, out);
	if (left)
		fprintf(out, "  and %zu more\n", left);
	table_text_fini(&table);
	return err;
}
