/* SPDX-License-Identifier: MIT */
#include "bench_workload.h"

static int measure(const struct bench_result *result, const struct arch *arch,
		   const struct machine_config *config, enum mode mode, struct timeline_run *drawn,
		   struct measurement *ret)
{
	const struct watcher watcher = { timeline_run_begin, timeline_run_end, drawn };
	struct machine_config with_mode = *config;

	with_mode.mode = mode;
	if (!with_mode.page_shift)
		with_mode.page_shift = arch->geometries[0].page_shift;
	return workload_watch(result->workload, arch, &with_mode, &result->params,
			      drawn ? &watcher : NULL, ret);
}

static int measure_unnested(const struct arch *arch, const struct machine_config *config,
			    struct bench_result *result)
{
	struct bench_result unnested = { .workload = result->workload, .params = result->params };

	unnested.params.n[PARAM_NEST] = 0;
	return measure(&unnested, arch, config, MODE_LAZY, NULL, &result->unnested);
}

int bench_workload_run(const struct arch *arch, const struct machine_config *config,
		       struct timeline_run *drawn, struct bench_result *result)
{
	int err = measure(result, arch, config, MODE_LAZY, drawn ? &drawn[DRAWN_LAZY] : NULL,
			  &result->lazy);

	if (!err)
		err = measure(result, arch, config, MODE_IMMEDIATE,
			      drawn ? &drawn[DRAWN_IMMEDIATE] : NULL, &result->immediate);
	if (!err && bench_result_nests(result))
		err = measure_unnested(arch, config, result);
	/* As large as the kernel has them. */
	result->params.n[PARAM_FOLIO] = result->lazy.folio;
	return err;
}
