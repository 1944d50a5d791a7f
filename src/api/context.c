/* SPDX-License-Identifier: MIT */
/* Context of the running task: preemption, bottom halves, interrupts, sleeping. */
#include "api.h"

#include <errno.h>

#include "preempt.h"
#include "sched.h"

void lazymmu_preempt_disable(void)
{
	function_calls(__func__);
	preempt_disable();
}

void lazymmu_preempt_enable(void)
{
	function_calls(__func__);
	preempt_enable();
}

unsigned int lazymmu_preempt_count(void)
{
	return (unsigned int)observe(current_task()->preempt_count);
}

void lazymmu_bh_disable(void)
{
	function_calls(__func__);
	local_bh_disable();
}

void lazymmu_bh_enable(void)
{
	function_calls(__func__);
	local_bh_enable();
}

bool lazymmu_irq_save(void)
{
	function_calls(__func__);
	return answer(local_irq_save());
}

void lazymmu_irq_restore(bool was_off)
{
	function_calls(__func__);
	local_irq_restore(was_off);
}

bool lazymmu_irq_is_disabled(void)
{
	return answer(irqs_disabled());
}

bool lazymmu_interrupt_is_active(void)
{
	return answer(in_interrupt());
}

struct handler_kind {
	const char *name;
	unsigned int blocked_by; /* bits of the preempt count */
	bool is_maskable;
	bool masks; /* interrupts are off while it runs */
	void (*enter)(void);
	void (*exit)(void);
};

static const struct handler_kind handler_kinds[] = {
	[LAZYMMU_INTERRUPT_HARDIRQ] = { "hardirq", NMI_MASK, true, true, irq_enter, irq_exit },
	[LAZYMMU_INTERRUPT_SOFTIRQ] = { "softirq", NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK, true,
					false, softirq_enter, softirq_exit },
	[LAZYMMU_INTERRUPT_NMI] = { "NMI", NMI_MASK, false, true, nmi_enter, nmi_exit },
};

/* What a handler has to restore. */
struct balance {
	unsigned int preempt_count;
	unsigned int depth;
	unsigned int pauses;
	bool irqs_disabled;
};

static struct balance balance_of(const struct cpu *cpu, const struct task *task)
{
	return (struct balance){
		.preempt_count = task->preempt_count,
		.depth = task->section.depth,
		.pauses = task->section.pauses,
		.irqs_disabled = cpu->irqs_disabled,
	};
}

/*
 * Linux kernel/softirq.c, handle_softirqs(): a handler that changed the preempt count is reported,
 * and the count is set right again.
 */
static void check_handler(const char *name, const struct balance *before,
			  const struct balance *after)
{
	if (after->preempt_count != before->preempt_count)
		report_finding(FINDING_UNBALANCED,
			       "preempt_count is %x, not %x, after a %s handler",
			       after->preempt_count, before->preempt_count, name);
	if (after->depth != before->depth || after->pauses != before->pauses)
		report_finding(
			FINDING_UNBALANCED,
			"%u sections and %u pauses are open after a %s handler, %u and %u before",
			after->depth, after->pauses, name, before->depth, before->pauses);
	if (after->irqs_disabled != before->irqs_disabled)
		report_finding(FINDING_UNBALANCED, "interrupts are %s after a %s handler",
			       after->irqs_disabled ? "off" : "on", name);
}

int lazymmu_interrupt_run(enum lazymmu_interrupt kind, void (*fn)(void *data), void *data)
{
	if ((unsigned int)kind > LAZYMMU_INTERRUPT_NMI)
		return -EINVAL;
	const struct handler_kind *handler = &handler_kinds[kind];
	struct cpu *cpu = this_cpu();
	struct task *task = current_task();
	bool was_disabled = cpu->irqs_disabled;

	if (task->preempt_count & handler->blocked_by || (was_disabled && handler->is_maskable))
		return result(-EBUSY);
	handler->enter();
	cpu->irqs_disabled |= handler->masks;
	struct balance before = balance_of(cpu, task);
	fn(data);
	run_on(cpu); /* the handler may have simulated other CPUs */
	struct balance after = balance_of(cpu, task);
	check_handler(handler->name, &before, &after);
	task->preempt_count = before.preempt_count;
	handler->exit();
	cpu->irqs_disabled = was_disabled;
	return 0;
}

void lazymmu_sched_might_sleep(void)
{
	function_calls(__func__);
	might_sleep();
}

void lazymmu_sched_cond_resched(void)
{
	function_calls(__func__);
	cond_resched();
}

bool lazymmu_sched_need_resched(void)
{
	function_calls(__func__);
	return answer(need_resched());
}

void lazymmu_sched_set_need_resched(void)
{
	function_calls(__func__);
	this_cpu()->need_resched = true;
}
