/* SPDX-License-Identifier: MIT */
/* The sequence of the kernel's own KUnit test, mm/tests/lazy_mmu_mode_kunit.c (42d3b66d4cdb). */
#include "bed.h"

static void expect_active(bool active)
{
	assert_int_equal(is_lazy_mmu_mode_active(), active);
}

static void run_sequence(void)
{
	expect_active(false);
	lazy_mmu_mode_enable();
	expect_active(true);
	/* Nested section */
	lazy_mmu_mode_enable();
	expect_active(true);
	lazy_mmu_mode_disable();
	expect_active(true);
	/* Pause; section calls inside have no effect, pauses nest */
	lazy_mmu_mode_pause();
	expect_active(false);
	lazy_mmu_mode_enable();
	expect_active(false);
	lazy_mmu_mode_disable();
	expect_active(false);
	lazy_mmu_mode_pause();
	expect_active(false);
	lazy_mmu_mode_resume();
	expect_active(false);
	lazy_mmu_mode_resume();
	expect_active(true);
	lazy_mmu_mode_disable();
	expect_active(false);
}

static void sequence_is_clean(const char *backend)
{
	struct bed bed = bed_create(backend, "v7.0");

	run_sequence();
	assert_int_equal(lazymmu_sys_exit(), 0);
	bed_assert_clean(&bed);
	bed_destroy(&bed);
}

static void test_kunit_sequence_on_every_backend(void **state)
{
	(void)state;
	on_every_backend(sequence_is_clean);
}

/* In interrupt the mode is off, whatever the interrupted task does. */
static void handler(void *data)
{
	(void)data;
	expect_active(false);
	lazy_mmu_mode_enable();
	expect_active(false);
	lazy_mmu_mode_disable();
}

static void interrupt_hides_the_mode(const char *backend)
{
	struct bed bed = bed_create(backend, "v7.0");

	lazy_mmu_mode_enable();
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_HARDIRQ, handler, NULL), 0);
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_SOFTIRQ, handler, NULL), 0);
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_NMI, handler, NULL), 0);
	expect_active(true);
	lazy_mmu_mode_disable();
	bed_assert_clean(&bed);
	bed_destroy(&bed);
}

static void test_interrupt_hides_the_mode_on_every_backend(void **state)
{
	(void)state;
	on_every_backend(interrupt_hides_the_mode);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kunit_sequence_on_every_backend),
		cmocka_unit_test(test_interrupt_hides_the_mode_on_every_backend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
