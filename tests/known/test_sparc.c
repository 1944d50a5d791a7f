/* SPDX-License-Identifier: MIT */
/* sparc64: the batch against a table of 1024 entries. */
#include "answers.h"

#include "pte_access.h"

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
		/* On v6.6 the commit is a section of its own, which ends the mode. */
		uint64_t batched = kernels[id].set_ptes_section ? 1 : 100;
		assert_int_equal(counted(COUNT_DEFERRED), batched);
		assert_batches(batched, 1);
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

static void munmap_costs(uint64_t demaps)
{
	answers_reset();
	mm_munmap(ANSWERS_BASE, answers_bytes(100));
	assert_int_equal(counted(COUNT_DEMAPS), demaps);
}

/* The valid bit goes with the young bit: old pages are in no TLB, until they are used again. */
static void test_old_pages_cost_no_demap(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("sparc", (enum kernel_id)id);
		answers_touch(100);
		mm_madvise(ANSWERS_BASE, answers_bytes(100), ADVICE_COLD);
		assert_int_equal(counted(COUNT_DEMAPS), 100);
		for (unsigned int i = 0; i < 30; i++)
			handle_mm_fault(mm_of(current_task()->mm), ANSWERS_BASE + answers_bytes(i),
					0);
		munmap_costs(30);
		fixture_destroy(machine);
	}
}

/* pte_modify() takes the valid bit from the protection: valid again, and still not young. */
static void test_mprotect_makes_old_pages_valid(void **state)
{
	struct machine *machine = answers_machine("sparc", KERNEL_V7_0);

	(void)state;
	answers_touch(100);
	mm_madvise(ANSWERS_BASE, answers_bytes(100), ADVICE_COLD);
	answers_reset();
	mm_mprotect(ANSWERS_BASE, answers_bytes(100), VMA_READ);
	assert_int_equal(counted(COUNT_DEMAPS), 0);
	assert_true(hw_access(current_task()->mm, ANSWERS_BASE, false));
	assert_false(pte_has(ptep_get(fixture_pte(current_task()->mm, ANSWERS_BASE)), PTE_YOUNG));
	munmap_costs(100);
	fixture_destroy(machine);
}

/* A fork leaves the child old entries: its first access to each page faults. */
static void test_the_child_of_a_fork_starts_with_old_pages(void **state)
{
	struct machine *machine = answers_machine("sparc", KERNEL_V7_0);

	(void)state;
	answers_touch(100);
	fixture_run(this_cpu(), mm_fork(100, false));
	struct mm *mm = current_task()->mm;
	mm->cpumask = 1;
	assert_false(hw_access(mm, ANSWERS_BASE, false));
	assert_true(handle_mm_fault(mm_of(mm), ANSWERS_BASE, 0));
	assert_true(hw_access(mm, ANSWERS_BASE, false));
	munmap_costs(1);
	fixture_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_1024_entries_are_5_full_flushes_and_64),
		cmocka_unit_test(test_mprotect_adds_exactly_one_for_each_pte),
		cmocka_unit_test(test_vmap_batches_nothing),
		cmocka_unit_test(test_cross_calls_go_by_batch),
		cmocka_unit_test(test_old_pages_cost_no_demap),
		cmocka_unit_test(test_mprotect_makes_old_pages_valid),
		cmocka_unit_test(test_the_child_of_a_fork_starts_with_old_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
