/* SPDX-License-Identifier: MIT */
/* The walkers in every order: two that map pages of one table, and an interrupt that writes. */
#include "bed.h"
#include "walker.h"

enum { BASE = 0x40000000, NR_PAGES = 2 };

static int make_table(unsigned int mm, void *data)
{
	struct lazymmu_table *table;

	(void)mm;
	(void)data;
	return lazymmu_table_alloc(&init_mm, BASE, &table);
}

static void map_first(void *data)
{
	(void)data;
	map_kernel_range(BASE, BASE + NR_PAGES * PAGE_SIZE, 0x1000);
}

static void map_second(void *data)
{
	(void)data;
	map_kernel_range(BASE + NR_PAGES * PAGE_SIZE, BASE + 2 * NR_PAGES * PAGE_SIZE, 0x2000);
}

static void map_in_interrupt(void *data)
{
	(void)data;
	set_pte_at(&init_mm, BASE, pte_offset_kernel(mm_find_pmd(&init_mm, BASE), BASE),
		   pfn_pte(0x3000, PAGE_KERNEL));
}

static const struct lazymmu_explore_task tasks[] = {
	{ .name = "first", .run = map_first },
	{ .name = "second", .run = map_second },
};

static const struct lazymmu_explore_handler handler = {
	.name = "tick",
	.kind = LAZYMMU_INTERRUPT_HARDIRQ,
	.run = map_in_interrupt,
};

static struct lazymmu_exploration *explore(const char *backend, const char *kernel,
					   size_t nr_handlers)
{
	const struct lazymmu_explore_config config = {
		.machine = { .backend = backend,
			     .kernel = kernel,
			     .preempt = LAZYMMU_PREEMPT_FULL },
		.tasks = tasks,
		.nr_tasks = 2,
		.handlers = &handler,
		.nr_handlers = nr_handlers,
		.prepare = make_table,
		.max_disturbances = 3,
	};
	struct lazymmu_exploration *exploration;
	struct lazymmu_diag diag = { "" };

	if (lazymmu_explore(&config, &exploration, &diag))
		fail_msg("%s", diag.text);
	return exploration;
}

/* The name of the rule that the shortest failing schedule breaks; NULL: there is none. */
static const char *first_finding(const char *backend, const char *kernel, size_t nr_handlers)
{
	struct lazymmu_exploration *exploration = explore(backend, kernel, nr_handlers);
	struct lazymmu_finding finding = { 0 };

	if (lazymmu_exploration_finding(exploration, &finding) == 0)
		lazymmu_exploration_print(exploration, stdout);
	lazymmu_exploration_destroy(exploration);
	return finding.name; /* a constant */
}

/* One preemption, between the counter and the hook of enable(): 4594437880ce. */
static void test_xen_v7_0_fails_by_one_preemption(void **state)
{
	struct lazymmu_exploration *exploration = explore("xen", "v7.0", 0);
	struct lazymmu_exploration_summary summary;

	(void)state;
	lazymmu_exploration_summary(exploration, &summary);
	assert_int_equal(summary.verdict, LAZYMMU_VERDICT_FINDING);
	assert_int_equal(summary.disturbances, 1);
	lazymmu_exploration_destroy(exploration);
	assert_string_equal(first_finding("xen", "v7.0", 0), "kernel-bug");
}

static void test_xen_v7_1_is_clean(void **state)
{
	(void)state;
	assert_null(first_finding("xen", "v7.1", 0));
}

/* What an interrupt writes is not held back any more: 1ef3095b1405. */
static void test_arm64_holds_back_what_an_interrupt_writes(void **state)
{
	(void)state;
	assert_string_equal(first_finding("arm64", "v6.16-rc", 1), "not-immediate");
	assert_null(first_finding("arm64", "v6.18", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xen_v7_0_fails_by_one_preemption),
		cmocka_unit_test(test_xen_v7_1_is_clean),
		cmocka_unit_test(test_arm64_holds_back_what_an_interrupt_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
