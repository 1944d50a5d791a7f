/* SPDX-License-Identifier: MIT */
/* Explorations of a scenario. */
#include "explore_load.h"

#include <errno.h>
#include <string.h>

#include "explore.h"
#include "scenario_parse.h"
#include "shipped.h"

enum { NR_STATES = 1000 };

static const struct shipped_scenario *shipped_find(const char *name)
{
	for (const struct shipped_scenario *each = shipped_scenarios; each->name; each++) {
		if (strcmp(each->name, name) == 0)
			return each;
	}
	return NULL;
}

int explore_load_init(struct explore_load *load, const char *scenario, const char *subject)
{
	const struct shipped_scenario *shipped = shipped_find(scenario);
	struct diag diag;

	*load = (struct explore_load){ .setup = { .subject = subject_find(subject),
						  .kernel = &kernels[KERNEL_NEWEST] } };
	if (!shipped || !load->setup.subject)
		return -EINVAL;
	const struct text text = { shipped->text, shipped->text + strlen(shipped->text) };
	int err = scenario_parse(text, &load->scenario, &diag);
	if (err)
		return err;
	load->setup.scenario = load->scenario;
	load->setup.preempt = load->scenario->preempt;
	load->setup.nr_cpus = load->scenario->nr_cpus;
	load->setup.config = load->scenario->config;
	load->setup.page_shift = load->scenario->page_shift;
	return 0;
}

void explore_load_fini(struct explore_load *load)
{
	scenario_destroy(load->scenario);
}

uint64_t explore_load_run(struct explore_load *load)
{
	const struct explore_options options = { .max_states = NR_STATES,
						 .max_disturbances = UINT32_MAX,
						 .jobs = 1 };
	struct exploration_result result = { 0 };
	uint64_t states = explore(&load->setup, &options, &result) ? 0 : result.counts.states;

	exploration_result_fini(&result);
	return states;
}
