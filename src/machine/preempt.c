/* SPDX-License-Identifier: MIT */
/* Warnings of debug kernels, sleeping, bottom halves and the wish to reschedule. */
#include "preempt.h"

void vm_warn(bool condition, const char *what)
{
	if (condition && this_machine()->config.config & CONFIG_DEBUG_VM)
		report_finding(FINDING_KERNEL_WARN, "VM_WARN_ON: %s", what);
}

void call_explorer(enum step step)
{
	struct machine *machine = this_machine();

	machine->explorer(machine, step);
}

void might_sleep(void)
{
	struct task *task = current_task();
	unsigned int count = task->preempt_count;

	/* PREEMPT_RT: bottom halves off is a lock of the task, not a preempt count. */
	if (this_machine()->config.preempt == PREEMPT_RT)
		count &= ~(unsigned int)SOFTIRQ_MASK;
	if (count || irqs_disabled())
		report_finding(FINDING_SLEEP_IN_ATOMIC,
			       "sleeping call with preempt_count %x, interrupts %s",
			       task->preempt_count, irqs_disabled() ? "off" : "on");
	else
		schedule_step(STEP_SLEEP);
}

void local_bh_disable(void)
{
	struct task *task = current_task();

	if (!(task->preempt_count & SOFTIRQ_MASK))
		task->section.skipped_at_bh_off = task->section.skipped;
	task->preempt_count += SOFTIRQ_DISABLE_OFFSET;
}

/*
 * A section whose open was skipped and whose close was not, or the reverse. Without counters
 * (arm64, v6.18) a close too many does no harm: any leave ends the mode, 1ef3095b1405.
 */
static void check_sections_over_bh(const struct task *task)
{
	int skipped = task->section.skipped - task->section.skipped_at_bh_off;
	bool is_counted = task->machine->config.kernel->api == API_COUNTERS;

	if (skipped < 0)
		report_finding(
			FINDING_UNBALANCED,
			"%d sections were closed with bottom halves off, opened with them on",
			-skipped);
	else if (skipped > 0 && is_counted)
		report_finding(FINDING_UNBALANCED,
			       "%d sections were opened with bottom halves off and are still open",
			       skipped);
}

void local_bh_enable(void)
{
	struct task *task = current_task();

	task->preempt_count -= SOFTIRQ_DISABLE_OFFSET;
	if (!(task->preempt_count & SOFTIRQ_MASK))
		check_sections_over_bh(task);
	schedule_point();
}

void cond_resched(void)
{
	this_cpu()->need_resched = false;
	schedule_step(STEP_RESCHED);
}
