/* SPDX-License-Identifier: MIT */
/*
 * Versions 3 (15 Oct 2025) and 4 (29 Oct 2025) of the nesting series, patches 7 and 12: a nesting
 * level and a flag in task_struct. Only an open section may be paused, and nothing may be called in
 * a pause; debug kernels warn of either. Version 3, where the two are called count and enabled,
 * writes them after the hook of enable() and resume(), version 4 before.
 */
#include "section.h"

static bool is_ignored(void)
{
	return in_interrupt() || this_machine()->ops->refuses_mode;
}

static bool flag_follows_hook(void)
{
	return this_machine()->config.kernel->flag_follows_hook;
}

/* Version 3 has VM_BUG_ON() where version 4 warns. */
static void check_level(bool wrong, const char *what)
{
	const struct machine_config *config = &this_machine()->config;

	if (!config->kernel->level_is_bug)
		vm_warn(wrong, what);
	else if (wrong && config->config & CONFIG_DEBUG_VM)
		report_finding(FINDING_KERNEL_BUG, "VM_BUG_ON: %s", what);
}

static void turn_on(struct lazy_mmu_state *state, const struct hint *hint)
{
	if (flag_follows_hook()) {
		arch_enter(hint);
		schedule_step(STEP_FLAG);
		state->active = true;
	} else {
		schedule_step(STEP_FLAG);
		state->active = true;
		arch_enter(hint);
	}
}

static void turn_off(struct lazy_mmu_state *state)
{
	schedule_step(STEP_FLAG);
	state->active = false;
	arch_leave();
}

static void enable(const struct hint *hint)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored())
		return;
	check_level(state->nesting_level == UINT8_MAX, "the nesting level overflows");
	vm_warn(state->nesting_level > 0 && !state->active, "enable() in a pause");
	schedule_step(STEP_COUNT);
	if (flag_follows_hook()) {
		if (state->nesting_level == 0)
			turn_on(state, hint);
		schedule_step(STEP_COUNT);
		state->nesting_level++;
	} else if (state->nesting_level++ == 0) {
		turn_on(state, hint);
	}
}

static void disable(void)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored())
		return;
	check_level(state->nesting_level == 0, "the nesting level underflows");
	vm_warn(!state->active, "disable() in a pause or outside a section");
	schedule_step(STEP_COUNT);
	if (--state->nesting_level == 0)
		turn_off(state);
	else
		arch_flush();
}

static void pause(void)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored())
		return;
	vm_warn(state->nesting_level == 0 || !state->active, "pause() outside an active section");
	turn_off(state);
}

static void resume(void)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored())
		return;
	vm_warn(state->nesting_level == 0 || state->active, "resume() without a pause");
	turn_on(state, NULL);
}

const struct section_calls flag_calls = {
	.enable = enable,
	.disable = disable,
	.pause = pause,
	.resume = resume,
};
