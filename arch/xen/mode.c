/* SPDX-License-Identifier: MIT */
/*
 * The mode of a CPU: section, switch and fork hooks. Mirrors arch/x86/xen/mmu_pv.c,
 * enlighten_pv.c and arch/x86/include/asm/xen/hypervisor.h.
 */
#include "mode.h"

#include "context.h"
#include "xen.h"

/* arch/x86/include/asm/thread_info.h, up to v6.19: TIF_LAZY_MMU_UPDATES. */
#define TIF_LAZY_MMU_UPDATES (UINT64_C(1) << 27)

static const char *const mode_names[] = {
	[XEN_LAZY_NONE] = "NONE",
	[XEN_LAZY_MMU] = "MMU",
	[XEN_LAZY_CPU] = "CPU",
};

/*
 * hypervisor.h, enter_lazy() and leave_lazy(): the BUG_ONs look at the raw mode word. 49147beb0ccb
 * (v6.6, reverted by c36549ff8d84, v6.15) counts levels of one mode, for the CPU and not the task.
 */
static void enter_lazy(enum xen_lazy_mode mode)
{
	struct xen_cpu *xen = this_xen();

	if (xen->nests && xen->mode == mode) {
		xen->nesting++;
		return;
	}
	if (xen->mode != XEN_LAZY_NONE)
		report_finding(FINDING_KERNEL_BUG, "enter_lazy(%s): BUG_ON, the mode is %s",
			       mode_names[mode], mode_names[xen->mode]);
	xen->mode = mode;
}

static void leave_lazy(enum xen_lazy_mode mode)
{
	struct xen_cpu *xen = this_xen();

	if (xen->mode != mode)
		report_finding(FINDING_KERNEL_BUG, "leave_lazy(%s): BUG_ON, the mode is %s",
			       mode_names[mode], mode_names[xen->mode]);
	if (xen->nesting)
		xen->nesting--;
	else
		xen->mode = XEN_LAZY_NONE;
}

/* The switch hooks run the leave hook, too. */
static enum flush_reason xen_leave_reason(void)
{
	return this_xen()->switching ? FLUSH_CTX_SWITCH : leave_reason();
}

/* mmu_pv.c, xen_enter_lazy_mmu(), up to v7.0. */
void enter_mode(void)
{
	enter_lazy(XEN_LAZY_MMU);
}

/* mmu_pv.c, xen_leave_lazy_mmu(), up to v7.0. */
void leave_mode(void)
{
	preempt_disable();
	xen_mc_flush(&this_xen()->mc, xen_leave_reason());
	leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

/* Version 2 of the nesting series, patch 7: the raw mode word tells enter() whether it is nested.
 */
bool enter_state(void)
{
	if (this_xen()->mode == XEN_LAZY_MMU)
		return true;
	schedule_point();
	enter_lazy(XEN_LAZY_MMU);
	return false;
}

void leave_state(bool nested)
{
	preempt_disable();
	xen_mc_flush(&this_xen()->mc, nested ? FLUSH_NESTED : xen_leave_reason());
	if (!nested)
		leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

/* The hooks as the switch and flush hooks call them: not nested, the state dropped. */
static void enter_hook(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (ops->enter_state)
		ops->enter_state();
	else
		ops->enter();
}

static void leave_hook(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (ops->leave_state)
		ops->leave_state(false);
	else
		ops->leave();
}

/* mmu_pv.c, xen_flush_lazy_mmu(), up to v6.19: leave and enter again; DEBUG_PAGEALLOC calls it. */
void flush_by_leaving(void)
{
	preempt_disable();
	if (xen_mmu_lazy()) {
		leave_hook();
		enter_hook();
	}
	preempt_enable();
}

/* mmu_pv.c, xen_flush_lazy_mmu(): v7.0, 66bdd779d344. */
void flush_mode(void)
{
	preempt_disable();
	if (xen_mmu_lazy())
		xen_mc_flush(&this_xen()->mc, FLUSH_NESTED);
	preempt_enable();
}

/*
 * v7.1, 4594437880ce: a call that comes twice is tolerated. Preemption goes off for the look at the
 * mode and the change of it.
 */
void enter_idempotent(void)
{
	preempt_disable();
	if (!xen_mmu_lazy())
		enter_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

void leave_idempotent(void)
{
	preempt_disable();
	xen_mc_flush(&this_xen()->mc, xen_leave_reason());
	if (!in_interrupt() && this_xen()->mode != XEN_LAZY_NONE)
		leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

/* v7.2 (bec6f41a6fe5): no enter hook, leave and flush only send what is queued. */
void leave_modeless(void)
{
	preempt_disable();
	xen_mc_flush(&this_xen()->mc, xen_leave_reason());
	preempt_enable();
}

void flush_modeless(void)
{
	preempt_disable();
	xen_mc_flush(&this_xen()->mc, FLUSH_NESTED);
	preempt_enable();
}

/* arch_leave_lazy_mmu_mode() of the outgoing task, if its CPU is in the mode. */
static bool leave_at_switch(void)
{
	if (this_xen()->mode != XEN_LAZY_MMU)
		return false;
	this_xen()->switching = true;
	leave_hook();
	this_xen()->switching = false;
	return true;
}

/*
 * enlighten_pv.c, xen_start_context_switch(), up to v6.19: the flag on the task records what the
 * CPU did, not what the task wants.
 */
static void start_switch_flag(struct task *prev)
{
	if (leave_at_switch())
		prev->thread_flags |= TIF_LAZY_MMU_UPDATES;
	enter_lazy(XEN_LAZY_CPU);
}

/* xen_end_context_switch(), up to v6.19. */
static void end_switch_flag(struct task *next)
{
	xen_switch_mm(next);
	xen_mc_flush(&this_xen()->mc, FLUSH_CTX_SWITCH);
	leave_lazy(XEN_LAZY_CPU);
	if (next->thread_flags & TIF_LAZY_MMU_UPDATES) {
		next->thread_flags &= ~TIF_LAZY_MMU_UPDATES;
		enter_hook();
	}
	xen_switch_stack();
}

/* v7.0, 291b3abed657: the flag is gone, switch-in reads the section state of the task. */
static void start_switch_task(struct task *prev)
{
	(void)prev;
	leave_at_switch();
	enter_lazy(XEN_LAZY_CPU);
}

static void end_switch_task(struct task *next)
{
	xen_switch_mm(next);
	xen_mc_flush(&this_xen()->mc, FLUSH_CTX_SWITCH);
	leave_lazy(XEN_LAZY_CPU);
	if (task_lazy_mmu_mode_active(next))
		enter_hook();
	xen_switch_stack();
}

/*
 * v7.2, bec6f41a6fe5, and before it a patch that was withdrawn (20260508080514.454607-1-jgross):
 * the hooks pause and resume the task's own counters. A new task is resumed at its first switch-in
 * although nothing paused it: the u8 goes from 0 to 255, is inherited by its children, and batching
 * is off for the whole family (recorded on 7.3.4).
 */
static void start_switch_pause(struct task *prev)
{
	struct xen_cpu *xen = this_xen();

	xen->switching = true;
	prev->machine->services.task_pause(prev);
	xen->switching = false;
	enter_lazy(XEN_LAZY_CPU);
}

static void end_switch_resume(struct task *next)
{
	xen_switch_mm(next);
	xen_mc_flush(&this_xen()->mc, FLUSH_CTX_SWITCH);
	leave_lazy(XEN_LAZY_CPU);
	next->machine->services.task_resume(next);
	xen_switch_stack();
}

/* lab-switch-flag: the same, and a flag that tells a later resume() that there was a pause. */
static void start_switch_pause_flag(struct task *prev)
{
	prev->thread_flags |= TIF_LAZY_MMU_UPDATES;
	start_switch_pause(prev);
}

static void end_switch_resume_flag(struct task *next)
{
	xen_switch_mm(next);
	xen_mc_flush(&this_xen()->mc, FLUSH_CTX_SWITCH);
	leave_lazy(XEN_LAZY_CPU);
	if (next->thread_flags & TIF_LAZY_MMU_UPDATES) {
		next->thread_flags &= ~TIF_LAZY_MMU_UPDATES;
		next->machine->services.task_resume(next);
	}
	xen_switch_stack();
}

static const struct switch_hooks switch_styles[] = {
	[XEN_SWITCH_FLAG] = { .start = start_switch_flag, .end = end_switch_flag },
	[XEN_SWITCH_TASK] = { .start = start_switch_task, .end = end_switch_task },
	[XEN_SWITCH_PAUSE] = { .start = start_switch_pause, .end = end_switch_resume },
	[XEN_SWITCH_PAUSE_FLAG] = { .start = start_switch_pause_flag,
				    .end = end_switch_resume_flag },
};

void start_switch(struct task *prev)
{
	switch_styles[prev->machine->config.kernel->xen_switch].start(prev);
}

void end_switch(struct task *next)
{
	switch_styles[next->machine->config.kernel->xen_switch].end(next);
}

/* Labs: what a fork could do for a child whose first switch-in resumes what nothing paused. */
void fork_xen(struct task *parent, struct task *child)
{
	const struct kernel *kernel = parent->machine->config.kernel;

	if (kernel->fork_resets)
		child->lazy_mmu_state = (struct lazy_mmu_state){ 0 };
	if (kernel->fork_pauses)
		child->lazy_mmu_state.pause_count++;
}

void init_cpu_with_mode(struct cpu *cpu)
{
	((struct xen_cpu *)cpu->arch)->tracks_mmu_mode = true;
}

void init_cpu_with_nests(struct cpu *cpu)
{
	init_cpu_with_mode(cpu);
	((struct xen_cpu *)cpu->arch)->nests = true;
}
