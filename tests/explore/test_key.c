/* SPDX-License-Identifier: MIT */
/*
 * What belongs to the key of a state and no search would miss, because shorter ways break the same
 * rule: two orders whose ends differ in it alone, and what comes of each when it goes on.
 *
 * usage: test_key [--twin]; --twin: the key is a broken one, and fine is what is found to differ.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "scenario_parse.h"
#include "schedule.h"

struct way {
	const char *moves;
	uint32_t steps; /* of these moves */
	const char *then;
	bool is_broken; /* a rule, by what comes then */
};

/*
 * sparc before a1d416bf9faf: both tasks have cleared entries into the batch of CPU 0, the same ones
 * in the same order and as many each, and T1 leaves its section on CPU 1. Whether that is wrong
 * depends on who wrote last: the entry u2 was cleared by T1 on the first way, by T2 on the second.
 */
static const char two_writers[] =
	"#lmt 1\nscenario two-writers\ncpus 2\npreempt none\nmm A\n"
	"task T1 mm A { enable ; clear u0 ; sleep ; clear u1 ; sleep ; clear u2 ; clear u2 ; sleep\n"
	"disable }\n"
	"task T2 mm A { enable ; clear u1 ; sleep ; clear u2 ; clear u2 ; sleep ; disable }\n";

static const struct way writer_is_away = {
	.moves = "switch 0 T1 ; T1 6 ; switch 0 T2 ; T2 6 ; switch 0 T1 ; T1 11 ; switch 0 T2\n"
		 "T2 6 ; switch 1 T1",
	.steps = 34,
	.then = "T1 *",
	.is_broken = true,
};

static const struct way writer_is_here = {
	.moves = "switch 0 T1 ; T1 11 ; switch 0 T2 ; T2 12 ; switch 0 T1 ; T1 6 ; switch 0 T2\n"
		 "switch 1 T1",
	.steps = 34,
	.then = "T1 *",
};

static struct scenario *parse(const char *text, const struct way *way)
{
	struct scenario *scenario;
	struct diag diag;
	const char *const moves[] = { way->moves, way->then };

	assert_int_equal(
		scenario_parse((struct text){ text, text + strlen(text) }, &scenario, &diag), 0);
	for (int i = 0; i < 2; i++) {
		const struct text part = { moves[i], moves[i] + strlen(moves[i]) };
		assert_int_equal(scenario_parse_moves(part, scenario, &diag), 0);
	}
	return scenario;
}

/* The key behind the moves, and then what comes of them. */
static struct fingerprint follow(const char *text, const char *kernel, const struct way *way)
{
	struct scenario *scenario = parse(text, way);
	const struct execution_setup setup = { .scenario = scenario,
					       .subject = subject_find("sparc"),
					       .kernel = kernel_find(kernel),
					       .preempt = scenario->preempt,
					       .nr_cpus = scenario->nr_cpus };
	struct schedule schedule = { .max_steps = way->steps,
				     .moves = scenario->moves,
				     .nr = scenario->nr_moves };
	struct execution *execution;
	struct symmetry symmetry;

	assert_int_equal(execution_create(&setup, &execution), 0);
	symmetry_find(scenario, true, &symmetry);
	schedule_attach(&schedule, execution);
	assert_int_equal(execution_run(execution), STOP_CHOSEN);
	assert_int_equal(execution->steps, way->steps);
	const struct fingerprint key = execution_key(execution, &symmetry);

	schedule = (struct schedule){ .max_steps = 1000,
				      .moves = scenario->moves,
				      .nr = scenario->nr_moves };
	schedule_attach(&schedule, execution);
	assert_int_equal(execution_run(execution), way->is_broken ? STOP_FINDING : STOP_ENDED);
	execution_destroy(execution);
	scenario_destroy(scenario);
	return key;
}

static void test_one_way_has_one_key(void **state)
{
	struct fingerprint first = follow(two_writers, "v6.6", &writer_is_away);
	struct fingerprint again = follow(two_writers, "v6.6", &writer_is_away);

	(void)state;
	assert_int_equal(fingerprint_compare(&first, &again), 0);
}

static void test_who_wrote_last_is_told_apart(void **state)
{
	struct fingerprint away = follow(two_writers, "v6.6", &writer_is_away);
	struct fingerprint here = follow(two_writers, "v6.6", &writer_is_here);

	(void)state;
	assert_int_not_equal(fingerprint_compare(&away, &here), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_way_has_one_key),
		cmocka_unit_test(test_who_wrote_last_is_told_apart),
	};
	bool is_twin = argc > 1 && strcmp(argv[1], "--twin") == 0;
	bool passes = cmocka_run_group_tests(tests, NULL, NULL) == 0;

	return passes == is_twin ? EXIT_FAILURE : EXIT_SUCCESS;
}
