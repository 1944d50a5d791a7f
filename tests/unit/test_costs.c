/* SPDX-License-Identifier: MIT */
/* Cost tables and what is made of them; every answer is worked out by hand. */
#include <errno.h>
#include <string.h>

#include "test.h"

#include "machine.h"
#include "model.h"

static struct cost_table table;

static void read_table(const char *text)
{
	struct cost_error error;

	table.nr = table.nr_measured = 0;
	assert_int_equal(costs_parse(text, &table, &error), 0);
}

static void test_all_shipped_tables_are_read(void **state)
{
	(void)state;
	for (const struct shipped_costs *each = shipped_costs; each->arch; each++) {
		read_table(each->text);
		assert_true(table.nr > 0);
		assert_non_null(cost_find(&table, PRIMITIVE_PAGE, NULL));
	}
}

static void test_a_line_is_a_cost(void **state)
{
	(void)state;
	read_table("# comment\n\n  barrier\t0.5 2 30 us  a source \r\npage@fork 1 1.25 2 ns x");
	const struct cost *cost = cost_find(&table, PRIMITIVE_BARRIER, "fork");
	assert_int_equal(cost->low, 500000);
	assert_int_equal(cost->typical, 2000000);
	assert_int_equal(cost->high, 30000000);
	assert_string_equal(cost->source, "a source");
	assert_int_equal(cost_find(&table, PRIMITIVE_PAGE, "fork")->typical, 1250);
	assert_null(cost_find(&table, PRIMITIVE_PAGE, "munmap"));
	assert_null(cost_find(&table, PRIMITIVE_PAGE, NULL));
}

static void test_a_later_line_replaces_an_earlier_one(void **state)
{
	(void)state;
	read_table("page@fork 9 9 9 ns x\npage 1 1 1 ns x\npage 2 2 2 ns x\n");
	assert_int_equal(cost_find(&table, PRIMITIVE_PAGE, "exit")->low, 2000);
	assert_int_equal(cost_find(&table, PRIMITIVE_PAGE, "fork")->low, 9000);
}

static void test_a_bad_line_is_told_where(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		unsigned int column;
	} bad[] = {
		{ "barier 1 2 3 ns x", 1, 1 },
		{ "page@frok 1 2 3 ns x", 1, 6 },
		{ "# ok\npage 1 x 3 ns y", 2, 8 },
		{ "page 1 2 3 ms x", 1, 12 },
		{ "page 1 2 3", 1, 11 },
		{ "page 1 2 3 ns", 1, 14 },
		{ "page 3 2 1 ns x", 1, 5 },
		{ "page 1. 2 3 ns x", 1, 6 },
		{ "page 1.2345 2 3 ns x", 1, 6 },
		{ "page 1234567890 2 3 ns x", 1, 6 },
		{ "page -1 2 3 ns x", 1, 6 },
		{ "measured nothing section=1 1 2 x", 1, 10 },
		{ "measured fork sections=1 1 2 x", 1, 15 },
		{ "measured fork section=1,pages 1 2 x", 1, 25 },
		{ "measured fork config=nothing 1 2 x", 1, 15 },
		{ "measured fork section=1 2 1 x", 1, 1 },
		{ "measured fork section=1 1 2", 1, 28 },
	};
	struct cost_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		table.nr = table.nr_measured = 0;
		assert_int_equal(costs_parse(bad[i].text, &table, &error), -EINVAL);
		assert_int_equal(error.line, bad[i].line);
		assert_int_equal(error.column, bad[i].column);
	}
}

static void test_tables_have_limits(void **state)
{
	static char text[(MAX_COSTS + 1) * 16 + 1];
	struct cost_error error;

	(void)state;
	for (int i = 0; i <= MAX_COSTS; i++)
		memcpy(text + 16 * i, "page 1 2 3 ns x\n", 16);
	table.nr = table.nr_measured = 0;
	assert_int_equal(costs_parse(text, &table, &error), -EINVAL);
	assert_int_equal(error.line, MAX_COSTS + 1);
}

static void test_a_measured_ratio_is_found_by_its_conditions(void **state)
{
	struct params params;

	(void)state;
	params_init(&params);
	read_table("measured fork config=kpkeys,section=4 0.3 0.4 x\n");
	params.n[PARAM_SECTION] = 4;
	assert_null(measured_find(&table, "fork", &params, 0));
	assert_null(measured_find(&table, "exit", &params, CONFIG_KPKEYS));
	assert_int_equal(measured_find(&table, "fork", &params, CONFIG_KPKEYS)->low, 300);
	params.n[PARAM_SECTION] = 5;
	assert_null(measured_find(&table, "fork", &params, CONFIG_KPKEYS));
}

/* (10 p + b) / (10 p + 10 b) with p in 1..2 and b in 1..4, each the same in both. */
static void test_the_range_of_a_ratio_is_over_equal_costs(void **state)
{
	const struct usage lazy = { .n = { [PRIMITIVE_PAGE] = 10, [PRIMITIVE_BARRIER] = 1 } };
	const struct usage immediate = { .n = { [PRIMITIVE_PAGE] = 10, [PRIMITIVE_BARRIER] = 10 } };

	(void)state;
	read_table("page 1 1 2 ns x\nbarrier 1 2 4 ns x\n");
	struct estimate ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(ratio.low, 280);     /* 14 / 50 */
	assert_int_equal(ratio.typical, 400); /* 12 / 30 */
	assert_int_equal(ratio.high, 700);    /* 21 / 30 */
	assert_int_equal(bench_verdict(&ratio, &lazy, &immediate), BENCH_GAIN);
	struct estimate time = modelled_time(&table, NULL, &immediate);
	assert_int_equal(time.low, 20000);
	assert_int_equal(time.high, 60000);
}

/* Nine barriers saved for nine sections: it depends on which is dearer. */
static void test_a_range_around_one_is_undecided(void **state)
{
	const struct usage lazy = { .n = { [PRIMITIVE_SECTION] = 9, [PRIMITIVE_BARRIER] = 1 } };
	const struct usage immediate = { .n = { [PRIMITIVE_BARRIER] = 10 } };

	(void)state;
	read_table("section 1 2 3 ns x\nbarrier 2 2 5 ns x\n");
	struct estimate ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(ratio.low, 280);   /* 14 / 50 */
	assert_int_equal(ratio.high, 1450); /* 29 / 20 */
	assert_int_equal(bench_verdict(&ratio, &lazy, &immediate), BENCH_UNDECIDED);
	read_table("section 9 9 9 ns x\nbarrier 1 1 1 ns x\n");
	ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(ratio.low, 8200);
	assert_int_equal(bench_verdict(&ratio, &lazy, &immediate), BENCH_LOSS);
}

static void test_equal_work_is_no_gain(void **state)
{
	const struct usage lazy = { .n = { [PRIMITIVE_SECTION] = 9, [PRIMITIVE_BARRIER] = 1 } };
	const struct usage immediate = { .n = { [PRIMITIVE_BARRIER] = 1 } };

	(void)state;
	read_table("section 1 2 3 ns x\nbarrier 2 2 5 ns x\n");
	struct estimate ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(bench_verdict(&ratio, &lazy, &immediate), BENCH_LOSS);
	/* What does not show in three decimals is none. */
	read_table("section 1 2 3 ns x\nbarrier 20000 20000 50000 ns x\n");
	ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(bench_verdict(&ratio, &lazy, &immediate), BENCH_SAME);
	table.nr = 0;
	ratio = modelled_ratio(&table, NULL, &lazy, &immediate);
	assert_int_equal(ratio.low, 1000);
	assert_int_equal(ratio.high, 1000);
}

/* Counts and costs of any size end at the largest number. */
static void test_huge_numbers_do_not_wrap(void **state)
{
	const struct usage lazy = { .n = { [PRIMITIVE_PAGE] = UINT64_MAX } };
	const struct usage immediate = {
		.n = { [PRIMITIVE_PAGE] = UINT64_MAX / 2, [PRIMITIVE_CALL] = 1 }
	};

	(void)state;
	read_table("page 999999999 999999999 999999999 us x\ncall 1 1 1 ns x\n");
	assert_true(modelled_time(&table, NULL, &lazy).low == UINT64_MAX);
	assert_int_equal(modelled_ratio(&table, NULL, &lazy, &immediate).high, 1000);
}

/* Two batches of one, one of four: 0, 0, and 3 + 2 + 1 + 0 later writes. */
static void test_a_write_waits_for_those_behind_it(void **state)
{
	struct counters counters;

	(void)state;
	counters_init(&counters);
	histogram_add(&counters.batch_sizes, 1, 2);
	histogram_add(&counters.batch_sizes, 4, 1);
	counters.n[COUNT_DEFERRED] = 6;
	assert_int_equal(waiting_of(&counters).longest, 3);
	assert_int_equal(waiting_of(&counters).mean, 1000);
	assert_int_equal(batches(&counters), 3);
	assert_int_equal(batches_of_one(&counters), 2);
	assert_int_equal(share(2, 3), 667);
	counters_fini(&counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_shipped_tables_are_read),
		cmocka_unit_test(test_a_line_is_a_cost),
		cmocka_unit_test(test_a_later_line_replaces_an_earlier_one),
		cmocka_unit_test(test_a_bad_line_is_told_where),
		cmocka_unit_test(test_tables_have_limits),
		cmocka_unit_test(test_a_measured_ratio_is_found_by_its_conditions),
		cmocka_unit_test(test_the_range_of_a_ratio_is_over_equal_costs),
		cmocka_unit_test(test_a_range_around_one_is_undecided),
		cmocka_unit_test(test_equal_work_is_no_gain),
		cmocka_unit_test(test_huge_numbers_do_not_wrap),
		cmocka_unit_test(test_a_write_waits_for_those_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
