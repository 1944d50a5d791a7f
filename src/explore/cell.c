/* SPDX-License-Identifier: MIT */
/* Exploring a cell, and running its witness once more to see what happens in it. */
#include "cell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_write.h"
#include "schedule.h"

/* The choices of a witness, one after the other. */
struct choices {
	const struct witness *witness;
	uint32_t taken;
};

static int choose(void *data, const struct choice_point *point)
{
	struct choices *choices = data;

	(void)point;
	if (choices->taken == choices->witness->nr_choices)
		return -1;
	return choices->witness->choices[choices->taken++];
}

/* Runs whatever somebody chooses, and keeps what happened. */
static int run_and_record(struct cell *cell, struct execution *execution)
{
	const struct finding_list *findings = &execution->machine->findings;

	execution->record = history_record;
	execution->record_data = &cell->history;
	if (execution_run(execution) == STOP_NO_MEMORY || cell->history.out_of_memory)
		return -ENOMEM;
	if (findings->nr)
		cell->finding = findings->items[0];
	return history_moves(&cell->history, cell->setup.scenario, &cell->moves, &cell->nr_moves);
}

static int run_witness(struct cell *cell)
{
	struct choices choices = { .witness = &cell->result.witness };
	struct execution *execution;
	int err = execution_create(&cell->setup, &execution);

	if (err)
		return err;
	execution->choose = choose;
	execution->choose_data = &choices;
	err = run_and_record(cell, execution);
	execution_destroy(execution);
	return err;
}

static const char *reason_of(enum stop_bound bound)
{
	switch (bound) {
	case BOUND_NONE:
		break;
	case BOUND_STATES:
		return "--max-states was reached";
	case BOUND_DISTURBANCES:
		return "--bound-preemptions cut some schedules short";
	case BOUND_STEPS:
		return "a schedule reached MAX_EXECUTION_STEPS";
	case BOUND_STACK:
		return "a task used up its stack";
	case BOUND_STOPPED:
		return "it was stopped";
	case BOUND_SCHEDULE:
		return "only one was asked for";
	}
	return NULL;
}

static void not_applicable(struct cell *cell, const char *reason)
{
	cell->verdict = VERDICT_NOT_APPLICABLE;
	cell->reason = reason;
}

int cell_search(const struct execution_setup *setup, const struct explore_options *options,
		struct cell *ret)
{
	struct execution_setup searched = *setup;

	*ret = (struct cell){ .setup = *setup };
	searched.backtrace = NULL; /* the witness alone is shown */
	int err = explore(&searched, options, &ret->result);
	if (err)
		return err;
	ret->verdict = ret->result.verdict;
	ret->reason = reason_of(ret->result.bound);
	return ret->result.witness.choices ? run_witness(ret) : 0;
}

/* What came of an execution instead of a search. */
static void judge(struct cell *cell, const struct execution *execution)
{
	struct exploration_result *result = &cell->result;

	result->findings = finding_kinds(&execution->machine->findings);
	result->counts.steps = execution->steps;
	result->witness.findings = result->findings;
	result->witness.disturbances = execution->disturbances;
	result->witness.steps = execution->steps;
	result->bound = execution->stop == STOP_DEEP	? BOUND_STACK
			: execution->stop == STOP_BOUND ? BOUND_STEPS
							: BOUND_SCHEDULE;
	result->verdict = result->findings ? VERDICT_FINDING : VERDICT_BOUNDED;
	cell->verdict = result->verdict;
	cell->reason = result->findings ? NULL : reason_of(result->bound);
}

int cell_follow(const struct execution_setup *setup, const struct move *moves, size_t nr,
		struct cell *ret, const struct move **unmade)
{
	struct schedule schedule = { .max_steps = MAX_EXECUTION_STEPS, .moves = moves, .nr = nr };
	struct execution *execution;

	*ret = (struct cell){ .setup = *setup };
	int err = execution_create(setup, &execution);
	if (err)
		return err;
	schedule_attach(&schedule, execution);
	err = run_and_record(ret, execution);
	judge(ret, execution);
	/* What a finding cuts off is no mistake. */
	*unmade = ret->verdict == VERDICT_FINDING ? NULL : schedule_unmade(&schedule);
	execution_destroy(execution);
	return err;
}

int cell_explore(const struct execution_setup *setup, const struct explore_options *options,
		 struct cell *ret)
{
	*ret = (struct cell){ .setup = *setup };
	if (!subject_applies(setup->subject, setup->kernel, setup->config)) {
		not_applicable(ret, "there is no lazy MMU mode");
		return 0;
	}
	int err = cell_search(setup, options, ret);
	if (err == -EINVAL) {
		not_applicable(ret, "there is no such page size");
		return 0;
	}
	return err;
}

void cell_fini(struct cell *cell)
{
	exploration_result_fini(&cell->result);
	history_fini(&cell->history);
	free(cell->moves);
}

int cell_write_witness(const struct cell *cell, FILE *out)
{
	const struct execution_setup *setup = &cell->setup;
	struct scenario *scenario = malloc(sizeof(*scenario));

	if (!scenario)
		return -ENOMEM;
	*scenario = *setup->scenario;
	scenario->nr_cpus = setup->nr_cpus;
	scenario->has_preempt = true;
	scenario->preempt = setup->preempt;
	scenario->config = setup->config;
	scenario->page_shift = setup->page_shift;
	snprintf(scenario->arch, sizeof(scenario->arch), "%s", setup->subject->name);
	snprintf(scenario->kernel, sizeof(scenario->kernel), "%s", setup->kernel->name);
	scenario->moves = cell->moves;
	scenario->nr_moves = cell->nr_moves;
	scenario_write(scenario, out);
	free(scenario);
	return 0;
}

/* A line for all backends or all kernels need not leave out pairs that have nothing to explore. */
static bool is_general(const struct expectation *expectation)
{
	return strcmp(expectation->arch, "*") == 0 ||
	       (expectation->first_kernel == 0 && expectation->last_kernel == NR_KERNELS - 1);
}

bool cell_meets(const struct cell *cell, const struct expectation *expectation, unsigned int steps)
{
	uint32_t findings = cell->result.findings;

	if (cell->verdict == VERDICT_NOT_APPLICABLE)
		return expectation->verdict == VERDICT_NOT_APPLICABLE ||
		       expectation->verdict == VERDICT_CLEAN || is_general(expectation);
	if (cell->verdict != expectation->verdict)
		return false;
	if (cell->verdict != VERDICT_FINDING)
		return true;
	return !(findings & ~expectation->findings) &&
	       (!expectation->steps || steps <= expectation->steps);
}
