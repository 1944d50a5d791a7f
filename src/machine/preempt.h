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

/* Anywhere that another context could look or act; step is what comes next. */
static inline void schedule_step(enum step step)
{
	struct machine *machine = this_machine();

	if (__builtin_expect(machine->explorer != NULL, 0))
		machine->explorer(machine, step);
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

	task->history = (task->history ^ value) * UINT64_C(0x9e3779b97f4a7c15);
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
static inline bool in_interrupt(void)
{
	return current_task()->preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK);
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

static inline void local_irq_restore(bool flags)
{
	this_cpu()->irqs_disabled = flags;
	if (!flags)
		schedule_point();
}

static inline void local_bh_disable(void)
{
	current_task()->preempt_count += SOFTIRQ_DISABLE_OFFSET;
}

static inline void local_bh_enable(void)
{
	current_task()->preempt_count -= SOFTIRQ_DISABLE_OFFSET;
	schedule_point();
}

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

/* Linux kernel/sched/core.c, __might_resched(): a finding where sleeping is not allowed. */
void might_sleep(void);

/*
 * A lock of a page table. A spinlock disables preemption; on PREEMPT_RT it is a sleeping lock that
 * only forbids migration (Linux kernel/locking/spinlock_rt.c).
 */
void spin_lock(void);
void spin_unlock(void);

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
	return task->lazy_mmu_state.enable_count > 0 && task->lazy_mmu_state.pause_count == 0;
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
