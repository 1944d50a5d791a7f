/* SPDX-License-Identifier: MIT */
/* Recordings written by hand. */
#include "causes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static void write_text(const char *text, char *path)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void replay_text(const char *text, const char *arch_name, enum kernel_id kernel_id,
			struct replay *ret)
{
	const struct arch *arch = arch_find(arch_name);
	const struct kernel *kernel = &kernels[kernel_id];
	const struct replay_options options = {
		.archs = &arch,
		.nr_archs = 1,
		.kernels = &kernel,
		.nr_kernels = 1,
		.in_order = true,
		.lazy = true,
		.page_shift = 12,
		.recorded_arch = arch_name,
		.config = { .preempt = PREEMPT_FULL, .nr_cpus = 2 },
	};
	char path[] = "written-recording-XXXXXX";
	struct reader *reader;
	struct event event;
	struct diag diag;
	int got;

	write_text(text, path);
	assert_int_equal(reader_open(path, NULL, &reader, &diag), 0);
	assert_int_equal(replay_create(&options, ret), 0);
	while ((got = reader_next(reader, &event)) > 0)
		assert_int_equal(replay_event(ret, &event), 0);
	assert_int_equal(got, 0);
	assert_int_equal(reader_bad_lines(reader), 0);
	assert_int_equal(replay_finish(ret), 0);
	reader_close(reader);
	unlink(path);
}

static const struct phase *find_phase(const struct replay *replay)
{
	for (size_t i = 0; i < replay->phases.nr; i++) {
		if (strcmp(replay->phases.items[i]->name, "x") == 0)
			return replay->phases.items[i];
	}
	fail_msg("no phase x");
	return NULL;
}

void assert_phase(const char *text, uint64_t sections, uint64_t pte_writes, const char *why)
{
	struct replay replay;

	replay_text(text, "xen", KERNEL_V6_18, &replay);
	const struct phase *phase = find_phase(&replay);
	assert_int_equal(phase->predicted[0].n[COUNT_SECTIONS], sections);
	assert_int_equal(phase->predicted[0].n[COUNT_PTE_WRITES], pte_writes);
	if (!why && phase->why)
		fail_msg("not decided: %s", phase->why);
	if (why && (!phase->why || !strstr(phase->why, why)))
		fail_msg("decided, or for another reason than %s", why);
	replay_destroy(&replay);
}

void assert_invlpg(const char *text, enum kernel_id kernel, uint64_t nr)
{
	struct replay replay;

	replay_text(text, "xen", kernel, &replay);
	assert_int_equal(find_phase(&replay)->predicted[0].n[COUNT_INVLPG], nr);
	replay_destroy(&replay);
}

void assert_hash_batched(const char *text, uint64_t nr)
{
	struct replay replay;

	replay_text(text, "powerpc", KERNEL_V6_18, &replay);
	assert_int_equal(find_phase(&replay)->predicted[0].n[COUNT_HASH_BATCHED], nr);
	replay_destroy(&replay);
}
