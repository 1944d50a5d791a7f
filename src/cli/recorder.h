/* SPDX-License-Identifier: MIT */
/* What can record a command: strace, perf, ftrace; one file each, listed in recorder.c. */
#ifndef LAZYMMU_CLI_RECORDER_H
#define LAZYMMU_CLI_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

enum {
	EXIT_RECORDER = 125, /* what failed is the recording, not the command */
	REASON_SIZE = 256,
	MAX_PATH = 4096,
};

struct recording {
	char *const *command;	       /* ends with NULL */
	const char *path;	       /* "-": standard output */
	char plain_path[MAX_PATH];     /* for print(): the same, without .gz */
	char data_path[MAX_PATH + 16]; /* for print(): what is no text yet */
	uint64_t buffer_kib;	       /* of each CPU */
	gzFile output;		       /* plain, or gzip where the path ends so */
};

struct recorder {
	const char *method; /* as --method has it */
	const char *tool;   /* the program, NULL: the kernel itself */
	const char *records;
	const char *misses;
	bool has_faults;
	bool is_fallback; /* of its method alone; there are better ones of other methods */
	/* Whether it works here and now: 0, or -1 with the reason. */
	int (*probe)(const struct recording *recording, char reason[REASON_SIZE]);
	/* The same commands as lines for a shell. */
	void (*print)(const struct recording *recording, FILE *out);
	/* The command's exit status; EXIT_RECORDER with a message, where that is not known. */
	int (*run)(const struct recording *recording);
};

extern const struct recorder recorder_ftrace;
extern const struct recorder recorder_perf;
extern const struct recorder recorder_perf_faults;
extern const struct recorder recorder_strace;

/* The best first; ends with NULL. */
extern const struct recorder *const recorders[];

/* Where tracefs is: $LAZYMMU_TRACEFS (empty: nowhere), else where kernels have it; NULL: nowhere.
 */
const char *tracefs_path(void);
#define NO_TRACEFS "no tracefs (mount -t tracefs tracefs /sys/kernel/tracing)"
/* Whether the kernel has an event, by its folder and name; yes where only root may look. */
bool tracefs_has_event(const char *tracefs, const char *system, const char *name);

/* The i-th syscall that a recording has to have, by name; NULL behind the last. */
const char *recorded_syscall(size_t i);

/* A failed probe: the reason in one line, from what a program printed. */
int probe_failed(char reason[REASON_SIZE], const char *text);
/* Runs words that record `true`. */
int probe_words(const char *const *words, char reason[REASON_SIZE]);

/*
 * Runs the words to their end, after the child has called before_exec, if that is not NULL. The
 * exit status, or EXIT_RECORDER with a message.
 */
int recorder_run(const struct recording *recording, const char *const *words,
		 int (*before_exec)(void *data), void *data);

/* All that comes from a descriptor becomes part of the recording. 0, or -1 with a message. */
int recording_copy(const struct recording *recording, int fd);
/* The same of a file. */
int recording_copy_file(const struct recording *recording, const char *path);

/* A file of its own folder, for what a program has to write into a file first. */
enum { SCRATCH_SIZE = 256 };
struct scratch {
	char folder[SCRATCH_SIZE];
	char file[SCRATCH_SIZE + 16];
};
/* 0, or -1 with a message. */
int scratch_create(struct scratch *scratch);
void scratch_remove(const struct scratch *scratch);

#endif
