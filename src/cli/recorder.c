/* SPDX-License-Identifier: MIT */
/* What recorders share: the table of them, the events they need, the file they fill. */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "syscall.h"

const struct recorder *const recorders[] = { &recorder_ftrace, &recorder_perf, &recorder_strace,
					     &recorder_perf_faults, NULL };

const char *tracefs_path(void)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	const char *given = getenv("LAZYMMU_TRACEFS");
	char events[64];

	if (given)
		return *given ? given : NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(events, sizeof(events), "%s/events", places[i]);
		if (access(events, F_OK) == 0 || errno == EACCES)
			return places[i];
	}
	return NULL;
}

bool tracefs_has_event(const char *tracefs, const char *system, const char *name)
{
	char path[512];
	int size = snprintf(path, sizeof(path), "%s/events/%s/%s", tracefs, system, name);

	return size < (int)sizeof(path) && (access(path, F_OK) == 0 || errno == EACCES);
}

/*
 * Calls that write into files, or load kernel code, are in many programs most of all calls. What
 * they do to page tables nobody can tell from the call.
 */
static bool is_recorded(enum syscall_nr nr)
{
	return nr != SYSCALL_WRITE && nr != SYSCALL_FILE && nr != SYSCALL_KERNEL_MEMORY;
}

const char *recorded_syscall(size_t i)
{
	enum syscall_nr nr;
	const char *name;

	for (size_t at = 0; (name = syscall_listed(at, &nr)); at++) {
		if (is_recorded(nr) && i-- == 0)
			return name;
	}
	return NULL;
}

int probe_failed(char reason[REASON_SIZE], const char *text)
{
	size_t used = 0;

	for (; *text && used < REASON_SIZE - 1; text++) {
		bool is_blank = (unsigned char)*text <= ' ';
		if (is_blank && (used == 0 || reason[used - 1] == ' '))
			continue;
		reason[used++] = is_blank ? ' ' : *text;
	}
	while (used && reason[used - 1] == ' ')
		used--;
	reason[used] = '\0';
	return -1;
}

int probe_words(const char *const *words, char reason[REASON_SIZE])
{
	char text[2 * REASON_SIZE];
	int status = child_capture(words, text, sizeof(text));

	if (status == 0)
		return 0;
	if (status == -ENOENT)
		return probe_failed(reason, "it is not installed");
	if (status < 0)
		return probe_failed(reason, strerror(-status));
	return probe_failed(reason, text[0] ? text : "it failed");
}

int recorder_run(const struct recording *recording, const char *const *words,
		 int (*before_exec)(void *data), void *data)
{
	/* A recording on standard output is not mixed with what the command prints. */
	bool is_stdout = strcmp(recording->path, "-") == 0;
	const struct child_setup setup = {
		.output = is_stdout ? STDERR_FILENO : -1,
		.errors = -1,
		.before_exec = before_exec,
		.data = data,
	};
	pid_t pid;
	int err = child_start(words, &setup, &pid);

	if (!err)
		return child_attend(pid);
	cmd_error("record: %s: %s", words[0], strerror(-err));
	return EXIT_RECORDER;
}

int recording_copy(const struct recording *recording, int fd)
{
	char buffer[64 * 1024];
	ssize_t got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		if (gzwrite(recording->output, buffer, (unsigned int)got) != (int)got) {
			cmd_error("record: %s: %s", recording->path, strerror(errno));
			return -1;
		}
	}
	if (got < 0)
		cmd_error("record: what was recorded cannot be read: %s", strerror(errno));
	return got < 0 ? -1 : 0;
}

int recording_copy_file(const struct recording *recording, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		cmd_error("record: %s: %s", path, strerror(errno));
		return -1;
	}
	int err = recording_copy(recording, fd);
	close(fd);
	return err;
}

int scratch_create(struct scratch *scratch)
{
	const char *parent = getenv("TMPDIR");
	int size = snprintf(scratch->folder, sizeof(scratch->folder), "%s/lazymmu-XXXXXX",
			    parent && *parent ? parent : "/tmp");

	if (size >= (int)sizeof(scratch->folder) || !mkdtemp(scratch->folder)) {
		cmd_error("record: no temporary folder in %s: %s", parent ? parent : "/tmp",
			  size < (int)sizeof(scratch->folder) ? strerror(errno) : "name too long");
		return -1;
	}
	snprintf(scratch->file, sizeof(scratch->file), "%s/recording", scratch->folder);
	return 0;
}

void scratch_remove(const struct scratch *scratch)
{
	unlink(scratch->file);
	rmdir(scratch->folder);
}
