/* SPDX-License-Identifier: MIT */
/*
 * Section API: hands each call to the generation of the kernel, and judges the rules about the
 * beginning and the end of a section or a pause.
 */
#include "lazy.h"

#include <stdio.h>

#include "section.h"

void arch_enter(const struct hint *hint)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_step(STEP_HOOK);
	if (hint && ops->enter_with_ptes)
		ops->enter_with_ptes(hint->mm, hint->addr, hint->end, hint->ptep);
	else if (ops->enter)
		ops->enter();
}

void arch_leave(void)
{
	schedule_step(STEP_HOOK);
	if (this_machine()->ops->leave)
		this_machine()->ops->leave();
}

void arch_flush(void)
{
	schedule_step(STEP_HOOK);
	if (this_machine()->ops->flush)
		this_machine()->ops->flush();
}

static const struct section_calls *calls(void)
{
	static const struct section_calls *const by_api[] = {
		[API_STATELESS] = &stateless_calls,
		[API_TOKEN] = &token_calls,
		[API_FLAG] = &flag_calls,
		[API_COUNTERS] = &counter_calls,
	};

	return by_api[this_machine()->config.kernel->api];
}

static bool is_immediate(void)
{
	return this_machine()->config.mode == MODE_IMMEDIATE;
}

/*
 * A section took effect when the kernel's own bookkeeping accepted it: where the task keeps the
 * mode, when it says so afterwards; elsewhere always.
 */
static bool took_effect(void)
{
	return !task_keeps_mode(this_machine()->config.kernel) || is_lazy_mmu_mode_active();
}

/* The kernel skips the section calls here; while paused it does everywhere. */
static bool skips_sections(void)
{
	const struct kernel *kernel = this_machine()->config.kernel;

	if (!in_interrupt() || this_machine()->ops->refuses_mode)
		return false;
	if (task_keeps_mode(kernel))
		return current_task()->lazy_mmu_state.pause_count == 0;
	return kernel->bails_out || this_machine()->ops->skips_in_interrupt;
}

static void section_changed(struct section_view *section)
{
	section->batches = section->depth > 0 && section->pauses == 0;
}

static void section_opened(bool effective)
{
	struct machine *machine = this_machine();
	struct task *task = current_task();
	struct section_view *section = &task->section;
	struct counters *counters = task->counters;

	section->skipped += skips_sections();
	if (section->depth++ == 0) {
		section->effective = effective;
		section->opened_at = section->deferred;
		section->opened_line = machine->line;
		if (machine->backtrace)
			machine->backtrace(section->origin, sizeof(section->origin));
		counters->n[COUNT_SECTIONS] += effective;
	} else {
		counters->n[COUNT_NESTED_SECTIONS]++;
	}
	if (counters->n[COUNT_MAX_DEPTH] < section->depth)
		counters->n[COUNT_MAX_DEPTH] = section->depth;
	section_changed(section);
}

static void section_closing(void)
{
	struct section_view *section = &current_task()->section;

	section->skipped -= skips_sections();
	if (section->depth == 0) {
		report_finding(FINDING_UNBALANCED, "a section is closed that was never opened");
		return;
	}
	if (--section->depth == 0 && section->effective)
		count_section(section->deferred - section->opened_at);
	section_changed(section);
}

/*
 * Linux include/linux/pgtable.h: when disable() or pause() returns, every earlier write of the
 * section is in effect. Not judged in a handler, where the calls do nothing by contract; a task
 * with bottom halves off is one that its callers count on.
 */
static void check_nothing_pending(const char *call)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->pending || in_handler())
		return;
	uint64_t pending = ops->pending();
	if (pending)
		report_finding(FINDING_LEAVE_NOT_VISIBLE,
			       "%llu writes are still pending after %s()",
			       (unsigned long long)pending, call);
}

static void enable(const struct hint *hint)
{
	if (is_immediate())
		return;
	calls()->enable(hint);
	section_opened(took_effect());
}

void lazy_mmu_mode_enable(void)
{
	enable(NULL);
}

void lazy_mmu_mode_enable_with_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	enable(&(struct hint){ mm, addr, end, ptep });
}

void lazy_mmu_mode_disable(void)
{
	if (is_immediate())
		return;
	calls()->disable();
	section_closing();
	check_nothing_pending("disable");
}

void lazy_mmu_mode_pause(void)
{
	if (is_immediate())
		return;
	struct section_view *section = &current_task()->section;
	calls()->pause();
	section->pauses++;
	section_changed(section);
	check_nothing_pending("pause");
}

void lazy_mmu_mode_resume(void)
{
	if (is_immediate())
		return;
	struct section_view *section = &current_task()->section;
	calls()->resume();
	if (section->pauses)
		section->pauses--;
	section_changed(section);
}

void lazy_attach(struct machine *machine)
{
	machine->services =
		(struct services){ .task_pause = task_pause, .task_resume = task_resume };
}

void lazy_check_balance(const char *where)
{
	const struct task *task = current_task();

	/* Locks and, where they keep preemption off, open sections explain a raised count. */
	if (task->locks_held)
		report_finding(FINDING_UNBALANCED, "%u page-table locks are held at %s",
			       task->locks_held, where);
	else if (task->preempt_count && !task->section.depth)
		report_finding(FINDING_UNBALANCED, "preempt_count is %x at %s", task->preempt_count,
			       where);
	if (task->section.depth || task->section.pauses)
		report_finding(FINDING_UNBALANCED, "%u sections and %u pauses are open at %s",
			       task->section.depth, task->section.pauses, where);
	else if (task->lazy_mmu_state.enable_count)
		report_finding(FINDING_UNBALANCED, "enable_count is %u at %s",
			       task->lazy_mmu_state.enable_count, where);
	else if (task->lazy_mmu_state.nesting_level)
		report_finding(FINDING_UNBALANCED, "the nesting level is %u at %s",
			       task->lazy_mmu_state.nesting_level, where);
}
