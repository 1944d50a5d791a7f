/* SPDX-License-Identifier: MIT */
/*
 * What sections inside a section are known to cost, by kernel: extra flushes where the outer one
 * goes on, all of its batching where the inner leave ends it, a BUG where neither was thought of.
 */
#include <string.h>

#include "test.h"

#include "model.h"

/* A run of nested: 4096 pages, inner sections in the middle of each so many, or none. */
static struct measurement nested(const char *arch_name, enum kernel_id kernel, uint64_t nest,
				 uint64_t depth)
{
	const struct arch *arch = arch_find(arch_name);
	const struct machine_config config = {
		.kernel = &kernels[kernel],
		.preempt = PREEMPT_FULL,
		.config = strcmp(arch_name, "s390") == 0 ? CONFIG_S390_WITH_PTES : 0,
		.page_shift = arch->geometries[0].page_shift,
	};
	struct measurement measurement;
	struct params params;

	params_init(&params);
	params.n[PARAM_NEST] = nest;
	params.n[PARAM_DEPTH] = depth;
	assert_int_equal(
		workload_measure(workload_find("nested"), arch, &config, &params, &measurement), 0);
	return measurement;
}

/* One counter of such a run. */
static uint64_t nested_count(const char *arch, enum kernel_id kernel, uint64_t nest, uint64_t depth,
			     enum counter counter)
{
	struct measurement measurement = nested(arch, kernel, nest, depth);
	uint64_t n = measurement.counters.n[counter];

	measurement_fini(&measurement);
	return n;
}

/*
 * lazy_mmu_mode_disable(), v7.0 (5ab246749569): an inner one flushes what is pending, the section
 * goes on. 4096 pages are 8 tables of 512 (4 of 1024 on sparc, 16 of 256 on s390), and 64 inner
 * sections, each with something pending before it. leave(LAZY_MMU_NESTED) of version 2 is the same.
 */
static void test_an_inner_section_flushes_once_more(void **state)
{
	static const enum kernel_id kernels_to_try[] = { KERNEL_SERIES_V2, KERNEL_SERIES_V4,
							 KERNEL_V7_0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const enum kernel_id kernel = kernels_to_try[i];
		assert_int_equal(nested_count("arm64", kernel, 0, 1, COUNT_BARRIERS), 8);
		assert_int_equal(nested_count("arm64", kernel, 64, 1, COUNT_BARRIERS), 8 + 64);
		/* 192, 192 and 128 of a table; then 32, seven times 64, and 32. */
		assert_int_equal(nested_count("powerpc", kernel, 0, 1, COUNT_HASH_FLUSH_RANGE),
				 8 * 3);
		assert_int_equal(nested_count("powerpc", kernel, 64, 1, COUNT_HASH_FLUSH_RANGE),
				 8 * 9);
		assert_int_equal(nested_count("powerpc", kernel, 64, 1, COUNT_HASH_FLUSH_SINGLE),
				 0);
		/* Each flush calls the three other CPUs. */
		assert_int_equal(nested_count("sparc", kernel, 0, 1, COUNT_CROSS_CALLS), 3 * 4 * 6);
		assert_int_equal(nested_count("sparc", kernel, 64, 1, COUNT_CROSS_CALLS),
				 3 * 4 * 17);
		/* 17 of a table; of 32 two hypercalls, of 64 three. */
		assert_int_equal(nested_count("xen", kernel, 0, 1, COUNT_PTE_HYPERCALLS), 8 * 17);
		assert_int_equal(nested_count("xen", kernel, 64, 1, COUNT_PTE_HYPERCALLS),
				 8 * (2 + 7 * 3 + 2));
	}
	assert_int_equal(nested_count("s390", KERNEL_V7_0, 0, 1, COUNT_IPTE_RANGE), 16);
	assert_int_equal(nested_count("s390", KERNEL_V7_0, 64, 1, COUNT_IPTE_RANGE), 16 + 64);
}

/* Deeper levels find nothing pending: one flush, however many there are. */
static void test_depth_adds_no_flush(void **state)
{
	(void)state;
	assert_int_equal(nested_count("arm64", KERNEL_V7_0, 64, 254, COUNT_BARRIERS), 8 + 64);
	assert_int_equal(nested_count("arm64", KERNEL_V7_0, 64, 254, COUNT_NESTED_SECTIONS),
			 64 * 254);
	assert_int_equal(nested_count("arm64", KERNEL_V7_0, 64, 254, COUNT_MAX_DEPTH), 255);
	assert_int_equal(nested_count("sparc", KERNEL_SERIES_V2, 64, 9, COUNT_CROSS_CALLS),
			 3 * 4 * 17);
}

/*
 * Up to v6.19 the inner leave ends the mode (1ef3095b1405 says so of arm64; powerpc and sparc clear
 * batch->active): of each table what comes before the first inner section is held back, the rest
 * is done at once.
 */
static void test_v6_18_loses_the_batching(void **state)
{
	static const char *const names[] = { "arm64", "powerpc", "sparc" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t tables = strcmp(names[i], "sparc") == 0 ? 4 : 8;
		struct measurement run = nested(names[i], KERNEL_V6_18, 64, 1);
		assert_int_equal(run.counters.n[COUNT_DEFERRED], tables * 32);
		assert_int_equal(run.findings[FINDING_BATCHING_LOST], 4096 - tables * 32);
		measurement_fini(&run);
	}
	assert_int_equal(nested_count("arm64", KERNEL_V6_18, 64, 1, COUNT_BARRIERS), 8 + 8 * 480);
	assert_int_equal(nested_count("powerpc", KERNEL_V6_18, 64, 1, COUNT_HASH_FLUSH_SINGLE),
			 8 * 480);
	/* One inner section alone costs as much as many. */
	assert_int_equal(nested_count("arm64", KERNEL_V6_18, 4096, 1, COUNT_BARRIERS), 8 + 511);
}

/*
 * The chain in the log of 1ef3095b1405: munmap of user memory, whose section holds nothing back on
 * arm64, so that the inner leave of v6.18 ends a mode that nobody misses.
 */
static void test_debug_pagealloc_loses_nothing(void **state)
{
	const struct arch *arch = arch_find("arm64");
	const struct workload *workload = workload_find("debug-pagealloc-munmap");
	struct measurement runs[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct machine_config config = {
			.kernel = &kernels[i ? KERNEL_V7_0 : KERNEL_V6_18],
			.preempt = PREEMPT_FULL,
			.page_shift = arch->geometries[0].page_shift,
		};
		struct params params;
		params_init(&params);
		assert_int_equal(workload_measure(workload, arch, &config, &params, &runs[i]), 0);
		assert_true(runs[i].counters.n[COUNT_NESTED_SECTIONS] > 0);
		assert_int_equal(runs[i].findings[FINDING_BATCHING_LOST], 0);
	}
	assert_memory_equal(runs[0].counters.n, runs[1].counters.n, sizeof(runs[0].counters.n));
	measurement_fini(&runs[0]);
	measurement_fini(&runs[1]);
}

/* enter_lazy() of v6.18 stops at its BUG_ON; the counter of v6.6 lets sections nest. */
static void test_a_nest_is_a_bug_of_xen_up_to_v6_18(void **state)
{
	struct measurement v6_18 = nested("xen", KERNEL_V6_18, 64, 1);
	struct measurement v6_6 = nested("xen", KERNEL_V6_6, 64, 1);

	(void)state;
	assert_true(v6_18.findings[FINDING_KERNEL_BUG] > 0);
	assert_int_equal(v6_6.findings[FINDING_KERNEL_BUG], 0);
	measurement_fini(&v6_18);
	measurement_fini(&v6_6);
}

static void load_costs(const char *arch, struct cost_table *table)
{
	struct cost_error error;
	const struct shipped_costs *each = shipped_costs;

	table->nr = table->nr_measured = 0;
	while (strcmp(each->arch, arch) != 0)
		each++;
	assert_int_equal(costs_parse(each->text, table, &error), 0);
}

/* What maintainers would quote: with the counters a nest costs a little, without them nearly all.
 */
static void test_v7_0_keeps_most_of_the_gain(void **state)
{
	static const char *const names[] = { "arm64", "powerpc", "sparc" };
	static struct cost_table table;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct measurement plain = nested(names[i], KERNEL_V7_0, 0, 1);
		struct measurement kept = nested(names[i], KERNEL_V7_0, 64, 1);
		struct measurement lost = nested(names[i], KERNEL_V6_18, 64, 1);
		const struct usage without = usage_of(&plain), v7_0 = usage_of(&kept),
				   v6_18 = usage_of(&lost);
		load_costs(names[i], &table);
		struct estimate new = modelled_ratio(&table, "nested", &v7_0, &without);
		struct estimate old = modelled_ratio(&table, "nested", &v6_18, &without);
		assert_int_equal(bench_verdict(&new, &v7_0, &without), BENCH_LOSS);
		assert_int_equal(bench_verdict(&old, &v6_18, &without), BENCH_LOSS);
		assert_true(new.typical < 1250);
		assert_true(old.typical > 1800);
		measurement_fini(&plain);
		measurement_fini(&kept);
		measurement_fini(&lost);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_inner_section_flushes_once_more),
		cmocka_unit_test(test_depth_adds_no_flush),
		cmocka_unit_test(test_v6_18_loses_the_batching),
		cmocka_unit_test(test_debug_pagealloc_loses_nothing),
		cmocka_unit_test(test_a_nest_is_a_bug_of_xen_up_to_v6_18),
		cmocka_unit_test(test_v7_0_keeps_most_of_the_gain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
