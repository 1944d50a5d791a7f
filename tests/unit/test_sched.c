/* SPDX-License-Identifier: MIT */
/* Tasks: the hooks of a switch, fork, and a past that is run through the same code. */
#include "test.h"

#include <string.h>

#include "fixture.h"

enum { MAX_STEPS = 8 };

static char steps[MAX_STEPS + 1];
static int nr_steps;
static const struct task *seen_current[MAX_STEPS], *seen_argument[MAX_STEPS];

static void note(char step, const struct task *argument)
{
	assert_true(nr_steps < MAX_STEPS);
	seen_current[nr_steps] = current_task();
	seen_argument[nr_steps] = argument;
	steps[nr_steps++] = step;
	steps[nr_steps] = '\0';
}

static void start(struct task *prev)
{
	assert_false(preemptible());
	note('s', prev);
}

static void end(struct task *next)
{
	assert_true(irqs_disabled());
	note('e', next);
}

static void forked(struct task *parent, struct task *child)
{
	assert_ptr_not_equal(parent, child);
	note('f', child);
}

static struct machine *noting_machine(void)
{
	const struct setup setup = { .subject = "generic", .kernel = KERNEL_V7_0, .nr_cpus = 2 };
	struct machine *machine = fixture_create(&setup);

	machine->switch_hooks = (struct switch_hooks){ .start = start, .end = end, .fork = forked };
	nr_steps = 0;
	return machine;
}

static void test_hooks_run_around_a_switch(void **state)
{
	struct machine *machine = noting_machine();
	struct task *idle = current_task();
	struct task *task = task_fork(idle, 10);

	(void)state;
	switch_to(this_cpu(), task);
	assert_string_equal(steps, "fse");
	assert_ptr_equal(seen_argument[1], idle);
	assert_ptr_equal(seen_current[1], idle);
	assert_ptr_equal(seen_argument[2], task);
	assert_ptr_equal(seen_current[2], idle); /* current is still prev */
	assert_ptr_equal(current_task(), task);
	assert_int_equal(idle->preempt_count, 0);
	assert_true(preemptible());
	fixture_destroy(machine);
}

static void test_switch_to_itself_runs_no_hook(void **state)
{
	struct machine *machine = noting_machine();

	(void)state;
	switch_to(this_cpu(), current_task());
	assert_int_equal(nr_steps, 0);
	fixture_destroy(machine);
}

static void test_fork_copies_counters_and_flags(void **state)
{
	struct machine *machine = noting_machine();
	struct task *parent = current_task();

	(void)state;
	parent->lazy_mmu_state = (struct lazy_mmu_state){ .enable_count = 3, .pause_count = 4 };
	parent->thread_flags = 5;
	preempt_disable();
	const struct task *child = task_fork(parent, 10);
	preempt_enable();
	assert_int_equal(child->lazy_mmu_state.enable_count, 3);
	assert_int_equal(child->lazy_mmu_state.pause_count, 4);
	assert_int_equal(child->thread_flags, 5);
	assert_int_equal(child->preempt_count, 0);
	assert_int_equal(child->section.depth, 0);
	assert_false(child->has_run);
	fixture_destroy(machine);
}

static void test_exit_gives_the_cpu_to_idle(void **state)
{
	struct machine *machine = noting_machine();
	struct task *idle = current_task();

	(void)state;
	switch_to(this_cpu(), task_fork(idle, 10));
	task_exit(current_task());
	assert_ptr_equal(current_task(), idle);
	assert_null(task_find(machine, 10));
	fixture_destroy(machine);
}

static struct machine *xen_machine(enum kernel_id kernel)
{
	const struct setup setup = { .subject = "xen", .kernel = kernel, .nr_cpus = 2 };

	return fixture_create(&setup);
}

static unsigned int paused(const struct task *task)
{
	return task->lazy_mmu_state.pause_count;
}

/* As recorded on 7.3.4: 255 while switched out, 254 while it runs. */
static void test_past_on_xen_v7_3_never_batches(void **state)
{
	struct machine *machine = xen_machine(KERNEL_V7_3);
	struct task *parent = task_with_past(machine, 50, 0);

	(void)state;
	assert_int_equal(paused(parent), 255);
	switch_to(this_cpu(), parent);
	assert_int_equal(paused(parent), 254);
	lazy_mmu_mode_enable();
	assert_false(is_lazy_mmu_mode_active());
	assert_int_equal(parent->lazy_mmu_state.enable_count, 0);
	lazy_mmu_mode_disable();

	struct task *child = task_fork(parent, 51);
	assert_int_equal(paused(child), 254);
	switch_to(this_cpu(), child);
	assert_int_equal(paused(parent), 255);
	assert_int_equal(paused(child), 253);

	struct task *grandchild = task_fork(child, 52);
	assert_int_equal(paused(grandchild), 253);
	switch_to(this_cpu(), grandchild);
	assert_int_equal(paused(grandchild), 252);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

/* The first resume of a task that nobody paused wraps; the boot task that forks it keeps its 0. */
static void test_first_child_on_xen_v7_3(void **state)
{
	struct machine *machine = xen_machine(KERNEL_V7_3);
	struct task *idle = current_task(), *child = task_fork(idle, 50);

	(void)state;
	assert_int_equal(paused(child), 0);
	switch_to(this_cpu(), child);
	assert_int_equal(paused(child), 255);
	assert_int_equal(paused(idle), 1);
	struct task *grandchild = task_fork(child, 51);
	assert_int_equal(paused(grandchild), 255);
	switch_to(this_cpu(), grandchild);
	assert_int_equal(paused(grandchild), 254);
	assert_int_equal(paused(child), 0); /* 255 and one */
	fixture_destroy(machine);
}

/*
 * What the switch hooks of Xen leave behind in a task that has run once and is switched out. After
 * a reset at fork it is 0, because it was 255 while it ran.
 */
static unsigned int paused_by_switch(const struct kernel *kernel)
{
	if (kernel->xen_switch == XEN_SWITCH_PAUSE)
		return kernel->fork_pauses ? 1 : kernel->fork_resets ? 0 : 255;
	return kernel->xen_switch == XEN_SWITCH_PAUSE_FLAG;
}

/* Everywhere else a past leaves no trace in the counters. */
static void test_past_elsewhere_leaves_zero(void **state)
{
	(void)state;
	for (const struct subject *subject = subjects; subject->name; subject++) {
		for (int id = 0; id < NR_KERNELS; id++) {
			const struct setup setup = { .subject = subject->name,
						     .kernel = (enum kernel_id)id };
			struct machine *machine = fixture_create(&setup);
			const struct task *task = task_with_past(machine, 50, 0);
			bool is_xen = strcmp(subject->name, "xen") == 0;

			assert_int_equal(paused(task), is_xen ? paused_by_switch(&kernels[id]) : 0);
			assert_int_equal(task->lazy_mmu_state.enable_count, 0);
			assert_true(task->has_run);
			assert_int_equal(machine->findings.total, 0);
			fixture_destroy(machine);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hooks_run_around_a_switch),
		cmocka_unit_test(test_switch_to_itself_runs_no_hook),
		cmocka_unit_test(test_fork_copies_counters_and_flags),
		cmocka_unit_test(test_exit_gives_the_cpu_to_idle),
		cmocka_unit_test(test_first_child_on_xen_v7_3),
		cmocka_unit_test(test_past_on_xen_v7_3_never_batches),
		cmocka_unit_test(test_past_elsewhere_leaves_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
