/* SPDX-License-Identifier: MIT */
/*
 * Running a scenario: the machine and its pages, the tasks that wait, and the loop that lets one
 * CPU after the other go on.
 *
 * Every CPU is always at a schedule point. A decision names one of them and what happens there; the
 * coroutine that is current on that CPU carries it out in its own context, as the kernel would.
 */
#include "execution.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "function.h"
#include "lazy.h"
#include "preempt.h"
#include "pte_access.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

enum {
	STACK_SIZE = 256 * 1024,
	MEMORY_SIZE = 64 * 1024 * 1024, /* of a machine, bytes: what is touched counts */
	FIRST_TID = 100,
	WRITE_PAGES = MAX_PAGES, /* the w pages begin behind the k or u pages, in the same table */
};

static const vaddr_t base = UINT64_C(1) << 30; /* of k0 and u0: the start of a table everywhere */

struct actor *actor_of(struct execution *execution, const struct task *task)
{
	unsigned int nr_tasks = execution->setup.scenario->nr_tasks;

	if (task->tid < 0)
		return &execution->actors[nr_tasks + (unsigned int)(-1 - task->tid)];
	return &execution->actors[task->tid - FIRST_TID];
}

vaddr_t execution_page(const struct execution *execution, const struct actor *actor,
		       enum page_space space, unsigned int page, struct mm **ret)
{
	bool is_user = space == SPACE_USER || (space == SPACE_WRITE && execution->lever_is_user);

	if (space == SPACE_WRITE)
		page += WRITE_PAGES;
	if (!is_user)
		*ret = init_mm();
	else
		*ret = actor->task->mm ? actor->task->mm : execution->mms[0];
	if (execution->setup.scenario->nr_listed)
		return execution->setup.scenario->listed[page].addr;
	return base + page * page_size(*ret);
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

/* explorer of the machine. */
void execution_visit(struct machine *machine, enum step step)
{
	struct execution *execution = machine->explorer_data;
	struct actor *actor = actor_of(execution, current_task());
	enum step before = actor->point;
	uint64_t line = machine->line;

	observe(step);
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

/* Where and how this backend holds writes back: what OP_WRITE does. */
static void choose_lever(struct execution *execution)
{
	const struct arch_ops *ops = execution->machine->ops;
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG;
	pte_t none = { 0 }, kernel = make_pte(1, bits);
	pte_t hashed = make_pte(1, bits | PTE_HASHPTE);

	execution->lever = PTE_OP_SET;
	execution->lever_is_user = false;
	if (!ops->defers || ops->defers(PTE_OP_SET, init_mm(), none, kernel))
		return;
	execution->lever = PTE_OP_CLEAR;
	execution->lever_is_user = !ops->defers(PTE_OP_CLEAR, init_mm(), hashed, none);
}

static int map_page(struct mm *mm, vaddr_t addr, unsigned int index)
{
	const struct arch_ops *ops = this_machine()->ops;
	unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY;
	struct table *table = pte_alloc(mm, addr);

	if (!table)
		return -ENOMEM;
	pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
	if (is_init_mm(mm))
		hw_write_pte(ptep, make_pte(FILE_PFN_BASE + index, bits | PTE_SPECIAL));
	else
		hw_write_pte(ptep, make_pte(page_alloc(), bits | PTE_USER));
	if (ops->hash_page)
		ops->hash_page(mm, addr, ptep);
	return 0;
}

enum { FIRST_VALUE = 100 /* page frames below are for `set` */ };

static int map_pages(struct mm *mm, unsigned int first, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (map_page(mm, base + (first + i) * page_size(mm), FIRST_VALUE + first + i))
			return -ENOMEM;
	}
	return 0;
}

static int map_all_pages(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;
	unsigned int nr_write = scenario->nr_pages[SPACE_WRITE];
	unsigned int nr_user_write = execution->lever_is_user ? nr_write : 0;

	if (map_pages(init_mm(), 0, scenario->nr_pages[SPACE_KERNEL]) ||
	    map_pages(init_mm(), WRITE_PAGES, nr_write - nr_user_write))
		return -ENOMEM;
	for (unsigned int i = 0; i < MAX_MMS && execution->mms[i]; i++) {
		if (map_pages(execution->mms[i], 0, scenario->nr_pages[SPACE_USER]) ||
		    map_pages(execution->mms[i], WRITE_PAGES, nr_user_write))
			return -ENOMEM;
	}
	return 0;
}

static int create_mms(struct execution *execution)
{
	const struct arch_ops *ops = execution->machine->ops;
	unsigned int nr = execution->setup.scenario->nr_mms;

	for (unsigned int i = 0; i < (nr ? nr : 1); i++) {
		struct mm_struct *mm = mm_create(execution->machine);
		if (!mm)
			return -ENOMEM;
		execution->mms[i] = &mm->mm;
		if (ops->activate_mm)
			ops->activate_mm(&mm->mm);
	}
	return 0;
}

/*
 * A waiting task ran before and was switched out. Its counters were right when it ran: what a fork
 * gave it, or what the first switch-in of a fresh task does, is for scenarios that fork.
 */
static int make_waiting(struct execution *execution, struct actor *actor)
{
	struct machine *machine = execution->machine;
	struct cpu *cpu = &machine->cpus[0];
	const struct program *program = &execution->setup.scenario->programs[actor->index];
	struct task *task = task_fork(cpu->idle, FIRST_TID + (int)actor->index);

	if (!task)
		return -ENOMEM;
	actor->task = task;
	task->mm = execution->mms[program->mm];
	mm_of(task->mm)->users++;
	switch_to(cpu, task);
	task->lazy_mmu_state = (struct lazy_mmu_state){ 0 };
	switch_to(cpu, cpu->idle);
	actor->state = ACTOR_ALIVE;
	return 0;
}

static void begin_program(struct actor *actor, unsigned int program)
{
	actor->frames[0] = (struct frame){
		.program = program,
		.pc = actor->execution->setup.scenario->programs[program].first,
	};
	actor->nr_frames = 1;
	actor->point = STEP_BEGIN;
}

static int make_actors(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;

	for (unsigned int i = 0; i < scenario->nr_tasks; i++) {
		struct actor *actor = &execution->actors[i];
		begin_program(actor, i);
		if (!scenario->programs[i].is_child && make_waiting(execution, actor))
			return -ENOMEM;
	}
	for (int i = 0; i < execution->setup.nr_cpus; i++) {
		struct actor *idle = &execution->actors[scenario->nr_tasks + (unsigned int)i];
		idle->task = execution->machine->cpus[i].idle;
		idle->state = ACTOR_ALIVE;
		idle->on_cpu = true;
		idle->cpu = i;
	}
	return 0;
}

static int create_machine(struct execution *execution)
{
	const struct execution_setup *setup = &execution->setup;
	const struct arch *arch = arch_find(setup->subject->arch);
	const struct machine_config config = {
		.kernel = setup->kernel,
		.mode = MODE_LAZY,
		.preempt = setup->preempt,
		.config = setup->config | setup->subject->config,
		.nr_cpus = setup->nr_cpus,
		.radix = setup->subject->radix,
		.page_shift =
			setup->page_shift ? setup->page_shift : arch->geometries[0].page_shift,
		.memory = execution->memory,
	};
	int err = machine_create(&config, &execution->machine);

	if (!err)
		err = arch_attach(execution->machine, arch);
	if (!err)
		err = mm_layer_attach(execution->machine);
	if (err)
		return err;
	lazy_attach(execution->machine);
	execution->machine->backtrace = setup->backtrace;
	run_on(&execution->machine->cpus[0]);
	execution->machine->explorer_data = execution;
	choose_lever(execution);
	err = create_mms(execution);
	if (!err)
		err = map_all_pages(execution);
	if (!err && setup->scenario->prepare)
		err = prepare(execution);
	if (!err)
		err = make_actors(execution);
	return err;
}

/* The first start; every other one begins with a copy of what this makes. */
static int create_start(struct execution *execution)
{
	struct task *task;
	int err = create_machine(execution);

	if (err)
		return err;
	struct machine *machine = execution->machine;
	for (size_t cursor = 0; (task = idmap_next(&machine->tasks, &cursor));)
		task->counters = &execution->counters;
	/* What a debug kernel warned of when the tasks last ran is not the scenario's. */
	machine->findings = (struct finding_list){ 0 };
	machine->explorer = execution_visit;
	memcpy(execution->start, execution->actors, sizeof(execution->start));
	return memory_keep(execution->memory);
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

static void add_refill(struct execution *execution, enum page_space space, unsigned int page)
{
	unsigned int at = 0;

	while (at < execution->nr_refills &&
	       (execution->refills[at].space != space || execution->refills[at].page != page))
		at++;
	if (at == execution->nr_refills && at < MAX_REFILLS)
		execution->refills[execution->nr_refills++] = (struct refill){ space, page };
}

/* With several CPUs: on one alone an access comes first or finds what there is. */
static void find_refills(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;

	if (execution->setup.nr_cpus == 1)
		return;
	for (unsigned int i = 0; i < scenario->nr_ops; i++) {
		const struct op *op = &scenario->ops[i];
		if (op->kind == OP_ACCESS || op->kind == OP_STORE)
			add_refill(execution, op->space, op->page);
	}
	for (unsigned int i = 0; i < scenario->nr_listed; i++)
		add_refill(execution, scenario->listed[i].space, i);
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
