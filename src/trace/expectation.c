/* SPDX-License-Identifier: MIT */
/* Expectations of native text. */
#include "expectation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `NAME OP VALUE` of native text: a counter of the first run, as it stands at this line. */
static int expectation_check(const struct replay *replay, struct expect_line *expectation)
{
	char name[EVENT_TEXT_SIZE], op[3];
	unsigned long long value;
	struct counters totals;

	if (sscanf(expectation->text, "%127s %2s %llu", name, op, &value) != 3)
		return 0;
	int err = replay_totals(replay, 0, &totals);
	for (int i = 0; i < NR_PUBLIC_COUNTERS && !err; i++) {
		if (strcmp(counter_names[i], name) != 0)
			continue;
		uint64_t n = totals.n[i];
		expectation->met = strcmp(op, "==") == 0   ? n == value
				   : strcmp(op, "!=") == 0 ? n != value
				   : strcmp(op, "<=") == 0 ? n <= value
				   : strcmp(op, ">=") == 0 ? n >= value
				   : strcmp(op, "<") == 0  ? n < value
							   : strcmp(op, ">") == 0 && n > value;
	}
	counters_fini(&totals);
	return err;
}

int add_expectation(struct replay *replay, const struct event *event)
{
	struct expect_line *items =
		realloc(replay->expectations, (replay->nr_expectations + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	replay->expectations = items;
	struct expect_line *expectation = &items[replay->nr_expectations++];
	*expectation = (struct expect_line){ .line = event->line };
	snprintf(expectation->text, sizeof(expectation->text), "%s", event->text);
	return expectation_check(replay, expectation);
}
