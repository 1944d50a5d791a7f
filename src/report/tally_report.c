/* SPDX-License-Identifier: MIT */
/* Tallies: the same columns for programs and for people. */
#include "tally_report.h"

#include <inttypes.h>
#include <stddef.h>

#include "table.h"

enum column {
	HAS_CALLS = 1 << 0,
	HAS_FAILED = 1 << 1,
	HAS_MOVED = 1 << 2,
	HAS_PAGES = 1 << 3,
	HAS_U = 1 << 4,
	HAS_V = 1 << 5,
	HAS_P = 1 << 6,
	HAS_PMD = 1 << 7,
	HAS_KEPT = 1 << 8,
	OF_RANGE = HAS_CALLS | HAS_FAILED | HAS_PAGES | HAS_U | HAS_V | HAS_P,
};

static const struct {
	enum column column;
	const char *name;
	size_t offset;
} columns[] = {
	{ HAS_CALLS, "calls", offsetof(struct tally_counts, calls) },
	{ HAS_FAILED, "failed", offsetof(struct tally_counts, failed) },
	{ HAS_MOVED, "moved", offsetof(struct tally_counts, calls) },
	{ HAS_PAGES, "pages", offsetof(struct tally_counts, pages) },
	{ HAS_U, "U", offsetof(struct tally_counts, u) },
	{ HAS_V, "V", offsetof(struct tally_counts, v) },
	{ HAS_P, "P", offsetof(struct tally_counts, p) },
	{ HAS_PMD, "pmd", offsetof(struct tally_counts, pmd) },
	{ HAS_KEPT, "kept_V", offsetof(struct tally_counts, kept) },
};

enum { NR_COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static const struct {
	const char *name;
	unsigned int columns;
} rows[NR_TALLY_ROWS] = {
	[TALLY_MPROTECT] = { "mprotect", OF_RANGE },
	[TALLY_MUNMAP] = { "munmap", OF_RANGE },
	[TALLY_MADVISE_LAZY] = { "madvise_lazy", OF_RANGE },
	[TALLY_MREMAP] = { "mremap", HAS_MOVED | HAS_PAGES | HAS_U | HAS_V | HAS_P | HAS_PMD },
	[TALLY_FORK] = { "fork", HAS_V | HAS_P },
	[TALLY_FIXED_OVER] = { "fixed_over", HAS_V | HAS_P },
	[TALLY_BRK_SHRINK] = { "brk_shrink", HAS_V },
	[TALLY_TEARDOWN] = { "teardown", HAS_V | HAS_P | HAS_KEPT },
};

static uint64_t value(const struct tally_counts *counts, size_t column)
{
	return *(const uint64_t *)((const char *)counts + columns[column].offset);
}

void tally_json(const struct tally *tally, bool has_faults, struct json *json)
{
	json_open(json, "syscalls", '{');
	for (int row = 0; row < NR_TALLY_ROWS; row++) {
		json_open(json, rows[row].name, '{');
		for (size_t i = 0; i < NR_COLUMNS; i++) {
			if (!(rows[row].columns & columns[i].column))
				continue;
			if (columns[i].column == HAS_P && !has_faults)
				json_null(json, columns[i].name);
			else
				json_number(json, columns[i].name, value(&tally->rows[row], i));
		}
		json_close(json, '}');
	}
	json_close(json, '}');
}

static int add_row(struct table_text *table, const struct tally *tally, int row, bool has_faults)
{
	int err = table_text_add(table, "%s", rows[row].name);

	for (size_t i = 0; i < NR_COLUMNS && !err; i++) {
		bool unknown = columns[i].column == HAS_P && !has_faults;
		if (!(rows[row].columns & columns[i].column))
			err = table_text_add(table, "-");
		else if (unknown)
			err = table_text_add(table, "?");
		else
			err = table_text_add(table, "%" PRIu64, value(&tally->rows[row], i));
	}
	return err;
}

static bool is_empty(const struct tally_counts *counts)
{
	return !counts->calls && !counts->v;
}

int tally_text(const struct tally *tally, bool has_faults, FILE *out)
{
	struct table_text table;
	bool any = false;

	table_text_init(&table, NR_COLUMNS + 1);
	int err = table_text_add(&table, "syscalls");
	for (size_t i = 0; i < NR_COLUMNS && !err; i++)
		err = table_text_add(&table, "%s", columns[i].name);
	for (int row = 0; row < NR_TALLY_ROWS && !err; row++) {
		if (is_empty(&tally->rows[row]))
			continue;
		any = true;
		err = add_row(&table, tally, row, has_faults);
	}
	if (!err && any) {
		fputc('\n', out);
		table_text_print(&table, out);
	}
	table_text_fini(&table);
	return err;
}
