/* SPDX-License-Identifier: MIT */
/*
 * Running a scenario: the loop that lets one CPU after the other go on.
 *
 * Every CPU is always at a schedule point. A decision names one of them and what happens there; the
 * coroutine that is current on that CPU carries it out in its own context, as the kernel would.
 */
#include "execution.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lazy.h"
#include "pages.h"
#include "preempt.h"
#include "sched.h"
#include "start.h"

enum {
	STACK_SIZE = 256 * 1024,
	MEMORY_SIZE = 64 * 1024 * 1024, /* of a machine, bytes: what is touched counts */
};

struct actor *actor_of(struct execution *execution, const struct task *task)
{
	unsigned int nr_tasks = execution->setup.scenario->nr_tasks;

	if (task->tid < 0)
		return &execution->actors[nr_tasks + (unsigned int)(-1 - task->tid)];
	return &execution->actors[task->tid - FIRST_TID];
}

static void stop(struct execution *execution, enum stop_reason reason)
{
	if (!execution->stop)
		execution->stop = reason;
}

/* Nothing can happen any more: fine if every task that was born has ended. */
static enum stop_reason at_rest(const struct execution *execution)
{
	for (unsigned int i = 0; i < execution->setup.scenario->nr_tasks; i++) {
		if (execution->actors[i].state == ACTOR_ALIVE)
			return STOP_STUCK;
	}
	return STOP_ENDED;
}

static bool is_broken(const struct execution *execution)
{
	const struct finding_list *findings = &execution->machine->findings;

	return execution->goes_on ? findings->by_kind[FINDING_KERNEL_BUG] : findings->total;
}

static void carry_out(struct execution *execution, struct action action)
{
	execution->decision = action;
	execution->has_decision = true;
	execution->last_cpu = action.cpu;
	execution->disturbances += action.is_disturbance;
	execution->steps++;
}

/* The way back to a known state: where no choice was made, there was one action only. */
static void follow(struct execution *execution)
{
	const struct known_choice *next = &execution->known[execution->nr_taken];
	unsigned int index = 0;

	if (next->step == execution->steps) {
		index = next->index;
		execution->nr_taken++;
	}
	if (index == 0 && goes_on_first(execution)) {
		carry_out(execution, (struct action){ .cpu = (uint8_t)execution->last_cpu });
		return;
	}
	list_actions(execution, index + 1);
	carry_out(execution, execution->actions[index]);
}

static void decide(struct execution *execution)
{
	int index = 0;

	if (is_broken(execution))
		stop(execution, STOP_FINDING);
	else if (execution->machine->out_of_memory)
		stop(execution, STOP_NO_MEMORY);
	else if (execution->steps >= MAX_EXECUTION_STEPS)
		stop(execution, STOP_BOUND);
	if (execution->stop)
		return;
	if (execution->nr_taken < execution->nr_known) {
		follow(execution);
		return;
	}
	list_actions(execution, MAX_ACTIONS);
	if (execution->nr_actions == 0) {
		stop(execution, at_rest(execution));
		return;
	}
	if (execution->nr_actions > 1 || execution->asks_always)
		index = execution->choose(
			execution->choose_data,
			&(struct choice_point){ execution->actions, execution->nr_actions });
	if (index < 0) {
		stop(execution, STOP_CHOSEN);
		return;
	}
	carry_out(execution, execution->actions[index]);
}

static void record(struct execution *execution, const struct moment *moment)
{
	if (execution->record)
		execution->record(execution->record_data, moment);
}

static void record_moment(struct actor *actor, enum moment_kind kind, unsigned int target)
{
	struct moment step = { .cpu = (uint8_t)this_cpu()->id,
			       .actor = (uint8_t)actor->index,
			       .target = (uint8_t)target };

	step.kind = kind;
	step.space = actor->execution->decision.space;
	step.step = actor->point;
	if (actor->nr_frames) {
		step.program = (uint8_t)top_frame(actor)->program;
		step.op = top_frame(actor)->pc;
		step.call = top_frame(actor)->call;
	}
	record(actor->execution, &step);
}

/* Interrupts are off in an interrupt and an NMI, and on in a softirq. */
static void strike(struct actor *actor, unsigned int handler)
{
	struct execution *execution = actor->execution;
	enum handler_kind kind = execution->setup.scenario->programs[handler].handler;
	struct frame *frame = &actor->frames[actor->nr_frames++];
	struct task *task = actor->task;

	*frame = (struct frame){
		.program = handler,
		.pc = execution->setup.scenario->programs[handler].first,
		.irqs_disabled = this_cpu()->irqs_disabled,
		.history = task->history,
	};
	execution->handlers_left[handler]--;
	if (kind != HANDLER_SOFTIRQ)
		this_cpu()->irqs_disabled = true;
	if (kind == HANDLER_NMI)
		nmi_enter();
	else if (kind == HANDLER_IRQ)
		irq_enter();
	else
		softirq_enter();
	run_frame(actor);
	if (kind == HANDLER_NMI)
		nmi_exit();
	else if (kind == HANDLER_IRQ)
		irq_exit();
	else
		softirq_exit();
	this_cpu()->irqs_disabled = frame->irqs_disabled;
	task->history = frame->history;
	actor->nr_frames--;
}

static void switch_away(struct actor *actor, struct actor *next)
{
	struct cpu *cpu = this_cpu();
	uint64_t history = actor->task->history;

	next->on_cpu = true;
	next->cpu = cpu->id;
	actor->in_switch = true;
	if (next->task->mm)
		next->task->mm->cpumask |= (uint64_t)1 << cpu->id;
	switch_to(cpu, next->task);
	/* The hooks are no part of the operation that they interrupt. */
	actor->task->history = history;
	actor->in_switch = false;
	actor->on_cpu = false;
	coroutine_yield(actor->coroutine);
}

static void refill(struct actor *actor, const struct action *action)
{
	struct mm *mm;
	vaddr_t addr = execution_page(actor->execution, actor, action->space, action->target, &mm);

	hw_access(mm, addr, false);
}

/* A task is at a schedule point: it goes on when it is its turn. */
static void wait_for_turn(struct actor *actor)
{
	struct execution *execution = actor->execution;

	for (;;) {
		if (!execution->has_decision)
			decide(execution);
		const struct action action = execution->decision;
		if (execution->stop || action.cpu != this_cpu()->id) {
			coroutine_yield(actor->coroutine);
			continue;
		}
		execution->has_decision = false;
		switch (action.kind) {
		case ACTION_STEP:
			record_moment(actor, MOMENT_PART, 0);
			return;
		case ACTION_SWITCH:
			record_moment(actor, MOMENT_SWITCH, action.target);
			switch_away(actor, action.target == execution->setup.scenario->nr_tasks
						   ? actor_of(execution, this_cpu()->idle)
						   : &execution->actors[action.target]);
			break;
		case ACTION_IRQ:
			record_moment(actor, MOMENT_IRQ, action.target);
			strike(actor, action.target);
			break;
		case ACTION_REFILL:
			record_moment(actor, MOMENT_REFILL, action.target);
			refill(actor, &action);
			break;
		}
	}
}

/*
 * On the way back to a known state nobody need be asked where the task that runs goes on: nearly
 * all steps are of this kind. A rule that it breaks, or the end of its stack, would have ended the
 * way before.
 */
static bool goes_on_as_known(struct execution *execution, const struct actor *actor)
{
	if (execution->nr_taken == execution->nr_known || actor->task->awaits)
		return false;
	const struct known_choice *next = &execution->known[execution->nr_taken];
	if (next->step == execution->steps && next->index != 0)
		return false;
	execution->nr_taken += next->step == execution->steps;
	execution->steps++;
	return true;
}

/* explorer of the machine. */
void execution_visit(struct machine *machine, enum step step)
{
	struct execution *execution = machine->explorer_data;
	struct actor *actor = actor_of(execution, current_task());
	enum step before = actor->point;
	uint64_t line = machine->line;

	observe(step);
	if (goes_on_as_known(execution, actor))
		return;
	actor->point = step;
	if (coroutine_is_deep(actor->coroutine))
		stop(execution, STOP_DEEP);
	wait_for_turn(actor);
	actor->point = before;
	/* Others may have run, with lines of their own. */
	machine->line = line;
}

static void run_task(void *arg)
{
	struct actor *actor = arg;

	run_frame(actor);
	lazy_check_balance("task exit");
	actor->state = ACTOR_DONE;
	actor->point = STEP_GO_ON;
	record_moment(actor, MOMENT_END, 0);
	wait_for_turn(actor);
}

static void run_idle(void *arg)
{
	struct actor *actor = arg;

	actor->point = STEP_IDLE;
	wait_for_turn(actor);
}

static void clear_counters(struct counters *counters)
{
	memset(counters->n, 0, sizeof(counters->n));
	memset(counters->reasons, 0, sizeof(counters->reasons));
	counters->batch_sizes.nr = counters->section_entries.nr = 0;
}

/* Everything as it was at the start. */
static void reset(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;

	memory_restore(execution->memory);
	memcpy(execution->actors, execution->start,
	       execution->nr_actors * sizeof(execution->start[0]));
	for (unsigned int i = 0; i < execution->nr_actors; i++)
		coroutine_restart(execution->actors[i].coroutine);
	for (unsigned int i = scenario->nr_tasks; i < scenario->nr_programs; i++)
		execution->handlers_left[i] = scenario->programs[i].at_most;
	clear_counters(&execution->counters);
	execution->stop = STOP_NOT;
	execution->steps = execution->disturbances = 0;
	execution->nr_taken = 0;
	execution->has_decision = false;
	execution->last_cpu = 0;
	execution->write_protect_seq = 0;
	run_on(&execution->machine->cpus[0]);
}

enum stop_reason execution_run(struct execution *execution)
{
	reset(execution);
	decide(execution);
	while (!execution->stop) {
		struct cpu *cpu = &execution->machine->cpus[execution->decision.cpu];
		run_on(cpu);
		coroutine_resume(actor_of(execution, cpu->current)->coroutine);
	}
	return execution->stop;
}

int execution_create(const struct execution_setup *setup, struct execution **ret)
{
	struct execution *execution = calloc(1, sizeof(*execution));
	int err = 0;

	if (!execution)
		return -ENOMEM;
	execution->setup = *setup;
	find_refills(execution);
	execution->nr_actors = setup->scenario->nr_tasks + (unsigned int)setup->nr_cpus;
	for (unsigned int i = 0; i < execution->nr_actors && !err; i++) {
		struct actor *actor = &execution->actors[i];
		bool is_idle = i >= setup->scenario->nr_tasks;
		actor->execution = execution;
		actor->index = i;
		err = coroutine_create(is_idle ? run_idle : run_task, actor, STACK_SIZE,
				       &actor->coroutine);
	}
	execution->memory = memory_create(MEMORY_SIZE);
	if (!err)
		err = execution->memory ? create_start(execution) : -ENOMEM;
	if (err) {
		execution_destroy(execution);
		return err;
	}
	*ret = execution;
	return 0;
}

void execution_destroy(struct execution *execution)
{
	if (!execution)
		return;
	if (running_cpu && execution->machine && running_cpu->machine == execution->machine)
		running_cpu = NULL;
	if (execution->machine)
		counters_fini(&execution->machine->total); /* what prepare counted */
	memory_destroy(execution->memory);
	counters_fini(&execution->counters);
	for (unsigned int i = 0; i < execution->nr_actors; i++)
		coroutine_destroy(execution->actors[i].coroutine);
	free(execution);
}

const char *execution_overflown(const void *address)
{
	const struct machine *machine = running_cpu ? running_cpu->machine : NULL;
	const struct execution *execution =
		machine && machine->explorer == execution_visit ? machine->explorer_data : NULL;

	for (unsigned int i = 0; execution && i < execution->nr_actors; i++) {
		const struct actor *actor = &execution->actors[i];
		if (coroutine_guards(actor->coroutine, address))
			return actor_is_idle(actor) ? "idle"
						    : execution->setup.scenario->programs[i].name;
	}
	return NULL;
}
