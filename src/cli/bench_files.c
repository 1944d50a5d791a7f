/* SPDX-License-Identifier: MIT */
/* Files of bench. */
#include "bench_files.h"

#include <string.h>

#include "cmd.h"

static int status_of(const char *path, int err)
{
	if (err)
		cmd_error("%s: %s", path, strerror(-err));
	return err ? EXIT_COULD_NOT_RUN : EXIT_CLEAN;
}

int bench_files_open(const struct bench_request *request, struct bench_files *ret)
{
	*ret = (struct bench_files){ .svg_path = request->svg_path,
				     .picture = { .swept = request->sweep.param },
				     .timeline_path = request->timeline_path };
	if (!ret->timeline_path)
		return EXIT_CLEAN;
	int err = output_open(ret->timeline_path, &ret->output);
	if (!err)
		bench_timeline_open(&ret->timeline, ret->output.file, request->sweep.param,
				    request->costs_path);
	return status_of(ret->timeline_path, err);
}

struct timeline_run *bench_files_draw(struct bench_files *files, const struct bench_result *result,
				      const struct cost_table *costs,
				      struct timeline_run runs[NR_DRAWN])
{
	if (!files->timeline_path)
		return NULL;
	timeline_run_init(&runs[DRAWN_LAZY], &files->timeline, result, MODE_LAZY, costs);
	timeline_run_init(&runs[DRAWN_IMMEDIATE], &files->timeline, result, MODE_IMMEDIATE, costs);
	return runs;
}

static int write_picture(const struct bench_files *files)
{
	struct output output;
	int err = output_open(files->svg_path, &output);

	if (!err) {
		picture_write(&files->picture, output.file);
		err = output_close(&output, true);
	}
	return status_of(files->svg_path, err);
}

/* What a reader of the file should know is in the file too. */
static void tell_limits(const struct bench_files *files)
{
	const struct bench_timeline *timeline = &files->timeline;

	if (timeline->nr_cut)
		cmd_error("%s: runs that are cut after %d events (limit MAX_RUN_EVENTS): %u of %u",
			  files->timeline_path, MAX_RUN_EVENTS, timeline->nr_cut,
			  timeline->nr_runs);
	if (timeline->nr_runs > MAX_DRAWN_RUNS)
		cmd_error("%s: %d of %u runs are drawn (limit MAX_DRAWN_RUNS)",
			  files->timeline_path, MAX_DRAWN_RUNS, timeline->nr_runs);
}

static int close_timeline(struct bench_files *files, bool keep)
{
	bench_timeline_close(&files->timeline);
	int status = status_of(files->timeline_path, output_close(&files->output, keep));
	if (keep && !status)
		tell_limits(files);
	return status;
}

int bench_files_close(struct bench_files *files, bool keep)
{
	int status = EXIT_CLEAN;

	if (files->timeline_path)
		status = close_timeline(files, keep);
	if (files->svg_path && keep) {
		int picture = write_picture(files);
		status = picture ? picture : status;
	}
	picture_fini(&files->picture);
	return status;
}
