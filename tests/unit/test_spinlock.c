/* SPDX-License-Identifier: MIT */
/* Who holds a spinlock, and what misuse of one is found. */
#include "test.h"

#include <string.h>

#include "fixture.h"
#include "preempt.h"
#include "spinlock.h"

static struct machine *machine_for(enum preempt_model preempt)
{
	const struct setup setup = { .subject = "generic", .kernel = KERNEL_V7_0, .nr_cpus = 2 };
	struct machine *machine = fixture_create(&setup);

	machine->config.preempt = preempt;
	return machine;
}

static void expect_finding(size_t i, enum finding_kind kind, const char *detail)
{
	const struct finding_list *list = &this_machine()->findings;

	assert_int_equal(list->nr, i + 1);
	assert_int_equal(list->items[i].kind, kind);
	assert_non_null(strstr(list->items[i].detail, detail));
}

static void nest(struct spinlock *outer, struct spinlock *inner)
{
	spin_lock(outer);
	spin_lock(inner);
	assert_int_equal(outer->owner, current_task()->tid);
	assert_int_equal(current_task()->locks_held, 2);
	spin_unlock(inner);
	spin_unlock(outer);
	assert_int_equal(outer->owner, 0);
	assert_int_equal(current_task()->locks_held, 0);
}

static void test_nested_locks_leave_nothing_behind(void **state)
{
	struct spinlock outer = { 0 }, inner = { 0 };

	(void)state;
	for (int preempt = PREEMPT_NONE; preempt < NR_PREEMPT_MODELS; preempt++) {
		struct machine *machine = machine_for((enum preempt_model)preempt);
		nest(&outer, &inner);
		nest(&inner, &outer);
		assert_true(preemptible());
		assert_int_equal(current_task()->migration_disabled, 0);
		assert_int_equal(machine->findings.total, 0);
		fixture_destroy(machine);
	}
}

static void test_lock_held_already_is_a_self_deadlock(void **state)
{
	struct machine *machine = machine_for(PREEMPT_FULL);
	struct spinlock lock = { 0 };

	(void)state;
	spin_lock(&lock);
	spin_lock(&lock);
	expect_finding(0, FINDING_KERNEL_BUG, "self-deadlock");
	fixture_destroy(machine);
}

static void test_holder_that_does_not_run_is_a_deadlock(void **state)
{
	struct machine *machine = machine_for(PREEMPT_FULL);
	struct spinlock lock = { 0 };

	(void)state;
	spin_lock(&lock);
	run_on(&machine->cpus[1]);
	spin_lock(&lock);
	expect_finding(0, FINDING_KERNEL_BUG, "deadlock: task -1 ");
	assert_int_equal(lock.owner, current_task()->tid);
	fixture_destroy(machine);
}

/* The place where a task waits: the holder runs, and lets go. */
static struct spinlock contended;

static void let_holder_run(struct machine *machine, enum step step)
{
	struct cpu *waiting = this_cpu();

	assert_int_equal(step, STEP_LOCK);
	assert_ptr_equal(current_task()->awaits, &contended);

	run_on(&machine->cpus[0]);
	machine->explorer = NULL; /* its unlock is a schedule point, too */
	spin_unlock(&contended);
	run_on(waiting);
}

static void test_waiting_lets_the_holder_run(void **state)
{
	struct machine *machine = machine_for(PREEMPT_FULL);

	(void)state;
	contended = (struct spinlock){ 0 };
	spin_lock(&contended);
	run_on(&machine->cpus[1]);
	machine->explorer = let_holder_run;
	spin_lock(&contended);
	assert_int_equal(contended.owner, current_task()->tid);
	assert_int_equal(machine->cpus[0].current->locks_held, 0);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

static void test_unlock_of_another_is_found(void **state)
{
	struct machine *machine = machine_for(PREEMPT_FULL);
	struct task *holder = current_task();
	struct spinlock lock = { 0 };

	(void)state;
	spin_lock(&lock);
	run_on(&machine->cpus[1]);
	preempt_disable();
	spin_unlock(&lock);
	expect_finding(0, FINDING_KERNEL_BUG, "that task -1 holds");
	assert_int_equal(holder->locks_held, 0);
	preempt_disable();
	spin_unlock(&lock);
	expect_finding(1, FINDING_KERNEL_BUG, "that task 0 holds");
	fixture_destroy(machine);
}

static void test_lock_held_at_exit_is_unbalanced(void **state)
{
	(void)state;
	for (int preempt = PREEMPT_FULL; preempt < NR_PREEMPT_MODELS; preempt++) {
		struct machine *machine = machine_for((enum preempt_model)preempt);
		struct spinlock lock = { 0 };
		spin_lock(&lock);
		lazy_check_balance("exit");
		expect_finding(0, FINDING_UNBALANCED, "1 page-table locks are held at exit");
		fixture_destroy(machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested_locks_leave_nothing_behind),
		cmocka_unit_test(test_lock_held_already_is_a_self_deadlock),
		cmocka_unit_test(test_holder_that_does_not_run_is_a_deadlock),
		cmocka_unit_test(test_waiting_lets_the_holder_run),
		cmocka_unit_test(test_unlock_of_another_is_found),
		cmocka_unit_test(test_lock_held_at_exit_is_unbalanced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
