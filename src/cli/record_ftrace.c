/* SPDX-License-Identifier: MIT */
/*
 * Recording with an ftrace instance of its own, which nobody else's tracing meets, and which is
 * gone afterwards.
 */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "words.h"

/* Without these a recording is worth little, with strace or perf it is worth more. */
static const char *const needed_events[] = {
	"exceptions/page_fault_user", "exceptions/page_fault_kernel", "sched/sched_process_fork",
	"sched/sched_process_exec",   "sched/sched_process_exit",     "task/task_newtask",
	"sched/sched_switch"
};

enum { NR_NEEDED_EVENTS = sizeof(needed_events) / sizeof(needed_events[0]) };

/* What is written where, before the events are switched on. */
static const struct {
	const char *file;
	const char *text; /* NULL: the size of the buffer */
} settings[] = {
	{ "tracing_on", "0" }, /* until it is known who is recorded: everybody, before that */
	{ "buffer_size_kb", NULL },    { "trace_clock", "global" }, /* one order for all CPUs */
	{ "options/event-fork", "1" }, { "options/record-tgid", "1" },
};

enum { NR_SETTINGS = sizeof(settings) / sizeof(settings[0]), NUMBER_SIZE = 24 };

struct instance {
	char path[512];
	int folder; /* -1: none */
};

static int write_to(const struct instance *instance, const char *file, const char *text)
{
	int fd = openat(instance->folder, file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

static const char *setting_text(size_t i, const struct recording *recording,
				char number[NUMBER_SIZE])
{
	if (settings[i].text)
		return settings[i].text;
	snprintf(number, NUMBER_SIZE, "%" PRIu64, recording->buffer_kib);
	return number;
}

/* Events of one syscall; false: this kernel has no such syscall. */
static bool syscall_events(const char *tracefs, const char *name, char enter[64], char exit[64])
{
	snprintf(enter, 64, "sys_enter_%s", name);
	snprintf(exit, 64, "sys_exit_%s", name);
	return !tracefs || tracefs_has_event(tracefs, "syscalls", enter);
}

static int enable(const struct instance *instance, const char *folder, const char *event)
{
	char file[128];

	snprintf(file, sizeof(file), "events/%s%s/enable", folder, event);
	return write_to(instance, file, "1");
}

static int enable_events(const struct instance *instance, const char *tracefs, const char **failed)
{
	char enter[64], exit[64];
	int err = 0;

	for (size_t i = 0; i < NR_NEEDED_EVENTS && !err; i++) {
		*failed = needed_events[i];
		err = enable(instance, "", needed_events[i]);
	}
	for (size_t i = 0; !err && (*failed = recorded_syscall(i)); i++) {
		if (!syscall_events(tracefs, *failed, enter, exit))
			continue;
		err = enable(instance, "syscalls/", enter);
		err = err ? err : enable(instance, "syscalls/", exit);
	}
	return err;
}

static void instance_destroy(struct instance *instance)
{
	if (instance->folder >= 0)
		close(instance->folder);
	rmdir(instance->path);
}

static int wrong(char reason[REASON_SIZE], const char *what, int err)
{
	char text[2 * REASON_SIZE];

	snprintf(text, sizeof(text), "%s: %s%s", what, strerror(-err),
		 geteuid() && (err == -EACCES || err == -EPERM) ? ", root may" : "");
	return probe_failed(reason, text);
}

/* Makes and fills an instance. The buffer takes memory for nothing as long as nobody records. */
static int instance_create(const struct recording *recording, bool is_probe, struct instance *ret,
			   char reason[REASON_SIZE])
{
	const char *tracefs = tracefs_path();
	char number[NUMBER_SIZE];
	const char *failed = ret->path;
	int err = 0;

	if (!tracefs)
		return probe_failed(reason, NO_TRACEFS);
	snprintf(ret->path, sizeof(ret->path), "%s/instances/lazymmu-%jd", tracefs,
		 (intmax_t)getpid());
	if (mkdir(ret->path, 0700))
		return wrong(reason, ret->path, -errno);
	ret->folder = open(ret->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->folder < 0)
		err = -errno;
	for (size_t i = 0; i < NR_SETTINGS && !err; i++) {
		if (is_probe && !settings[i].text)
			continue;
		failed = settings[i].file;
		err = write_to(ret, failed, setting_text(i, recording, number));
	}
	if (!err)
		err = enable_events(ret, tracefs, &failed);
	if (!err)
		return 0;
	instance_destroy(ret);
	return wrong(reason, failed, err);
}

static int probe(const struct recording *recording, char reason[REASON_SIZE])
{
	struct instance instance;
	int err = instance_create(recording, true, &instance, reason);

	if (!err)
		instance_destroy(&instance);
	return err;
}

static void print_events(FILE *out)
{
	const char *tracefs = tracefs_path(), *name;
	char enter[64], exit[64];

	fputs("for event in", out);
	for (size_t i = 0; i < NR_NEEDED_EVENTS; i++)
		fprintf(out, " %s", needed_events[i]);
	for (size_t i = 0; (name = recorded_syscall(i)); i++) {
		if (syscall_events(tracefs, name, enter, exit))
			fprintf(out, " syscalls/%s syscalls/%s", enter, exit);
	}
	fputs("; do echo 1 >\"$t/events/$event/enable\"; done\n", out);
}

static void print(const struct recording *recording, FILE *out)
{
	const char *tracefs = tracefs_path();
	char number[NUMBER_SIZE];

	fputs("t=", out);
	shell_word(tracefs ? tracefs : "/sys/kernel/tracing", out);
	fputs("/instances/lazymmu\nmkdir \"$t\"\n", out);
	for (size_t i = 0; i < NR_SETTINGS; i++)
		fprintf(out, "echo %s >\"$t/%s\"\n", setting_text(i, recording, number),
			settings[i].file);
	print_events(out);
	/* The shell becomes the command, whose number is therefore known. */
	fputs("sh -c 'echo $$ >\"$0/set_event_pid\" && echo 1 >\"$0/tracing_on\" && exec \"$@\"' "
	      "\"$t\" ",
	      out);
	shell_words((const char *const *)recording->command, out);
	fputs("\ncat \"$t/trace\" >", out);
	shell_word(recording->plain_path, out);
	fputs("\nrmdir \"$t\"\n", out);
}

/* In the child: what it runs from here on is recorded, with all its children. */
static int record_me(void *data)
{
	char number[NUMBER_SIZE];

	snprintf(number, sizeof(number), "%jd", (intmax_t)getpid());
	int err = write_to(data, "set_event_pid", number);
	return err ? err : write_to(data, "tracing_on", "1");
}

/* `# entries-in-buffer/entries-written: 2400/2400   #P:2`, in the first lines. */
static void tell_losses(const struct recording *recording, const char *text)
{
	static const char words[] = "entries-in-buffer/entries-written: ";
	const char *found = strstr(text, words);
	uint64_t kept, written;

	if (!found || sscanf(found + strlen(words), "%" SCNu64 "/%" SCNu64, &kept, &written) != 2)
		return;
	if (written == 0)
		cmd_error("record: nothing was recorded; in a PID namespace of its own (a "
			  "container) ftrace cannot find the command");
	if (kept < written)
		cmd_error("record: %" PRIu64 " of %" PRIu64
			  " events are lost: the buffer of %" PRIu64
			  " KiB for each CPU was too small (--buffer)",
			  written - kept, written, recording->buffer_kib);
}

static int copy_trace(const struct recording *recording, const struct instance *instance)
{
	char start[1024] = "";
	int fd = openat(instance->folder, "trace", O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		cmd_error("record: %s/trace: %s", instance->path, strerror(errno));
		return -1;
	}
	ssize_t got = read(fd, start, sizeof(start) - 1);
	if (got > 0)
		tell_losses(recording, start);
	int err = lseek(fd, 0, SEEK_SET) < 0 ? -1 : recording_copy(recording, fd);
	close(fd);
	return err;
}

static int run(const struct recording *recording)
{
	char reason[REASON_SIZE];
	struct instance instance;

	if (instance_create(recording, false, &instance, reason)) {
		cmd_error("record: ftrace: %s", reason);
		return EXIT_RECORDER;
	}
	int status = recorder_run(recording, (const char *const *)recording->command, record_me,
				  &instance);
	write_to(&instance, "tracing_on", "0");
	if (copy_trace(recording, &instance))
		status = EXIT_RECORDER;
	instance_destroy(&instance);
	return status;
}

const struct recorder recorder_ftrace = {
	.method = "ftrace",
	.records = "syscalls, page faults, switches",
	.misses = "mappings that execve makes, kernel threads",
	.has_faults = true,
	.probe = probe,
	.print = print,
	.run = run,
};
