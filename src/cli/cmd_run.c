/* SPDX-License-Identifier: MIT */
/* lazymmu run SCENARIO */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "load.h"
#include "overflow.h"
#include "reader.h"
#include "run_report.h"
#include "scenario_write.h"
#include "schedule.h"

enum { OPT_SEED = 256, OPT_SCHEDULE, OPT_MAX_STEPS };

enum { MAX_STEPS_BY_DEFAULT = 10000 };

static const struct option own_options[] = {
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "schedule", required_argument, NULL, OPT_SCHEDULE },
	{ "max-steps", required_argument, NULL, OPT_MAX_STEPS },
	{ NULL, 0, NULL, 0 },
};

struct session {
	struct request request;
	const char *path;
	const char *schedule_path; /* a file of its own, NULL: the scenario's */
	uint64_t seed;		   /* 0: not given */
	uint64_t max_steps;
	struct scenario *scenario;
	struct schedule schedule;
	struct history history;
};

static int find_program(const struct scenario *scenario, const char *name)
{
	for (unsigned int i = 0; i < scenario->nr_programs; i++) {
		if (strcmp(scenario->programs[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* The tasks and handlers of another file are those of the same name here. */
static int adopt_schedule(struct session *session, struct scenario *other)
{
	struct scenario *scenario = session->scenario;

	for (size_t i = 0; i < other->nr_moves; i++) {
		struct move *move = &other->moves[i];
		if (move->task < 0)
			continue;
		const char *name = other->programs[move->task].name;
		move->task = find_program(scenario, name);
		if (move->task < 0) {
			cmd_error("%s:%" PRIu64 ": %s has no task or handler '%s'",
				  session->schedule_path, move->line, session->path, name);
			return EXIT_USAGE;
		}
	}
	free(scenario->moves);
	scenario->moves = other->moves;
	scenario->nr_moves = other->nr_moves;
	other->moves = NULL;
	return EXIT_CLEAN;
}

static int load_schedule(struct session *session)
{
	struct scenario *other;
	int status = load_scenario(session->schedule_path, &other);

	if (status)
		return status;
	if (other->nr_moves) {
		status = adopt_schedule(session, other);
	} else {
		cmd_error("%s: no schedule in it", session->schedule_path);
		status = EXIT_USAGE;
	}
	scenario_destroy(other);
	return status;
}

/* One backend and one kernel, the newest where none is named. */
static bool choose_cell(struct session *session, struct cell_choice *ret)
{
	struct request *request = &session->request;
	struct cell_list cells;

	if (!request->kernel.kernels.nr && !session->scenario->kernel[0])
		add_kernel(&request->kernel.kernels, &kernels[KERNEL_NEWEST]);
	choose_cells(request, session->scenario, &cells);
	*ret = cells.items[0];
	if (cells.nr > 1)
		cmd_error("run: one backend and one kernel (--arch, --kernel)");
	return cells.nr == 1;
}

static void make_schedule(struct session *session)
{
	struct schedule *schedule = &session->schedule;

	schedule->is_random = session->seed != 0;
	schedule->random = session->seed;
	schedule->max_steps = (uint32_t)session->max_steps;
	if (!schedule->is_random) {
		schedule->moves = session->scenario->moves;
		schedule->nr = session->scenario->nr_moves;
	}
}

/* A schedule that the scenario cannot follow is a mistake in the file, not a result. */
static bool was_followed(const struct session *session, const struct execution *execution)
{
	const struct move *move = schedule_unmade(&session->schedule);
	const char *path = session->schedule_path ? session->schedule_path : session->path;
	char text[MAX_MOVE_TEXT];

	/* What a finding or --max-steps cut off is no mistake. */
	bool is_over = execution->stop == STOP_ENDED || execution->stop == STOP_STUCK;
	if (!move || (!is_over && !session->schedule.failed))
		return true;
	move_text(session->scenario, move, text);
	cmd_error("%s:%" PRIu64
		  ": the schedule cannot be followed: '%s' is not possible at step %u",
		  path, move->line, text, execution->steps + 1);
	return false;
}

static int status_of(enum verdict verdict)
{
	if (verdict == VERDICT_FINDING)
		return EXIT_FINDING;
	return verdict == VERDICT_BOUNDED ? EXIT_BOUNDED : EXIT_CLEAN;
}

static int out_of_memory(const struct session *session)
{
	cmd_error("%s: out of memory", session->path);
	return EXIT_COULD_NOT_RUN;
}

static int report(struct session *session, struct execution *execution, struct run_report *report)
{
	if (session->request.kernel.json) {
		if (run_report_json(report, stdout))
			return out_of_memory(session);
	} else {
		run_report_text(report, stdout);
	}
	return was_followed(session, execution) ? status_of(run_verdict(execution)) : EXIT_USAGE;
}

static int execute(struct session *session, struct execution *execution)
{
	struct run_report run_report;

	make_schedule(session);
	schedule_attach(&session->schedule, execution);
	execution->record = history_record;
	execution->record_data = &session->history;
	if (execution_run(execution) == STOP_NO_MEMORY || session->history.out_of_memory ||
	    run_report_init(execution, &session->history, &run_report))
		return out_of_memory(session);
	run_report.seed = session->seed;
	run_report.is_cut = session->schedule.failed != NULL;
	run_report.chooser = session->seed	    ? "seed"
			     : session->schedule.nr ? "schedule"
						    : "undisturbed";
	int status = report(session, execution, &run_report);
	run_report_fini(&run_report);
	return status;
}

static int run_scenario(struct session *session)
{
	struct cell_choice choice;
	struct execution *execution;
	int status = session->schedule_path ? load_schedule(session) : EXIT_CLEAN;

	if (status)
		return status;
	if (!choose_cell(session, &choice))
		return EXIT_USAGE;
	const struct execution_setup setup =
		make_setup(&session->request, session->scenario, &choice);
	int err = execution_create(&setup, &execution);
	if (err == -EINVAL)
		cmd_error("run: %s has no %u-byte pages", choice.subject->name,
			  1u << setup.page_shift);
	if (err)
		return err == -EINVAL ? EXIT_USAGE : out_of_memory(session);
	struct overflow_watch watch;
	overflow_watch_begin(&watch);
	status = execute(session, execution);
	overflow_watch_end(&watch);
	execution_destroy(execution);
	return status;
}

static bool take_option(void *data, int option)
{
	struct session *session = data;

	switch (option) {
	case OPT_SEED:
		if (!parse_number("--seed", optarg, UINT64_MAX, &session->seed))
			return false;
		if (session->seed == 0)
			cmd_error("--seed '%s' is not above 0", optarg);
		return session->seed > 0;
	case OPT_SCHEDULE:
		session->schedule_path = optarg;
		return true;
	default:
		return parse_number("--max-steps", optarg, MAX_EXECUTION_STEPS,
				    &session->max_steps);
	}
}

static bool parse_options(int argc, char **argv, struct session *session)
{
	const struct option_set sets[] = {
		cell_options(&session->request),
		kernel_options(&session->request.kernel),
		{ own_options, take_option, session },
	};

	if (!take_options(argc, argv, sets, sizeof(sets) / sizeof(sets[0]), false))
		return false;
	if (session->seed && session->schedule_path)
		cmd_error("run: --seed or --schedule, not both");
	else if (optind + 1 == argc)
		return true;
	else
		cmd_error("run: %s", optind == argc ? "no scenario given ('-' is standard input)"
						    : "one scenario at a time");
	return false;
}

static int run(int argc, char **argv)
{
	struct session session = { .max_steps = MAX_STEPS_BY_DEFAULT };

	request_init(&session.request);
	if (!parse_options(argc, argv, &session))
		return EXIT_USAGE;
	session.path = argv[optind];
	int status = load_scenario(session.path, &session.scenario);
	if (status)
		return status;
	status = run_scenario(&session);
	history_fini(&session.history);
	scenario_destroy(session.scenario);
	return cmd_finish(status);
}

const struct cmd cmd_run = {
	.name = "run",
	.summary = "run one schedule of a scenario: a given one, a random one, or undisturbed",
	.help = "usage: lazymmu run [OPTION...] SCENARIO\n"
		"\n"
		"Runs one schedule on one backend and kernel: the schedule block of the file, as a witness has it;\n"
		"a random one; or without either the undisturbed one. SCENARIO is as for explore.\n"
		"\n"
		"  --arch NAME                of 'lazymmu list subjects'; default: what the file names\n"
		"  --kernel NAME              kernel generation; default: what the file names, else the newest\n"
		"  --mmu hash|radix           powerpc\n"
		"  --page-size BYTES          also 4K 8K 16K 64K; what the backend has\n"
		"  --preempt MODEL            none voluntary full lazy rt; default: the scenario's\n"
		"  --cpus N                   default: the scenario's\n"
		"  --config NAME[,..]         debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes\n"
		"  --json                     one JSON document\n"
		"  --seed N                   choose at random; the same N gives the same schedule\n"
		"  --schedule FILE            the schedule block of another file\n"
		"  --max-steps N              stop there (default 10000)\n"
		"\n"
		"exit status: 0 clean; 1 a finding; 2 usage, malformed input, or a schedule that cannot be\n"
		"followed; 3 could not run; 4 stopped at --max-steps with nothing found\n",
	.run = run,
};
