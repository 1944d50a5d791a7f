/* SPDX-License-Identifier: MIT */
/*
 * Section API: the stateless calls up to v6.18 and the counted ones from v7.0 on, and the rules
 * that are judged when a section or a pause begins or ends.
 */
#include "lazy.h"

#include <stdio.h>

struct hint {
	struct mm *mm;
	vaddr_t addr;
	vaddr_t end;
	pte_t *ptep;
};

static void arch_enter(const struct hint *hint)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	if (hint && ops->enter_with_ptes)
		ops->enter_with_ptes(hint->mm, hint->addr, hint->end, hint->ptep);
	else if (ops->enter)
		ops->enter();
}

static void arch_leave(void)
{
	schedule_point();
	if (this_machine()->ops->leave)
		this_machine()->ops->leave();
}

static void arch_flush(void)
{
	schedule_point();
	if (this_machine()->ops->flush)
		this_machine()->ops->flush();
}

/*
 * Linux include/linux/pgtable.h, VM_WARN_ON_ONCE in the four calls (5ab246749569): compiled in only
 * with CONFIG_DEBUG_VM; without it the u8 wraps silently.
 */
static void vm_warn(bool condition, const char *what)
{
	if (condition && this_machine()->config.config & CONFIG_DEBUG_VM)
		report_finding(FINDING_KERNEL_WARN, "VM_WARN_ON_ONCE: %s", what);
}

/* Linux include/linux/pgtable.h, lazy_mmu_mode_enable(), 5ab246749569 and 9273dfaeaca8, v7.0. */
static void counted_enable(const struct hint *hint)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (in_interrupt() || state->pause_count > 0)
		return;
	vm_warn(state->enable_count == UINT8_MAX, "enable_count overflows");
	if (state->enable_count++ == 0)
		arch_enter(hint);
}

/* Same file, lazy_mmu_mode_disable(): the counter changes before the hook runs. */
static void counted_disable(void)
{
	struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	if (in_interrupt() || state->pause_count > 0)
		return;
	vm_warn(state->enable_count == 0, "enable_count underflows");
	if (--state->enable_count == 0)
		arch_leave();
	else
		arch_flush();
}

/*
 * Same file, lazy_mmu_mode_pause(). v7.2 (811f0d8caa40) splits it into a check of the context and
 * __task_lazy_mmu_mode_pause(task), which Xen's switch hook calls on the task that it is given.
 */
static void task_pause(struct task *task)
{
	struct lazy_mmu_state *state = &task->lazy_mmu_state;

	vm_warn(state->pause_count == UINT8_MAX, "pause_count overflows");
	if (state->pause_count++ == 0 && state->enable_count > 0)
		arch_leave();
}

/* Same file, lazy_mmu_mode_resume() and __task_lazy_mmu_mode_resume(task). */
static void task_resume(struct task *task)
{
	struct lazy_mmu_state *state = &task->lazy_mmu_state;

	vm_warn(state->pause_count == 0, "pause_count underflows");
	if (--state->pause_count == 0 && state->enable_count > 0)
		arch_enter(NULL);
}

static bool is_counted(void)
{
	return this_machine()->config.kernel->api == API_COUNTERS;
}

static bool is_immediate(void)
{
	return this_machine()->config.mode == MODE_IMMEDIATE;
}

/*
 * A section took effect when the kernel's own bookkeeping accepted it: with counters, when they say
 * so afterwards; without, always (mm/ calls arch_enter_lazy_mmu_mode() directly).
 */
static bool took_effect(void)
{
	return !is_counted() || is_lazy_mmu_mode_active();
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
	if (is_counted())
		counted_enable(hint);
	else
		arch_enter(hint);
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
	/* v6.1 to v6.18: mm/ calls arch_leave_lazy_mmu_mode() at every level. */
	if (is_counted())
		counted_disable();
	else
		arch_leave();
	section_closing();
	check_nothing_pending("disable");
}

void lazy_mmu_mode_pause(void)
{
	if (is_immediate())
		return;
	/* v6.18 mm/kasan/shadow.c leaves and enters again by hand. */
	if (!is_counted())
		arch_leave();
	else if (!in_interrupt())
		task_pause(current_task());
	struct section_view *section = &current_task()->section;
	section->pauses++;
	section_changed(section);
	check_nothing_pending("pause");
}

void lazy_mmu_mode_resume(void)
{
	if (is_immediate())
		return;
	if (!is_counted())
		arch_enter(NULL);
	else if (!in_interrupt())
		task_resume(current_task());
	struct section_view *section = &current_task()->section;
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

	if (task->section.depth || task->section.pauses)
		report_finding(FINDING_UNBALANCED, "%u sections and %u pauses are open at %s",
			       task->section.depth, task->section.pauses, where);
	else if (task->lazy_mmu_state.enable_count)
		report_finding(FINDING_UNBALANCED, "enable_count is %u at %s",
			       task->lazy_mmu_state.enable_count, where);
}
