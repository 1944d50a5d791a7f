/* SPDX-License-Identifier: MIT */
/*
 * Programs that a recording runs: no shell between, and signals that are meant for the recorded
 * command reach it while we live on to finish the recording.
 */
#ifndef LAZYMMU_CLI_CHILD_H
#define LAZYMMU_CLI_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	EXIT_NOT_EXECUTABLE = 126, /* as of a shell */
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNALLED = 128, /* and the signal's number */
};

/*
 * From here on SIGINT, SIGQUIT, SIGTERM and SIGHUP do not end this process. Children get them as
 * before.
 */
void child_hold_signals(void);
/* One of them has come since, and no child was attended that it was for. */
bool child_was_interrupted(void);

/* 0 if a command of that name can be run, else EXIT_NOT_EXECUTABLE or EXIT_NOT_FOUND. */
int child_look_up(const char *name);

struct child_setup {
	int output; /* becomes standard output; -1: ours */
	int errors; /* the same of standard error */
	/* Called in the child before exec; 0 or -errno. NULL: nothing to do. */
	int (*before_exec)(void *data);
	void *data;
};

/* 0 or -errno, where exec() failed too. setup NULL: everything is ours. */
int child_start(const char *const *words, const struct child_setup *setup, pid_t *ret);
/* Its exit status as a shell has it, or -errno. */
int child_wait(pid_t pid);
/*
 * The same for what runs the recorded command: a signal that somebody sends to this process goes to
 * the command. What a terminal sends, it has got already.
 */
int child_attend(pid_t pid);

/* Runs to the end and keeps the start of what was printed; the exit status or -errno. */
int child_capture(const char *const *words, char *text, size_t size);

#endif
