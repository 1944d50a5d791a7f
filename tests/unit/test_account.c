/* SPDX-License-Identifier: MIT */
/* Counters and histograms. */
#include "test.h"

#include "account.h"
#include "random.h"

static void test_histogram_is_sorted_and_sums(void **state)
{
	struct histogram histogram = { 0 };
	struct random random = { 1 };
	uint64_t by_size[64] = { 0 }, sum = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t size = random_below(&random, 64), count = 1 + random_below(&random, 3);
		assert_int_equal(histogram_add(&histogram, size, count), 0);
		by_size[size] += count;
		sum += size * count;
	}
	assert_int_equal(histogram_sum(&histogram), sum);
	for (size_t i = 0; i < histogram.nr; i++) {
		assert_true(i == 0 || histogram.bins[i - 1].size < histogram.bins[i].size);
		assert_int_equal(histogram.bins[i].count, by_size[histogram.bins[i].size]);
	}
	struct counters counters;
	counters_init(&counters);
	counters.batch_sizes = histogram;
	counters_fini(&counters);
}

static void test_counters_add_and_keep_the_deepest_nest(void **state)
{
	struct counters a, b;

	(void)state;
	counters_init(&a);
	counters_init(&b);
	a.n[COUNT_SECTIONS] = 2;
	b.n[COUNT_SECTIONS] = 3;
	a.n[COUNT_MAX_DEPTH] = 4;
	b.n[COUNT_MAX_DEPTH] = 1;
	b.reasons[FLUSH_FULL] = 5;
	histogram_add(&a.batch_sizes, 31, 1);
	histogram_add(&b.batch_sizes, 31, 2);
	histogram_add(&b.section_entries, 7, 1);
	assert_int_equal(counters_add(&a, &b), 0);
	assert_int_equal(a.n[COUNT_SECTIONS], 5);
	assert_int_equal(a.n[COUNT_MAX_DEPTH], 4);
	assert_int_equal(a.reasons[FLUSH_FULL], 5);
	assert_int_equal(histogram_sum(&a.batch_sizes), 93);
	assert_int_equal(a.section_entries.nr, 1);
	counters_fini(&a);
	counters_fini(&b);
}

static void test_every_counter_and_reason_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < NR_PUBLIC_COUNTERS; i++)
		assert_non_null(counter_names[i]);
	for (int i = 0; i < NR_FLUSH_REASONS; i++)
		assert_non_null(flush_reason_names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histogram_is_sorted_and_sums),
		cmocka_unit_test(test_counters_add_and_keep_the_deepest_nest),
		cmocka_unit_test(test_every_counter_and_reason_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
