/* SPDX-License-Identifier: MIT */
/*
 * Version 2 of the nesting series (8 Sep 2025, patch 2/7): enter() returns whether the mode was on,
 * which its caller keeps in a variable and hands to the matching leave(). Nothing checks that it is
 * the right one. A pause is leave(LAZY_MMU_DEFAULT), then an enter() whose state is dropped.
 */
#include "section.h"

/* Beyond the last variable that is kept every level is nested: so many are never open. */
static void keep(bool nested)
{
	struct lazy_mmu_states *kept = &current_task()->lazy_mmu_states;
	unsigned int i = kept->nr++;

	if (i >= MAX_LAZY_MMU_STATES)
		return;
	uint64_t bit = UINT64_C(1) << i % 64;
	kept->nested[i / 64] = (kept->nested[i / 64] & ~bit) | (nested ? bit : 0);
}

/* A leave without an enter has no variable: LAZY_MMU_DEFAULT is all that it can pass. */
static bool hand_back(void)
{
	struct lazy_mmu_states *kept = &current_task()->lazy_mmu_states;

	if (kept->nr == 0)
		return false;
	unsigned int i = --kept->nr;
	return i >= MAX_LAZY_MMU_STATES || kept->nested[i / 64] >> i % 64 & 1;
}

/* lab-level-state: the generic bail-out of v7.0. */
static bool is_ignored(void)
{
	return this_machine()->config.kernel->bails_out && in_interrupt();
}

static bool enter(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (is_ignored())
		return false;
	schedule_step(STEP_HOOK);
	return ops->enter_state && ops->enter_state();
}

static void leave(bool nested)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (is_ignored())
		return;
	schedule_step(STEP_HOOK);
	if (ops->leave_state)
		ops->leave_state(nested);
}

static void enable(const struct hint *hint)
{
	(void)hint;
	keep(enter());
}

static void disable(void)
{
	leave(hand_back());
}

static void pause(void)
{
	leave(false);
}

static void resume(void)
{
	enter();
}

const struct section_calls token_calls = {
	.enable = enable,
	.disable = disable,
	.pause = pause,
	.resume = resume,
};
