/* SPDX-License-Identifier: MIT */
/* Recording with strace: for everybody, the syscalls alone. */
#include "recorder.h"

#include "words.h"

/*
 * %memory and %process have all that replay knows but three. '?': a syscall that this strace, or
 * this architecture, does not have is no error.
 */
#define CALLS "trace=%memory,%process,?process_madvise,?process_vm_writev,?ptrace"

/* Into a file: on standard error lines tear, and are mixed with the command's own. */
static int make_words(const struct recording *recording, const char *file, struct words *ret)
{
	const char *const own[] = { "strace", "-f", "-tt", "-e", CALLS, "-o", file, "--", NULL };
	int err = words_init(ret, recording->command);

	if (err)
		return err;
	words_add(ret, own);
	words_add(ret, (const char *const *)recording->command);
	return 0;
}

static int probe(const struct recording *recording, char reason[REASON_SIZE])
{
	static const char *const words[] = { "strace", "-f",	    "-tt", "-e",   CALLS,
					     "-o",     "/dev/null", "--",  "true", NULL };

	(void)recording;
	return probe_words(words, reason);
}

static void print(const struct recording *recording, FILE *out)
{
	struct words words;

	if (make_words(recording, recording->plain_path, &words))
		return;
	shell_words(words.items, out);
	fputc('\n', out);
	words_fini(&words);
}

static int run(const struct recording *recording)
{
	struct scratch scratch;
	struct words words;
	int status = EXIT_RECORDER;

	if (scratch_create(&scratch))
		return EXIT_RECORDER;
	if (make_words(recording, scratch.file, &words) == 0) {
		status = recorder_run(recording, words.items, NULL, NULL);
		words_fini(&words);
	}
	if (recording_copy_file(recording, scratch.file))
		status = EXIT_RECORDER;
	scratch_remove(&scratch);
	return status;
}

const struct recorder recorder_strace = {
	.method = "strace",
	.tool = "strace",
	.records = "syscalls",
	.misses = "page faults (replay --populate gives bounds), mappings that execve makes, "
		  "kernel threads",
	.probe = probe,
	.print = print,
	.run = run,
};
