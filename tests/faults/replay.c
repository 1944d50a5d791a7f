/* SPDX-License-Identifier: MIT */
/*
 * `lazymmu replay` without memory. replay.c ARGUMENT...: those of the command. Whichever allocation
 * fails, it says so and ends as "could not run"; no verdict comes out of it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocator.h"
#include "cmd.h"

enum { MAX_OUTPUT = 1 << 20 };

/* One of the program's streams goes to a file meanwhile. */
struct capture {
	int fd;
	int saved;
	FILE *file;
};

struct replay_test {
	int argc;
	char **argv;
	struct capture out;
	struct capture err;
	int status;
	char *printed; /* MAX_OUTPUT each */
	char *messages;
};

static void capture_begin(struct capture *capture)
{
	fflush(NULL);
	capture->saved = dup(capture->fd);
	capture->file = tmpfile();
	if (capture->saved < 0 || !capture->file || dup2(fileno(capture->file), capture->fd) < 0) {
		perror("capture");
		exit(EXIT_FAILURE);
	}
}

static void capture_end(struct capture *capture, char *text)
{
	fflush(NULL);
	dup2(capture->saved, capture->fd);
	close(capture->saved);
	rewind(capture->file);
	text[fread(text, 1, MAX_OUTPUT - 1, capture->file)] = '\0';
	fclose(capture->file);
}

static void attempt(void *data)
{
	struct replay_test *test = data;

	capture_begin(&test->out);
	capture_begin(&test->err);
	optind = 0; /* getopt_long() starts anew */
	test->status = cmd_replay.run(test->argc, test->argv);
	capture_end(&test->err, test->messages);
	capture_end(&test->out, test->printed);
}

static bool wrong(const struct replay_test *test, size_t n, const char *what)
{
	fprintf(stderr, "allocation %zu: %s (status %d)\n%s%.2000s\n", n, what, test->status,
		test->messages, test->printed);
	return false;
}

/* As text, or as JSON, where it is null if nothing was replayed. */
static bool has_verdict(const char *printed)
{
	return strstr(printed, "verdict: ") || strstr(printed, "\"verdict\": \"");
}

static bool check(void *data, bool failed, size_t n)
{
	const struct replay_test *test = data;

	if (!failed)
		return test->status == EXIT_CLEAN || test->status == EXIT_FINDING ||
		       wrong(test, n, "does not run with all of its memory");
	if (test->status != EXIT_COULD_NOT_RUN)
		return wrong(test, n, "does not end as \"could not run\"");
	if (!strstr(test->messages, "memory"))
		return wrong(test, n, "says nothing of memory");
	return !has_verdict(test->printed) || wrong(test, n, "reports a verdict");
}

int main(int argc, char **argv)
{
	struct replay_test test = {
		.argc = argc,
		.argv = argv,
		.out = { .fd = STDOUT_FILENO },
		.err = { .fd = STDERR_FILENO },
		.printed = calloc(1, MAX_OUTPUT),
		.messages = calloc(1, MAX_OUTPUT),
	};

	if (!test.printed || !test.messages)
		return EXIT_FAILURE;
	int status = allocator_each(argv[argc - 1], attempt, check, &test);
	free(test.printed);
	free(test.messages);
	return status;
}
