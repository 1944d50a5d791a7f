/* SPDX-License-Identifier: MIT */
/* Linux include/linux/pgtable.h, v7.0: enable_count and pause_count of the task. */
#include "section.h"

static const struct kernel *kernel(void)
{
	return this_machine()->config.kernel;
}

/* lab-preempt-off: nobody comes between a counter and its hook. */
static void begin_call(void)
{
	if (kernel()->calls_are_atomic)
		preempt_disable();
}

static void end_call(void)
{
	if (kernel()->calls_are_atomic)
		preempt_enable();
}

static bool is_ignored(const struct lazy_mmu_state *state)
{
	return in_interrupt() || state->pause_count > 0;
}

/* lazy_mmu_mode_enable(), 5ab246749569 and 9273dfaeaca8: counts, then calls the hook. */
static void enable(const struct hint *hint)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored(state))
		return;
	schedule_step(STEP_COUNT);
	begin_call();
	vm_warn(state->enable_count == UINT8_MAX, "enable_count overflows");
	if (kernel()->enter_hook_first && state->enable_count == 0) {
		arch_enter(hint);
		schedule_step(STEP_COUNT);
		state->enable_count++;
	} else if (state->enable_count++ == 0) {
		arch_enter(hint);
	}
	end_call();
}

/* lazy_mmu_mode_disable(): the same order. */
static void disable(void)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (is_ignored(state))
		return;
	schedule_step(STEP_COUNT);
	begin_call();
	vm_warn(state->enable_count == 0, "enable_count underflows");
	if (kernel()->leave_hook_first && state->enable_count == 1) {
		arch_leave();
		schedule_step(STEP_COUNT);
		state->enable_count--;
	} else if (--state->enable_count == 0) {
		arch_leave();
	} else {
		arch_flush();
	}
	end_call();
}

/*
 * lazy_mmu_mode_pause(). v7.2 (811f0d8caa40) splits it into a check of the context and
 * __task_lazy_mmu_mode_pause(task), which Xen's switch hook calls on the task that it is given.
 */
void task_pause(struct task *task)
{
	struct lazy_mmu_state *state = &task->lazy_mmu_state;

	schedule_step(STEP_COUNT);
	vm_warn(state->pause_count == UINT8_MAX, "pause_count overflows");
	if (state->pause_count++ == 0 && state->enable_count > 0)
		arch_leave();
}

/* lazy_mmu_mode_resume() and __task_lazy_mmu_mode_resume(task). */
void task_resume(struct task *task)
{
	struct lazy_mmu_state *state = &task->lazy_mmu_state;

	schedule_step(STEP_COUNT);
	vm_warn(state->pause_count == 0, "pause_count underflows");
	if (--state->pause_count == 0 && state->enable_count > 0)
		arch_enter(NULL);
}

static void pause(void)
{
	if (in_interrupt())
		return;
	begin_call();
	task_pause(current_task());
	end_call();
}

static void resume(void)
{
	if (in_interrupt())
		return;
	begin_call();
	task_resume(current_task());
	end_call();
}

const struct section_calls counter_calls = {
	.enable = enable,
	.disable = disable,
	.pause = pause,
	.resume = resume,
};
