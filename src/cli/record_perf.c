/* SPDX-License-Identifier: MIT */
/*
 * Recording with perf: syscalls, faults and mappings for root; for others the faults of user code
 * and the mappings, which perf lists.
 */
#include "recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "words.h"

enum { MAX_EVENTS_TEXT = 8192 };

/* Whether a child shares memory; perf's own records of forks do not say. */
#define NEW_TASK ",task:task_newtask"
#define FAULTS_OF_USER "page-faults:u"

/* Where tracefs cannot be read, nobody knows which syscalls there are; all of them, then. */
static bool is_there(const char *tracefs, const char *name)
{
	return !tracefs || tracefs_has_event(tracefs, "syscalls", name);
}

/* The tracepoints of x86 say how a page was accessed, which the software event does not. */
static const char *faults(const char *tracefs)
{
	bool are_told = tracefs && tracefs_has_event(tracefs, "exceptions", "page_fault_user") &&
			tracefs_has_event(tracefs, "exceptions", "page_fault_kernel");

	return are_told ? "exceptions:page_fault_user,exceptions:page_fault_kernel" : "page-faults";
}

/* page-faults,syscalls:sys_enter_mmap,... */
static void event_list(char text[MAX_EVENTS_TEXT])
{
	static const char *const ends[] = { "enter", "exit" };
	const char *tracefs = tracefs_path();
	FILE *out = fmemopen(text, MAX_EVENTS_TEXT, "w");
	const char *name;

	text[0] = '\0';
	if (!out)
		return;
	fputs(faults(tracefs), out);
	for (size_t i = 0; (name = recorded_syscall(i)); i++) {
		for (size_t end = 0; end < 2; end++) {
			char event[64];
			snprintf(event, sizeof(event), "sys_%s_%s", ends[end], name);
			if (is_there(tracefs, event))
				fprintf(out, ",syscalls:%s", event);
		}
	}
	fputs(NEW_TASK, out);
	fclose(out);
}

/* One sample for each fault, with its address. buffer NULL: as large as the user may. */
static int make_record(char *const *command, const char *events, const char *buffer,
		       const char *file, struct words *ret)
{
	const char *const start[] = {
		"perf", "record", "-q", "-d", "-c", "1", "--sample-cpu", NULL
	};
	const char *const size[] = { "-m", buffer, NULL };
	const char *const what[] = { "-e", events, "-o", file, "--", NULL };
	int err = words_init(ret, command);

	if (err)
		return err;
	words_add(ret, start);
	if (buffer)
		words_add(ret, size);
	words_add(ret, what);
	words_add(ret, (const char *const *)command);
	return 0;
}

enum { NR_SCRIPT_WORDS = 16 };

static void make_script(const char *file, bool has_tracepoints, const char *ret[NR_SCRIPT_WORDS])
{
	const char *const words[NR_SCRIPT_WORDS] = {
		"perf",
		"script",
		"-i",
		file,
		"--show-mmap-events",
		"--show-task-events",
		"--show-lost-events",
		"-F",
		has_tracepoints ? "sw:comm,tid,cpu,time,event,addr,ip"
				: "comm,tid,cpu,time,event,addr,ip",
		has_tracepoints ? "-F" : NULL,
		"trace:comm,tid,cpu,time,event,trace",
		NULL,
	};

	memcpy(ret, words, sizeof(words));
}

static int probe_events(const char *events, const char *buffer, char reason[REASON_SIZE])
{
	static char *const command[] = { (char *)"true", NULL };
	struct words words;

	if (make_record(command, events, buffer, "/dev/null", &words))
		return probe_failed(reason, strerror(ENOMEM));
	int err = probe_words(words.items, reason);
	words_fini(&words);
	return err;
}

static void print_events(const struct recording *recording, const char *events, const char *buffer,
			 FILE *out)
{
	const char *script[NR_SCRIPT_WORDS];
	struct words words;

	if (make_record(recording->command, events, buffer, recording->data_path, &words))
		return;
	shell_words(words.items, out);
	words_fini(&words);
	fputc('\n', out);
	make_script(recording->data_path, buffer != NULL, script);
	shell_words(script, out);
	fputs(" >", out);
	shell_word(recording->plain_path, out);
	fputc('\n', out);
}

/* perf.data as text. */
static int copy_script(const struct recording *recording, const char *file, bool has_tracepoints)
{
	const char *words[NR_SCRIPT_WORDS];
	int ends[2];
	pid_t pid;

	make_script(file, has_tracepoints, words);
	if (pipe(ends)) {
		cmd_error("record: %s", strerror(errno));
		return -1;
	}
	const struct child_setup setup = { .output = ends[1], .errors = -1 };
	int err = child_start(words, &setup, &pid);
	close(ends[1]);
	if (err)
		cmd_error("record: perf script: %s", strerror(-err));
	else
		err = recording_copy(recording, ends[0]);
	close(ends[0]);
	if (!err && child_wait(pid) != 0) {
		cmd_error("record: perf script failed");
		err = -1;
	}
	return err;
}

static int run_events(const struct recording *recording, const char *events, const char *buffer)
{
	struct scratch scratch;
	struct words words;
	int status = EXIT_RECORDER;

	if (scratch_create(&scratch))
		return EXIT_RECORDER;
	if (make_record(recording->command, events, buffer, scratch.file, &words) == 0) {
		status = recorder_run(recording, words.items, NULL, NULL);
		words_fini(&words);
	}
	if (status != EXIT_RECORDER && copy_script(recording, scratch.file, buffer != NULL))
		status = EXIT_RECORDER;
	scratch_remove(&scratch);
	return status;
}

enum { BUFFER_SIZE = 32 };

static const char *buffer_of(const struct recording *recording, char text[BUFFER_SIZE])
{
	snprintf(text, BUFFER_SIZE, "%" PRIu64 "K", recording->buffer_kib);
	return text;
}

/* Of tracepoints one stands for all: the kernel takes a second or two for as many as we need. */
static int probe(const struct recording *recording, char reason[REASON_SIZE])
{
	char buffer[BUFFER_SIZE];

	if (!tracefs_path())
		return probe_failed(reason, NO_TRACEFS);
	return probe_events("page-faults" NEW_TASK, buffer_of(recording, buffer), reason);
}

static void print(const struct recording *recording, FILE *out)
{
	char events[MAX_EVENTS_TEXT], buffer[BUFFER_SIZE];

	event_list(events);
	print_events(recording, events, buffer_of(recording, buffer), out);
}

static int run(const struct recording *recording)
{
	char events[MAX_EVENTS_TEXT], buffer[BUFFER_SIZE];

	event_list(events);
	return run_events(recording, events, buffer_of(recording, buffer));
}

const struct recorder recorder_perf = {
	.method = "perf",
	.tool = "perf",
	.records = "syscalls, page faults, mappings",
	.misses = "kernel threads",
	.has_faults = true,
	.probe = probe,
	.print = print,
	.run = run,
};

static int probe_faults(const struct recording *recording, char reason[REASON_SIZE])
{
	(void)recording;
	return probe_events(FAULTS_OF_USER, NULL, reason);
}

static void print_faults(const struct recording *recording, FILE *out)
{
	print_events(recording, FAULTS_OF_USER, NULL, out);
}

static int run_faults(const struct recording *recording)
{
	return run_events(recording, FAULTS_OF_USER, NULL);
}

const struct recorder recorder_perf_faults = {
	.method = "perf",
	.tool = "perf",
	.records = "page faults of user code, mappings",
	.misses =
		"syscalls (munmap, mprotect, madvise and so on), faults of kernel code, kernel threads",
	.has_faults = true,
	.is_fallback = true,
	.probe = probe_faults,
	.print = print_faults,
	.run = run_faults,
};
