/* SPDX-License-Identifier: MIT */
/* Finding out the format of a recording by its first lines. */
#include <errno.h>
#include <stdio.h>

#include "foreign.h"
#include "latency.h"
#include "lmt.h"
#include "perf.h"
#include "reader_state.h"
#include "strace.h"

int reader_use_strace(struct reader *reader)
{
	reader->strace = strace_create(reader->options.times);
	if (!reader->strace)
		return -ENOMEM;
	reader->facts.tool = "strace";
	reader_set_format(reader, FORMAT_STRACE);
	return 0;
}

static int use_lmt(struct reader *reader, struct text text)
{
	if (!lmt_version(text))
		return reader_fail(reader, -EINVAL, "unknown version of native text",
				   "known: #lmt 1");
	reader->lmt = lmt_create();
	if (!reader->lmt)
		return reader_fail(reader, -ENOMEM, strerror(ENOMEM), NULL);
	reader_set_format(reader, FORMAT_LMT);
	return 0;
}

static int unknown_format(struct reader *reader, const struct foreign *foreign)
{
	const char *known =
		"known: text of ftrace, trace-cmd report, perf script, strace, native text";

	reader->format = FORMAT_UNKNOWN;
	if (foreign)
		return reader_fail(reader, -EINVAL, foreign->cause, foreign->hint);
	return reader_fail(reader, -EINVAL, "unknown format", known);
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
static enum recording_format format_of_columns(struct text text)
{
	struct event event;
	struct ftrace_body body;
	struct mistake mistake;

	event_init(&event, 0);
	if (ftrace_begins(text))
		return FORMAT_FTRACE;
	if (latency_split(text, &event, &body, &mistake))
		return FORMAT_LATENCY;
	if (perf_begins(text))
		return FORMAT_PERF;
	return FORMAT_UNKNOWN;
}

int reader_give_up(struct reader *reader)
{
	if (reader->leader || !reader->has_tracer)
		return unknown_format(reader, reader->leader);
	reader_set_format(reader, FORMAT_FTRACE);
	return 1;
}

static int use_perf(struct reader *reader)
{
	reader->perf = perf_create(reader->options.times);
	if (!reader->perf)
		return reader_fail(reader, -ENOMEM, strerror(ENOMEM), NULL);
	reader_set_format(reader, FORMAT_PERF);
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

int reader_detect(struct reader *reader, struct line *line)
{
	enum recording_format format;
	bool numbered;
	int use;

	text_skip(&line->text, "\xef\xbb\xbf"); /* byte-order mark */
	if (text_starts(line->text, "#lmt"))
		return use_lmt(reader, line->text);
	if (text_starts(line->text, "# trace.dat")) {
		reader_set_format(reader, FORMAT_DAT);
		return 0;
	}
	reader->has_tracer |= text_starts(line->text, "# tracer:");
	format = format_of_columns(line->text);
	if (format == FORMAT_PERF)
		return use_perf(reader);
	if (format != FORMAT_UNKNOWN) {
		reader_set_format(reader, format);
		return 1;
	}
	use = refuse_foreign(reader, line->text);
	if (use <= 0)
		return use;
	if (strace_detect(line->text, &numbered)) {
		judge_before_strace(reader, numbered);
		return reader_use_strace(reader)
			       ? reader_fail(reader, -ENOMEM, strerror(ENOMEM), NULL)
			       : 1;
	}
	if (strace_is_note(line->text)) /* a log that begins in the middle */
		return 0;
	if (text_starts(line->text, "#"))
		perf_note(line->text, line->number, &reader->facts);
	if (ftrace_note(line->text, line->number, &reader->facts))
		return 0;
	return reader->nr_undecided == MAX_UNDECIDED_LINES ? reader_give_up(reader) : 1;
}
