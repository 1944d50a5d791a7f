/* SPDX-License-Identifier: MIT */
/* What the commands that run scenarios share: their options, and the cells that these select. */
#ifndef LAZYMMU_CLI_CELLS_H
#define LAZYMMU_CLI_CELLS_H

#include "explore_report.h"
#include "options.h"
#include "progress.h"

enum {
	MAX_STATES_BY_DEFAULT = 4000000,
	MAX_JOBS = 256,
	MAX_COMMAND_TEXT = 1024,
};

/* Values of getopt_long(); a command's own begin at OPT_OWN. */
enum {
	OPT_ARCH = 256,
	OPT_KERNEL,
	OPT_MMU,
	OPT_PAGE_SIZE,
	OPT_PREEMPT,
	OPT_CPUS,
	OPT_CONFIG,
	OPT_JSON,
	OPT_MAX_STATES,
	OPT_MAX_SECONDS,
	OPT_BOUND_PREEMPTIONS,
	OPT_JOBS,
	OPT_NO_REDUCE,
	OPT_ALL,
	OPT_OWN,
};

/* What was asked for; a zero means: not given. */
struct request {
	struct subject_choice subjects;
	struct kernel_choice kernels;
	bool radix;
	bool has_preempt;
	enum preempt_model preempt;
	unsigned int page_shift;
	int nr_cpus;
	bool has_config;
	unsigned int config;
	bool json;
	struct explore_options explore;
	uint64_t max_seconds;
};

void request_init(struct request *request);
/* One option of the list above; false: it is wrong, or none, and a message was printed. */
bool request_option(struct request *request, int option);

struct cell_choice {
	const struct subject *subject;
	const struct kernel *kernel;
};

struct cell_list {
	struct cell_choice items[MAX_SUBJECTS * NR_KERNELS];
	size_t nr;
};

/*
 * What is given; else what the scenario names (a witness does); else all subjects and all kernels,
 * of the lab- ones those that the scenario expects something of.
 */
void choose_cells(const struct request *request, const struct scenario *scenario,
		  struct cell_list *ret);

struct execution_setup make_setup(const struct request *request, const struct scenario *scenario,
				  const struct cell_choice *choice);

/* A cell that was explored, with all that reports need. */
struct explored {
	struct cell cell;
	struct explore_report report;
	char command[MAX_COMMAND_TEXT];
};

/* 0 or -ENOMEM; path is how the user named the scenario. explored_fini() in any case. */
int explore_cell(struct request *request, struct progress *progress, const char *path,
		 const struct scenario *scenario, const struct cell_choice *choice,
		 struct explored *ret);
void explored_fini(struct explored *explored);

/* The exit status of a cell, and the gravest of several. */
int status_of_cell(const struct cell *cell);
int graver_status(int a, int b);

#endif
