/* SPDX-License-Identifier: MIT */
/* Opens a recording, and reads it line by line. */
#include "reader_state.h"

#include "facts.h"
#include "lmt.h"
#include "perf.h"
#include "strace.h"
#include "strace_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *const recording_format_names[] = {
	[FORMAT_UNKNOWN] = "unknown",  [FORMAT_FTRACE] = "ftrace", [FORMAT_LATENCY] = "ftrace",
	[FORMAT_PERF] = "perf script", [FORMAT_LMT] = "lmt",	   [FORMAT_STRACE] = "strace",
	[FORMAT_DAT] = "trace.dat",
};

void reader_write_diag(struct diag *diag, uint64_t line, const char *start,
		       const struct mistake *mistake)
{
	char word[32] = "";
	bool has_word = text_size(mistake->word) > 0;

	if (has_word)
		text_copy(word, sizeof(word), mistake->word);
	diag->line = line;
	diag->file = NULL;
	diag->column = mistake->at ? (unsigned int)(mistake->at - start) + 1 : 0;
	snprintf(diag->text, sizeof(diag->text), "%s%s%s%s%s%s%s", mistake->cause,
		 has_word ? " '" : "", word, has_word ? "'" : "", mistake->hint ? " (" : "",
		 mistake->hint ? mistake->hint : "", mistake->hint ? ")" : "");
}

void reader_tell(const struct reader *reader, const struct diag *diag)
{
	if (reader->options.report)
		reader->options.report(diag, reader->options.data);
}

void reader_bad_line(struct reader *reader, const struct line *line, const struct mistake *mistake)
{
	struct diag diag;

	reader->bad_lines++;
	reader_write_diag(&diag, line->number, line->text.p, mistake);
	diag.file = reader->dir ? strace_dir_file(reader->dir) : NULL;
	if (reader->format != FORMAT_UNKNOWN)
		reader_tell(reader, &diag);
	else if (reader->nr_undecided < MAX_UNDECIDED_LINES)
		reader->undecided[reader->nr_undecided++] = diag;
}

static __attribute__((noinline)) void fact_line(struct reader *reader, const struct line *line)
{
	struct mistake mistake;

	if (!facts_line(line->text, line->number, &reader->facts, &mistake))
		reader_bad_line(reader, line, &mistake);
}

void reader_set_format(struct reader *reader, enum recording_format format)
{
	reader->format = format;
	for (unsigned int i = 0; i < reader->nr_undecided; i++)
		reader_tell(reader, &reader->undecided[i]);
	reader->nr_undecided = 0;
}

int reader_fail(struct reader *reader, int error, const char *cause, const char *hint)
{
	struct mistake mistake = { .cause = cause, .hint = hint };

	reader_write_diag(&reader->error, reader_lines(reader), NULL, &mistake);
	reader->failed = true;
	reader->error_code = error;
	return error;
}

/* A directory needs no detection: it is strace's, or nothing is read. */
static int open_input(struct reader *reader, const char *path, struct mistake *mistake)
{
	int error =
		strcmp(path, "-") == 0 ? -ENOTDIR : strace_dir_open(path, &reader->dir, mistake);

	if (!error)
		error = reader_use_strace(reader);
	else if (error == -ENOTDIR)
		error = source_open(path, &reader->source);
	if (error && error != -EINVAL)
		mistake->cause = strerror(-error);
	return error;
}

static void start(struct reader *reader, const struct reader_options *options)
{
	event_index_init(&reader->index);
	if (options)
		reader->options = *options;
}

int reader_open(const char *path, const struct reader_options *options, struct reader **ret,
		struct diag *diag)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	struct mistake mistake = { .cause = strerror(ENOMEM) };
	int error = -ENOMEM;

	if (reader)
		error = open_input(reader, path, &mistake);
	if (error) {
		reader_write_diag(diag, 0, NULL, &mistake);
		reader_close(reader);
		return error;
	}
	start(reader, options);
	*ret = reader;
	return 0;
}

int reader_open_memory(const void *bytes, size_t size, const struct reader_options *options,
		       struct reader **ret)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader || source_open_memory(bytes, size, &reader->source)) {
		free(reader);
		return -ENOMEM;
	}
	start(reader, options);
	*ret = reader;
	return 0;
}

void reader_close(struct reader *reader)
{
	if (!reader)
		return;
	source_close(reader->source);
	strace_dir_close(reader->dir);
	lmt_destroy(reader->lmt);
	perf_destroy(reader->perf);
	strace_destroy(reader->strace);
	free(reader);
}

static __attribute__((noinline)) void long_line(struct reader *reader, const struct line *line)
{
	const struct mistake mistake = { .cause = "line too long", .hint = "the limit is 64 KiB" };

	reader_bad_line(reader, line, &mistake);
}

/* 1: an event, 0: none in this line, -errno. */
static inline int read_line(struct reader *reader, struct line *line, struct event *event)
{
	if (line->too_long) {
		long_line(reader, line);
		return 0;
	}
	if (facts_is_line(line->text)) {
		fact_line(reader, line);
		return 0;
	}
	if (reader->format == FORMAT_UNKNOWN) {
		int use = reader_detect(reader, line);

		if (use <= 0)
			return use;
	}
	if (line->nul) {
		const struct mistake mistake = { .cause = "a NUL byte", .at = line->nul };

		reader_bad_line(reader, line, &mistake);
		return 0;
	}
	event_init(event, line->number);
	return format_lines[reader->format].line(reader, line, event);
}

static void note_loss(struct reader *reader, struct event *event)
{
	event->after_loss = reader->facts.lost_events != reader->lost_told;
	reader->lost_told = reader->facts.lost_events;
}

/* What an event tells about the recording. */
static void note_event(struct reader *reader, struct event *event)
{
	note_loss(reader, event);
	if (event->kind == EVENT_FAULT || event->kind == EVENT_MM_FAULT)
		reader->facts.has_faults = true;
}

/* A file of a directory that cannot be read on is reported, and the others go on. */
static __attribute__((noinline)) int next_line_of_dir(struct reader *reader, struct line *line)
{
	int got;

	while ((got = strace_dir_next(reader->dir, line)) < 0 && got != -ENOMEM) {
		const struct mistake mistake = { .cause = strace_dir_error(reader->dir) };
		const struct line none = { 0 };

		reader_bad_line(reader, &none, &mistake);
	}
	return got;
}

static int next_line(struct reader *reader, struct line *line)
{
	return reader->dir ? next_line_of_dir(reader, line) : source_next(reader->source, line);
}

static const char *input_error(const struct reader *reader)
{
	return reader->dir ? strace_dir_error(reader->dir) : source_error(reader->source);
}

/* After the last line: what only all of them together say. */
static void finish(struct reader *reader)
{
	const struct strace_counts *counts = &reader->facts.strace;
	struct diag diag;
	const struct mistake mistake = {
		.cause = "every call failed, so that nothing can be replayed",
		.hint = "strace -Z keeps failures only: record without it",
	};

	if (reader->finished)
		return;
	reader->finished = true;
	if (reader->format == FORMAT_STRACE) {
		strace_end(reader->strace, &reader->facts);
		if (reader->facts.strace.lost != reader->lost_calls_told)
			reader_tell_lost_line(reader);
	}
	if (counts->calls && counts->calls == counts->failed) {
		reader_write_diag(&diag, 0, NULL, &mistake);
		reader_tell(reader, &diag);
	}
}

/* got as next_line(). 0 or -errno. */
static __attribute__((noinline)) int end(struct reader *reader, int got)
{
	if (got < 0)
		return reader_fail(reader, got, input_error(reader), NULL);
	if (reader->format == FORMAT_UNKNOWN) {
		if (source_lines(reader->source) == 0)
			return reader_fail(reader, -EINVAL, "the input is empty", NULL);
		return reader_give_up(reader) < 0 ? reader->error_code : 0;
	}
	finish(reader);
	return 0;
}

int reader_next(struct reader *reader, struct event *event)
{
	struct line line;
	int got;

	if (reader->failed)
		return reader->error_code;
	if (format_lines[reader->format].more && format_lines[reader->format].more(reader, event)) {
		note_event(reader, event);
		return 1;
	}
	while ((got = next_line(reader, &line)) > 0) {
		int result = read_line(reader, &line, event);

		if (result > 0)
			note_event(reader, event);
		if (result)
			return result;
	}
	return end(reader, got);
}

enum recording_format reader_format(const struct reader *reader)
{
	return reader->format;
}

uint64_t reader_lines(const struct reader *reader)
{
	return reader->dir ? strace_dir_lines(reader->dir) : source_lines(reader->source);
}

uint64_t reader_bad_lines(const struct reader *reader)
{
	return reader->bad_lines;
}

const struct diag *reader_error(const struct reader *reader)
{
	return &reader->error;
}

const struct reader_facts *reader_facts(const struct reader *reader)
{
	return &reader->facts;
}
