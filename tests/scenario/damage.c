/* SPDX-License-Identifier: MIT */
/*
 * Damaged scenarios: cut, bytes replaced, pieces moved, words and numbers exchanged. What is still
 * a scenario is explored within a small bound, on a subject and a kernel that chance takes.
 *
 * usage: damage ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "random.h"
#include "scenario_parse.h"
#include "shipped.h"

enum { MAX_TEXT = 1 << 16, MAX_STATES = 24 };

static size_t below(struct random *random, size_t limit)
{
	return limit ? (size_t)random_below(random, limit) : 0;
}

static void overwrite(char *text, size_t size, size_t at, const char *word)
{
	for (size_t i = 0; word[i] && at + i < size; i++)
		text[at + i] = word[i];
}

/* Returns the size that is left. */
static size_t damage(char *text, size_t size, struct random *random)
{
	static const char *const words[] = { "{",	   "}",	     ";",   "loop {",
					     "9999999999", "cpus 8", "irq", "schedule {",
					     "mm A",	   "exit ",  "*",   "T1 " };
	size_t at = below(random, size), length = below(random, size - at);

	switch (below(random, 6)) {
	case 0: /* cut */
		return at;
	case 1: /* a byte */
		text[at] = (char)random_next(random);
		break;
	case 2: /* a piece is missing */
		memmove(text + at, text + at + length, size - at - length);
		return size - length;
	case 3: /* a digit becomes another one */
		while (at < size && (text[at] < '0' || text[at] > '9'))
			at++;
		if (at < size)
			text[at] = (char)('0' + below(random, 10));
		break;
	case 4: /* a piece stands somewhere else */
		memmove(text + at, text + below(random, size - length), length);
		break;
	default:
		overwrite(text, size, at, words[below(random, sizeof(words) / sizeof(words[0]))]);
		break;
	}
	return size;
}

static void explore_a_little(const struct scenario *scenario, struct random *random)
{
	const struct explore_options options = { .max_states = MAX_STATES,
						 .max_disturbances = 1,
						 .jobs = 1 };
	unsigned int nr_subjects = 0;
	struct exploration_result result;

	while (subjects[nr_subjects].name)
		nr_subjects++;
	const struct execution_setup setup = {
		.scenario = scenario,
		.subject = &subjects[below(random, nr_subjects)],
		.kernel = &kernels[below(random, NR_KERNELS)],
		.preempt = scenario->preempt,
		.nr_cpus = scenario->nr_cpus,
		.config = scenario->config,
		.page_shift = scenario->page_shift,
	};
	if (explore(&setup, &options, &result) == 0)
		exploration_result_fini(&result);
}

/* True: it still was a scenario. A block of its own, so that a read behind the end is seen. */
static bool one_round(const char *original, struct random *random)
{
	size_t size = strlen(original);
	char text[MAX_TEXT];
	struct scenario *scenario;
	struct diag diag;

	memcpy(text, original, size);
	for (size_t n = 1 + below(random, 3); n > 0 && size; n--)
		size = damage(text, size, random);
	char *exact = malloc(size + !size);
	if (!exact)
		exit(EXIT_FAILURE);
	memcpy(exact, text, size);
	bool good = scenario_parse((struct text){ exact, exact + size }, &scenario, &diag) == 0;
	free(exact);
	if (!good)
		return false;
	explore_a_little(scenario, random);
	scenario_destroy(scenario);
	return true;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc == 2 ? strtoul(argv[1], NULL, 10) : 0, good = 0;
	struct random random = { UINT64_C(0x9e3779b97f4a7c15) };
	size_t nr = 0;

	while (shipped_scenarios[nr].name)
		nr++;
	for (unsigned long i = 0; i < rounds; i++)
		good += one_round(shipped_scenarios[i % nr].text, &random);
	printf("%lu rounds, %lu still scenarios\n", rounds, good);
	return rounds && good * 10 >= rounds && good < rounds ? EXIT_SUCCESS : EXIT_FAILURE;
}
