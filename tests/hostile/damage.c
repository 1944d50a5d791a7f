/* SPDX-License-Identifier: MIT */
/*
 * Damaged recordings of any format: cut, with other line ends, with wrong bytes. Whatever comes in,
 * reading ends, what is before the damage reads as it did, and messages name a place that there is.
 *
 * usage: damage ROUNDS RECORDING...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "random.h"
#include "reader.h"

enum { MAX_TEXT = 8 << 20, CUT_STEP = 1000 };

struct text_buffer {
	char *bytes;
	size_t size;
};

/* What a reader made of a text. */
struct outcome {
	struct step {
		uint64_t line; /* of the text: native text has the numbers of another */
		uint64_t hash; /* of the events up to this one */
	} * steps;
	size_t nr;
	size_t capacity;
	uint64_t lines;
	uint64_t bad;
};

static void give_up(const char *what, size_t at)
{
	fprintf(stderr, "%s (byte %zu)\n", what, at);
	exit(EXIT_FAILURE);
}

static struct text_buffer load(const char *name)
{
	struct text_buffer text = { .bytes = malloc(MAX_TEXT) };
	gzFile file = gzopen(name, "rb");

	if (!text.bytes || !file)
		give_up(name, 0);
	text.size = (size_t)gzread(file, text.bytes, MAX_TEXT);
	gzclose(file);
	return text;
}

static struct text_buffer copy_of(const struct text_buffer *text)
{
	struct text_buffer copy = { .bytes = malloc(text->size), .size = text->size };

	if (!copy.bytes)
		give_up("no memory", 0);
	memcpy(copy.bytes, text->bytes, text->size);
	return copy;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static void add(struct outcome *outcome, const struct event *event, uint64_t line)
{
	uint64_t hash = outcome->nr ? outcome->steps[outcome->nr - 1].hash : 0;

	hash = mix(hash, event->line);
	hash = mix(hash, (uint64_t)event->kind);
	hash = mix(hash, (uint64_t)event->syscall);
	hash = mix(hash, (uint64_t)event->tid);
	for (int i = 0; i < EVENT_MAX_ARGS; i++)
		hash = mix(hash, event->arg[i]);
	if (outcome->nr == outcome->capacity) {
		outcome->capacity = outcome->capacity ? 2 * outcome->capacity : 4096;
		outcome->steps =
			realloc(outcome->steps, outcome->capacity * sizeof(outcome->steps[0]));
		if (!outcome->steps)
			give_up("no memory", 0);
	}
	outcome->steps[outcome->nr++] = (struct step){ line, hash };
}

static void check_message(const struct diag *diag, void *data)
{
	const struct text_buffer *text = data;

	if (diag->line > text->size + 1 || diag->column > MAX_LINE_SIZE + 1 || !diag->text[0])
		give_up("a message of no place", diag->line);
}

static struct outcome read_text(const struct text_buffer *text)
{
	struct text_buffer shown = *text;
	struct reader_options options = { .report = check_message, .data = &shown };
	struct outcome outcome = { .nr = 0 };
	struct reader *reader;
	struct event event;

	if (reader_open_memory(text->bytes, text->size, &options, &reader))
		give_up("no memory", 0);
	while (reader_next(reader, &event) > 0)
		add(&outcome, &event, reader_lines(reader));
	outcome.lines = reader_lines(reader);
	outcome.bad = reader_bad_lines(reader);
	reader_close(reader);
	return outcome;
}

/* The events of the lines that end before a byte are as they were. */
static void expect_same_before(const struct text_buffer *text, size_t at,
			       const struct outcome *whole, const struct outcome *damaged)
{
	uint64_t lines = 0;
	size_t nr = 0;

	for (size_t i = 0; i < at; i++)
		lines += text->bytes[i] == '\n';
	while (nr < whole->nr && whole->steps[nr].line <= lines)
		nr++;
	if (nr > damaged->nr)
		give_up("events before the damage are missing", at);
	if (nr && damaged->steps[nr - 1].hash != whole->steps[nr - 1].hash)
		give_up("events before the damage changed", at);
}

static void cut_everywhere(const struct text_buffer *text, const struct outcome *whole)
{
	for (size_t at = CUT_STEP; at < text->size; at += CUT_STEP) {
		struct text_buffer part = { text->bytes, at };
		struct outcome outcome = read_text(&part);

		expect_same_before(text, at, whole, &outcome);
		if (outcome.bad > whole->bad + 1)
			give_up("more than the last line is bad", at);
		free(outcome.steps);
	}
}

static void carriage_returns(const struct text_buffer *text, const struct outcome *whole)
{
	struct text_buffer crlf = { .bytes = malloc(2 * text->size) };
	struct outcome outcome;

	if (!crlf.bytes)
		give_up("no memory", 0);
	for (size_t i = 0; i < text->size; i++) {
		if (text->bytes[i] == '\n')
			crlf.bytes[crlf.size++] = '\r';
		crlf.bytes[crlf.size++] = text->bytes[i];
	}
	outcome = read_text(&crlf);
	if (outcome.nr != whole->nr || outcome.bad != whole->bad)
		give_up("CRLF is read in another way", 0);
	expect_same_before(text, text->size, whole, &outcome);
	free(outcome.steps);
	free(crlf.bytes);
}

static size_t damage(struct text_buffer *text, struct random *random)
{
	size_t at = random_below(random, text->size);
	size_t length = 1 + random_below(random, 256);

	if (length > text->size - at)
		length = text->size - at;
	switch (random_below(random, 5)) {
	case 0: /* one wrong byte */
		text->bytes[at] = (char)random_next(random);
		break;
	case 1: /* random bytes */
		for (size_t i = 0; i < length; i++)
			text->bytes[at + i] = (char)random_next(random);
		break;
	case 2: /* a piece is missing: two lines torn into one */
		memmove(text->bytes + at, text->bytes + at + length, text->size - at - length);
		text->size -= length;
		break;
	case 3: /* NUL bytes */
		memset(text->bytes + at, 0, length);
		break;
	default: /* a piece from elsewhere */
		memmove(text->bytes + at, text->bytes + random_below(random, text->size - length),
			length);
		break;
	}
	return at;
}

static void damage_often(const struct text_buffer *text, const struct outcome *whole,
			 unsigned long rounds)
{
	struct random random = { UINT64_C(0x9e3779b97f4a7c15) };

	for (unsigned long i = 0; i < rounds; i++) {
		struct text_buffer copy = copy_of(text);
		size_t at = damage(&copy, &random);
		struct outcome outcome = read_text(&copy);

		expect_same_before(text, at, whole, &outcome);
		free(outcome.steps);
		free(copy.bytes);
	}
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: damage ROUNDS RECORDING...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct text_buffer text = load(argv[i]);
		struct outcome whole = read_text(&text);

		cut_everywhere(&text, &whole);
		carriage_returns(&text, &whole);
		damage_often(&text, &whole, strtoul(argv[1], NULL, 10));
		printf("%s: %zu events, %llu lines\n", argv[i], whole.nr,
		       (unsigned long long)whole.lines);
		free(whole.steps);
		free(text.bytes);
	}
	return EXIT_SUCCESS;
}
