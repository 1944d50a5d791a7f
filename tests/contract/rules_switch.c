/* SPDX-License-Identifier: MIT */
/* Context switches, migration and fork, where a section can be preempted at all. */
#include "contract.h"

enum { OTHER_TID = 100, CHILD_TID = 200 };

static bool can_switch(const struct bed *bed)
{
	return is_preemptible(bed) || !has_mode(bed);
}

static bool can_switch_in_mode(const struct bed *bed)
{
	return is_preemptible(bed) && has_mode(bed);
}

/*
 * Somebody else runs on this CPU for a while, and opens no section. It was switched out before, so
 * that a switch-in finds what a switch-out left; a fresh task is forked_task_batches()' matter.
 */
static struct task *other_task(void)
{
	struct machine *machine = this_machine();
	struct task *other = task_find(machine, OTHER_TID);

	if (other)
		return other;
	other = task_fork(machine->cpus[1].idle, OTHER_TID);
	fixture_switched_out(other);
	return other;
}

static void switch_away_and_back(void)
{
	struct task *task = current_task();

	switch_to(this_cpu(), other_task());
	switch_to(this_cpu(), task);
}

static void switch_loses_nothing(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	switch_away_and_back();
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	if (has_mode(bed))
		expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_visible(bed, 1);
	expect_clean(bed);
}

static void nested_switch_loses_nothing(struct bed *bed)
{
	section_enter(bed);
	section_enter(bed);
	write_page(bed, 0);
	switch_away_and_back();
	section_leave();
	expect_visible(bed, 0);
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	if (has_mode(bed))
		expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 1);
	expect_clean(bed);
}

static void migration_loses_nothing(struct bed *bed)
{
	struct machine *machine = bed->machine;
	struct task *task = current_task();

	section_enter(bed);
	write_page(bed, 0);
	fixture_run(&machine->cpus[0], other_task());
	fixture_run(&machine->cpus[1], task);
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	if (has_mode(bed))
		expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_visible(bed, 1);
	run_on(&machine->cpus[0]);
	expect_equal(bed, pending_writes(), 0, "writes left on the old CPU");
	expect_clean(bed);
}

/* The next task of the CPU is not in a section: it must not find the CPU batching. */
static void other_task_immediate(struct bed *bed)
{
	struct task *task = current_task();

	section_enter(bed);
	write_page(bed, 0);
	switch_to(this_cpu(), other_task());
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	expect_writes_held(bed, held, 0);
	expect_visible(bed, 1);
	switch_to(this_cpu(), task);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

/* Schedule points that are still to be passed, and whether the one behind them was reached. */
static unsigned int points_to_pass;
static bool was_preempted;

static void preempt_once(struct machine *machine, enum step step)
{
	(void)step;
	if (!preemptible() || points_to_pass-- > 0)
		return;
	machine->explorer = NULL;
	was_preempted = true;
	switch_away_and_back();
}

/*
 * Preempts the call between two of its statements, one place after another until there are no more:
 * test, counter, flag and hook are apart, and between a counter and its hook v7.0 broke.
 */
static void in_each_window(struct bed *bed, void (*before)(struct bed *bed), void (*call)(void),
			   void (*after)(struct bed *bed))
{
	unsigned int point = 0;

	other_task();
	do {
		bed_prepare(bed, bed->lever, bed->mm, bed->base);
		if (before)
			before(bed);
		points_to_pass = point++;
		was_preempted = false;
		bed->machine->explorer = preempt_once;
		call();
		bed->machine->explorer = NULL;
		after(bed);
		expect_clean(bed);
	} while (was_preempted && !bed->failed);
}

static void enter_and_write(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
}

static void enter_and_pause(struct bed *bed)
{
	section_enter(bed);
	lazy_mmu_mode_pause();
}

static void write_and_leave(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);

	write_page(bed, 0);
	if (has_mode(bed) && !bed->machine->ops->enter_with_ptes)
		expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
}

static void is_out(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);

	expect_visible(bed, 0);
	write_page(bed, 1);
	expect_writes_held(bed, held, 0);
}

static void resume_and_leave(struct bed *bed)
{
	is_out(bed);
	lazy_mmu_mode_resume();
	section_leave();
}

static void window_of_enable(struct bed *bed)
{
	in_each_window(bed, NULL, lazy_mmu_mode_enable, write_and_leave);
}

static void window_of_disable(struct bed *bed)
{
	in_each_window(bed, enter_and_write, lazy_mmu_mode_disable, is_out);
}

static void window_of_pause(struct bed *bed)
{
	in_each_window(bed, enter_and_write, lazy_mmu_mode_pause, resume_and_leave);
}

static void window_of_resume(struct bed *bed)
{
	in_each_window(bed, enter_and_pause, lazy_mmu_mode_resume, write_and_leave);
}

/* A forked task batches like its parent, from its first switch-in on. */
static void forked_task_batches(struct bed *bed)
{
	struct task *child = task_fork(current_task(), CHILD_TID);

	switch_to(this_cpu(), child);
	uint64_t held = counted(COUNT_DEFERRED);
	section_enter(bed);
	write_page(bed, 0);
	expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

static const struct rule rules[] = {
	{ "switch-loses-nothing", can_switch, switch_loses_nothing },
	{ "nested-switch-loses-nothing", can_switch, nested_switch_loses_nothing },
	{ "migration-loses-nothing", can_switch, migration_loses_nothing },
	{ "other-task-immediate", can_switch, other_task_immediate },
	{ "window-of-enable", NULL, window_of_enable },
	{ "window-of-disable", can_switch_in_mode, window_of_disable },
	{ "window-of-pause", can_switch_in_mode, window_of_pause },
	{ "window-of-resume", NULL, window_of_resume },
	{ "forked-task-batches", has_mode, forked_task_batches },
};

const struct rule_list switch_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
