/* SPDX-License-Identifier: MIT */
/* sparc64: the batch against a table of 1024 entries. */
#include "answers.h"

static void test_1024_entries_are_5_full_flushes_and_64(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("sparc", (enum kernel_id)id);
		answers_touch(1024);
		mm_munmap(ANSWERS_BASE, answers_bytes(1024));
		assert_int_equal(counted(COUNT_SECTIONS), 1);
		assert_int_equal(flushed_for(FLUSH_FULL), 5);
		assert_int_equal(flushed_for(FLUSH_LEAVE), 1);
		assert_batches(192, 5);
		assert_batches(64, 1);
		assert_nr_batches(6);
		fixture_destroy(machine);
	}
}

static void test_mprotect_adds_exactly_one_for_each_pte(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("sparc", (enum kernel_id)id);
		answers_touch(100);
		mm_mprotect(ANSWERS_BASE, answers_bytes(100), VMA_READ);
		assert_int_equal(counted(COUNT_DEFERRED), 100);
		assert_batches(100, 1);
		assert_int_equal(counted(COUNT_DEMAPS), 100);
		fixture_destroy(machine);
	}
}

static void test_vmap_batches_nothing(void **state)
{
	struct machine *machine = answers_machine("sparc", KERNEL_V7_0);

	(void)state;
	answers_reset();
	vmap_pages_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + answers_bytes(1000));
	vunmap_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + answers_bytes(1000));
	assert_int_equal(counted(COUNT_SECTIONS), 2);
	assert_int_equal(counted(COUNT_DEFERRED), 0);
	assert_int_equal(counted(COUNT_DEMAPS), 0);
	fixture_destroy(machine);
}

/* One call to each other CPU for each batch, instead of one for each page. */
static void cross_calls(enum mode mode, uint64_t expected)
{
	struct machine *machine = answers_machine_in("sparc", KERNEL_V7_0, mode);

	answers_touch(200);
	current_task()->mm->cpumask = 3;
	mm_munmap(ANSWERS_BASE, answers_bytes(200));
	assert_int_equal(counted(COUNT_CROSS_CALLS), expected);
	assert_int_equal(counted(COUNT_DEMAPS), 400);
	fixture_destroy(machine);
}

static void test_cross_calls_go_by_batch(void **state)
{
	(void)state;
	cross_calls(MODE_LAZY, 2);
	cross_calls(MODE_IMMEDIATE, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_1024_entries_are_5_full_flushes_and_64),
		cmocka_unit_test(test_mprotect_adds_exactly_one_for_each_pte),
		cmocka_unit_test(test_vmap_batches_nothing),
		cmocka_unit_test(test_cross_calls_go_by_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
