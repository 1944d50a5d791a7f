/* SPDX-License-Identifier: MIT */
/* Starts, see start.h. */
#include "start.h"

#include <errno.h>
#include <string.h>

#include "function.h"
#include "lazy.h"
#include "pages.h"
#include "sched.h"

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
int create_start(struct execution *execution)
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
