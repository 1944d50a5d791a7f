/* SPDX-License-Identifier: MIT */
/* lazymmu explore SCENARIO */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "load.h"

enum { OPT_WITNESS = 256, OPT_ALL, OPT_NO_REDUCE };

static const struct option own_options[] = {
	{ "witness", required_argument, NULL, OPT_WITNESS },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "no-reduce", no_argument, NULL, OPT_NO_REDUCE },
	{ NULL, 0, NULL, 0 },
};

/* One scenario on its way through its cells. */
struct session {
	struct request request;
	const char *path;
	const char *witness; /* where it goes, NULL: nowhere */
	struct scenario *scenario;
	struct cell_list cells;
	struct json *json;	 /* NULL: text */
	struct table_text table; /* of several cells */
	bool has_witness;
	size_t nr_run;
};

static int write_witness(struct session *session, const struct cell *cell)
{
	FILE *out = stdout;

	if (!session->witness || session->has_witness || !cell->moves)
		return EXIT_CLEAN;
	session->has_witness = true;
	if (strcmp(session->witness, "-") != 0)
		out = fopen(session->witness, "w");
	else if (session->json)
		return EXIT_CLEAN; /* it is in there */
	else
		putchar('\n');
	int err = out ? cell_write_witness(cell, out) : 0;
	bool failed = !out || ferror(out);
	if (out && out != stdout)
		failed |= fclose(out) != 0;
	if (err || failed)
		cmd_error("%s: %s", session->witness, strerror(err ? -err : errno));
	return err || failed ? EXIT_COULD_NOT_RUN : EXIT_CLEAN;
}

static int report(struct session *session, const struct explored *explored)
{
	if (session->json)
		explore_report_json(&explored->report, true, session->json);
	else if (session->cells.nr > 1)
		return explore_table_add(&session->table, &explored->report);
	else
		explore_report_text(&explored->report, stdout);
	return 0;
}

static int run_cell(struct session *session, struct progress *progress, size_t i)
{
	struct explored explored;
	int status;
	int err = explore_cell(&session->request, progress, session->path, session->scenario,
			       &session->cells.items[i], &explored);

	if (!err && session->witness && strcmp(session->witness, "-") != 0)
		snprintf(explored.command, sizeof(explored.command), "lazymmu run %s",
			 session->witness);
	err = err ? err : report(session, &explored);
	if (err) {
		cmd_error("%s: out of memory", session->path);
		status = EXIT_COULD_NOT_RUN;
	} else {
		status = graver_status(status_of_cell(&explored.cell),
				       write_witness(session, &explored.cell));
	}
	explored_fini(&explored);
	return status;
}

static int run_cells(struct session *session)
{
	struct progress progress;
	int status = EXIT_CLEAN;

	progress_init(&progress, session->request.max_seconds);
	for (; session->nr_run < session->cells.nr && !was_interrupted(); session->nr_run++)
		status = graver_status(status, run_cell(session, &progress, session->nr_run));
	return was_interrupted() ? graver_status(status, EXIT_INTERRUPTED) : status;
}

static int run_text(struct session *session)
{
	bool is_table = session->cells.nr > 1;

	if (is_table && explore_table_init(&session->table)) {
		cmd_error("%s: out of memory", session->path);
		return EXIT_COULD_NOT_RUN;
	}
	int status = run_cells(session);
	if (is_table) {
		table_text_print(&session->table, stdout);
		table_text_fini(&session->table);
		if (session->nr_run < session->cells.nr)
			printf("%zu of %zu cells, interrupted\n", session->nr_run,
			       session->cells.nr);
	}
	return status;
}

static int run_json(struct session *session)
{
	struct json json = { .out = stdout };

	session->json = &json;
	json_open(&json, NULL, '{');
	json_number(&json, "schema", 1);
	json_string(&json, "command", "explore");
	json_open(&json, "cells", '[');
	int status = run_cells(session);
	json_close(&json, ']');
	json_close(&json, '}');
	return status;
}

static bool take_option(void *data, int option)
{
	struct session *session = data;

	switch (option) {
	case OPT_WITNESS:
		session->witness = optarg;
		return true;
	case OPT_ALL:
		session->request.explore.all = true;
		return true;
	default:
		session->request.explore.no_reduce = true;
		return true;
	}
}

static bool parse_options(int argc, char **argv, struct session *session)
{
	const struct option_set sets[] = {
		cell_options(&session->request),
		kernel_options(&session->request.kernel),
		search_options(&session->request),
		{ own_options, take_option, session },
	};

	if (!take_options(argc, argv, sets, sizeof(sets) / sizeof(sets[0]), false))
		return false;
	if (optind + 1 == argc)
		return true;
	cmd_error("explore: %s", optind == argc ? "no scenario given ('-' is standard input)"
						: "one scenario at a time");
	return false;
}

static int run(int argc, char **argv)
{
	struct session session = { 0 };

	request_init(&session.request);
	if (!parse_options(argc, argv, &session))
		return EXIT_USAGE;
	session.path = argv[optind];
	int status = load_scenario(session.path, &session.scenario);
	if (status)
		return status;
	choose_cells(&session.request, session.scenario, &session.cells);
	status = session.request.kernel.json ? run_json(&session) : run_text(&session);
	scenario_destroy(session.scenario);
	return cmd_finish(status);
}

const struct cmd cmd_explore = {
	.name = "explore",
	.summary = "try every schedule of a scenario, and show the shortest that breaks a rule",
	.help = "usage: lazymmu explore [OPTION...] SCENARIO\n"
		"\n"
		"Tries every order of preemptions, migrations and interrupts. SCENARIO is a file ('-' is standard\n"
		"input) or the name of one that 'lazymmu list scenarios' has. Several backends or kernels give a\n"
		"table; one gives the whole report.\n"
		"\n"
		"  --arch NAME[,..]|all       of 'lazymmu list subjects'; default: what a witness names, else all\n"
		"  --kernel NAME[,..]|all|labs  kernel generations; default: what a witness names, else all but the\n"
		"                             lab- ones, of which only those with an expect line\n"
		"  --mmu hash|radix           powerpc\n"
		"  --page-size BYTES          also 4K 8K 16K 64K; what the backend has\n"
		"  --preempt MODEL            none voluntary full lazy rt; default: the scenario's\n"
		"  --cpus N                   default: the scenario's\n"
		"  --config NAME[,..]         debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes\n"
		"  --json                     one JSON document\n"
		"  --bound-preemptions N      at most N preemptions, interrupts and speculative loads a schedule\n"
		"  --max-states N             stop there (default 4M; 0: no bound)\n"
		"  --max-seconds N            stop then\n"
		"  --jobs N                   threads; the result is the same\n"
		"  --witness FILE             the first schedule found, as a scenario that 'lazymmu run' replays;\n"
		"                             '-': at the end of the report\n"
		"  --all                      go on behind the first finding\n"
		"  --no-reduce                tell tasks and CPUs apart that are alike\n"
		"\n"
		"exit status: 0 clean or n/a; 1 a finding, expected or not; 2 usage or malformed input; 3 could\n"
		"not run; 4 stopped at a bound with nothing found; 130 interrupted\n",
	.run = run,
};
