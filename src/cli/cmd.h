/* SPDX-License-Identifier: MIT */
/* Commands: one file each, listed in cmd.c; the help text lives with the command. */
#ifndef LAZYMMU_CLI_CMD_H
#define LAZYMMU_CLI_CMD_H

#include <stddef.h>

/* Exit status, the same for every command. */
enum exit_status {
	EXIT_CLEAN = 0,
	EXIT_FINDING = 1,	/* a finding, or a prediction that the recording contradicts */
	EXIT_USAGE = 2,		/* usage, or malformed input */
	EXIT_COULD_NOT_RUN = 3, /* I/O, memory */
	EXIT_BOUNDED = 4,	/* stopped at a bound with nothing found */
	EXIT_INTERRUPTED = 130,
};

struct cmd {
	const char *name;
	const char *summary; /* one line */
	const char *help;    /* the whole text of `help NAME` */
	int (*run)(int argc, char **argv);
};

extern const struct cmd cmd_record;
extern const struct cmd cmd_replay;
extern const struct cmd cmd_convert;
extern const struct cmd cmd_explore;
extern const struct cmd cmd_run;
extern const struct cmd cmd_matrix;
extern const struct cmd cmd_bench;
extern const struct cmd cmd_list;
extern const struct cmd cmd_help;

/* Ends with NULL. */
extern const struct cmd *const cmds[];

const struct cmd *cmd_find(const char *name);

/* A message on stderr: `lazymmu: TEXT`. */
void cmd_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with the place in a file: `lazymmu: PATH:LINE:COLUMN: TEXT`. */
struct diag;
void cmd_diag(const char *path, const struct diag *diag);

/* Of an input that no event can be read of (-errno): what is there is malformed, or cannot be had.
 */
int cmd_input_status(int error);

/*
 * stdout is complete: status, or EXIT_COULD_NOT_RUN with a message when it could not be written.
 */
int cmd_finish(int status);

#endif
