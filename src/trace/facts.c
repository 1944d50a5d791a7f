/* SPDX-License-Identifier: MIT */
/* The header of facts. */
#include "facts.h"

#include <limits.h>
#include <stdio.h>

/* Backends of `uname -m`. Of x86 only the events can tell: it is Xen's, or nobody's. */
static const struct {
	const char *machine;
	const char *arch;
} machines[] = {
	{ "aarch64", "arm64" }, { "ppc64", "powerpc" }, { "ppc64le", "powerpc" },
	{ "sparc64", "sparc" }, { "s390x", "s390" },
};

static bool take_machine(struct text value, uint64_t number, struct reader_facts *facts)
{
	facts->is_x86_64 |= text_is(value, "x86_64");
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]) && !facts->arch; i++) {
		if (!text_is(value, machines[i].machine))
			continue;
		facts->arch = machines[i].arch;
		facts->arch_line = number;
	}
	facts->is_other_machine = !facts->is_x86_64 && !facts->arch;
	return true;
}

/* 6.18.44-amd64: major and minor version. */
static bool take_kernel(struct text value, uint64_t number, struct reader_facts *facts)
{
	uint64_t major, minor;

	if (!text_dec(&value, &major) || !text_skip(&value, ".") || !text_dec(&value, &minor) ||
	    major > 99 || minor > 999)
		return false;
	if (!facts->kernel_line) {
		facts->kernel_major = (unsigned int)major;
		facts->kernel_minor = (unsigned int)minor;
		facts->kernel_line = number;
	}
	return true;
}

static bool take_page_size(struct text value, uint64_t number, struct reader_facts *facts)
{
	uint64_t size;

	(void)number;
	if (!text_dec(&value, &size) || value.p != value.end)
		return false;
	for (unsigned int shift = 12; shift <= 16; shift++) {
		if (size != UINT64_C(1) << shift)
			continue;
		if (!facts->page_shift)
			facts->page_shift = shift;
		return true;
	}
	return false;
}

static bool take_cpus(struct text value, uint64_t number, struct reader_facts *facts)
{
	uint64_t cpus;

	if (!text_dec(&value, &cpus) || value.p != value.end || cpus == 0 || cpus > INT_MAX)
		return false;
	if (!facts->nr_cpus) {
		facts->nr_cpus = (int)cpus;
		facts->nr_cpus_line = number;
	}
	return true;
}

/* Of "madvise" the syscalls tell. */
static bool take_thp(struct text value, uint64_t number, struct reader_facts *facts)
{
	if (text_is(value, "always") && !facts->thp_line)
		facts->thp_line = number;
	return true;
}

static bool take_faults(struct text value, uint64_t number, struct reader_facts *facts)
{
	bool yes = text_is(value, "yes");

	if (!yes && !text_is(value, "no"))
		return false;
	if (!facts->faults_line) {
		facts->faults_line = number;
		facts->has_faults |= yes;
	}
	return true;
}

static const struct {
	const char *key;
	bool (*take)(struct text value, uint64_t number, struct reader_facts *facts);
	const char *hint;
} keys[] = {
	{ "machine", take_machine, NULL },
	{ "kernel", take_kernel, "a version such as 6.18.15" },
	{ "page-size", take_page_size, "bytes, a power of two from 4096 to 65536" },
	{ "cpus", take_cpus, "a number from 1 on" },
	{ "thp", take_thp, NULL },
	{ "faults", take_faults, "yes or no" },
};

/* For who converts the recording: most facts are for its human reader. */
static void keep(struct text line, char header[HEADER_SIZE])
{
	size_t used = strlen(header);

	if (text_size(line) + 1 >= HEADER_SIZE - used)
		return;
	text_copy(header + used, HEADER_SIZE - used, line);
	strcat(header, "\n");
}

bool facts_line(struct text line, uint64_t number, struct reader_facts *facts,
		struct mistake *mistake)
{
	struct text whole = line;

	text_skip(&line, "# lazymmu:");
	text_skip_blanks(&line);
	struct text key = text_before_blank(line);

	line.p = key.end;
	text_skip_blanks(&line);
	if (text_size(key) == 0 || text_size(line) == 0) {
		text_fail(mistake, key.p, "no fact");
		mistake->hint = "# lazymmu: KEY VALUE";
		return false;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!text_is(key, keys[i].key) || keys[i].take(line, number, facts))
			continue;
		text_fail(mistake, line.p, "a wrong value of the fact");
		mistake->hint = keys[i].hint;
		mistake->word = key;
		return false;
	}
	keep(whole, facts->header);
	return true;
}

void facts_told(const char *key, struct text value, uint64_t number, struct reader_facts *facts)
{
	char line[128];
	struct mistake mistake;
	int size = snprintf(line, sizeof(line), "# lazymmu: %s %.*s", key, (int)text_size(value),
			    value.p);

	if (size < (int)sizeof(line))
		facts_line((struct text){ line, line + size }, number, facts, &mistake);
}
