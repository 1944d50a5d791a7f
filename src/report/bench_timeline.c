/* SPDX-License-Identifier: MIT */
/*
 * Timelines of bench. A run is looked at where exploration would stop it, wherever another context
 * could look or act, so that a plain run pays nothing for being drawable.
 */
#include "bench_timeline.h"

#include <inttypes.h>

enum { MAX_NAME = 512 };

void bench_timeline_open(struct bench_timeline *timeline, FILE *out, enum param swept,
			 const char *costs)
{
	char clock[MAX_NAME];

	*timeline = (struct bench_timeline){ .swept = swept };
	snprintf(clock, sizeof(clock),
		 "modelled: what was counted so far times its typical cost (arch/*/costs.txt%s%s), "
		 "on one clock for all CPUs; syscalls and pages are left out",
		 costs ? ", " : "", costs ? costs : "");
	trace_events_open(&timeline->events, out, clock);
}

void bench_timeline_close(struct bench_timeline *timeline)
{
	trace_events_close(&timeline->events);
}

void timeline_run_init(struct timeline_run *run, struct bench_timeline *timeline,
		       const struct bench_result *result, enum mode mode,
		       const struct cost_table *costs)
{
	const char *workload = result->workload ? result->workload->name : NULL;
	char name[MAX_NAME], value[64] = "";

	*run = (struct timeline_run){ .timeline = timeline,
				      .drawing = { .events = &timeline->events,
						   .process = ++timeline->nr_runs,
						   .prices = typical_prices(costs, workload) } };
	if (run->drawing.process > MAX_DRAWN_RUNS)
		return;
	if (workload && timeline->swept != NR_PARAMS)
		snprintf(value, sizeof(value), ", %s=%" PRIu64, param_ranges[timeline->swept].name,
			 result->params.n[timeline->swept]);
	snprintf(name, sizeof(name), "%.300s on %s, %s%s%s, %s", result->name, result->arch,
		 result->kernel, result->machine, value, mode == MODE_LAZY ? "lazy" : "immediate");
	trace_process_name(&timeline->events, run->drawing.process, name);
}

/* Nobody looks any more: the rest runs as fast as ever. */
static void visit(struct machine *machine, enum step step)
{
	struct timeline_run *run = machine->explorer_data;

	(void)step;
	drawing_look(&run->drawing, this_cpu());
	if (run->drawing.nr_events < MAX_RUN_EVENTS)
		return;
	drawing_cut(&run->drawing, MAX_RUN_EVENTS);
	run->timeline->nr_cut++;
	machine->explorer = NULL;
}

void timeline_run_begin(void *data, struct machine *machine, const struct counters *measured)
{
	struct timeline_run *run = data;

	if (run->drawing.process > MAX_DRAWN_RUNS)
		return;
	run->machine = machine;
	run->drawing.counters = measured;
	machine->explorer = visit;
	machine->explorer_data = run;
}

void timeline_run_settle(struct timeline_run *run)
{
	if (run->machine && run->machine->explorer)
		drawing_look(&run->drawing, &run->machine->cpus[run->drawing.cpu]);
}

void timeline_run_end(void *data)
{
	struct timeline_run *run = data;

	if (!run->machine)
		return;
	timeline_run_settle(run);
	run->machine->explorer = NULL;
	drawing_end(&run->drawing);
}
