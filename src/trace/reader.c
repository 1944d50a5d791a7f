/* SPDX-License-Identifier: MIT */
/* Opens a recording, finds out its format, and hands each line to the reader of that format. */
#include "reader.h"
#include "decode.h"
#include "facts.h"
#include "foreign.h"
#include "latency.h"
#include "lmt.h"
#include "perf.h"
#include "source.h"
#include "stamp.h"
#include "strace.h"
#include "strace_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Lines that may be damaged before the format is given up. */
enum { MAX_UNDECIDED_LINES = 16 };

const char *const recording_format_names[] = {
	[FORMAT_UNKNOWN] = "unknown",  [FORMAT_FTRACE] = "ftrace", [FORMAT_LATENCY] = "ftrace",
	[FORMAT_PERF] = "perf script", [FORMAT_LMT] = "lmt",	   [FORMAT_STRACE] = "strace",
	[FORMAT_DAT] = "trace.dat",
};

struct reader {
	struct event_index index;
	struct line_starts starts;
	struct source *source;
	struct reader_options options;
	enum recording_format format;
	/* Bad lines before the format is known: told when it is, pointless when it stays unknown.
	 */
	struct diag undecided[MAX_UNDECIDED_LINES];
	unsigned int nr_undecided;
	uint64_t bad_lines;
	struct reader_facts facts;
	uint64_t lost_told; /* lost_events when the last event was returned */
	struct lmt *lmt;
	struct perf *perf;
	bool has_tracer;	      /* "# tracer:" was seen: what follows is text of ftrace */
	const struct foreign *leader; /* what the first lines belong to, or NULL */
	struct strace *strace;
	uint64_t lost_calls_told;
	struct strace_dir *dir; /* in place of source; NULL: the recording is one file */
	bool finished;
	bool failed;
	int error_code;
	struct diag error;
};

static void write_diag(struct diag *diag, uint64_t line, const char *start,
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

static void tell(const struct reader *reader, const struct diag *diag)
{
	if (reader->options.report)
		reader->options.report(diag, reader->options.data);
}

static void bad_line(struct reader *reader, const struct line *line, const struct mistake *mistake)
{
	struct diag diag;

	reader->bad_lines++;
	write_diag(&diag, line->number, line->text.p, mistake);
	diag.file = reader->dir ? strace_dir_file(reader->dir) : NULL;
	if (reader->format != FORMAT_UNKNOWN)
		tell(reader, &diag);
	else if (reader->nr_undecided < MAX_UNDECIDED_LINES)
		reader->undecided[reader->nr_undecided++] = diag;
}

/* For who converts the recording: most facts are for its human reader. */
static void keep_fact(struct text line, char header[HEADER_SIZE])
{
	size_t used = strlen(header);

	if (text_size(line) + 1 >= HEADER_SIZE - used)
		return;
	text_copy(header + used, HEADER_SIZE - used, line);
	strcat(header, "\n");
}

static __attribute__((noinline)) void fact_line(struct reader *reader, const struct line *line)
{
	struct mistake mistake;

	if (facts_line(line->text, line->number, &reader->facts, &mistake))
		keep_fact(line->text, reader->facts.header);
	else
		bad_line(reader, line, &mistake);
}

static void set_format(struct reader *reader, enum recording_format format)
{
	reader->format = format;
	for (unsigned int i = 0; i < reader->nr_undecided; i++)
		tell(reader, &reader->undecided[i]);
	reader->nr_undecided = 0;
}

/* Sticky: a reader that failed stays so. */
static int fail(struct reader *reader, int error, const char *cause, const char *hint)
{
	struct mistake mistake = { .cause = cause, .hint = hint };

	write_diag(&reader->error, reader_lines(reader), NULL, &mistake);
	reader->failed = true;
	reader->error_code = error;
	return error;
}

static int use_strace(struct reader *reader)
{
	reader->strace = strace_create();
	if (!reader->strace)
		return -ENOMEM;
	reader->facts.tool = "strace";
	set_format(reader, FORMAT_STRACE);
	return 0;
}

/* A directory needs no detection: it is strace's, or nothing is read. */
static int open_input(struct reader *reader, const char *path, struct mistake *mistake)
{
	int error =
		strcmp(path, "-") == 0 ? -ENOTDIR : strace_dir_open(path, &reader->dir, mistake);

	if (!error)
		error = use_strace(reader);
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
		write_diag(diag, 0, NULL, &mistake);
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

static int use_lmt(struct reader *reader, struct text text)
{
	if (!lmt_version(text))
		return fail(reader, -EINVAL, "unknown version of native text", "known: #lmt 1");
	reader->lmt = lmt_create();
	if (!reader->lmt)
		return fail(reader, -ENOMEM, strerror(ENOMEM), NULL);
	set_format(reader, FORMAT_LMT);
	return 0;
}

static int unknown_format(struct reader *reader, const struct foreign *foreign)
{
	const char *known =
		"known: text of ftrace, trace-cmd report, perf script, strace, native text";

	reader->format = FORMAT_UNKNOWN;
	if (foreign)
		return fail(reader, -EINVAL, foreign->cause, foreign->hint);
	return fail(reader, -EINVAL, "unknown format", known);
}

/* Remembers what belongs to another format, or fails at once if nothing else can follow. */
static int refuse_foreign(struct reader *reader, struct text text)
{
	const struct foreign *foreign = foreign_find(text, &reader->index);

	if (!foreign)
		return 1;
	if (foreign->kind == FOREIGN_LINE)
		return unknown_format(reader, foreign);
	reader->leader = foreign;
	return foreign->kind == FOREIGN_HEADER ? 0 : 1;
}

/* The format whose columns the line has; FORMAT_UNKNOWN: none. */
static enum recording_format format_of_columns(struct reader *reader, struct text text)
{
	struct event event;
	struct ftrace_body body;
	struct mistake mistake;

	event_init(&event, 0);
	if (ftrace_begins(text))
		return FORMAT_FTRACE;
	if (latency_split(text, &event, &body, &mistake))
		return FORMAT_LATENCY;
	if (perf_begins(text, &reader->starts))
		return FORMAT_PERF;
	return FORMAT_UNKNOWN;
}

/* Too many lines that are nothing known. */
static int give_up(struct reader *reader)
{
	if (reader->leader || !reader->has_tracer)
		return unknown_format(reader, reader->leader);
	set_format(reader, FORMAT_FTRACE);
	return 1;
}

static int use_perf(struct reader *reader)
{
	reader->perf = perf_create();
	if (!reader->perf)
		return fail(reader, -ENOMEM, strerror(ENOMEM), NULL);
	set_format(reader, FORMAT_PERF);
	return 1;
}

/* What came before the first line of strace is damaged, or was printed by the program. */
static void judge_before_strace(struct reader *reader, bool is_damage)
{
	for (unsigned int i = 0; i < reader->nr_undecided; i++) {
		struct diag *diag = &reader->undecided[i];

		diag->column = 1;
		snprintf(diag->text, sizeof(diag->text), "not a line of strace");
	}
	if (!is_damage) {
		reader->facts.strace.ignored = reader->nr_undecided;
		reader->bad_lines -= reader->nr_undecided;
		reader->nr_undecided = 0;
	}
}

/*
 * One more line of a recording whose format is not known yet. 1: the line may be read, 0: it is
 * nothing, -errno: given up. Damaged lines at the start do not hide what follows.
 */
static __attribute__((noinline)) int detect(struct reader *reader, struct line *line)
{
	enum recording_format format;
	bool numbered;
	int use;

	text_skip(&line->text, "\xef\xbb\xbf"); /* byte-order mark */
	if (text_starts(line->text, "#lmt"))
		return use_lmt(reader, line->text);
	if (text_starts(line->text, "# trace.dat")) {
		set_format(reader, FORMAT_DAT);
		return 0;
	}
	reader->has_tracer |= text_starts(line->text, "# tracer:");
	format = format_of_columns(reader, line->text);
	if (format == FORMAT_PERF)
		return use_perf(reader);
	if (format != FORMAT_UNKNOWN) {
		set_format(reader, format);
		return 1;
	}
	use = refuse_foreign(reader, line->text);
	if (use <= 0)
		return use;
	if (strace_detect(line->text, &numbered)) {
		judge_before_strace(reader, numbered);
		return use_strace(reader) ? fail(reader, -ENOMEM, strerror(ENOMEM), NULL) : 1;
	}
	if (text_starts(line->text, "#"))
		perf_note(line->text, line->number, &reader->facts);
	if (ftrace_note(line->text, line->number, &reader->facts))
		return 0;
	return reader->nr_undecided == MAX_UNDECIDED_LINES ? give_up(reader) : 1;
}

/* 1: an event, 0: none in this line. */
static int ftrace_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct ftrace_body body;
	struct mistake mistake;

	bool columns = line->text.p < line->text.end && *line->text.p != '#' &&
		       ftrace_split(line->text, &reader->starts, event, &body, &mistake);
	if (!columns && ftrace_note(line->text, line->number, &reader->facts))
		return 0;
	if (!columns || !decode_event(&reader->index, &body, event, &reader->facts, &mistake)) {
		bad_line(reader, line, &mistake);
		return 0;
	}
	if (reader->options.times)
		event->time = stamp_before(body.name.p, line->text.p);
	return event->kind != EVENT_OTHER || !text_starts(body.name, "<stack");
}

static int latency_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct ftrace_body body;
	struct mistake mistake;

	if (ftrace_note(line->text, line->number, &reader->facts))
		return 0;
	if (!latency_split(line->text, event, &body, &mistake) ||
	    !decode_event(&reader->index, &body, event, &reader->facts, &mistake)) {
		bad_line(reader, line, &mistake);
		return 0;
	}
	return !text_starts(body.name, "<stack");
}

static int perf_script_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct mistake mistake;
	int got = perf_line(reader->perf, &reader->index, line->text, event, &reader->facts,
			    &mistake);

	if (got < 0)
		bad_line(reader, line, &mistake);
	return got > 0;
}

static bool perf_script_more(struct reader *reader, struct event *event)
{
	return perf_more(reader->perf, event);
}

static int native_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct mistake mistake;
	int got = lmt_line(reader->lmt, line->text, event, &reader->facts, &mistake);

	if (got < 0)
		bad_line(reader, line, &mistake);
	return got > 0;
}

static bool native_more(struct reader *reader, struct event *event)
{
	return lmt_more(reader->lmt, event);
}

/* A line that strace or the program has torn, and that stays so. */
static void tell_lost_line(struct reader *reader)
{
	const struct mistake mistake = { .cause = "the line is torn, and its rest is missing" };
	const struct line line = { .number = strace_lost_line(reader->strace) };

	reader->lost_calls_told = reader->facts.strace.lost;
	bad_line(reader, &line, &mistake);
}

static int strace_text_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct mistake mistake;
	int pid = reader->dir ? strace_dir_pid(reader->dir) : -1;
	int got = strace_line(reader->strace, line->text, pid, event, &reader->facts, &mistake);

	/* All files of a directory are one recording. */
	if (reader->dir)
		event->line = strace_dir_lines(reader->dir);

	if (got == -ENOMEM)
		return fail(reader, got, strerror(ENOMEM), NULL);
	if (got < 0)
		bad_line(reader, line, &mistake);
	if (reader->facts.strace.lost != reader->lost_calls_told)
		tell_lost_line(reader);
	return got > 0;
}

static bool strace_text_more(struct reader *reader, struct event *event)
{
	if (!strace_more(reader->strace, event))
		return false;
	if (reader->dir && event->kind == EVENT_SYS_EXIT && syscall_is_fork(event->syscall))
		strace_dir_born(reader->dir, (int)event->arg[0]);
	return true;
}

/* How the lines of a format become events. */
static const struct {
	/* 1: an event, 0: none in this line. */
	int (*line)(struct reader *reader, const struct line *line, struct event *event);
	/* Further events of the last line; NULL: there never are any. */
	bool (*more)(struct reader *reader, struct event *event);
} formats[] = {
	[FORMAT_UNKNOWN] = { ftrace_line, NULL },
	[FORMAT_FTRACE] = { ftrace_line, NULL },
	[FORMAT_LATENCY] = { latency_line, NULL },
	[FORMAT_PERF] = { perf_script_line, perf_script_more },
	[FORMAT_LMT] = { native_line, native_more },
	[FORMAT_STRACE] = { strace_text_line, strace_text_more },
	[FORMAT_DAT] = { ftrace_line, NULL },
};

static __attribute__((noinline)) void long_line(struct reader *reader, const struct line *line)
{
	const struct mistake mistake = { .cause = "line too long", .hint = "the limit is 64 KiB" };

	bad_line(reader, line, &mistake);
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
		int use = detect(reader, line);

		if (use <= 0)
			return use;
	}
	if (line->nul) {
		const struct mistake mistake = { .cause = "a NUL byte", .at = line->nul };

		bad_line(reader, line, &mistake);
		return 0;
	}
	event_init(event, line->number);
	return formats[reader->format].line(reader, line, event);
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

		bad_line(reader, &none, &mistake);
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
			tell_lost_line(reader);
	}
	if (counts->calls && counts->calls == counts->failed) {
		write_diag(&diag, 0, NULL, &mistake);
		tell(reader, &diag);
	}
}

/* got as next_line(). 0 or -errno. */
static __attribute__((noinline)) int end(struct reader *reader, int got)
{
	if (got < 0)
		return fail(reader, got, input_error(reader), NULL);
	if (reader->format == FORMAT_UNKNOWN) {
		if (source_lines(reader->source) == 0)
			return fail(reader, -EINVAL, "the input is empty", NULL);
		return give_up(reader) < 0 ? reader->error_code : 0;
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
	if (formats[reader->format].more && formats[reader->format].more(reader, event)) {
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
