/* SPDX-License-Identifier: MIT */
/* Sleeping, locks and the wish to reschedule. */
#include "preempt.h"

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
		schedule_point();
}

void spin_lock(void)
{
	if (this_machine()->config.preempt == PREEMPT_RT)
		might_sleep();
	else
		preempt_disable();
}

void spin_unlock(void)
{
	if (this_machine()->config.preempt != PREEMPT_RT)
		preempt_enable();
}

void cond_resched(void)
{
	this_cpu()->need_resched = false;
	schedule_point();
}
