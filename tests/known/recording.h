/* SPDX-License-Identifier: MIT */
/* Recordings of real kernels below tests/recordings, and what they are known to hold. */
#ifndef LAZYMMU_TESTS_KNOWN_RECORDING_H
#define LAZYMMU_TESTS_KNOWN_RECORDING_H

#include <stdio.h>

#include "compare.h"

enum { NAME_SIZE = 128, LINE_SIZE = 1024 };

/* One `recording` line of expected.txt. */
struct recording {
	char file[NAME_SIZE];
	char arch[NAME_SIZE];
	char kernel[NAME_SIZE];
	unsigned int page_size;
	int nr_cpus;
};

/* False: line is not a recording line. */
bool recording_parse(const char *line, struct recording *ret);

/* Replays a file as this recording. Fails the test when it cannot. */
void recording_replay(const struct recording *recording, const char *path, struct replay *ret);

/* Writes a copy of the recording in which edit() changed the text of every effect line. */
void recording_edit(const struct recording *recording, const char *path, const char *edited_path,
		    void (*edit)(char *text));

/* Writes what follows from the nr-th marker on; false: there are not so many. */
bool recording_cut(const char *path, const char *cut_path, unsigned int nr);

/* What an edit may do with the text behind the columns. */
void edit_blank(char *text);
void edit_digits(char *text);

#endif
