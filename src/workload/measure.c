/* SPDX-License-Identifier: MIT */
/* One run of a workload. */
#include <errno.h>
#include <string.h>

#include "folio.h"
#include "workload.h"

const struct workload *workload_find(const char *name)
{
	for (const struct workload *workload = workloads; workload->name; workload++) {
		if (strcmp(workload->name, name) == 0)
			return workload;
	}
	return NULL;
}

bool workload_exists(const struct workload *workload, const struct arch *arch,
		     const struct kernel *kernel)
{
	bool has_arch = !workload->arch || strcmp(workload->arch, arch->name) == 0;

	return has_arch && kernel->base >= workload->since;
}

static int run_watched(const struct workload *workload, struct bed *bed,
		       const struct watcher *watcher)
{
	watcher->begin(watcher->data, bed->machine, &bed->measured);
	int err = workload->run(bed);
	watcher->end(watcher->data);
	return err;
}

static int run_on_bed(const struct workload *workload, struct bed *bed,
		      const struct watcher *watcher)
{
	if (workload->splits_folios)
		bed_set_folio(bed, 1);
	int err = workload->prepare ? workload->prepare(bed) : 0;

	if (!err) {
		bed_measure(bed);
		err = watcher ? run_watched(workload, bed, watcher) : workload->run(bed);
	}
	if (bed->machine->out_of_memory)
		err = -ENOMEM;
	return err ? -ENOMEM : 0;
}

int workload_watch(const struct workload *workload, const struct arch *arch,
		   const struct machine_config *config, const struct params *params,
		   const struct watcher *watcher, struct measurement *ret)
{
	struct machine_config with_config = *config;
	struct bed bed;

	*ret = (struct measurement){ 0 };
	with_config.config |= workload->config;
	int err = bed_init(&bed, arch, &with_config, params);
	if (!err)
		err = run_on_bed(workload, &bed, watcher);
	if (!err) {
		ret->counters = bed.measured;
		counters_init(&bed.measured);
		ret->calls = bed.calls;
		ret->pages = bed.touched;
		ret->folio = has_folios(&bed.machine->mm_layer->pages) ? bed.folio : 1;
		memcpy(ret->findings, bed.machine->findings.by_kind, sizeof(ret->findings));
	}
	bed_fini(&bed);
	return err;
}

int workload_measure(const struct workload *workload, const struct arch *arch,
		     const struct machine_config *config, const struct params *params,
		     struct measurement *ret)
{
	return workload_watch(workload, arch, config, params, NULL, ret);
}

void measurement_fini(struct measurement *measurement)
{
	counters_fini(&measurement->counters);
}
