/* SPDX-License-Identifier: MIT */
/* Counting the events that a reader makes of a strace recording, by the columns of its truth. */
#ifndef LAZYMMU_TESTS_KNOWN_STRACE_TALLY_H
#define LAZYMMU_TESTS_KNOWN_STRACE_TALLY_H

#include "reader.h"

enum tally_column {
	TALLY_CALLS,
	TALLY_FAILED,
	TALLY_EXECVE,
	TALLY_FORK,
	TALLY_CLONE_VM,
	TALLY_MMAP,
	TALLY_BRK,
	TALLY_MPROTECT,
	TALLY_MUNMAP,
	TALLY_MADV_LAZY,
	TALLY_SIGNALS,
	TALLY_UNFINISHED,
	TALLY_RESUMED,
	TALLY_TORN,
	TALLY_IGNORED,
	TALLY_BAD,
	NR_TALLY_COLUMNS,
};

struct tally {
	uint64_t n[NR_TALLY_COLUMNS];
};

extern const char *const tally_names[NR_TALLY_COLUMNS];

/* 0 or -errno of the reader. */
int tally_read(const char *path, struct tally *ret);

#endif
