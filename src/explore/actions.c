/* SPDX-License-Identifier: MIT */
/* What can happen next, by the rules of the preemption model and of interrupts. */
#include "execution.h"

#include "preempt.h"
#include "spinlock.h"

static void add(struct execution *execution, const struct action *action)
{
	if (execution->nr_actions < MAX_ACTIONS)
		execution->actions[execution->nr_actions++] = *action;
}

/*
 * Linux kernel/Kconfig.preempt and include/linux/sched.h: cond_resched() gives way with none and
 * voluntary; every model does at the return to user mode, and what may sleep may really sleep.
 */
static bool is_voluntary(const struct execution *execution, const struct actor *actor)
{
	if (actor->point == STEP_RESCHED)
		return execution->setup.preempt <= PREEMPT_VOLUNTARY;
	return actor->point == STEP_USER || actor->point == STEP_SLEEP;
}

/*
 * With full, lazy and rt a task can be preempted wherever preemption and interrupts are on (lazy:
 * a tick sees to it, Linux kernel/sched/core.c, v6.13).
 */
static bool can_give_way(const struct execution *execution, const struct cpu *cpu,
			 const struct actor *actor)
{
	if (actor_is_idle(actor) || actor->state == ACTOR_DONE)
		return true;
	if (actor->task->preempt_count || cpu->irqs_disabled)
		return false;
	return execution->setup.preempt >= PREEMPT_FULL || is_voluntary(execution, actor);
}

/*
 * Linux kernel/locking/spinlock_rt.c, __rt_spin_lock(): the owner of a sleeping lock can be
 * preempted and cannot migrate. What waits runs wherever there is room.
 */
static bool can_run_on(const struct actor *actor, const struct cpu *cpu)
{
	return actor->state == ACTOR_ALIVE && !actor->on_cpu &&
	       (!actor->task->migration_disabled || actor->cpu == cpu->id);
}

static void add_switches(struct execution *execution, const struct cpu *cpu,
			 const struct actor *actor)
{
	struct action action = { .kind = ACTION_SWITCH, .cpu = (uint8_t)cpu->id };
	unsigned int nr_tasks = execution->setup.scenario->nr_tasks;
	bool others = false;

	if (!can_give_way(execution, cpu, actor))
		return;
	action.is_disturbance = !actor_is_idle(actor) && actor->state != ACTOR_DONE &&
				!is_voluntary(execution, actor);
	for (unsigned int i = 0; i < nr_tasks; i++) {
		if (!can_run_on(&execution->actors[i], cpu))
			continue;
		others = true;
		action.target = (uint8_t)i;
		add(execution, &action);
	}
	/* With several CPUs the others may take the waiting tasks. */
	if (actor->state == ACTOR_DONE && (!others || execution->setup.nr_cpus > 1)) {
		action.target = (uint8_t)nr_tasks;
		add(execution, &action);
	}
}

/* Linux kernel/softirq.c and arch entry code: what keeps a handler of each kind away. */
static bool can_strike(const struct cpu *cpu, const struct task *task, enum handler_kind kind)
{
	unsigned int count = task->preempt_count;

	switch (kind) {
	case HANDLER_NMI:
		return !(count & NMI_MASK);
	case HANDLER_IRQ:
		return !cpu->irqs_disabled && !(count & (NMI_MASK | HARDIRQ_MASK));
	case HANDLER_SOFTIRQ:
		return !cpu->irqs_disabled && !(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK));
	case HANDLER_NONE:
		break;
	}
	return false;
}

static void add_handlers(struct execution *execution, const struct cpu *cpu,
			 const struct actor *actor)
{
	const struct scenario *scenario = execution->setup.scenario;
	struct action action = { .kind = ACTION_IRQ,
				 .cpu = (uint8_t)cpu->id,
				 .is_disturbance = true };

	if (actor->state != ACTOR_ALIVE || actor->nr_frames == MAX_FRAMES)
		return;
	for (unsigned int i = scenario->nr_tasks; i < scenario->nr_programs; i++) {
		if (!execution->handlers_left[i] ||
		    !can_strike(cpu, actor->task, scenario->programs[i].handler))
			continue;
		action.target = (uint8_t)i;
		add(execution, &action);
	}
}

/* The task of the CPU can take another step: it does not wait for a lock that is held. */
static bool can_step(const struct actor *actor)
{
	const struct spinlock *awaits = actor->task->awaits;

	if (awaits && awaits->owner)
		return false;
	return actor->in_switch || (!actor_is_idle(actor) && actor->state == ACTOR_ALIVE);
}

/*
 * Any CPU may load a translation of what it has loaded, at any time: the kernel's addresses, and
 * those of the address space of its task.
 */
static void add_refills(struct execution *execution, const struct cpu *cpu,
			const struct actor *actor)
{
	struct action action = { .kind = ACTION_REFILL,
				 .cpu = (uint8_t)cpu->id,
				 .is_disturbance = true };

	for (unsigned int i = 0; i < execution->nr_refills; i++) {
		const struct refill *page = &execution->refills[i];
		struct mm *mm;
		vaddr_t addr = execution_page(execution, actor, page->space, page->page, &mm);
		if (!hw_can_load(mm, addr, cpu->id))
			continue;
		action.space = page->space;
		action.target = (uint8_t)page->page;
		add(execution, &action);
	}
}

static void add_of_cpu(struct execution *execution, const struct cpu *cpu, unsigned int max)
{
	const struct actor *actor = actor_of(execution, cpu->current);

	if (can_step(actor))
		add(execution, &(struct action){ .kind = ACTION_STEP, .cpu = (uint8_t)cpu->id });
	if (execution->nr_actions >= max)
		return;
	if (!actor->in_switch)
		add_switches(execution, cpu, actor);
	if (actor_is_idle(actor))
		return;
	add_handlers(execution, cpu, actor);
	add_refills(execution, cpu, actor);
}

bool goes_on_first(const struct execution *execution)
{
	const struct cpu *cpu = &execution->machine->cpus[execution->last_cpu];

	return can_step(actor_of((struct execution *)execution, cpu->current));
}

/* The CPU that acted last comes first, so that the first choice is always to go on. */
void list_actions(struct execution *execution, unsigned int max)
{
	struct cpu *cpus = execution->machine->cpus;
	int nr_cpus = execution->setup.nr_cpus;

	execution->nr_actions = 0;
	for (int i = 0; i < nr_cpus && execution->nr_actions < max; i++) {
		int id = execution->last_cpu + i;
		add_of_cpu(execution, &cpus[id < nr_cpus ? id : id - nr_cpus], max);
	}
}
