/* SPDX-License-Identifier: MIT */
/* The files of a directory that `strace -ff` wrote, PREFIX.PID, perhaps compressed. */
#ifndef LAZYMMU_TRACE_STRACE_FILES_H
#define LAZYMMU_TRACE_STRACE_FILES_H

#include <limits.h>

#include "text.h"

enum {
	STRACE_MAX_FILES = 1 << 20,
	STRACE_NAME_MAX = 256, /* with the final NUL */
};

struct strace_file {
	int pid;
	unsigned char suffix; /* ".gz"... */
	int slot;	      /* while it is open; -1: it is not */
	uint32_t at;	      /* in the heap */
	uint32_t birth;	      /* the later, the larger; 0: not seen yet */
	uint64_t lines;	      /* that were returned */
	uint64_t stamp;	      /* of the next line */
};

struct strace_files {
	char path[PATH_MAX];
	char prefix[STRACE_NAME_MAX];
	struct strace_file *items; /* by pid */
	size_t nr;
	size_t capacity;
};

/* 0, -ENOTDIR, -EINVAL (mistake says why) or another -errno. */
int strace_files_list(const char *path, struct strace_files *files, struct mistake *mistake);
void strace_files_fini(struct strace_files *files);

/* The name in the directory, and behind the directory. False: it is too long. */
bool strace_file_name(const struct strace_files *files, const struct strace_file *file, char *name,
		      size_t size);
bool strace_file_path(const struct strace_files *files, const struct strace_file *file, char *path,
		      size_t size);

#endif
