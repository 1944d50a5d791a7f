/* SPDX-License-Identifier: MIT */
/* lazymmu matrix [SCENARIO...] */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "cells.h"
#include "load.h"
#include "matrix.h"

enum { OPT_SHARD = 256, OPT_CHECK };

static const struct option own_options[] = {
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ NULL, 0, NULL, 0 },
};

struct session {
	struct request request;
	struct progress progress;
	struct json *json; /* NULL: text */
	uint64_t shard;	   /* 0 to nr_shards - 1 */
	uint64_t nr_shards;
	bool check;
	uint64_t nr_cells; /* met so far, of all shards */
	uint64_t nr_run;
	uint64_t nr_unexpected;
	uint32_t findings; /* of all cells */
	int status;
	struct matrix_cell block[MAX_SUBJECTS * NR_KERNELS]; /* of the scenario that runs */
};

static int status_of(const struct session *session, const struct explored *explored,
		     bool is_expected)
{
	if (!session->check)
		return status_of_cell(&explored->cell);
	return is_expected ? EXIT_CLEAN : EXIT_FINDING;
}

static int run_cell(struct session *session, const char *path, const struct scenario *scenario,
		    const struct cell_choice *choice, struct matrix_cell *ret)
{
	struct explored explored;
	int err = explore_cell(&session->request, &session->progress, path, scenario, choice,
			       &explored);

	if (err) {
		cmd_error("%s: out of memory", path);
		explored_fini(&explored);
		return EXIT_COULD_NOT_RUN;
	}
	*ret = (struct matrix_cell){
		.subject = choice->subject,
		.kernel = choice->kernel,
		.has_run = true,
		.verdict = explored.cell.verdict,
		.findings = explored.cell.result.findings,
		.is_expected = explore_report_is_expected(&explored.report),
	};
	session->nr_run++;
	session->nr_unexpected += !ret->is_expected;
	session->findings |= ret->findings;
	if (session->json)
		explore_report_json(&explored.report, false, session->json);
	int status = status_of(session, &explored, ret->is_expected);
	explored_fini(&explored);
	return status;
}

/* Shards take the cells of all scenarios in turn. */
static bool is_ours(struct session *session)
{
	return session->nr_cells++ % session->nr_shards == session->shard && !was_interrupted();
}

static size_t count_subjects(const struct cell_list *cells)
{
	size_t nr = 1;

	while (nr < cells->nr && cells->items[nr].kernel == cells->items[0].kernel)
		nr++;
	return nr;
}

static void run_scenario(struct session *session, const char *path, const struct scenario *scenario)
{
	struct cell_list cells;
	bool any = false;
	int err = 0;

	choose_cells(&session->request, scenario, &cells);
	for (size_t i = 0; i < cells.nr; i++) {
		const struct cell_choice *choice = &cells.items[i];
		struct matrix_cell *cell = &session->block[i];
		*cell = (struct matrix_cell){ .subject = choice->subject,
					      .kernel = choice->kernel };
		if (!is_ours(session))
			continue;
		any = true;
		session->status = graver_status(session->status,
						run_cell(session, path, scenario, choice, cell));
	}
	if (any && !session->json)
		err = matrix_block_text(scenario->name, session->block, cells.nr,
					count_subjects(&cells), stdout);
	if (err)
		session->status = graver_status(session->status, EXIT_COULD_NOT_RUN);
}

static void run_path(struct session *session, const char *path)
{
	struct scenario *scenario;
	int status = load_scenario(path, &scenario);

	session->status = graver_status(session->status, status);
	if (status)
		return;
	run_scenario(session, path, scenario);
	scenario_destroy(scenario);
}

static void run_all(struct session *session, char **paths, int nr)
{
	progress_init(&session->progress, session->request.max_seconds);
	for (int i = 0; i < nr; i++)
		run_path(session, paths[i]);
	for (const struct shipped_scenario *each = shipped_scenarios; nr == 0 && each->name; each++)
		run_path(session, each->name);
	if (was_interrupted())
		session->status = graver_status(session->status, EXIT_INTERRUPTED);
}

static void run_json(struct session *session, char **paths, int nr)
{
	struct json json = { .out = stdout };

	session->json = &json;
	json_open(&json, NULL, '{');
	json_number(&json, "schema", 1);
	json_string(&json, "command", "matrix");
	json_open(&json, "cells", '[');
	run_all(session, paths, nr);
	json_close(&json, ']');
	json_close(&json, '}');
}

static void run_text(struct session *session, char **paths, int nr)
{
	run_all(session, paths, nr);
	putchar('\n');
	matrix_legend_text(session->findings, stdout);
	printf("\n%" PRIu64 " of %" PRIu64 " cells, %" PRIu64 " not as expected%s\n",
	       session->nr_run, session->nr_cells, session->nr_unexpected,
	       was_interrupted() ? ", interrupted" : "");
}

/* I/N */
static bool parse_shard(const char *text, struct session *session)
{
	unsigned long long shard, nr;
	char behind;

	if (sscanf(text, "%5llu/%5llu%c", &shard, &nr, &behind) == 2 && shard >= 1 && shard <= nr) {
		session->shard = shard - 1;
		session->nr_shards = nr;
		return true;
	}
	cmd_error("--shard '%s' is not I/N, such as 2/8", text);
	return false;
}

static bool take_option(void *data, int option)
{
	struct session *session = data;

	if (option == OPT_SHARD)
		return parse_shard(optarg, session);
	session->check = true;
	return true;
}

static int run(int argc, char **argv)
{
	struct session session = { .nr_shards = 1 };
	const struct option_set sets[] = {
		cell_options(&session.request),
		kernel_options(&session.request.kernel),
		search_options(&session.request),
		{ own_options, take_option, &session },
	};

	request_init(&session.request);
	if (!take_options(argc, argv, sets, sizeof(sets) / sizeof(sets[0]), false))
		return EXIT_USAGE;
	if (session.request.kernel.json)
		run_json(&session, argv + optind, argc - optind);
	else
		run_text(&session, argv + optind, argc - optind);
	return cmd_finish(session.status);
}

const struct cmd cmd_matrix = {
	.name = "matrix",
	.summary = "explore scenarios on every backend and kernel, and show them in one table",
	.help = "usage: lazymmu matrix [OPTION...] [SCENARIO...]\n"
		"\n"
		"Explores each scenario on each backend and kernel. Without a SCENARIO: all that 'lazymmu list\n"
		"scenarios' has.\n"
		"\n"
		"  --arch NAME[,..]|all       of 'lazymmu list subjects'; default: all\n"
		"  --kernel NAME[,..]|all|labs  kernel generations; default: all but the lab- ones, of which only\n"
		"                             those with an expect line\n"
		"  --mmu hash|radix           powerpc\n"
		"  --page-size BYTES          also 4K 8K 16K 64K; what the backend has\n"
		"  --preempt MODEL            none voluntary full lazy rt; default: the scenario's\n"
		"  --cpus N                   default: the scenario's\n"
		"  --config NAME[,..]         debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes\n"
		"  --json                     one JSON document\n"
		"  --bound-preemptions N      as for explore\n"
		"  --max-states N             of each cell (default 4M; 0: no bound)\n"
		"  --max-seconds N            of all cells together\n"
		"  --jobs N                   threads; the result is the same\n"
		"  --shard I/N                the I-th of N parts that together are the whole\n"
		"  --check                    the status says whether all is as the expect lines have it\n"
		"\n"
		"exit status: as for explore, the gravest of all cells; with --check 0 if every cell is as\n"
		"expected, and 1 if one is not\n",
	.run = run,
};
