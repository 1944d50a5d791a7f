/* SPDX-License-Identifier: MIT */
/* s390: IPTE, ranges of it, and the flush of a whole mm instead of either. */
#include "answers.h"

#include "pte_access.h"

enum { TID = 100 };

/* A thread of the same mm runs on CPU 1, so that the mm is attached to two CPUs. */
static void run_thread_elsewhere(void)
{
	struct machine *machine = this_machine();

	fixture_run(&machine->cpus[1], mm_fork(TID, true));
	run_on(&machine->cpus[0]);
}

static void assert_translated(bool translated)
{
	assert_int_equal(
		!!translation_find(&current_task()->mm->translations, HOLDER_TLB, 0, ANSWERS_BASE),
		translated);
}

/* 256 valid entries are one invalidation; every second one valid: as many as there are. */
static void test_ranges_are_runs_of_valid_entries(void **state)
{
	struct machine *machine = answers_machine("s390-with-ptes", KERNEL_V7_0);

	(void)state;
	answers_touch(256);
	mm_mprotect(ANSWERS_BASE, answers_bytes(256), VMA_READ);
	assert_int_equal(counted(COUNT_IPTE_RANGE), 1);
	assert_int_equal(counted(COUNT_IPTE), 0);
	for (unsigned int i = 0; i < 256; i += 2)
		mm_munmap(ANSWERS_BASE + answers_bytes(i), answers_bytes(1));
	answers_reset();
	mm_munmap(ANSWERS_BASE, answers_bytes(256));
	assert_int_equal(counted(COUNT_IPTE_RANGE), 128);
	fixture_destroy(machine);
}

/* An old entry is invalid, so it belongs to no run and needs no IPTE. */
static void test_old_entries_split_ranges(void **state)
{
	struct machine *machine = answers_machine("s390-with-ptes", KERNEL_V7_0);

	(void)state;
	answers_touch(256);
	mm_madvise(ANSWERS_BASE + answers_bytes(100), answers_bytes(10), ADVICE_COLD);
	answers_reset();
	mm_mprotect(ANSWERS_BASE, answers_bytes(256), VMA_READ);
	assert_int_equal(counted(COUNT_IPTE_RANGE), 2);
	fixture_destroy(machine);
}

static void one_ipte_each(enum mode mode, bool two_cpus)
{
	struct machine *machine = answers_machine_in("s390", KERNEL_V7_0, mode);

	answers_touch(256);
	if (two_cpus)
		run_thread_elsewhere();
	mm_mprotect(ANSWERS_BASE, answers_bytes(256), VMA_READ);
	assert_int_equal(counted(COUNT_IPTE), 256);
	assert_int_equal(counted(COUNT_IPTE_RANGE), 0);
	assert_int_equal(counted(COUNT_DEFERRED), 0);
	fixture_destroy(machine);
}

static void test_without_the_proposal_is_one_ipte_each(void **state)
{
	(void)state;
	one_ipte_each(MODE_LAZY, true);
	one_ipte_each(MODE_IMMEDIATE, true);
	one_ipte_each(MODE_IMMEDIATE, false);
}

/* ptep_xchg_lazy(): attached here alone, the mm is flushed as a whole at the end of the gather. */
static void test_an_mm_of_one_cpu_needs_no_ipte(void **state)
{
	struct machine *machine = answers_machine("s390", KERNEL_V7_0);

	(void)state;
	answers_touch(256);
	hw_access(current_task()->mm, ANSWERS_BASE, false);
	ptep_get_and_clear(current_task()->mm, ANSWERS_BASE,
			   fixture_pte(current_task()->mm, ANSWERS_BASE));
	assert_translated(true);
	mm_mprotect(ANSWERS_BASE, answers_bytes(256), VMA_READ);
	assert_int_equal(counted(COUNT_IPTE), 0);
	assert_translated(false);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

/* finish_arch_post_lock_switch(): whoever runs the mm next flushes it first. */
static void test_a_switch_completes_what_was_put_off(void **state)
{
	struct machine *machine = answers_machine("s390", KERNEL_V7_0);
	struct task *task = current_task();

	(void)state;
	answers_touch(1);
	hw_access(task->mm, ANSWERS_BASE, false);
	ptep_get_and_clear(task->mm, ANSWERS_BASE, fixture_pte(task->mm, ANSWERS_BASE));
	fixture_run(this_cpu(), task_fork(task, TID)); /* a kernel thread keeps the mm */
	assert_int_equal(counted(COUNT_IPTE), 0);
	fixture_run(this_cpu(), task);
	assert_translated(false);
	fixture_destroy(machine);
}

/* Young bits and copy-on-write are ptep_xchg_direct(), whoever has the mm. */
static void test_young_bits_cost_an_ipte_each(void **state)
{
	struct machine *machine = answers_machine("s390", KERNEL_V7_0);

	(void)state;
	answers_touch(100);
	mm_madvise(ANSWERS_BASE, answers_bytes(100), ADVICE_COLD);
	assert_int_equal(counted(COUNT_IPTE), 100);
	mm_madvise(ANSWERS_BASE, answers_bytes(100), ADVICE_COLD);
	assert_int_equal(counted(COUNT_IPTE), 100);
	run_thread_elsewhere();
	mm_munmap(ANSWERS_BASE, answers_bytes(100));
	assert_int_equal(counted(COUNT_IPTE), 100);
	fixture_destroy(machine);
}

/* ptep_get_and_clear_full(): no IPTE at exit; the proposal pays for ranges there. */
static void exit_costs(const char *subject, uint64_t ranges)
{
	struct machine *machine = answers_machine(subject, KERNEL_V7_0);

	answers_touch(256);
	run_thread_elsewhere();
	run_on(&machine->cpus[1]);
	mm_exit();
	run_on(&machine->cpus[0]);
	mm_exit();
	assert_int_equal(counted(COUNT_IPTE), 0);
	assert_int_equal(counted(COUNT_IPTE_RANGE), ranges);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

static void test_teardown_needs_no_ipte(void **state)
{
	(void)state;
	exit_costs("s390", 0);
	exit_costs("s390-with-ptes", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges_are_runs_of_valid_entries),
		cmocka_unit_test(test_old_entries_split_ranges),
		cmocka_unit_test(test_without_the_proposal_is_one_ipte_each),
		cmocka_unit_test(test_an_mm_of_one_cpu_needs_no_ipte),
		cmocka_unit_test(test_a_switch_completes_what_was_put_off),
		cmocka_unit_test(test_young_bits_cost_an_ipte_each),
		cmocka_unit_test(test_teardown_needs_no_ipte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
