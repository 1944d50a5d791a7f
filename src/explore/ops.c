/* SPDX-License-Identifier: MIT */
/* What the operations without a page do: each is a few lines of kernel-shaped code. */
#include "ops.h"

#include "lazy.h"
#include "linear_map.h"
#include "preempt.h"
#include "syscalls.h"

static void enable(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_enable();
}

static void disable(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_disable();
}

static void pause_section(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_pause();
}

static void resume_section(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_resume();
}

/* Linux mm/memory.c, copy_page_range(): raw_write_seqcount_begin() and _end(). */
static void change_sequence(struct actor *actor, const struct op *op)
{
	(void)op;
	actor->execution->write_protect_seq++;
}

static void set_memory(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	if (this_machine()->arch->linear_map == LINEAR_MAP_SECTION)
		set_memory_valid(1, true);
}

static void alloc(struct actor *actor, const struct op *op)
{
	(void)actor;
	if (op->kind == OP_ALLOC_SLEEP)
		might_sleep();
	kernel_page_free(observe(kernel_page_alloc()));
}

static void preempt_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	preempt_disable();
}

static void preempt_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	preempt_enable();
}

static void bh_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_bh_disable();
}

static void bh_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_bh_enable();
}

static void irq_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_irq_save();
}

static void irq_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_irq_restore(false);
}

static void go_to_sleep(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	might_sleep();
}

static void offer_cpu(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	cond_resched();
}

static void go_to_user(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	schedule_step(STEP_USER);
}

static void do_nothing(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
}

static void fork_child(struct actor *actor, const struct op *op)
{
	struct actor *child = &actor->execution->actors[op->target];

	if (child->state != ACTOR_UNBORN)
		return;
	child->task = mm_fork(actor->task->tid - (int)actor->index + (int)op->target, true);
	if (child->task)
		child->state = ACTOR_ALIVE;
}

/* By enum op_kind; control is run_frame()'s. */
static void (*const operations[NR_OPS])(struct actor *actor, const struct op *op) = {
	[OP_ENABLE] = enable,
	[OP_DISABLE] = disable,
	[OP_PAUSE] = pause_section,
	[OP_RESUME] = resume_section,
	[OP_WP_BEGIN] = change_sequence,
	[OP_WP_END] = change_sequence,
	[OP_ALLOC] = alloc,
	[OP_ALLOC_SLEEP] = alloc,
	[OP_SET_MEMORY] = set_memory,
	[OP_PREEMPT_OFF] = preempt_off,
	[OP_PREEMPT_ON] = preempt_on,
	[OP_BH_OFF] = bh_off,
	[OP_BH_ON] = bh_on,
	[OP_IRQ_OFF] = irq_off,
	[OP_IRQ_ON] = irq_on,
	[OP_SLEEP] = go_to_sleep,
	[OP_COND_RESCHED] = offer_cpu,
	[OP_USER] = go_to_user,
	[OP_NOP] = do_nothing,
	[OP_FORK] = fork_child,
};

void run_operation(struct actor *actor, const struct op *op)
{
	(op_syntax[op->kind].has_page ? page_operations : operations)[op->kind](actor, op);
}
