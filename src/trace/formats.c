/* SPDX-License-Identifier: MIT */
/* Lines of each format, handed to what reads it. */
#include <errno.h>

#include "latency.h"
#include "lmt.h"
#include "perf.h"
#include "reader_state.h"
#include "stamp.h"
#include "strace.h"
#include "strace_dir.h"

/*
 * The head of a stack trace, which belongs to the event before. With the option fields
 * print_event_fields() of kernel/trace/trace_output.c (v6.18) has but the number of TRACE_STACK.
 */
static bool is_stack(const struct ftrace_body *body)
{
	return text_starts(body->name, "<stack") ||
	       (text_is(body->name, "UNKNOWN") && text_is(body->args, "TYPE 4"));
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
		reader_bad_line(reader, line, &mistake);
		return 0;
	}
	if (reader->options.times)
		event->time = stamp_before(body.name.p, line->text.p);
	return event->kind != EVENT_OTHER || !is_stack(&body);
}

static int latency_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct ftrace_body body;
	struct mistake mistake;

	if (ftrace_note(line->text, line->number, &reader->facts))
		return 0;
	if (!latency_split(line->text, event, &body, &mistake) ||
	    !decode_event(&reader->index, &body, event, &reader->facts, &mistake)) {
		reader_bad_line(reader, line, &mistake);
		return 0;
	}
	return event->kind != EVENT_OTHER || !is_stack(&body);
}

static int perf_script_line(struct reader *reader, const struct line *line, struct event *event)
{
	struct mistake mistake;
	int got = perf_line(reader->perf, &reader->index, line->text, event, &reader->facts,
			    &mistake);

	if (got < 0)
		reader_bad_line(reader, line, &mistake);
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
		reader_bad_line(reader, line, &mistake);
	return got > 0;
}

static bool native_more(struct reader *reader, struct event *event)
{
	return lmt_more(reader->lmt, event);
}

void reader_tell_lost_line(struct reader *reader)
{
	const struct mistake mistake = { .cause = "the line is torn, and its rest is missing" };
	const struct line line = { .number = strace_lost_line(reader->strace) };

	reader->lost_calls_told = reader->facts.strace.lost;
	reader_bad_line(reader, &line, &mistake);
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
		return reader_fail(reader, got, strerror(ENOMEM), NULL);
	if (got < 0)
		reader_bad_line(reader, line, &mistake);
	if (reader->facts.strace.lost != reader->lost_calls_told)
		reader_tell_lost_line(reader);
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

const struct format_lines format_lines[] = {
	[FORMAT_UNKNOWN] = { ftrace_line, NULL },
	[FORMAT_FTRACE] = { ftrace_line, NULL },
	[FORMAT_LATENCY] = { latency_line, NULL },
	[FORMAT_PERF] = { perf_script_line, perf_script_more },
	[FORMAT_LMT] = { native_line, native_more },
	[FORMAT_STRACE] = { strace_text_line, strace_text_more },
	[FORMAT_DAT] = { ftrace_line, NULL },
};
