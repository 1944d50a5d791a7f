/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a recording: it is read, what is read is replayed, and that ends. FORMAT is what the
 * bytes are taken for: a first line decides it, so that detection does not refuse most of them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct {
	const char *name;
	const char *first_line;
} formats[] = {
	{ "any", "" },
	{ "ftrace", "sh-1 [000] d..1. 1.000000: sys_brk(brk: 0)\n" },
	{ "latency", "  sh-1 0d..1. 1us : sys_brk(brk: 0)\n" },
	{ "lmt", "#lmt 1\n" },
	{ "perf", "sh 1 [000] 1.000000: syscalls:sys_enter_brk: brk: 0x00000000\n" },
	{ "strace", "1 brk(NULL) = 0x1000\n" },
	{ "terminal", "brk(NULL) = 0x1000\n" }, /* strace without -o */
};

struct recording {
	char *bytes;
	size_t size;
};

static const char *first_line(void)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, FORMAT) == 0)
			return formats[i].first_line;
	}
	abort();
}

/* In memory of its own, so that whoever reads behind its end is caught. */
static struct recording compose(const uint8_t *bytes, size_t size)
{
	const char *line = first_line();
	size_t line_size = strlen(line);
	struct recording recording = { malloc(line_size + size + !size), line_size + size };

	if (!recording.bytes)
		abort();
	memcpy(recording.bytes, line, line_size);
	if (size)
		memcpy(recording.bytes + line_size, bytes, size);
	return recording;
}

/* generic, and a backend that defers. Which one is up to the size: one corpus serves all. */
static void create(struct replay *replay, size_t size)
{
	static const char *const deferring[] = { "xen", "powerpc", "arm64", "sparc" };
	const char *name = deferring[size % (sizeof(deferring) / sizeof(deferring[0]))];
	const struct arch *archs[] = { arch_find(name), arch_find("generic") };
	const struct kernel *kernel = kernel_find("v7.3");
	const struct replay_options options = {
		.archs = archs,
		.nr_archs = 2,
		.kernels = &kernel,
		.nr_kernels = 1,
		.by = (enum group_by)(size / 4 % NR_GROUP_BYS),
		.lazy = true,
		.recorded_arch = name,
		.config = { .preempt = PREEMPT_FULL, .nr_cpus = MAX_CPUS },
	};

	if (replay_create(&options, replay))
		abort();
}

/* A message names a place that there is. */
static void check_message(const struct diag *diag, void *data)
{
	const struct recording *recording = data;

	if (diag->line > recording->size + 1 || diag->column > MAX_LINE_SIZE + 1 || !diag->text[0])
		abort();
}

/* A line may ask for many pages at once. Some are enough, and millions of them slow. */
static void limit_work(struct event *event)
{
	const uint64_t enough = 4096;

	if (event->kind == EVENT_PTES && event->arg[1] > enough)
		event->arg[1] = enough;
	if (event->kind == EVENT_FAULT && event->arg[2] > enough)
		event->arg[2] = enough;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char dat[] = "\x17\x08\x44tracing"; /* libtracecmd reads it, elsewhere */
	if (size >= sizeof(dat) - 1 && memcmp(bytes, dat, sizeof(dat) - 1) == 0)
		return -1;
	struct recording recording = compose(bytes, size);
	const struct reader_options options = { .report = check_message, .data = &recording };
	static struct replay replay; /* large, and the same place each time is fast */
	struct reader *reader;
	struct event event;

	if (reader_open_memory(recording.bytes, recording.size, &options, &reader))
		abort();
	create(&replay, size);
	while (reader_next(reader, &event) > 0) {
		limit_work(&event);
		if (replay_event(&replay, &event))
			break;
	}
	replay_finish(&replay);
	replay_destroy(&replay);
	reader_close(reader);
	free(recording.bytes);
	return 0;
}
