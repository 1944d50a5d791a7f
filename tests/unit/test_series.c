/* SPDX-License-Identifier: MIT */
/*
 * The section API of the nesting series before it was merged: the state of version 2, the level and
 * the flag of versions 3 and 4, and what a hook sees of them.
 */
#include "test.h"

#include <string.h>

#include "fixture.h"

enum { MAX_HOOKS = 600 };

/* Hooks that were called, oldest first; a nested leave is 'n'. */
static char hooks[MAX_HOOKS + 1];
static size_t nr_hooks;
static struct lazy_mmu_state seen; /* by the last hook */
static bool is_on;

static void note(char hook)
{
	assert_true(nr_hooks < MAX_HOOKS);
	hooks[nr_hooks++] = hook;
	hooks[nr_hooks] = '\0';
	seen = current_task()->lazy_mmu_state;
}

static void enter(void)
{
	note('e');
}

static void leave(void)
{
	note('l');
}

static void flush(void)
{
	note('f');
}

static bool enter_state(void)
{
	bool nested = is_on;

	note('e');
	is_on = true;
	return nested;
}

static void leave_state(bool nested)
{
	note(nested ? 'n' : 'l');
	is_on = nested;
}

static const struct arch_ops noting_ops = { .enter = enter,
					    .leave = leave,
					    .flush = flush,
					    .enter_state = enter_state,
					    .leave_state = leave_state };

static const struct arch_ops *select_noting(const struct machine_config *config)
{
	(void)config;
	return &noting_ops;
}

static const struct geometry geometries[] = { { .page_shift = 12, .bits = { 9, 9, 9, 9 } } };

static const struct arch noting_arch = {
	.name = "noting", .geometries = geometries, .nr_geometries = 1, .select = select_noting
};

static struct machine *machine_of(enum kernel_id kernel, unsigned int config)
{
	const struct setup setup = { .subject = "generic", .kernel = kernel, .config = config };

	nr_hooks = 0;
	is_on = false;
	return fixture_create_with(&setup, &noting_arch);
}

typedef void (*section_call)(void);

static void run(const section_call *calls)
{
	for (; *calls; calls++)
		(*calls)();
}

/* Two levels and a pause in the inner one. */
static void test_each_level_keeps_its_state(void **state)
{
	struct machine *machine = machine_of(KERNEL_SERIES_V2, 0);

	(void)state;
	lazy_mmu_mode_enable();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_pause();
	assert_false(is_on);
	lazy_mmu_mode_resume();
	assert_true(is_on);
	lazy_mmu_mode_disable();
	assert_true(is_on);
	lazy_mmu_mode_disable();
	assert_false(is_on);
	assert_string_equal(hooks, "eelenl");
	fixture_destroy(machine);
}

static void test_leave_without_enter_is_not_nested(void **state)
{
	struct machine *machine = machine_of(KERNEL_SERIES_V2, 0);

	(void)state;
	lazy_mmu_mode_disable();
	assert_string_equal(hooks, "l");
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	assert_string_equal(hooks, "lel");
	fixture_destroy(machine);
}

static void test_more_levels_than_states_are_balanced(void **state)
{
	const int depth = MAX_LAZY_MMU_STATES + 40;
	struct machine *machine = machine_of(KERNEL_SERIES_V2, 0);

	(void)state;
	for (int i = 0; i < depth; i++)
		lazy_mmu_mode_enable();
	for (int i = 1; i < depth; i++) {
		lazy_mmu_mode_disable();
		assert_true(is_on);
	}
	lazy_mmu_mode_disable();
	assert_false(is_on);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

static const enum kernel_id flag_kernels[] = { KERNEL_SERIES_V3, KERNEL_SERIES_V4 };

struct row {
	section_call call;
	uint8_t level;
	bool active;
	uint8_t level_after;
	bool active_after;
	const char *hook;
	bool warns; /* with DEBUG_VM */
};

static const struct row rows[] = {
	{ lazy_mmu_mode_enable, 0, false, 1, true, "e", false },
	{ lazy_mmu_mode_enable, 3, true, 4, true, "", false },
	{ lazy_mmu_mode_disable, 1, true, 0, false, "l", false },
	{ lazy_mmu_mode_disable, 3, true, 2, true, "f", false },
	{ lazy_mmu_mode_pause, 3, true, 3, false, "l", false },
	{ lazy_mmu_mode_resume, 3, false, 3, true, "e", false },
	{ lazy_mmu_mode_enable, 3, false, 4, false, "", true },
	{ lazy_mmu_mode_disable, 3, false, 2, false, "f", true },
	{ lazy_mmu_mode_pause, 3, false, 3, false, "l", true },
	{ lazy_mmu_mode_pause, 0, false, 0, false, "l", true },
	{ lazy_mmu_mode_resume, 3, true, 3, true, "e", true },
	{ lazy_mmu_mode_resume, 0, false, 0, true, "e", true },
};

static void check_row(const struct row *row, enum kernel_id kernel, unsigned int config)
{
	struct machine *machine = machine_of(kernel, config);
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	*state = (struct lazy_mmu_state){ .nesting_level = row->level, .active = row->active };
	hooks[0] = '\0';
	row->call();
	assert_string_equal(hooks, row->hook);
	assert_int_equal(state->nesting_level, row->level_after);
	assert_int_equal(state->active, row->active_after);
	assert_int_equal(found(FINDING_KERNEL_WARN), row->warns && config);
	fixture_destroy(machine);
}

static void test_table_of_calls_with_a_flag(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			check_row(&rows[i], flag_kernels[k], 0);
			check_row(&rows[i], flag_kernels[k], CONFIG_DEBUG_VM);
		}
	}
}

static void test_nothing_changes_in_interrupt(void **state)
{
	const section_call calls[] = { local_bh_disable,      lazy_mmu_mode_enable,
				       lazy_mmu_mode_pause,   lazy_mmu_mode_resume,
				       lazy_mmu_mode_disable, NULL };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct machine *machine = machine_of(flag_kernels[k], CONFIG_DEBUG_VM);
		run(calls);
		assert_int_equal(nr_hooks, 0);
		assert_int_equal(machine->findings.total, 0);
		local_bh_enable();
		fixture_destroy(machine);
	}
}

static void hook_sees(enum kernel_id kernel, const section_call *calls, unsigned int level,
		      bool active)
{
	struct machine *machine = machine_of(kernel, 0);

	run(calls);
	assert_int_equal(seen.nesting_level, level);
	assert_int_equal(seen.active, active);
	fixture_destroy(machine);
}

/* Version 3 writes behind the enter hook, version 4 before; both clear before the leave hook. */
static void test_order_of_statements(void **state)
{
	const section_call enable[] = { lazy_mmu_mode_enable, NULL };
	const section_call disable[] = { lazy_mmu_mode_enable, lazy_mmu_mode_disable, NULL };
	const section_call resume[] = { lazy_mmu_mode_enable, lazy_mmu_mode_pause,
					lazy_mmu_mode_resume, NULL };

	(void)state;
	hook_sees(KERNEL_SERIES_V3, enable, 0, false);
	hook_sees(KERNEL_SERIES_V4, enable, 1, true);
	hook_sees(KERNEL_SERIES_V3, disable, 0, false);
	hook_sees(KERNEL_SERIES_V4, disable, 0, false);
	hook_sees(KERNEL_SERIES_V3, resume, 1, false);
	hook_sees(KERNEL_SERIES_V4, resume, 1, true);
}

static void wrap(enum kernel_id kernel, enum finding_kind finding)
{
	struct machine *machine = machine_of(kernel, CONFIG_DEBUG_VM);

	for (int i = 0; i < 255; i++)
		lazy_mmu_mode_enable();
	assert_int_equal(machine->findings.total, 0);
	lazy_mmu_mode_enable();
	assert_int_equal(found(finding), 1);
	assert_int_equal(current_task()->lazy_mmu_state.nesting_level, 0);
	fixture_destroy(machine);
}

static void test_depth_limit_is_255(void **state)
{
	(void)state;
	wrap(KERNEL_SERIES_V3, FINDING_KERNEL_BUG);
	wrap(KERNEL_SERIES_V4, FINDING_KERNEL_WARN);
}

/* Version 3 alone asks the architecture whether it wants the mode. */
static void radix(enum kernel_id kernel, unsigned int level)
{
	const struct setup setup = { .subject = "powerpc-radix", .kernel = kernel };
	struct machine *machine = fixture_create(&setup);

	lazy_mmu_mode_enable();
	assert_int_equal(current_task()->lazy_mmu_state.nesting_level, level);
	lazy_mmu_mode_disable();
	assert_int_equal(current_task()->lazy_mmu_state.nesting_level, 0);
	fixture_destroy(machine);
}

static void test_radix_refuses_in_version_3(void **state)
{
	(void)state;
	radix(KERNEL_SERIES_V3, 0);
	radix(KERNEL_SERIES_V4, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_level_keeps_its_state),
		cmocka_unit_test(test_leave_without_enter_is_not_nested),
		cmocka_unit_test(test_more_levels_than_states_are_balanced),
		cmocka_unit_test(test_table_of_calls_with_a_flag),
		cmocka_unit_test(test_nothing_changes_in_interrupt),
		cmocka_unit_test(test_order_of_statements),
		cmocka_unit_test(test_depth_limit_is_255),
		cmocka_unit_test(test_radix_refuses_in_version_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
