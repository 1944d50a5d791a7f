/* SPDX-License-Identifier: MIT */
/*
 * Damaged recordings: cut, torn, reordered, random bytes. A recording is mutated many times, from a
 * fixed seed, and replayed; whatever comes in, the replay ends, and the phases that ended before
 * the damage count as in the original.
 *
 * usage: mutate RECORDING ARCH KERNEL ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "compare.h"

enum { MAX_TEXT = 8 << 20 };

struct text_buffer {
	char *bytes;
	size_t size;
};

struct setup {
	const struct arch *arch;
	const struct kernel *kernel;
	char path[64]; /* of the mutated file */
};

/* A fixed sequence: xorshift64*. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static size_t random_below(uint64_t *state, size_t bound)
{
	return bound ? (size_t)(next_random(state) % bound) : 0;
}

static struct text_buffer load(const char *path)
{
	struct text_buffer text = { .bytes = malloc(MAX_TEXT) };
	gzFile file = gzopen(path, "rb");

	if (!text.bytes || !file) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(EXIT_FAILURE);
	}
	text.size = (size_t)gzread(file, text.bytes, MAX_TEXT);
	gzclose(file);
	return text;
}

static void save(const char *path, const char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) {
		fprintf(stderr, "%s: cannot be written\n", path);
		exit(EXIT_FAILURE);
	}
}

static size_t line_start(const struct text_buffer *text, size_t at)
{
	while (at > 0 && text->bytes[at - 1] != '\n')
		at--;
	return at;
}

/*
 * One kind of damage; returns where it begins. Everything before that byte is as it was.
 */
static size_t damage(struct text_buffer *text, uint64_t *state)
{
	size_t at = random_below(state, text->size);
	size_t length = 1 + random_below(state, 4096);

	if (length > text->size - at)
		length = text->size - at;
	switch (random_below(state, 7)) {
	case 0: /* cut */
		text->size = at;
		break;
	case 1: /* one wrong byte */
		text->bytes[at] = (char)next_random(state);
		break;
	case 2: /* random bytes */
		for (size_t i = 0; i < length; i++)
			text->bytes[at + i] = (char)next_random(state);
		break;
	case 3: /* a piece is missing: two lines torn into one */
		memmove(text->bytes + at, text->bytes + at + length, text->size - at - length);
		text->size -= length;
		break;
	case 4: /* lines in another order */
		at = line_start(text, at);
		for (size_t i = 0; i < length / 2; i++) {
			char byte = text->bytes[at + i];
			text->bytes[at + i] = text->bytes[at + length - 1 - i];
			text->bytes[at + length - 1 - i] = byte;
		}
		break;
	case 5: /* NUL bytes */
		memset(text->bytes + at, 0, length);
		break;
	default: /* huge numbers: every digit becomes f */
		for (size_t i = 0; i < length; i++) {
			if (text->bytes[at + i] >= '0' && text->bytes[at + i] <= '9')
				text->bytes[at + i] = 'f';
		}
		break;
	}
	return at;
}

static uint64_t lines_before(const struct text_buffer *text, size_t at)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < at && i < text->size; i++)
		lines += text->bytes[i] == '\n';
	return lines;
}

static void run_replay(const struct setup *setup, struct replay *replay)
{
	struct replay_options options = {
		.archs = &setup->arch,
		.nr_archs = 1,
		.kernels = &setup->kernel,
		.nr_kernels = 1,
		.lazy = true,
		.recorded_arch = setup->arch->name,
		.config = { .preempt = PREEMPT_FULL, .nr_cpus = 2 },
	};
	struct reader *reader;
	struct diag diag;
	struct event event;

	if (replay_create(&options, replay)) {
		fprintf(stderr, "replay_create failed\n");
		exit(EXIT_FAILURE);
	}
	if (reader_open(setup->path, NULL, &reader, &diag)) {
		fprintf(stderr, "%s\n", diag.text);
		exit(EXIT_FAILURE);
	}
	while (reader_next(reader, &event) > 0) {
		if (replay_event(replay, &event))
			break;
	}
	reader_close(reader);
}

/* The task's next phase begins before the line, so this one has ended. */
static bool ended_before(const struct phases *phases, size_t i, uint64_t line)
{
	for (size_t next = i + 1; next < phases->nr; next++) {
		if (phases->items[next]->tid == phases->items[i]->tid)
			return phases->items[next]->line < line;
	}
	return false;
}

static bool same_phase(const struct phase *a, const struct phase *b, const char *arch)
{
	struct metric_list metrics = metrics_of(arch);

	for (size_t i = 0; i < metrics.nr; i++) {
		if (!metric_equal(&metrics.items[i], &a->predicted[0], &b->predicted[0]) ||
		    !metric_equal(&metrics.items[i], &a->recorded.counters, &b->recorded.counters))
			return false;
	}
	return true;
}

/* Phases that ended before the damage are as they were; those of several tasks may overlap. */
static bool same_before(const struct replay *original, const struct replay *mutated, uint64_t line)
{
	for (size_t i = 0; i < original->phases.nr; i++) {
		if (!ended_before(&original->phases, i, line))
			continue;
		if (i >= mutated->phases.nr ||
		    !same_phase(original->phases.items[i], mutated->phases.items[i],
				original->runs[0].arch->name))
			return false;
	}
	return true;
}

static void one_round(const struct setup *setup, const struct text_buffer *original,
		      const struct replay *expected, uint64_t *state, unsigned long *with_phases)
{
	struct text_buffer text = { malloc(original->size), original->size };
	struct replay replay;

	if (!text.bytes)
		exit(EXIT_FAILURE);
	memcpy(text.bytes, original->bytes, original->size);
	size_t at = damage(&text, state);
	save(setup->path, text.bytes, text.size);
	run_replay(setup, &replay);
	*with_phases += replay.phases.nr > 0;
	if (!same_before(expected, &replay, lines_before(original, at))) {
		fprintf(stderr, "a phase before the damage at byte %zu changed\n", at);
		exit(EXIT_FAILURE);
	}
	replay_destroy(&replay);
	free(text.bytes);
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: mutate RECORDING ARCH KERNEL ROUNDS\n");
		return 2;
	}
	struct setup setup = { .arch = arch_find(argv[2]), .kernel = kernel_find(argv[3]) };
	unsigned long rounds = strtoul(argv[4], NULL, 10), with_phases = 0;
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	struct text_buffer original = load(argv[1]);
	struct replay expected;

	snprintf(setup.path, sizeof(setup.path), "mutated.%ld.txt", (long)getpid());
	save(setup.path, original.bytes, original.size);
	run_replay(&setup, &expected);
	for (unsigned long i = 0; i < rounds; i++)
		one_round(&setup, &original, &expected, &state, &with_phases);
	replay_destroy(&expected);
	unlink(setup.path);
	free(original.bytes);
	printf("%lu rounds, %lu with phases\n", rounds, with_phases);
	return with_phases * 2 >= rounds ? EXIT_SUCCESS : EXIT_FAILURE;
}
