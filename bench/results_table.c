/* SPDX-License-Identifier: MIT */
/* A row for each result. */
#include "results_table.h"

#include <inttypes.h>

static const char *const headings[] = {
	"case",		 "operation",	  "ns", "per second", "spread", "rounds",
	"times a store", "times earlier",
};

enum { NR_COLUMNS = sizeof(headings) / sizeof(headings[0]) };

/* The last column is there when there is something to compare with. */
static size_t nr_columns(const struct results *earlier)
{
	return earlier ? NR_COLUMNS : NR_COLUMNS - 1;
}

int results_table_init(struct results_table *table, const struct results *earlier)
{
	int err = 0;

	table->earlier = earlier;
	table_text_init(&table->text, nr_columns(earlier));
	for (size_t i = 0; i < nr_columns(earlier) && !err; i++)
		err = table_text_add(&table->text, "%s", headings[i]);
	return err;
}

/* Thousandths, with two decimals. */
static int add_decimal(struct table_text *text, uint64_t thousandths)
{
	uint64_t hundredths = (thousandths + 5) / 10;

	return table_text_add(text, "%" PRIu64 ".%02" PRIu64, hundredths / 100, hundredths % 100);
}

static int add_ratio(struct table_text *text, const struct result *result,
		     const struct result *other, const char *otherwise)
{
	if (!other)
		return table_text_add(text, "%s", otherwise);
	return add_decimal(text, result->timing.median * 1000 / other->timing.median);
}

static int add_timing(struct table_text *text, const struct timing *timing)
{
	const char *comment = timing_is_stable(timing) ? "" : ", unstable";
	int err = add_decimal(text, timing->median);

	err |= table_text_add(text, "%" PRIu64, UINT64_C(1000000000000) / timing->median);
	err |= table_text_add(text, "%" PRIu64 ".%" PRIu64 "%%", timing->spread / 10,
			      timing->spread % 10);
	err |= table_text_add(text, "%" PRIu64 "%s", timing->rounds, comment);
	return err;
}

int results_table_add(struct results_table *table, const struct result *result,
		      const char *operation, const struct result *store)
{
	struct table_text *text = &table->text;
	int err = table_text_add(text, "%s", result->name);

	err |= table_text_add(text, "%s", operation);
	err |= add_timing(text, &result->timing);
	err |= add_ratio(text, result, store, "-");
	if (table->earlier)
		err |= add_ratio(text, result, results_find(table->earlier, result->name),
				 "not there");
	return err;
}
