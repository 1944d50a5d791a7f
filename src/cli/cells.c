/* SPDX-License-Identifier: MIT */
/* Options and cells of the commands that run scenarios. */
#include "cells.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "cmd.h"
#include "overflow.h"

void request_init(struct request *request)
{
	*request = (struct request){
		.explore = { .max_states = MAX_STATES_BY_DEFAULT,
			     .max_disturbances = UINT32_MAX,
			     .jobs = 1 },
	};
}

static bool parse_scenario_cpus(int *ret)
{
	uint64_t cpus;

	if (!parse_number("--cpus", optarg, MAX_SCENARIO_CPUS, &cpus))
		return false;
	*ret = (int)cpus;
	if (cpus == 0)
		cmd_error("--cpus '%s' is not within 1 to %d", optarg, MAX_SCENARIO_CPUS);
	return cpus > 0;
}

static bool parse_jobs(int *ret)
{
	uint64_t jobs;

	if (!parse_number("--jobs", optarg, MAX_JOBS, &jobs))
		return false;
	*ret = jobs ? (int)jobs : 1;
	return true;
}

static bool parse_bound(uint32_t *ret)
{
	uint64_t bound;

	if (!parse_number("--bound-preemptions", optarg, UINT32_MAX - 1, &bound))
		return false;
	*ret = (uint32_t)bound;
	return true;
}

enum { OPT_ARCH = 256, OPT_CPUS };

static const struct option cell_option_names[] = {
	{ "arch", required_argument, NULL, OPT_ARCH },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ NULL, 0, NULL, 0 },
};

static bool take_cell_option(void *data, int option)
{
	struct request *request = data;

	if (option == OPT_ARCH)
		return parse_subjects(optarg, &request->subjects);
	return parse_scenario_cpus(&request->nr_cpus);
}

struct option_set cell_options(struct request *request)
{
	return (struct option_set){ cell_option_names, take_cell_option, request };
}

enum { OPT_BOUND_PREEMPTIONS = 256, OPT_MAX_STATES, OPT_MAX_SECONDS, OPT_JOBS };

static const struct option search_option_names[] = {
	{ "bound-preemptions", required_argument, NULL, OPT_BOUND_PREEMPTIONS },
	{ "max-states", required_argument, NULL, OPT_MAX_STATES },
	{ "max-seconds", required_argument, NULL, OPT_MAX_SECONDS },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ NULL, 0, NULL, 0 },
};

static bool take_search_option(void *data, int option)
{
	struct request *request = data;

	switch (option) {
	case OPT_BOUND_PREEMPTIONS:
		return parse_bound(&request->explore.max_disturbances);
	case OPT_MAX_STATES:
		return parse_number("--max-states", optarg, UINT32_MAX / 4,
				    &request->explore.max_states);
	case OPT_MAX_SECONDS:
		return parse_number("--max-seconds", optarg, UINT32_MAX, &request->max_seconds);
	default:
		return parse_jobs(&request->explore.jobs);
	}
}

struct option_set search_options(struct request *request)
{
	return (struct option_set){ search_option_names, take_search_option, request };
}

static unsigned int config_of(const struct request *request, const struct scenario *scenario)
{
	return request->kernel.config_names ? request->kernel.config : scenario->config;
}

/* The subject that a backend becomes with the radix MMU, or with options that a subject has. */
static const struct subject *with_options(const struct subject *subject, bool radix,
					  unsigned int config)
{
	for (const struct subject *each = subjects; each->name; each++) {
		if (strcmp(each->arch, subject->arch) == 0 &&
		    each->radix == (subject->radix || radix) &&
		    !(each->config & ~(subject->config | config)) &&
		    !(subject->config & ~each->config))
			return each;
	}
	return subject; /* a backend that has no radix MMU */
}

static void choose_subjects(const struct request *request, const struct scenario *scenario,
			    struct subject_choice *ret)
{
	struct subject_choice given = request->subjects;

	if (!given.nr && scenario->arch[0])
		add_subject(&given, subject_find(scenario->arch));
	for (const struct subject *each = subjects;
	     !request->subjects.nr && !scenario->arch[0] && each->name; each++)
		add_subject(&given, each);
	ret->nr = 0;
	for (size_t i = 0; i < given.nr; i++)
		add_subject(ret, with_options(given.items[i], request->kernel.radix,
					      config_of(request, scenario)));
}

/* An expect line names the kernel, in a range that is not all of them. */
static bool expects_of(const struct scenario *scenario, int kernel)
{
	for (unsigned int i = 0; i < scenario->nr_expectations; i++) {
		const struct expectation *each = &scenario->expectations[i];
		bool is_any = each->first_kernel == 0 && each->last_kernel == NR_KERNELS - 1;
		if (!is_any && each->first_kernel <= kernel && kernel <= each->last_kernel)
			return true;
	}
	return false;
}

static void choose_kernels(const struct request *request, const struct scenario *scenario,
			   struct kernel_choice *ret)
{
	*ret = request->kernel.kernels;
	if (ret->nr)
		return;
	if (scenario->kernel[0]) {
		add_kernel(ret, kernel_find(scenario->kernel));
		return;
	}
	for (int i = 0; i < NR_KERNELS; i++) {
		if (!kernel_is_lab(&kernels[i]) || expects_of(scenario, i))
			add_kernel(ret, &kernels[i]);
	}
}

void choose_cells(const struct request *request, const struct scenario *scenario,
		  struct cell_list *ret)
{
	struct subject_choice subjects_chosen;
	struct kernel_choice kernels_chosen;

	choose_subjects(request, scenario, &subjects_chosen);
	choose_kernels(request, scenario, &kernels_chosen);
	ret->nr = 0;
	for (size_t k = 0; k < kernels_chosen.nr; k++) {
		for (size_t s = 0; s < subjects_chosen.nr; s++)
			ret->items[ret->nr++] = (struct cell_choice){ subjects_chosen.items[s],
								      kernels_chosen.items[k] };
	}
}

struct execution_setup make_setup(const struct request *request, const struct scenario *scenario,
				  const struct cell_choice *choice)
{
	return (struct execution_setup){
		.scenario = scenario,
		.subject = choice->subject,
		.kernel = choice->kernel,
		.preempt =
			request->kernel.has_preempt ? request->kernel.preempt : scenario->preempt,
		.nr_cpus = request->nr_cpus ? request->nr_cpus : scenario->nr_cpus,
		.config = config_of(request, scenario),
		.page_shift = request->kernel.page_shift ? request->kernel.page_shift
							 : scenario->page_shift,
	};
}

/* What a scenario expects is about its own machine, and about all schedules of it. */
static bool keeps_scenario(const struct request *request)
{
	return !request->kernel.has_preempt && !request->nr_cpus && !request->kernel.config_names &&
	       !request->kernel.page_shift && request->explore.max_disturbances == UINT32_MAX;
}

static void append(char text[MAX_COMMAND_TEXT], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(char text[MAX_COMMAND_TEXT], const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, MAX_COMMAND_TEXT - used, format, args);
	va_end(args);
}

static void append_config(char text[MAX_COMMAND_TEXT], unsigned int config)
{
	const char *separator = " --config ";

	for (int i = 0; i < NR_CONFIG_FLAGS; i++) {
		if (!(config & 1u << i))
			continue;
		append(text, "%s%s", separator, config_flag_names[i]);
		separator = ",";
	}
	if (!config)
		append(text, " --config ''");
}

/* The command that explores the same cell. */
static void write_command(const struct request *request, const struct cell_choice *choice,
			  const char *path, char text[MAX_COMMAND_TEXT])
{
	text[0] = '\0';
	append(text, "lazymmu explore --arch %s --kernel %s", choice->subject->name,
	       choice->kernel->name);
	if (request->kernel.has_preempt)
		append(text, " --preempt %s", preempt_model_names[request->kernel.preempt]);
	if (request->nr_cpus)
		append(text, " --cpus %d", request->nr_cpus);
	if (request->kernel.page_shift)
		append(text, " --page-size %u", 1u << request->kernel.page_shift);
	if (request->kernel.config_names)
		append_config(text, request->kernel.config);
	append(text, " %s", path);
}

int explore_cell(struct request *request, struct progress *progress, const char *path,
		 const struct scenario *scenario, const struct cell_choice *choice,
		 struct explored *ret)
{
	const struct execution_setup setup = make_setup(request, scenario, choice);

	*ret = (struct explored){ 0 };
	snprintf(progress->label, sizeof(progress->label), "%s %s %s", scenario->name,
		 choice->subject->name, choice->kernel->name);
	request->explore.go_on = progress_go_on;
	request->explore.data = progress;
	struct overflow_watch watch;
	overflow_watch_begin(&watch);
	int err = cell_explore(&setup, &request->explore, &ret->cell);
	overflow_watch_end(&watch);
	progress_erase(progress);
	if (err)
		return err;
	if (ret->cell.result.bound == BOUND_STOPPED)
		ret->cell.reason =
			progress->is_late ? "--max-seconds have passed" : "it was interrupted";
	write_command(request, choice, path, ret->command);
	err = explore_report_init(&ret->cell, &ret->report);
	ret->report.reproduce = ret->command;
	if (keeps_scenario(request))
		ret->report.expectation = scenario_expectation(scenario, choice->subject->name,
							       (int)choice->kernel->id);
	return err;
}

void explored_fini(struct explored *explored)
{
	explore_report_fini(&explored->report);
	cell_fini(&explored->cell);
}

int status_of_cell(const struct cell *cell)
{
	if (cell->verdict == VERDICT_FINDING)
		return EXIT_FINDING;
	return cell->verdict == VERDICT_BOUNDED ? EXIT_BOUNDED : EXIT_CLEAN;
}

int graver_status(int a, int b)
{
	static const int order[] = { EXIT_CLEAN, EXIT_BOUNDED,	     EXIT_FINDING,
				     EXIT_USAGE, EXIT_COULD_NOT_RUN, EXIT_INTERRUPTED };
	int graver = EXIT_CLEAN;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i] == a || order[i] == b)
			graver = order[i];
	}
	return graver;
}
