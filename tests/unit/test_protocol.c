/* SPDX-License-Identifier: MIT */
/*
 * The operations of the section API against the steps that the model takes: it has a step before
 * each change of a counter or flag, and before each hook.
 */
#include <string.h>

#include "test.h"

#include "fixture.h"
#include "protocol.h"

static unsigned int stores, hooks;

static void note_step(struct machine *machine, enum step step)
{
	(void)machine;
	stores += step == STEP_COUNT || step == STEP_FLAG;
	hooks += step == STEP_HOOK;
}

static const struct protocol_cost *cost_of(enum section_api api, const char *calls)
{
	const struct protocol_cost *cost = protocol_costs;

	while (cost->calls && (cost->api != api || strcmp(cost->calls, calls) != 0))
		cost++;
	assert_non_null(cost->calls);
	return cost;
}

static void assert_steps(const char *calls, void (*first)(void), void (*second)(void))
{
	struct machine *machine = this_machine();
	const struct protocol_cost *cost = cost_of(machine->config.kernel->api, calls);

	stores = hooks = 0;
	machine->explorer = note_step;
	first();
	second();
	machine->explorer = NULL;
	assert_int_equal(stores, cost->stores);
	assert_int_equal(hooks, cost->hooks);
}

static void test_stores_and_hooks_are_the_steps_of_the_model(void **state)
{
	static const enum kernel_id ids[] = { KERNEL_V6_18, KERNEL_SERIES_V2, KERNEL_SERIES_V4,
					      KERNEL_V7_0, KERNEL_V7_3 };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct setup setup = { .subject = "generic", .kernel = ids[i] };
		struct machine *machine = fixture_create(&setup);
		assert_steps("enable, disable", lazy_mmu_mode_enable, lazy_mmu_mode_disable);
		lazy_mmu_mode_enable();
		assert_steps("enable, disable, nested", lazy_mmu_mode_enable,
			     lazy_mmu_mode_disable);
		assert_steps("pause, resume", lazy_mmu_mode_pause, lazy_mmu_mode_resume);
		lazy_mmu_mode_disable();
		assert_int_equal(machine->findings.total, 0);
		fixture_destroy(machine);
	}
}

/*
 * include/linux/pgtable.h at 5ab246749569: each of the four calls looks at in_interrupt(), at
 * pause_count and at enable_count, and changes one of the two.
 */
static void test_counters_are_asked_three_times_a_call(void **state)
{
	static const char *const calls[] = { "enable, disable", "enable, disable, nested",
					     "pause, resume" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct protocol_cost *cost = cost_of(API_COUNTERS, calls[i]);
		assert_int_equal(cost->loads, 2 * 3);
		assert_int_equal(cost->tests, 2 * 3);
	}
	/* is_lazy_mmu_mode_active(), include/linux/sched.h. */
	assert_int_equal(cost_of(API_COUNTERS, "each write (Xen, set_pte: twice)")->loads, 3);
}

/*
 * xen_get_lazy_mode() asks in_interrupt() and the per-CPU word from v6.1 until v7.3 has neither
 * mode nor word; arm64 asks nothing before v6.16, whatever the section API of that kernel is.
 */
static void test_who_asks_what_by_version(void **state)
{
	(void)state;
	assert_int_equal(cost_of(API_STATELESS, "each write, Xen (set_pte: twice)")->loads, 2);
	assert_int_equal(cost_of(API_STATELESS, "each write, arm64 since v6.16")->loads, 2);
	assert_int_equal(cost_of(API_COUNTERS, "each write, Xen up to v7.1")->loads, 2);
}

/* Without a state of its own the generic layer costs nothing but the hooks, at every level. */
static void test_hooks_alone_cost_nothing_else(void **state)
{
	(void)state;
	for (const struct protocol_cost *cost = protocol_costs; cost->calls; cost++) {
		if (cost->api > API_TOKEN || !cost->hooks)
			continue;
		assert_int_equal(cost->loads + cost->stores + cost->tests, 0);
		assert_int_equal(cost->hooks, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stores_and_hooks_are_the_steps_of_the_model),
		cmocka_unit_test(test_counters_are_asked_three_times_a_call),
		cmocka_unit_test(test_who_asks_what_by_version),
		cmocka_unit_test(test_hooks_alone_cost_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
