/* SPDX-License-Identifier: MIT */
/* Explorations of C functions: a scenario made of them, and what came of it. */
#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cell.h"
#include "explore_report.h"
#include "scenario_parse.h"
#include "scenario_write.h"

enum { DEFAULT_MAX_STATES = 1000000, MAX_JOBS = 256 };

struct lazymmu_exploration {
	struct scenario scenario;
	struct subject subject;
	struct cell cell;
	struct explore_report report;
	char *schedule; /* of the steps, as text */
};

static const enum handler_kind handler_kinds[] = {
	[LAZYMMU_INTERRUPT_HARDIRQ] = HANDLER_IRQ,
	[LAZYMMU_INTERRUPT_SOFTIRQ] = HANDLER_SOFTIRQ,
	[LAZYMMU_INTERRUPT_NMI] = HANDLER_NMI,
};

static struct text text_of(const char *string)
{
	return (struct text){ string, string + strlen(string) };
}

/* 0 or -EINVAL; what is `task` or `handler`. */
static int add_program(struct scenario *scenario, const struct program *program, const char *name,
		       struct lazymmu_diag *diag)
{
	const char *hint;

	if (!name)
		return invalid(diag, "no name of a task or handler", name);
	if (!program->function)
		return invalid(diag, "no function in", name);
	const char *fault = program_name_fault(scenario, text_of(name), &hint);
	if (fault)
		return invalid(diag, fault, name);
	struct program *added = &scenario->programs[scenario->nr_programs++];
	*added = *program;
	snprintf(added->name, sizeof(added->name), "%s", name);
	return 0;
}

static int add_tasks(struct scenario *scenario, const struct lazymmu_explore_config *config,
		     struct lazymmu_diag *diag)
{
	if (config->nr_tasks < 1 || config->nr_tasks > MAX_SCENARIO_TASKS)
		return invalid_number(diag, "number of tasks", (long long)config->nr_tasks);
	for (size_t i = 0; i < config->nr_tasks; i++) {
		const struct lazymmu_explore_task *task = &config->tasks[i];
		const struct program program = { .function = task->run,
						 .data = task->data,
						 .mm = (int)task->mm };
		if (task->mm >= MAX_MMS)
			return invalid_number(diag, "address space", task->mm);
		int err = add_program(scenario, &program, task->name, diag);
		if (err)
			return err;
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
		if ((unsigned int)handler->kind > LAZYMMU_INTERRUPT_NMI)
			return invalid_number(diag, "kind of handler", (long long)handler->kind);
		const struct program program = { .function = handler->run,
						 .data = handler->data,
						 .handler = handler_kinds[handler->kind],
						 .at_most =
							 handler->at_most ? handler->at_most : 1 };
		int err = add_program(scenario, &program, handler->name, diag);
		if (err)
			return err;
	}
	return 0;
}

/* First address beyond what page tables can map. */
static uint64_t limit_of(const struct execution_setup *setup)
{
	const struct geometry *geometry = arch_find(setup->subject->arch)->geometries;

	while (geometry->page_shift != setup->page_shift)
		geometry++;
	return UINT64_C(1) << level_shift(geometry, MAX_LEVELS + 1);
}

static int add_pages(struct scenario *scenario, const struct lazymmu_explore_config *config,
		     const struct execution_setup *setup, struct lazymmu_diag *diag)
{
	if (config->nr_speculated > MAX_REFILLS)
		return invalid_number(diag, "number of speculated pages",
				      (long long)config->nr_speculated);
	for (size_t i = 0; i < config->nr_speculated; i++) {
		const struct lazymmu_explore_page *page = &config->speculated[i];
		if (page->addr >= limit_of(setup))
			return invalid_number(diag, "address", (long long)page->addr);
		scenario->listed[scenario->nr_listed++] = (struct listed_page){
			.space = page->is_kernel ? SPACE_KERNEL : SPACE_USER,
			.addr = page->addr,
		};
	}
	return 0;
}

static int add_moves(struct scenario *scenario, const char *schedule, struct lazymmu_diag *diag)
{
	struct diag mistake;
	int err = scenario_parse_moves(text_of(schedule), scenario, &mistake);

	if (err == -EINVAL && diag)
		snprintf(diag->text, sizeof(diag->text), "schedule, %u:%u: %.200s",
			 (unsigned int)mistake.line, mistake.column, mistake.text);
	return err;
}

static int make_scenario(struct scenario *scenario, const struct lazymmu_explore_config *config,
			 const struct execution_setup *setup, struct lazymmu_diag *diag)
{
	int err = add_tasks(scenario, config, diag);

	if (!err)
		err = add_handlers(scenario, config, diag);
	if (!err)
		err = add_pages(scenario, config, setup, diag);
	if (!err && config->schedule)
		err = add_moves(scenario, config->schedule, diag);
	snprintf(scenario->name, sizeof(scenario->name), "C functions");
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
		.jobs = config->jobs ? (int)config->jobs : 1,
	};

	return cell_search(setup, &options, &exploration->cell);
}

static int follow(struct lazymmu_exploration *exploration, const struct execution_setup *setup,
		  struct lazymmu_diag *diag)
{
	const struct scenario *scenario = &exploration->scenario;
	const struct move *unmade = NULL;
	char text[MAX_MOVE_TEXT];
	int err = cell_follow(setup, scenario->moves, scenario->nr_moves, &exploration->cell,
			      &unmade);

	if (err || !unmade)
		return err;
	move_text(scenario, unmade, text);
	return invalid(diag, "schedule, not possible when its turn comes:", text);
}

/* The moves that were made, as config->schedule takes them. */
static int write_schedule(struct lazymmu_exploration *exploration)
{
	const struct cell *cell = &exploration->cell;
	size_t size = cell->nr_moves * (MAX_MOVE_TEXT + 3) + 1, used = 0;
	char text[MAX_MOVE_TEXT];

	exploration->schedule = malloc(size);
	if (!exploration->schedule)
		return -ENOMEM;
	exploration->schedule[0] = '\0';
	for (size_t i = 0; i < cell->nr_moves; i++) {
		move_text(&exploration->scenario, &cell->moves[i], text);
		used += (size_t)snprintf(exploration->schedule + used, size - used, "%s%s",
					 i ? " ; " : "", text);
	}
	return 0;
}

static int report(struct lazymmu_exploration *exploration)
{
	struct finding *finding = &exploration->cell.finding;

	backtrace_name(finding->origin, sizeof(finding->origin));
	int err = write_schedule(exploration);
	if (!err)
		err = explore_report_init(&exploration->cell, &exploration->report);
	exploration->report.reproduce = exploration->schedule;
	return err;
}

static int run(struct lazymmu_exploration *exploration, const struct lazymmu_explore_config *config,
	       const struct execution_setup *setup, struct lazymmu_diag *diag)
{
	struct cpu *before = running_cpu;
	int err = config->schedule ? follow(exploration, setup, diag)
				   : search(exploration, config, setup);

	running_cpu = before;
	return err ? err : report(exploration);
}

static int fill(struct lazymmu_exploration *exploration,
		const struct lazymmu_explore_config *config, struct lazymmu_diag *diag)
{
	struct execution_setup setup;
	int err = make_setup(exploration, &config->machine, &setup, diag);

	if (!err && config->jobs > MAX_JOBS)
		err = invalid_number(diag, "number of jobs", config->jobs);
	if (!err)
		err = make_scenario(&exploration->scenario, config, &setup, diag);
	return err ? err : run(exploration, config, &setup, diag);
}

int lazymmu_explore(const struct lazymmu_explore_config *config, struct lazymmu_exploration **ret,
		    struct lazymmu_diag *diag)
{
	struct lazymmu_exploration *exploration = calloc(1, sizeof(*exploration));
	int err = exploration ? fill(exploration, config, diag) : -ENOMEM;

	if (err == -ENOMEM && diag)
		snprintf(diag->text, sizeof(diag->text), "no memory to explore");
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
	explore_report_fini(&exploration->report);
	cell_fini(&exploration->cell);
	free(exploration->schedule);
	free(exploration->scenario.moves);
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
	case BOUND_SCHEDULE:
		return "schedule";
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
		.nr_steps = exploration->report.timeline.nr,
		.failing_steps = exploration->report.timeline.steps,
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
	if (index >= exploration->report.timeline.nr)
		return -ENOENT;
	const struct timeline_row *row = &exploration->report.timeline.rows[index];
	*ret = (struct lazymmu_explore_step){ .cpu = row->moment.cpu, .text = row->text };
	return 0;
}

const char *lazymmu_exploration_schedule(const struct lazymmu_exploration *exploration)
{
	return exploration->schedule;
}

void lazymmu_exploration_print(const struct lazymmu_exploration *exploration, FILE *out)
{
	explore_report_text(&exploration->report, out);
}
