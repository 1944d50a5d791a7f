/* SPDX-License-Identifier: MIT */
/* Explorations of C functions: a scenario made of them, and what came of it. */
#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cell.h"
#include "timeline.h"

enum { DEFAULT_MAX_STATES = 1000000 };

struct lazymmu_exploration {
	struct scenario scenario;
	struct subject subject;
	struct cell cell;
	struct timeline timeline;
};

static const enum handler_kind handler_kinds[] = {
	[LAZYMMU_INTERRUPT_HARDIRQ] = HANDLER_IRQ,
	[LAZYMMU_INTERRUPT_SOFTIRQ] = HANDLER_SOFTIRQ,
	[LAZYMMU_INTERRUPT_NMI] = HANDLER_NMI,
};

static struct program *add_program(struct scenario *scenario, const char *name,
				   void (*run)(void *data), void *data)
{
	struct program *program = &scenario->programs[scenario->nr_programs++];

	snprintf(program->name, sizeof(program->name), "%s", name);
	program->function = run;
	program->data = data;
	return program;
}

static int add_tasks(struct scenario *scenario, const struct lazymmu_explore_config *config,
		     struct lazymmu_diag *diag)
{
	if (config->nr_tasks < 1 || config->nr_tasks > MAX_SCENARIO_TASKS)
		return invalid_number(diag, "number of tasks", (long long)config->nr_tasks);
	for (size_t i = 0; i < config->nr_tasks; i++) {
		const struct lazymmu_explore_task *task = &config->tasks[i];
		if (!task->name || !task->run)
			return invalid(diag, "no name or no function in task", task->name);
		if (task->mm >= MAX_MMS)
			return invalid_number(diag, "address space", task->mm);
		add_program(scenario, task->name, task->run, task->data)->mm = (int)task->mm;
		if (scenario->nr_mms <= task->mm)
			scenario->nr_mms = task->mm + 1;
	}
	scenario->nr_tasks = scenario->nr_programs;
	return 0;
}

static int add_handlers(struct scenario *scenario, const struct lazymmu_explore_config *config,
			struct lazymmu_diag *diag)
{
	if (config->nr_handlers > MAX_HANDLERS)
		return invalid_number(diag, "number of handlers", (long long)config->nr_handlers);
	for (size_t i = 0; i < config->nr_handlers; i++) {
		const struct lazymmu_explore_handler *handler = &config->handlers[i];
		if (!handler->name || !handler->run)
			return invalid(diag, "no name or no function in handler", handler->name);
		if ((unsigned int)handler->kind > LAZYMMU_INTERRUPT_NMI)
			return invalid_number(diag, "kind of handler", (long long)handler->kind);
		struct program *program =
			add_program(scenario, handler->name, handler->run, handler->data);
		program->handler = handler_kinds[handler->kind];
		program->at_most = handler->at_most ? handler->at_most : 1;
	}
	return 0;
}

static int make_scenario(struct scenario *scenario, const struct lazymmu_explore_config *config,
			 struct lazymmu_diag *diag)
{
	int err = add_tasks(scenario, config, diag);

	if (!err)
		err = add_handlers(scenario, config, diag);
	scenario->prepare = config->prepare;
	scenario->prepare_data = config->prepare_data;
	return err;
}

static int make_setup(struct lazymmu_exploration *exploration, const struct lazymmu_config *config,
		      struct execution_setup *ret, struct lazymmu_diag *diag)
{
	struct machine_config machine;
	const struct arch *arch;
	int err = check_config(config, &arch, &machine, diag);

	if (err)
		return err;
	if (machine.nr_cpus > MAX_SCENARIO_CPUS)
		return invalid_number(diag, "number of CPUs", machine.nr_cpus);
	if (machine.mode != MODE_LAZY)
		return invalid_number(diag, "mode", (long long)machine.mode);
	exploration->subject =
		(struct subject){ .name = arch->name, .arch = arch->name, .radix = machine.radix };
	*ret = (struct execution_setup){
		.scenario = &exploration->scenario,
		.subject = &exploration->subject,
		.kernel = machine.kernel,
		.preempt = machine.preempt,
		.nr_cpus = machine.nr_cpus,
		.config = machine.config,
		.page_shift = machine.page_shift,
		.backtrace = backtrace_opener,
	};
	return 0;
}

static int search(struct lazymmu_exploration *exploration,
		  const struct lazymmu_explore_config *config, const struct execution_setup *setup)
{
	const struct explore_options options = {
		.max_states = config->max_states ? config->max_states : DEFAULT_MAX_STATES,
		.max_disturbances =
			config->max_disturbances ? config->max_disturbances : UINT32_MAX,
		.jobs = 1, /* the functions may share what they read */
	};
	struct cpu *before = running_cpu;
	int err = cell_search(setup, &options, &exploration->cell);

	running_cpu = before;
	if (err)
		return err;
	backtrace_name(exploration->cell.finding.origin, sizeof(exploration->cell.finding.origin));
	return timeline_build(&exploration->cell.history, &exploration->scenario,
			      exploration->cell.verdict == VERDICT_FINDING, &exploration->timeline);
}

int lazymmu_explore(const struct lazymmu_explore_config *config, struct lazymmu_exploration **ret,
		    struct lazymmu_diag *diag)
{
	struct lazymmu_exploration *exploration = calloc(1, sizeof(*exploration));
	struct execution_setup setup;
	int err;

	if (!exploration)
		return -ENOMEM;
	err = make_setup(exploration, &config->machine, &setup, diag);
	if (!err)
		err = make_scenario(&exploration->scenario, config, diag);
	if (!err)
		err = search(exploration, config, &setup);
	if (err) {
		lazymmu_exploration_destroy(exploration);
		return err;
	}
	*ret = exploration;
	return 0;
}

void lazymmu_exploration_destroy(struct lazymmu_exploration *exploration)
{
	if (!exploration)
		return;
	timeline_fini(&exploration->timeline);
	cell_fini(&exploration->cell);
	free(exploration);
}

static const char *bound_text(enum stop_bound bound)
{
	switch (bound) {
	case BOUND_NONE:
	case BOUND_STOPPED:
		break;
	case BOUND_STATES:
		return "max_states";
	case BOUND_DISTURBANCES:
		return "max_disturbances";
	case BOUND_STEPS:
		return "the longest schedule that is followed";
	case BOUND_STACK:
		return "the stack of a task";
	}
	return NULL;
}

_Static_assert((int)LAZYMMU_VERDICT_BOUNDED == VERDICT_BOUNDED, "same order");

void lazymmu_exploration_summary(const struct lazymmu_exploration *exploration,
				 struct lazymmu_exploration_summary *ret)
{
	const struct exploration_result *result = &exploration->cell.result;

	*ret = (struct lazymmu_exploration_summary){
		.verdict = (enum lazymmu_verdict)result->verdict,
		.bound = result->verdict == VERDICT_BOUNDED ? bound_text(result->bound) : NULL,
		.states = result->counts.states,
		.transitions = result->counts.transitions,
		.schedule_points = result->counts.steps,
		.disturbances = result->witness.disturbances,
		.nr_steps = exploration->timeline.nr,
		.failing_steps = exploration->timeline.steps,
	};
}

int lazymmu_exploration_finding(const struct lazymmu_exploration *exploration,
				struct lazymmu_finding *ret)
{
	if (exploration->cell.verdict != VERDICT_FINDING)
		return -ENOENT;
	*ret = show_finding(&exploration->cell.finding);
	return 0;
}

int lazymmu_exploration_step(const struct lazymmu_exploration *exploration, size_t index,
			     struct lazymmu_explore_step *ret)
{
	if (index >= exploration->timeline.nr)
		return -ENOENT;
	const struct timeline_row *row = &exploration->timeline.rows[index];
	*ret = (struct lazymmu_explore_step){ .cpu = row->moment.cpu, .text = row->text };
	return 0;
}
