/* SPDX-License-Identifier: MIT */
/*
 * lazymmu_explore() without memory: whichever allocation fails, it says so and there is no result;
 * nothing is taken for clean.
 */
#include <errno.h>
#include <lazymmu/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"

enum { ADDR = 0x40000000 };

struct explore_test {
	struct lazymmu_explore_config config;
	enum lazymmu_verdict expected;
	int err;
	struct lazymmu_exploration_summary summary;
	struct lazymmu_diag diag;
};

static int add_table(unsigned int mm, void *data)
{
	struct lazymmu_table *table;

	(void)mm;
	(void)data;
	return lazymmu_table_alloc(&init_mm, ADDR, &table);
}

static void map_twice(void *data)
{
	pte_t *pte = pte_offset_kernel(mm_find_pmd(&init_mm, ADDR), ADDR);

	(void)data;
	lazy_mmu_mode_enable();
	set_pte_at(&init_mm, ADDR, pte, pfn_pte(7, PAGE_KERNEL));
	set_pte_at(&init_mm, ADDR + PAGE_SIZE, pte + 1, pfn_pte(8, PAGE_KERNEL));
	lazy_mmu_mode_disable();
}

static void attempt(void *data)
{
	struct explore_test *test = data;
	struct lazymmu_exploration *exploration = NULL;

	test->diag = (struct lazymmu_diag){ "" };
	test->err = lazymmu_explore(&test->config, &exploration, &test->diag);
	if (!test->err)
		lazymmu_exploration_summary(exploration, &test->summary);
	lazymmu_exploration_destroy(exploration);
}

static bool check(void *data, bool failed, size_t n)
{
	const struct explore_test *test = data;

	if (failed ? test->err == -ENOMEM && strstr(test->diag.text, "memory")
		   : !test->err && test->summary.verdict == test->expected)
		return true;
	fprintf(stderr, "%s, allocation %zu: %d '%s', verdict %d, failed %d\n",
		test->config.machine.kernel, n, test->err, test->diag.text,
		(int)test->summary.verdict, failed);
	return false;
}

int main(void)
{
	static const struct lazymmu_explore_task tasks[] = {
		{ .name = "T1", .run = map_twice },
		{ .name = "T2", .run = map_twice },
	};
	static const struct {
		const char *name;
		const char *kernel;
		const char *schedule;
		enum lazymmu_verdict verdict;
	} rows[] = {
		{ "a search that finds", "v7.0", NULL, LAZYMMU_VERDICT_FINDING },
		{ "a clean search", "v7.1", NULL, LAZYMMU_VERDICT_CLEAN },
		{ "a schedule", "v7.0", "switch 0 T1 ; T1 3 ; switch 0 T2",
		  LAZYMMU_VERDICT_FINDING },
	};
	int status = EXIT_SUCCESS;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct explore_test test = {
			.config = { .machine = { .backend = "xen",
						 .kernel = rows[i].kernel,
						 .preempt = LAZYMMU_PREEMPT_FULL },
				    .tasks = tasks,
				    .nr_tasks = 2,
				    .prepare = add_table,
				    .schedule = rows[i].schedule },
			.expected = rows[i].verdict,
		};
		if (allocator_each(rows[i].name, attempt, check, &test))
			status = EXIT_FAILURE;
		printf("%llu states\n", (unsigned long long)test.summary.states);
	}
	return status;
}
