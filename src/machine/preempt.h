/* SPDX-License-Identifier: MIT */
/*
 * Context: preempt count, interrupts, bottom halves, sleeping. The names and the bit fields are
 * those of Linux include/linux/preempt.h (v7.0):
 *
 *	 bit 20      19..16     15..8      7..0
 *	[ NMI  ] [ HARDIRQ ] [ SOFTIRQ ] [ PREEMPT ]
 */
#ifndef LAZYMMU_MACHINE_PREEMPT_H
#define LAZYMMU_MACHINE_PREEMPT_H

#include "machine.h"

enum {
	PREEMPT_OFFSET = 1 << 0,
	SOFTIRQ_OFFSET = 1 << 8,
	HARDIRQ_OFFSET = 1 << 16,
	NMI_OFFSET = 1 << 20,
	PREEMPT_MASK = 0xff,
	SOFTIRQ_MASK = 0xff << 8,
	HARDIRQ_MASK = 0xf << 16,
	NMI_MASK = 0xf << 20,
	SOFTIRQ_DISABLE_OFFSET = 2 * SOFTIRQ_OFFSET,
};

/* Somebody explores: control goes there. */
void call_explorer(enum step step) __attribute__((cold));

/* Anywhere that another context could look or act; step is what comes next. */
static inline void schedule_step(enum step step)
{
	if (this_machine()->explorer)
		call_explorer(step);
}

static inline void schedule_point(void)
{
	schedule_step(STEP_GO_ON);
}

/*
 * A value that was read from state which others may change, and that is still needed behind a
 * schedule point. Exploration may take two states for one only if they agree in it.
 */
static inline uint64_t observe(uint64_t value)
{
	struct task *task = current_task();

	if (__builtin_expect(this_machine()->explorer != NULL, 0)) {
		uint64_t mixed = (task->history ^ value) * UINT64_C(0x9e3779b97f4a7c15);
		task->history = mixed ^ mixed >> 32;
	}
	return value;
}

static inline void preempt_disable(void)
{
	current_task()->preempt_count += PREEMPT_OFFSET;
}

/* Ends a preempt-off region; with preemption on again somebody else may run. */
static inline void preempt_enable(void)
{
	current_task()->preempt_count -= PREEMPT_OFFSET;
	schedule_point();
}

/*
 * Linux include/linux/preempt.h: NMI, hardirq and softirq bits; local_bh_disable() raises the
 * softirq bits too, so a task with bottom halves off counts as in interrupt.
 */
static inline bool task_in_interrupt(const struct task *task)
{
	return task->preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK);
}

static inline bool in_interrupt(void)
{
	return task_in_interrupt(current_task());
}

/* A handler runs: unlike in_interrupt(), not a task that only has bottom halves off. */
static inline bool in_handler(void)
{
	return current_task()->preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET);
}

static inline bool irqs_disabled(void)
{
	return this_cpu()->irqs_disabled;
}

/* preemptible(): preempt count zero and interrupts on. */
static inline bool preemptible(void)
{
	return current_task()->preempt_count == 0 && !irqs_disabled();
}

static inline bool local_irq_save(void)
{
	bool flags = this_cpu()->irqs_disabled;

	this_cpu()->irqs_disabled = true;
	return flags;
}

/* If interrupts are on, one that had to wait comes here. */
static inline void irq_schedule_point(void)
{
	if (this_machine()->explorer && !irqs_disabled())
		call_explorer(STEP_GO_ON);
}

static inline void local_irq_restore(bool flags)
{
	this_cpu()->irqs_disabled = flags;
	irq_schedule_point();
}

void local_bh_disable(void);
/* Judges the sections that were opened or closed since bottom halves were switched off. */
void local_bh_enable(void);

/* A handler runs over the interrupted task between enter and exit. */
static inline void irq_enter(void)
{
	current_task()->preempt_count += HARDIRQ_OFFSET;
}

static inline void irq_exit(void)
{
	current_task()->preempt_count -= HARDIRQ_OFFSET;
}

static inline void softirq_enter(void)
{
	current_task()->preempt_count += SOFTIRQ_OFFSET;
}

static inline void softirq_exit(void)
{
	current_task()->preempt_count -= SOFTIRQ_OFFSET;
}

static inline void nmi_enter(void)
{
	current_task()->preempt_count += NMI_OFFSET + HARDIRQ_OFFSET;
}

static inline void nmi_exit(void)
{
	current_task()->preempt_count -= NMI_OFFSET + HARDIRQ_OFFSET;
}

/*
 * Linux include/linux/mmdebug.h, VM_WARN_ON() and VM_WARN_ON_ONCE(): compiled in only with
 * CONFIG_DEBUG_VM; without it a counter wraps silently.
 */
void vm_warn(bool condition, const char *what);

/* Linux kernel/sched/core.c, __might_resched(): a finding where sleeping is not allowed. */
void might_sleep(void);

static inline bool need_resched(void)
{
	struct machine *machine = this_machine();

	return this_cpu()->need_resched ||
	       (machine->resched_source && machine->resched_source(machine->resched_data));
}

/* Linux include/linux/sched.h, cond_resched(): a chance to run somebody else. */
void cond_resched(void);

static inline bool task_lazy_mmu_mode_active(const struct task *task)
{
	const struct lazy_mmu_state *state = &task->lazy_mmu_state;

	return (state->enable_count > 0 && state->pause_count == 0) || state->active;
}

/* Linux include/linux/sched.h, commit 5ab246749569, v7.0: for backends only. */
static inline bool is_lazy_mmu_mode_active(void)
{
	return !in_interrupt() && task_lazy_mmu_mode_active(current_task());
}

static inline bool test_thread_flag(uint64_t flag)
{
	return current_task()->thread_flags & flag;
}

static inline void set_thread_flag(uint64_t flag)
{
	current_task()->thread_flags |= flag;
}

static inline void clear_thread_flag(uint64_t flag)
{
	current_task()->thread_flags &= ~flag;
}

static inline bool test_and_clear_thread_flag(uint64_t flag)
{
	bool was_set = test_thread_flag(flag);

	clear_thread_flag(flag);
	return was_set;
}

#endif
