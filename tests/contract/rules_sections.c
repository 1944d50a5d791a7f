/* SPDX-License-Identifier: MIT */
/* Sections, nests and pauses in task context. */
#include "contract.h"

static void leave_makes_visible(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 3);
	section_leave();
	for (unsigned int page = 0; page < 3; page++)
		expect_visible(bed, page);
	expect_clean(bed);
}

static void section_batches(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);

	section_enter(bed);
	write_pages(bed, 0, 3);
	expect_writes_held(bed, held, 3);
	expect(bed, pending_writes() > 0, "nothing is pending in the section");
	section_leave();
	expect_clean(bed);
}

static void outside_immediate(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);

	write_page(bed, 0);
	expect_writes_held(bed, held, 0);
	expect_visible(bed, 0);
	section_enter(bed);
	section_leave();
	write_page(bed, 1);
	expect_visible(bed, 1);
	expect_clean(bed);
}

static void nested_leave_flushes(struct bed *bed)
{
	section_enter(bed);
	section_enter(bed);
	write_page(bed, 0);
	section_leave();
	expect_visible(bed, 0);
	section_leave();
	expect_clean(bed);
}

static void nest_keeps_batching(struct bed *bed)
{
	section_enter(bed);
	section_enter(bed);
	section_leave();
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 0);
	expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

/* A set of an entry that was none holds nothing back, and costs the section nothing. */
static void set_keeps_batching(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, NR_PAGES);
	unsigned int bits = PTE_PRESENT | PTE_YOUNG | PTE_SPECIAL;

	section_enter(bed);
	set_pte_at(bed->mm, addr, page_pte(bed, NR_PAGES), make_pte(9, bits));
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 0);
	expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

static void pause_immediate(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	lazy_mmu_mode_pause();
	expect_visible(bed, 0);
	write_page(bed, 1);
	expect_visible(bed, 1);
	lazy_mmu_mode_resume();
	section_leave();
	expect_clean(bed);
}

static void resume_batches_again(struct bed *bed)
{
	section_enter(bed);
	lazy_mmu_mode_pause();
	lazy_mmu_mode_resume();
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 0);
	expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

/* A section inside a pause changes nothing: versions 3 and 4 of the series warned here. */
static void section_inside_pause(struct bed *bed)
{
	section_enter(bed);
	lazy_mmu_mode_pause();
	section_enter(bed);
	if (is_counted(bed)) {
		write_page(bed, 0);
		expect_visible(bed, 0);
	}
	section_leave();
	write_page(bed, 1);
	expect_visible(bed, 1);
	lazy_mmu_mode_resume();
	section_leave();
	expect_clean(bed);
}

/* The depth that a section takes from its caller is given back, at every way out. */
static void preempt_depth_balanced(struct bed *bed)
{
	const struct task *task = current_task();

	section_enter(bed);
	section_leave();
	expect_equal(bed, task->preempt_count, 0, "preempt_count after a section");
	section_enter(bed);
	lazy_mmu_mode_pause();
	expect_equal(bed, task->preempt_count, 0, "preempt_count in a pause");
	lazy_mmu_mode_resume();
	section_leave();
	expect_equal(bed, task->preempt_count, 0, "preempt_count after a pause");
	section_enter(bed);
	section_enter(bed);
	section_leave();
	section_leave();
	expect_equal(bed, task->preempt_count, 0, "preempt_count after a nest");
	expect_equal(bed, task->lazy_mmu_state.enable_count, 0, "enable_count");
	expect_equal(bed, task->lazy_mmu_state.pause_count, 0, "pause_count");
	lazy_check_balance("the end of the rule");
	expect_not_found(bed, FINDING_UNBALANCED);
}

/* Where a section turns preemption off, and where it leaves it as the caller had it. */
static void preemption_in_section(struct bed *bed)
{
	section_enter(bed);
	expect(bed, preemptible() == (is_preemptible(bed) || !has_mode(bed)),
	       "preempt_count in a section is %x", current_task()->preempt_count);
	section_leave();
}

static void missing_leave_is_found(struct bed *bed)
{
	section_enter(bed);
	lazy_check_balance("the end of the rule");
	expect_equal(bed, found(FINDING_UNBALANCED), 1, "unbalanced");
	section_leave();
}

static void expect_state(struct bed *bed, int step, bool active, unsigned int enabled,
			 unsigned int paused)
{
	const struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	expect(bed, is_lazy_mmu_mode_active() == active, "step %d: active is %d", step, !active);
	expect(bed, state->enable_count == enabled && state->pause_count == paused,
	       "step %d: counters are (%u,%u), expected (%u,%u)", step, state->enable_count,
	       state->pause_count, enabled, paused);
}

/* mm/tests/lazy_mmu_mode_kunit.c (ee628d9cc8d5), with the counters after each step. */
static void kunit_sequence(struct bed *bed)
{
	expect_state(bed, 0, false, 0, 0);
	section_enter(bed);
	expect_state(bed, 1, true, 1, 0);
	{
		section_enter(bed);
		expect_state(bed, 2, true, 2, 0);
		section_leave();
		expect_state(bed, 3, true, 1, 0);
	}
	lazy_mmu_mode_pause();
	expect_state(bed, 4, false, 1, 1);
	{
		section_enter(bed);
		expect_state(bed, 5, false, 1, 1);
		section_leave();
		expect_state(bed, 6, false, 1, 1);
		lazy_mmu_mode_pause();
		expect_state(bed, 7, false, 1, 2);
		lazy_mmu_mode_resume();
		expect_state(bed, 8, false, 1, 1);
	}
	lazy_mmu_mode_resume();
	expect_state(bed, 9, true, 1, 0);
	section_leave();
	expect_state(bed, 10, false, 0, 0);
	expect_clean(bed);
}

/* --mode immediate: calls and hooks return at once, whatever the backend. */
static void immediate_mode_holds_nothing(struct bed *bed)
{
	bed->machine->config.mode = MODE_IMMEDIATE;
	section_enter(bed);
	write_page(bed, 0);
	expect_visible(bed, 0);
	expect(bed, preemptible(), "preemption is off");
	section_leave();
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
	expect_equal(bed, counted(COUNT_SECTIONS), 0, "sections");
	expect_clean(bed);
}

/* s390 forgets the hint at a pause, by design: s390-hint-lost-after-pause. */
static bool batches_after_pause(const struct bed *bed)
{
	return has_mode(bed) && bed->machine->ops->enter_with_ptes == NULL;
}

static bool has_counters(const struct bed *bed)
{
	return bed->kernel->api == API_COUNTERS;
}

static const struct rule rules[] = {
	{ "leave-makes-visible", NULL, leave_makes_visible },
	{ "section-batches", has_mode, section_batches },
	{ "outside-immediate", NULL, outside_immediate },
	{ "nested-leave-flushes", NULL, nested_leave_flushes },
	{ "nest-keeps-batching", has_mode, nest_keeps_batching },
	{ "set-keeps-batching", has_mode, set_keeps_batching },
	{ "pause-immediate", NULL, pause_immediate },
	{ "resume-batches-again", batches_after_pause, resume_batches_again },
	{ "section-inside-pause", NULL, section_inside_pause },
	{ "preempt-depth-balanced", NULL, preempt_depth_balanced },
	{ "preemption-in-section", NULL, preemption_in_section },
	{ "missing-leave-is-found", NULL, missing_leave_is_found },
	{ "kunit-sequence", has_counters, kunit_sequence },
	{ "immediate-mode-holds-nothing", NULL, immediate_mode_holds_nothing },
};

const struct rule_list section_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
