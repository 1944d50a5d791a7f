/* SPDX-License-Identifier: MIT */
/* What bench draws beside its report, each into a file: a picture, timelines. */
#ifndef LAZYMMU_CLI_BENCH_FILES_H
#define LAZYMMU_CLI_BENCH_FILES_H

#include "bench_request.h"
#include "bench_svg.h"
#include "bench_timeline.h"
#include "output.h"

struct bench_files {
	const char *svg_path; /* NULL: no picture */
	struct picture picture;
	const char *timeline_path; /* NULL: no timelines */
	struct bench_timeline timeline;
	struct output output; /* the timelines, which are written as they come */
};

/* EXIT_CLEAN, or another with a message; so does bench_files_close(). */
int bench_files_open(const struct bench_request *request, struct bench_files *ret);
/* Begins the timelines of a result that is about to run: runs, or NULL where none are wanted. */
struct timeline_run *bench_files_draw(struct bench_files *files, const struct bench_result *result,
				      const struct cost_table *costs,
				      struct timeline_run runs[NR_DRAWN]);
/* keep false: there is nothing to see, and no file is left. */
int bench_files_close(struct bench_files *files, bool keep);

#endif
