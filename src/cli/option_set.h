/* SPDX-License-Identifier: MIT */
/* Options that belong together; a command puts its sets of them together. */
#ifndef LAZYMMU_CLI_OPTION_SET_H
#define LAZYMMU_CLI_OPTION_SET_H

#include <stdbool.h>
#include <stddef.h>

struct option; /* of <getopt.h> */

/* Their names, and what takes one, its value in optarg. */
struct option_set {
	const struct option *names; /* ends with a NULL name; values are letters, or from 256 on */
	bool (*take)(void *data, int option);
	void *data;
};

enum { MAX_OPTIONS = 32 };

/*
 * Takes the options of a command line that begins with the command's name; optind is then its first
 * argument. With until_argument what stands behind the first argument is no option.
 */
bool take_options(int argc, char **argv, const struct option_set *sets, size_t nr_sets,
		  bool until_argument);

#endif
