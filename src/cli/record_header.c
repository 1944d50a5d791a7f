/* SPDX-License-Identifier: MIT */
/* Facts about this machine. */
#include "record_header.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "child.h"

enum { VALUE_SIZE = 128 };

/* `# lazymmu: KEY VALUE`, up to the end of the value's first line. Nothing to say: no line. */
static void write_fact(gzFile output, const char *key, const char *value)
{
	int size = (int)strcspn(value, "\n");

	if (size)
		gzprintf(output, "# lazymmu: %s %.*s\n", key, size, value);
}

/* The first line of a file; empty if there is none. */
static void read_line(const char *path, char value[VALUE_SIZE])
{
	FILE *file = fopen(path, "re");

	if (!file || !fgets(value, VALUE_SIZE, file))
		value[0] = '\0';
	if (file)
		fclose(file);
}

/* Of "always [madvise] never" the word in brackets, of "none (full)" that in parentheses. */
static void chosen_word(char value[VALUE_SIZE])
{
	size_t start = strcspn(value, "[(");
	size_t size = strcspn(value + start, "])");

	if (value[start] == '\0') {
		value[0] = '\0';
		return;
	}
	memmove(value, value + start + 1, size - 1);
	value[size - 1] = '\0';
}

/* The kernel's own word, or what its version line says of its configuration. */
static void preemption(const struct utsname *system, char value[VALUE_SIZE])
{
	static const struct {
		const char *word;
		const char *model;
	} words[] = { { "PREEMPT_RT", "rt" },
		      { "PREEMPT_DYNAMIC", "dynamic" },
		      { "PREEMPT_LAZY", "lazy" },
		      { "PREEMPT", "full" } };

	read_line("/sys/kernel/debug/sched/preempt", value);
	chosen_word(value);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !value[0]; i++) {
		if (strstr(system->version, words[i].word))
			snprintf(value, VALUE_SIZE, "%s", words[i].model);
	}
}

static void write_machine(gzFile output)
{
	struct utsname system;
	char value[VALUE_SIZE];

	if (uname(&system))
		return;
	write_fact(output, "kernel", system.release);
	write_fact(output, "kernel-version", system.version);
	write_fact(output, "machine", system.machine);
	snprintf(value, sizeof(value), "%ld", sysconf(_SC_PAGESIZE));
	write_fact(output, "page-size", value);
	snprintf(value, sizeof(value), "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	write_fact(output, "cpus", value);
	read_line("/sys/kernel/mm/transparent_hugepage/enabled", value);
	chosen_word(value);
	write_fact(output, "thp", value);
	preemption(&system, value);
	write_fact(output, "preempt", value);
}

void record_header_write(const struct recorder *recorder, gzFile output)
{
	const char *const words[] = { recorder->tool, "--version", NULL };
	char version[VALUE_SIZE] = "";

	write_fact(output, "recorded-by", "lazymmu " LAZYMMU_VERSION);
	write_machine(output);
	write_fact(output, "method", recorder->method);
	if (recorder->tool && child_capture(words, version, sizeof(version)) == 0)
		write_fact(output, "tool", version);
	write_fact(output, "records", recorder->records);
	write_fact(output, "misses", recorder->misses);
	write_fact(output, "faults", recorder->has_faults ? "yes" : "no");
}
