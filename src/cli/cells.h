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

/* What was asked for; a zero means: not given. */
struct request {
	struct subject_choice subjects;
	struct kernel_request kernel;
	int nr_cpus;
	struct explore_options explore;
	uint64_t max_seconds;
};

void request_init(struct request *request);
/* --arch and --cpus, of subjects and scenarios. */
struct option_set cell_options(struct request *request);
/* --bound-preemptions, --max-states, --max-seconds, --jobs */
struct option_set search_options(struct request *request);

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
