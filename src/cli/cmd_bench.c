/* SPDX-License-Identifier: MIT */
/* lazymmu bench [WORKLOAD|FILE...] */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "bench_files.h"
#include "bench_nesting.h"
#include "bench_recording.h"
#include "bench_workload.h"
#include "progress.h"
#include "table.h"

struct session {
	struct bench_request request;
	struct cost_table costs; /* of the backend that runs */
	struct progress progress;
	struct json json;
	struct table_text summary;
	struct table_text nesting;
	struct bench_files files;
	size_t nr; /* results so far */
	int status;
};

static int out_of_memory(const char *name)
{
	cmd_error("%s: out of memory", name);
	return EXIT_COULD_NOT_RUN;
}

/* Text at once, a row for the summary at the end; or JSON. */
static int report(struct session *session, const struct bench_result *result)
{
	session->nr++;
	if (session->files.svg_path && picture_add(&session->files.picture, result))
		return out_of_memory(result->name);
	if (session->request.kernel.json) {
		bench_result_json(result, &session->json);
		return EXIT_CLEAN;
	}
	if (session->nr > 1)
		putchar('\n');
	if (bench_result_text(result, stdout) ||
	    bench_summary_add(result, session->request.sweep.param, &session->summary) ||
	    bench_nesting_add(result, &session->nesting))
		return out_of_memory(result->name);
	return EXIT_CLEAN;
}

static struct machine_config config_of(const struct session *session, const struct subject *subject,
				       const struct kernel *kernel)
{
	const struct kernel_request *request = &session->request.kernel;

	return (struct machine_config){
		.kernel = kernel,
		.preempt = request->preempt,
		.config = request->config | subject->config,
		.radix = request->radix || subject->radix,
		.page_shift = request->page_shift,
	};
}

static int run_one(struct session *session, const struct workload *workload,
		   const struct subject *subject, const struct kernel *kernel,
		   const struct params *params)
{
	struct bench_result result = { .name = workload->name,
				       .workload = workload,
				       .arch = subject->name,
				       .kernel = kernel->name,
				       .machine = session->request.machine,
				       .params = *params };
	const struct machine_config config = config_of(session, subject, kernel);
	struct timeline_run runs[NR_DRAWN];
	int status = EXIT_CLEAN;
	int err = bench_workload_run(
		arch_find(subject->arch), &config,
		bench_files_draw(&session->files, &result, &session->costs, runs), &result);

	if (!err)
		bench_result_model(&result, &session->costs, config.config);
	if (err == -EINVAL)
		cmd_error("bench: %s has no %u-byte pages", subject->name,
			  1u << session->request.kernel.page_shift);
	else if (err)
		cmd_error("%s on %s: so many pages and tables do not fit", workload->name,
			  subject->name);
	else
		status = report(session, &result);
	bench_result_fini(&result);
	if (err)
		return err == -EINVAL ? EXIT_USAGE : EXIT_COULD_NOT_RUN;
	return status;
}

static int run_sweep(struct session *session, const struct workload *workload,
		     const struct subject *subject, const struct kernel *kernel)
{
	const struct sweep *sweep = &session->request.sweep;
	struct params params = session->request.params;
	uint64_t value = sweep->first;
	int status;

	if (!workload_exists(workload, arch_find(subject->arch), kernel))
		return EXIT_CLEAN;
	if (workload->section && !params.n[PARAM_SECTION])
		params.n[PARAM_SECTION] = workload->section;
	do {
		if (sweep->param != NR_PARAMS)
			params.n[sweep->param] = value;
		if (!params.n[PARAM_NEST])
			params.n[PARAM_NEST] = workload->nest;
		status = run_one(session, workload, subject, kernel, &params);
	} while (!status && !was_interrupted() && sweep_next(sweep, &value));
	return status;
}

static void keep(struct session *session, int status)
{
	session->status = status > session->status ? status : session->status;
}

static void run_workload(struct session *session, const struct workload *workload)
{
	struct subject_choice where = session->request.subjects;
	struct kernel_choice chosen = session->request.kernel.kernels;

	if (!where.nr)
		parse_subjects("all", &where);
	if (!chosen.nr)
		add_kernel(&chosen, &kernels[KERNEL_NEWEST]);
	for (size_t i = 0; i < where.nr; i++) {
		const struct subject *subject = where.items[i];
		int status = load_costs(&session->request, subject->arch, &session->costs);
		for (size_t k = 0; k < chosen.nr && !status && !was_interrupted(); k++)
			status = run_sweep(session, workload, subject, chosen.items[k]);
		keep(session, status);
	}
}

static int run_recording_on(struct session *session, const char *path,
			    const struct recording_facts *facts, const struct subject *subject,
			    const struct kernel *kernel)
{
	struct bench_result result = { .name = path,
				       .arch = subject->name,
				       .kernel = kernel->name,
				       .machine = session->request.machine };
	const struct machine_config config = config_of(session, subject, kernel);
	struct timeline_run runs[NR_DRAWN];
	int status = load_costs(&session->request, subject->arch, &session->costs);

	if (!status)
		status = bench_recording_run(
			path, facts, arch_find(subject->arch), &config,
			bench_files_draw(&session->files, &result, &session->costs, runs), &result);
	if (!status) {
		bench_result_model(&result, &session->costs, config.config);
		status = report(session, &result);
	}
	bench_result_fini(&result);
	return status;
}

/* Given, else the recorded backend, else all; given, else the recorded kernel, else the newest. */
static void run_recording(struct session *session, const char *path)
{
	struct subject_choice where = session->request.subjects;
	struct kernel_choice chosen = session->request.kernel.kernels;
	struct recording_facts facts;
	int status = bench_recording_look(path, &facts);

	keep(session, status);
	if (status == EXIT_COULD_NOT_RUN)
		return;
	if (!where.nr)
		parse_subjects(facts.reader.arch ? facts.reader.arch : "all", &where);
	if (!chosen.nr && facts.reader.kernel_line)
		add_kernel(&chosen,
			   kernel_of_version(facts.reader.kernel_major, facts.reader.kernel_minor));
	else if (!chosen.nr)
		add_kernel(&chosen, &kernels[KERNEL_NEWEST]);
	for (size_t i = 0; i < where.nr; i++) {
		for (size_t k = 0; k < chosen.nr && !was_interrupted(); k++)
			keep(session, run_recording_on(session, path, &facts, where.items[i],
						       chosen.items[k]));
	}
}

static void run_named(struct session *session, const char *name)
{
	const struct workload *workload = workload_find(name);

	if (workload)
		run_workload(session, workload);
	else if (access(name, F_OK) == 0)
		run_recording(session, name);
	else {
		cmd_error("bench: '%s' is neither a workload (lazymmu list workloads) nor a file",
			  name);
		keep(session, EXIT_USAGE);
	}
}

static void run_all(struct session *session, char **names, int nr)
{
	for (int i = 0; i < nr; i++)
		run_named(session, names[i]);
	for (const struct workload *each = workloads; nr == 0 && each->name; each++)
		run_workload(session, each);
	if (was_interrupted())
		session->status = EXIT_INTERRUPTED;
	else if (!session->nr && !session->status) {
		cmd_error("bench: no kernel and backend that was asked for has this");
		session->status = EXIT_USAGE;
	}
}

static void run_json(struct session *session, char **names, int nr)
{
	session->json.out = stdout;
	json_open(&session->json, NULL, '{');
	json_number(&session->json, "schema", 1);
	json_string(&session->json, "command", "bench");
	json_open(&session->json, "results", '[');
	run_all(session, names, nr);
	json_close(&session->json, ']');
	json_close(&session->json, '}');
}

static void run_text(struct session *session, char **names, int nr)
{
	bench_summary_init(&session->summary, session->request.sweep.param);
	bench_nesting_init(&session->nesting);
	run_all(session, names, nr);
	if (session->nr > 1) {
		putchar('\n');
		table_text_print(&session->summary, stdout);
	}
	bench_nesting_print(&session->nesting, stdout);
	table_text_fini(&session->summary);
	table_text_fini(&session->nesting);
}

static int run(int argc, char **argv)
{
	struct session session = { .status = EXIT_CLEAN };
	struct bench_request *request = &session.request;

	if (!bench_request_parse(argc, argv, request))
		return EXIT_USAGE;
	int status = bench_files_open(request, &session.files);
	if (status)
		return status;
	progress_init(&session.progress, 0);
	if (request->kernel.json)
		run_json(&session, argv + optind, argc - optind);
	else
		run_text(&session, argv + optind, argc - optind);
	keep(&session, bench_files_close(&session.files, session.nr > 0));
	return cmd_finish(session.status);
}

const struct cmd cmd_bench = {
	.name = "bench",
	.summary = "count and model what batching saves against immediate flushes",
	.help = bench_help,
	.run = run,
};
