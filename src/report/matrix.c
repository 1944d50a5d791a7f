/* SPDX-License-Identifier: MIT */
/* The matrix. */
#include "matrix.h"

#include <string.h>

enum { MAX_WORD_TEXT = 64 };

/* By enum finding_kind. */
static const char *const short_names[NR_FINDING_KINDS] = {
	[FINDING_LEAVE_NOT_VISIBLE] = "pending",
	[FINDING_NOT_IMMEDIATE] = "late",
	[FINDING_BATCHING_LEAKED] = "leaked",
	[FINDING_BATCHING_LOST] = "lost",
	[FINDING_KERNEL_BUG] = "BUG",
	[FINDING_KERNEL_WARN] = "WARN",
	[FINDING_UNBALANCED] = "unbal",
	[FINDING_SLEEP_IN_ATOMIC] = "sleep",
	[FINDING_STALE_READ] = "read",
	[FINDING_STALE_TRANSLATION] = "stale",
	[FINDING_WRONG_CPU] = "cpu",
	[FINDING_REGISTER_LEAKED] = "register",
	[FINDING_ORDER_INVERTED] = "order",
	[FINDING_ASSERTION] = "assert",
};

static void word_of(const struct matrix_cell *cell, char word[MAX_WORD_TEXT])
{
	static const char *const verdicts[] = { [VERDICT_CLEAN] = ".",
						[VERDICT_FINDING] = "",
						[VERDICT_BOUNDED] = "?",
						[VERDICT_NOT_APPLICABLE] = "-" };
	const char *separator = "";

	word[0] = '\0';
	if (!cell->has_run)
		return;
	strcpy(word, verdicts[cell->verdict]);
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		size_t used = strlen(word);
		if (!(cell->findings & 1u << i))
			continue;
		snprintf(word + used, MAX_WORD_TEXT - used, "%s%s", separator, short_names[i]);
		separator = "+";
	}
	size_t used = strlen(word);
	snprintf(word + used, MAX_WORD_TEXT - used, "%s", cell->is_expected ? "" : "!");
}

int matrix_block_text(const char *scenario, const struct matrix_cell *cells, size_t nr,
		      size_t nr_subjects, FILE *out)
{
	struct table_text table;
	char word[MAX_WORD_TEXT];
	int err;

	table_text_init(&table, nr_subjects + 1);
	err = table_text_add(&table, "%s", scenario);
	for (size_t i = 0; i < nr_subjects && !err; i++)
		err = table_text_add(&table, "%s", cells[i].subject->name);
	for (size_t i = 0; i < nr && !err; i++) {
		if (i % nr_subjects == 0)
			err = table_text_add(&table, "  %s", cells[i].kernel->name);
		word_of(&cells[i], word);
		err = err ? err : table_text_add(&table, "%s", word);
	}
	if (!err)
		table_text_print(&table, out);
	table_text_fini(&table);
	return err;
}

void matrix_legend_text(uint32_t findings, FILE *out)
{
	fputs(".  clean   -  n/a   ?  stopped at a bound   !  not what the scenario expects\n",
	      out);
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (findings & 1u << i)
			fprintf(out, "%-8s  %s: %s\n", short_names[i], finding_rules[i].name,
				finding_rules[i].rule);
	}
}
