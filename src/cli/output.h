/* SPDX-License-Identifier: MIT */
/* A file that is there when it is complete: under another name until then. */
#ifndef LAZYMMU_CLI_OUTPUT_H
#define LAZYMMU_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	char *path;	 /* of the file to be; NULL: what is written is written */
	char *temporary; /* where it is written */
};

/* NULL or "-" is standard output; devices, pipes and links are written as they are. 0 or -errno. */
int output_open(const char *path, struct output *output);
/* keep false: nothing is left of it, and what was there before stays. 0 or -errno. */
int output_close(struct output *output, bool keep);

#endif
