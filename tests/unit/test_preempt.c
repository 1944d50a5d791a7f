/* SPDX-License-Identifier: MIT */
/* The fields of the preempt count, and where sleeping is a finding. */
#include "test.h"

#include "fixture.h"

static struct machine *machine_with(enum preempt_model model)
{
	const struct setup setup = { .subject = "generic", .kernel = KERNEL_V7_0 };
	struct machine *machine = fixture_create(&setup);

	machine->config.preempt = model;
	return machine;
}

struct row {
	const char *name;
	void (*begin)(void);
	void (*end)(void);
	unsigned int count;
	bool interrupt;
};

static const struct row rows[] = {
	{ "preempt_disable", preempt_disable, preempt_enable, 0x1, false },
	{ "local_bh_disable", local_bh_disable, local_bh_enable, 0x200, true },
	{ "softirq", softirq_enter, softirq_exit, 0x100, true },
	{ "hardirq", irq_enter, irq_exit, 0x10000, true },
	{ "nmi", nmi_enter, nmi_exit, 0x110000, true },
};

static void test_each_context_has_its_field(void **state)
{
	struct machine *machine = machine_with(PREEMPT_FULL);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].name);
		assert_true(preemptible());
		rows[i].begin();
		assert_int_equal(current_task()->preempt_count, rows[i].count);
		assert_int_equal(in_interrupt(), rows[i].interrupt);
		assert_false(preemptible());
		rows[i].begin();
		assert_int_equal(current_task()->preempt_count, 2 * rows[i].count);
		rows[i].end();
		rows[i].end();
		assert_int_equal(current_task()->preempt_count, 0);
	}
	fixture_destroy(machine);
}

/* Interrupts off is not interrupt context, but nobody is preempted. */
static void test_irqs_off_is_task_context(void **state)
{
	struct machine *machine = machine_with(PREEMPT_FULL);
	bool outer = local_irq_save(), inner = local_irq_save();

	(void)state;
	assert_false(outer);
	assert_true(inner);
	assert_false(in_interrupt());
	assert_false(preemptible());
	local_irq_restore(inner);
	assert_true(irqs_disabled());
	local_irq_restore(outer);
	assert_true(preemptible());
	fixture_destroy(machine);
}

static void test_sleeping_needs_preemption_and_interrupts(void **state)
{
	struct machine *machine = machine_with(PREEMPT_FULL);
	struct spinlock lock = { 0 };

	(void)state;
	might_sleep();
	assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC), 0);
	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
	assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC), 1);
	bool flags = local_irq_save();
	might_sleep();
	local_irq_restore(flags);
	assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC), 2);
	fixture_destroy(machine);
}

/* PREEMPT_RT: a spinlock sleeps, so that taking it with preemption off is a finding. */
static void test_rt_spinlock_sleeps(void **state)
{
	struct machine *machine = machine_with(PREEMPT_RT);
	struct spinlock lock = { 0 };

	(void)state;
	spin_lock(&lock);
	assert_true(preemptible());
	might_sleep();
	spin_unlock(&lock);
	assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC), 0);
	preempt_disable();
	spin_lock(&lock);
	spin_unlock(&lock);
	preempt_enable();
	assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC), 1);
	fixture_destroy(machine);
}

static void test_cond_resched_forgets_the_wish(void **state)
{
	struct machine *machine = machine_with(PREEMPT_FULL);

	(void)state;
	this_cpu()->need_resched = true;
	assert_true(need_resched());
	cond_resched();
	assert_false(need_resched());
	fixture_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_context_has_its_field),
		cmocka_unit_test(test_irqs_off_is_task_context),
		cmocka_unit_test(test_sleeping_needs_preemption_and_interrupts),
		cmocka_unit_test(test_rt_spinlock_sleeps),
		cmocka_unit_test(test_cond_resched_forgets_the_wish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
