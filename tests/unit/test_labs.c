/* SPDX-License-Identifier: MIT */
/* Variants of the calls: what a hook sees of the counters, and of preemption. */
#include "test.h"

#include <string.h>

#include "fixture.h"

static struct lazy_mmu_state seen_at_enter, seen_at_leave;
static unsigned int preempt_count_at_enter, nr_hooks;

static void enter(void)
{
	seen_at_enter = current_task()->lazy_mmu_state;
	preempt_count_at_enter = current_task()->preempt_count;
	nr_hooks++;
}

static void leave(void)
{
	seen_at_leave = current_task()->lazy_mmu_state;
	nr_hooks++;
}

static bool enter_state(void)
{
	nr_hooks++;
	return false;
}

static void leave_state(bool nested)
{
	(void)nested;
	nr_hooks++;
}

static const struct arch_ops noting_ops = {
	.enter = enter, .leave = leave, .enter_state = enter_state, .leave_state = leave_state
};

static const struct arch_ops *select_noting(const struct machine_config *config)
{
	(void)config;
	return &noting_ops;
}

static const struct geometry geometries[] = { { .page_shift = 12, .bits = { 9, 9, 9, 9 } } };

static const struct arch noting_arch = {
	.name = "noting", .geometries = geometries, .nr_geometries = 1, .select = select_noting
};

static struct machine *machine_of(enum kernel_id kernel)
{
	const struct setup setup = { .subject = "generic", .kernel = kernel };

	nr_hooks = 0;
	return fixture_create_with(&setup, &noting_arch);
}

static void hooks_see(enum kernel_id kernel, unsigned int at_enter, unsigned int at_leave)
{
	struct machine *machine = machine_of(kernel);

	lazy_mmu_mode_enable();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	lazy_mmu_mode_disable();
	assert_int_equal(seen_at_enter.enable_count, at_enter);
	assert_int_equal(seen_at_leave.enable_count, at_leave);
	assert_int_equal(nr_hooks, 2);
	assert_int_equal(current_task()->lazy_mmu_state.enable_count, 0);
	fixture_destroy(machine);
}

static void test_four_orders_of_counter_and_hook(void **state)
{
	(void)state;
	hooks_see(KERNEL_V7_0, 1, 0);
	hooks_see(KERNEL_LAB_ENABLE_HOOK_FIRST, 0, 0);
	hooks_see(KERNEL_LAB_DISABLE_HOOK_FIRST, 1, 1);
	hooks_see(KERNEL_LAB_HOOK_FIRST, 0, 1);
}

static void hook_runs_at(enum kernel_id kernel, unsigned int preempt_count)
{
	struct machine *machine = machine_of(kernel);

	lazy_mmu_mode_enable();
	assert_int_equal(preempt_count_at_enter, preempt_count);
	lazy_mmu_mode_pause();
	lazy_mmu_mode_resume();
	assert_int_equal(preempt_count_at_enter, preempt_count);
	lazy_mmu_mode_disable();
	assert_int_equal(current_task()->preempt_count, 0);
	fixture_destroy(machine);
}

static void test_preemption_is_off_over_counter_and_hook(void **state)
{
	(void)state;
	hook_runs_at(KERNEL_V7_0, 0);
	hook_runs_at(KERNEL_LAB_PREEMPT_OFF, 1);
}

static void in_interrupt_there_are(enum kernel_id kernel, unsigned int expected)
{
	struct machine *machine = machine_of(kernel);

	irq_enter();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	irq_exit();
	assert_int_equal(nr_hooks, expected);
	fixture_destroy(machine);
}

static void test_level_state_ignores_interrupts(void **state)
{
	(void)state;
	in_interrupt_there_are(KERNEL_SERIES_V2, 2);
	in_interrupt_there_are(KERNEL_LAB_LEVEL_STATE, 0);
}

/* A row has its place and its name, a lab the kernel that it varies. */
static void test_table_of_kernels(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		const struct kernel *kernel = &kernels[id];
		assert_int_equal(kernel->id, id);
		assert_ptr_equal(kernel_find(kernel->name), kernel);
		assert_int_equal(kernel_is_lab(kernel), id > KERNEL_NEWEST);
		assert_int_equal(kernel_is_lab(kernel), strncmp(kernel->name, "lab-", 4) == 0);
		assert_false(kernel_is_lab(&kernels[kernel->base]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_orders_of_counter_and_hook),
		cmocka_unit_test(test_preemption_is_off_over_counter_and_hook),
		cmocka_unit_test(test_level_state_ignores_interrupts),
		cmocka_unit_test(test_table_of_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
