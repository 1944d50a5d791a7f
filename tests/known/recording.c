/* SPDX-License-Identifier: MIT */
/* Replaying recordings, and copies of them with other effects. */
#include "recording.h"

#include <ctype.h>
#include <string.h>

#include <zlib.h>

#include "test.h"

bool recording_parse(const char *line, struct recording *ret)
{
	return sscanf(line, "recording %127s %127s %127s %u %d", ret->file, ret->arch, ret->kernel,
		      &ret->page_size, &ret->nr_cpus) == 5;
}

void recording_replay(const struct recording *recording, const char *path, struct replay *ret)
{
	const struct arch *arch = arch_find(recording->arch);
	const struct kernel *kernel = kernel_find(recording->kernel);
	const struct replay_options options = {
		.archs = &arch,
		.nr_archs = 1,
		.kernels = &kernel,
		.nr_kernels = 1,
		.populations = { POPULATION_FAULTS },
		.nr_populations = 1,
		.in_order = true,
		.lazy = true,
		.page_shift = (unsigned int)__builtin_ctz(recording->page_size),
		.recorded_arch = recording->arch,
		.config = { .preempt = PREEMPT_FULL, .nr_cpus = recording->nr_cpus },
	};
	const struct reader_options reader_options = { 0 };
	struct reader *reader;
	struct event event;
	struct diag diag;
	int got;

	assert_int_equal(reader_open(path, &reader_options, &reader, &diag), 0);
	assert_int_equal(replay_create(&options, ret), 0);
	while ((got = reader_next(reader, &event)) > 0)
		assert_int_equal(replay_event(ret, &event), 0);
	assert_int_equal(got, 0);
	assert_int_equal(reader_bad_lines(reader), 0);
	reader_close(reader);
}

/* Beginnings of event names, by backend: those of effects, or of all that are not. */
static const struct {
	const char *arch;
	bool are_causes;
	const char *names[16];
} event_names[] = {
	{ "xen", false, { "xen_", "k_", "f_", "tlb_flush" } },
	{ "arm64",
	  false,
	  { "lazy_mmu:pending", "lazy_mmu:test_pending", "lazy_mmu:barrier_pair",
	    "lazy_mmu:tlbi" } },
	{ "powerpc",
	  true,
	  { "sys_enter", "sys_exit", "hash_fault", "hash_page_", "handle_mm_fault",
	    "filemap_map_pages", "vm_mmap_pgoff", "vm_brk_flags", "begin_new_exec",
	    "tracing_mark_write", "sched_" } },
};

static bool is_effect(const char *arch, const char *text)
{
	for (size_t i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
		if (strcmp(event_names[i].arch, arch) != 0)
			continue;
		bool is_named = false;
		for (const char *const *name = event_names[i].names; *name; name++)
			is_named |= strncmp(text, *name, strlen(*name)) == 0;
		return is_named != event_names[i].are_causes;
	}
	return false;
}

/* The text behind task, CPU, flags and time; NULL: a comment or a continuation. */
static char *line_text(char *line)
{
	char *cpu = line[0] == '#' ? NULL : strchr(line, ']');
	char *text = cpu ? strstr(cpu, ": ") : NULL;

	return text ? text + 2 : NULL;
}

void edit_blank(char *text)
{
	strcpy(text, "blanked:\n");
}

/* Every number is another one; the shape of the line stays. */
void edit_digits(char *text)
{
	for (; *text; text++) {
		if (isdigit((unsigned char)*text))
			*text = *text == '9' ? '1' : (char)(*text + 1);
	}
}

void recording_edit(const struct recording *recording, const char *path, const char *edited_path,
		    void (*edit)(char *text))
{
	gzFile in = gzopen(path, "rb");
	FILE *out = fopen(edited_path, "w");
	char line[LINE_SIZE];

	assert_non_null(in);
	assert_non_null(out);
	while (gzgets(in, line, sizeof(line))) {
		char *text = line_text(line);
		/* A blanked line must have room for what stands for it. */
		if (text && strlen(text) > sizeof("blanked:\n") && is_effect(recording->arch, text))
			edit(text);
		fputs(line, out);
	}
	gzclose(in);
	assert_int_equal(fclose(out), 0);
}

bool recording_cut(const char *path, const char *cut_path, unsigned int nr)
{
	gzFile in = gzopen(path, "rb");
	FILE *out = fopen(cut_path, "w");
	char line[LINE_SIZE];
	unsigned int markers = 0;

	assert_non_null(in);
	assert_non_null(out);
	while (gzgets(in, line, sizeof(line))) {
		const char *text = line_text(line);
		markers += text && strncmp(text, "tracing_mark_write", 18) == 0;
		if (line[0] == '#' || markers >= nr)
			fputs(line, out);
	}
	gzclose(in);
	assert_int_equal(fclose(out), 0);
	return markers >= nr;
}
