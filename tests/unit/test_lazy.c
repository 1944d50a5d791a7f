/* SPDX-License-Identifier: MIT */
/*
 * The section API of v7.0: the table of calls, counters and callbacks, row by row, and the
 * sequences that nobody should write.
 */
#include "test.h"

#include "fixture.h"

/* A backend that writes down which hook was called. */
static char last_hook;

static void enter(void)
{
	last_hook = 'e';
}

static void leave(void)
{
	last_hook = 'l';
}

static void flush(void)
{
	last_hook = 'f';
}

static const struct arch_ops noting_ops = { .enter = enter, .leave = leave, .flush = flush };

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

	return fixture_create_with(&setup, &noting_arch);
}

typedef void (*section_call)(void);

static char hook_of(section_call call)
{
	last_hook = '-';
	call();
	return last_hook;
}

static void set_state(unsigned int enabled, unsigned int paused)
{
	current_task()->lazy_mmu_state = (struct lazy_mmu_state){ .enable_count = (uint8_t)enabled,
								  .pause_count = (uint8_t)paused };
}

static void assert_state(unsigned int enabled, unsigned int paused)
{
	assert_int_equal(current_task()->lazy_mmu_state.enable_count, enabled);
	assert_int_equal(current_task()->lazy_mmu_state.pause_count, paused);
}

struct row {
	const char *name;
	section_call call;
	uint8_t before[2]; /* enable_count, pause_count */
	uint8_t after[2];
	char hook; /* '-': none */
};

static const struct row rows[] = {
	{ "enable, outermost", lazy_mmu_mode_enable, { 0, 0 }, { 1, 0 }, 'e' },
	{ "enable, nested", lazy_mmu_mode_enable, { 3, 0 }, { 4, 0 }, '-' },
	{ "disable, outermost", lazy_mmu_mode_disable, { 1, 0 }, { 0, 0 }, 'l' },
	{ "disable, nested", lazy_mmu_mode_disable, { 3, 0 }, { 2, 0 }, 'f' },
	{ "pause, no section", lazy_mmu_mode_pause, { 0, 0 }, { 0, 1 }, '-' },
	{ "pause, in a section", lazy_mmu_mode_pause, { 3, 0 }, { 3, 1 }, 'l' },
	{ "pause, nested", lazy_mmu_mode_pause, { 3, 2 }, { 3, 3 }, '-' },
	{ "resume, no section", lazy_mmu_mode_resume, { 0, 1 }, { 0, 0 }, '-' },
	{ "resume, in a section", lazy_mmu_mode_resume, { 3, 1 }, { 3, 0 }, 'e' },
	{ "resume, nested", lazy_mmu_mode_resume, { 3, 3 }, { 3, 2 }, '-' },
	{ "enable, paused", lazy_mmu_mode_enable, { 3, 2 }, { 3, 2 }, '-' },
	{ "disable, paused", lazy_mmu_mode_disable, { 3, 2 }, { 3, 2 }, '-' },
};

enum { NR_ROWS = sizeof(rows) / sizeof(rows[0]) };

static void test_table_of_calls_in_task_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_ROWS; i++) {
		struct machine *machine = machine_of(KERNEL_V7_0, 0);
		const struct row *row = &rows[i];

		print_message("%s\n", row->name);
		set_state(row->before[0], row->before[1]);
		assert_int_equal(hook_of(row->call), row->hook);
		assert_state(row->after[0], row->after[1]);
		fixture_destroy(machine);
	}
}

static void in_context(void (*begin)(void), void (*end)(void))
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		struct machine *machine = machine_of(KERNEL_V7_0, 0);

		set_state(rows[i].before[0], rows[i].before[1]);
		begin();
		assert_int_equal(hook_of(rows[i].call), '-');
		assert_state(rows[i].before[0], rows[i].before[1]);
		assert_false(is_lazy_mmu_mode_active());
		end();
		fixture_destroy(machine);
	}
}

static void test_nothing_changes_in_interrupt(void **state)
{
	(void)state;
	in_context(irq_enter, irq_exit);
	in_context(softirq_enter, softirq_exit);
	in_context(nmi_enter, nmi_exit);
	in_context(local_bh_disable, local_bh_enable);
}

/* Up to v6.18 mm/ calls the hooks themselves, at every level. */
static void test_stateless_calls_hooks_at_every_level(void **state)
{
	struct machine *machine = machine_of(KERNEL_V6_18, 0);

	(void)state;
	assert_int_equal(hook_of(lazy_mmu_mode_enable), 'e');
	assert_int_equal(hook_of(lazy_mmu_mode_enable), 'e');
	assert_int_equal(hook_of(lazy_mmu_mode_disable), 'l');
	assert_int_equal(hook_of(lazy_mmu_mode_pause), 'l');
	assert_int_equal(hook_of(lazy_mmu_mode_resume), 'e');
	assert_int_equal(hook_of(lazy_mmu_mode_disable), 'l');
	assert_state(0, 0);
	fixture_destroy(machine);
}

static void run(const section_call *calls)
{
	for (; *calls; calls++)
		(*calls)();
}

/* enable, pause, disable, resume: the disable was ignored, nothing warns. */
static void test_disable_in_pause_leaks(void **state)
{
	struct machine *machine = machine_of(KERNEL_V7_0, CONFIG_DEBUG_VM);
	const section_call calls[] = { lazy_mmu_mode_enable, lazy_mmu_mode_pause,
				       lazy_mmu_mode_disable, lazy_mmu_mode_resume, NULL };

	(void)state;
	run(calls);
	assert_state(1, 0);
	assert_int_equal(found(FINDING_KERNEL_WARN), 0);
	lazy_check_balance("exit");
	assert_int_equal(found(FINDING_UNBALANCED), 1);
	fixture_destroy(machine);
}

static void test_disable_with_bh_off_leaks(void **state)
{
	struct machine *machine = machine_of(KERNEL_V7_0, CONFIG_DEBUG_VM);
	const section_call calls[] = { lazy_mmu_mode_enable, local_bh_disable,
				       lazy_mmu_mode_disable, local_bh_enable, NULL };

	(void)state;
	run(calls);
	assert_state(1, 0);
	assert_true(is_lazy_mmu_mode_active());
	assert_int_equal(found(FINDING_KERNEL_WARN), 0);
	assert_int_equal(found(FINDING_UNBALANCED), 1);
	lazy_check_balance("exit");
	assert_int_equal(found(FINDING_UNBALANCED), 2);
	fixture_destroy(machine);
}

/* The u8 wraps to 255, is not zero, so the flush hook runs and the task is active for good. */
static void enable_with_bh_off(unsigned int config, uint64_t warnings)
{
	struct machine *machine = machine_of(KERNEL_V7_0, config);
	const section_call calls[] = { local_bh_disable, lazy_mmu_mode_enable, local_bh_enable,
				       NULL };

	run(calls);
	assert_state(0, 0);
	assert_int_equal(found(FINDING_UNBALANCED), 1);
	assert_int_equal(hook_of(lazy_mmu_mode_disable), 'f');
	assert_state(255, 0);
	assert_true(is_lazy_mmu_mode_active());
	assert_int_equal(found(FINDING_KERNEL_WARN), warnings);
	fixture_destroy(machine);
}

static void test_enable_with_bh_off_underflows(void **state)
{
	(void)state;
	enable_with_bh_off(0, 0);
	enable_with_bh_off(CONFIG_DEBUG_VM, 1);
}

/*
 * Closed where it was opened, at any depth, or paused around where every call is legal in a pause:
 * nothing is left unbalanced.
 */
static void test_bh_boundary_that_is_respected(void **state)
{
	const section_call inside[] = {
		lazy_mmu_mode_enable, local_bh_disable,	     lazy_mmu_mode_enable,
		local_bh_disable,     lazy_mmu_mode_disable, local_bh_enable,
		local_bh_enable,      lazy_mmu_mode_disable, NULL
	};
	const section_call paused[] = { lazy_mmu_mode_pause,
					lazy_mmu_mode_enable,
					local_bh_disable,
					lazy_mmu_mode_disable,
					local_bh_enable,
					lazy_mmu_mode_resume,
					NULL };

	(void)state;
	for (enum kernel_id id = KERNEL_V6_1; id < NR_KERNELS; id++) {
		struct machine *machine = machine_of(id, 0);
		run(inside);
		if (kernels[id].api == API_COUNTERS)
			run(paused);
		assert_int_equal(found(FINDING_UNBALANCED), 0);
		fixture_destroy(machine);
	}
}

static void test_preempt_count_at_exit(void **state)
{
	struct machine *machine = machine_of(KERNEL_V7_0, 0);

	(void)state;
	lazy_check_balance("exit");
	assert_int_equal(found(FINDING_UNBALANCED), 0);
	preempt_disable();
	lazy_check_balance("exit");
	assert_int_equal(found(FINDING_UNBALANCED), 1);
	fixture_destroy(machine);
}

static void test_pause_without_section_is_legal(void **state)
{
	struct machine *machine = machine_of(KERNEL_V7_0, CONFIG_DEBUG_VM);
	const section_call calls[] = { lazy_mmu_mode_pause, lazy_mmu_mode_enable,
				       lazy_mmu_mode_disable, lazy_mmu_mode_resume, NULL };

	(void)state;
	last_hook = '-';
	run(calls);
	assert_int_equal(last_hook, '-');
	assert_state(0, 0);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

/* 255 nested sections or pauses; the next one wraps, and warns with DEBUG_VM alone. */
static void wrap(section_call call, unsigned int config, uint64_t warnings)
{
	struct machine *machine = machine_of(KERNEL_V7_0, config);

	for (int i = 0; i < 255; i++)
		call();
	assert_int_equal(found(FINDING_KERNEL_WARN), 0);
	call();
	assert_int_equal(found(FINDING_KERNEL_WARN), warnings);
	assert_state(0, 0);
	fixture_destroy(machine);
}

static void test_depth_limit_is_255(void **state)
{
	(void)state;
	wrap(lazy_mmu_mode_enable, 0, 0);
	wrap(lazy_mmu_mode_enable, CONFIG_DEBUG_VM, 1);
	wrap(lazy_mmu_mode_pause, 0, 0);
	wrap(lazy_mmu_mode_pause, CONFIG_DEBUG_VM, 1);
}

static void test_sections_are_counted(void **state)
{
	struct machine *machine = machine_of(KERNEL_V7_0, 0);

	(void)state;
	lazy_mmu_mode_enable();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	lazy_mmu_mode_disable();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	assert_int_equal(counted(COUNT_SECTIONS), 2);
	assert_int_equal(counted(COUNT_NESTED_SECTIONS), 1);
	assert_int_equal(counted(COUNT_MAX_DEPTH), 2);
	fixture_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_of_calls_in_task_context),
		cmocka_unit_test(test_nothing_changes_in_interrupt),
		cmocka_unit_test(test_stateless_calls_hooks_at_every_level),
		cmocka_unit_test(test_disable_in_pause_leaks),
		cmocka_unit_test(test_disable_with_bh_off_leaks),
		cmocka_unit_test(test_enable_with_bh_off_underflows),
		cmocka_unit_test(test_bh_boundary_that_is_respected),
		cmocka_unit_test(test_preempt_count_at_exit),
		cmocka_unit_test(test_pause_without_section_is_legal),
		cmocka_unit_test(test_depth_limit_is_255),
		cmocka_unit_test(test_sections_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
