/* SPDX-License-Identifier: MIT */
/* The table of runs. */
#include "runs_table.h"

#include <inttypes.h>

#include "table.h"

static const enum counter columns[] = {
	COUNT_SECTIONS, COUNT_PTE_WRITES, COUNT_DEFERRED, COUNT_IMMEDIATE, COUNT_FLUSHES,
};

/* Before the counters of their column, and behind them what hardware or hypervisor saw. */
static const char *const headings[] = { "backend", "kernel", "mode", "populate" };

enum {
	NR_COLUMNS = sizeof(columns) / sizeof(columns[0]),
	NR_HEADINGS = sizeof(headings) / sizeof(headings[0]),
	WORK_SIZE = 256,
};

static void format_work(const struct counters *counters, char text[WORK_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = COUNT_FLUSHES + 1; i < NR_PUBLIC_COUNTERS && used < WORK_SIZE; i++) {
		if (counters->n[i])
			used += (size_t)snprintf(text + used, WORK_SIZE - used, "%s%s %" PRIu64,
						 used ? ", " : "", counter_names[i],
						 counters->n[i]);
	}
}

static int add_row(struct table_text *table, const struct replay *replay, size_t i)
{
	const struct run *run = &replay->runs[i];
	const struct machine_config *config = &run->machine->config;
	struct counters totals;
	char work[WORK_SIZE];
	int err = replay_totals(replay, i, &totals);

	err = err ? err : table_text_add(table, "%s", run->arch->name);
	err = err ? err : table_text_add(table, "%s", config->kernel->name);
	err = err ? err
		  : table_text_add(table, "%s", config->mode == MODE_LAZY ? "lazy" : "immediate");
	err = err ? err : table_text_add(table, "%s", population_names[run->population]);
	for (int column = 0; column < NR_COLUMNS && !err; column++)
		err = table_text_add(table, "%" PRIu64, totals.n[columns[column]]);
	format_work(&totals, work);
	err = err ? err : table_text_add(table, "%s", work);
	counters_fini(&totals);
	return err;
}

int runs_table(const struct replay *replay, FILE *out)
{
	struct table_text table;
	int err = 0;

	table_text_init(&table, NR_HEADINGS + NR_COLUMNS + 1);
	for (int i = 0; i < NR_HEADINGS && !err; i++)
		err = table_text_add(&table, "%s", headings[i]);
	for (int i = 0; i < NR_COLUMNS && !err; i++)
		err = table_text_add(&table, "%s", counter_names[columns[i]]);
	err = err ? err : table_text_add(&table, "work");
	for (size_t i = 0; i < replay->nr_runs && !err; i++)
		err = add_row(&table, replay, i);
	if (!err) {
		putc('\n', out);
		table_text_print(&table, out);
	}
	table_text_fini(&table);
	return err;
}
