/* SPDX-License-Identifier: MIT */
/*
 * A directory of files PREFIX.PID, or PREFIX.PID.gz, as `strace -ff -o DIR/PREFIX` writes them: one
 * recording, in the order of its time stamps.
 *
 * Lines of one stamp stay together, then the smaller number comes first. Without stamps (-t, -tt,
 * -ttt) a child's file comes where its parent's clone() is, up to its end, as if the child ran and
 * the parent waited; files of no known parent come by number.
 */
#ifndef LAZYMMU_TRACE_STRACE_DIR_H
#define LAZYMMU_TRACE_STRACE_DIR_H

#include "source.h"

enum {
	/* The others are opened again when it is their turn, and what was read is skipped. */
	STRACE_MAX_OPEN_FILES = 128,
};

struct strace_dir;

/*
 * 0, -ENOTDIR (path is a file, or nothing), -EINVAL (mistake says why) or another -errno.
 */
int strace_dir_open(const char *path, struct strace_dir **ret, struct mistake *mistake);
void strace_dir_close(struct strace_dir *dir);

/*
 * 1: a line, with its number in its file, 0: the end, -errno. After an error of a file the others
 * can be read on.
 */
int strace_dir_next(struct strace_dir *dir, struct line *line);
/* What failed. */
const char *strace_dir_error(const struct strace_dir *dir);

/* Of the last line: the file's name, the task. */
const char *strace_dir_file(const struct strace_dir *dir);
int strace_dir_pid(const struct strace_dir *dir);
/* A task has made another one. */
void strace_dir_born(struct strace_dir *dir, int pid);
uint64_t strace_dir_lines(const struct strace_dir *dir); /* of all files, so far */

#endif
