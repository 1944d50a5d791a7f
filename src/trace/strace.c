/* SPDX-License-Identifier: MIT */
/* From lines of strace to events. */
#include "strace.h"
#include "strace_body.h"
#include "strace_note.h"
#include "strace_output.h"

#include <errno.h>
#include <stdlib.h>

struct strace *strace_create(bool times)
{
	struct strace *strace = calloc(1, sizeof(*strace));

	if (strace)
		strace->times = times;
	return strace;
}

void strace_destroy(struct strace *strace)
{
	if (!strace)
		return;
	strace_tasks_fini(&strace->tasks);
	free(strace);
}

/* The table of -C. */
static bool is_summary(struct text line)
{
	return text_starts(line, "% time ");
}

bool strace_detect(struct text text, bool *numbered)
{
	struct strace_line line;
	struct strace_note note;
	struct mistake mistake;
	uint64_t result;

	*numbered = false;
	if (strace_note_take(&text, &note))
		return true;
	strace_split(text, &line);
	*numbered = line.pid >= 0 && !line.bracketed;
	if (line.kind == STRACE_CALL || line.kind == STRACE_RESUMED)
		return strace_call_end(line.rest, &result, &mistake) != STRACE_TORN;
	return line.kind != STRACE_FOREIGN && line.kind != STRACE_NOTE;
}

bool strace_is_note(struct text text)
{
	struct strace_line line;

	strace_split(text, &line);
	return line.kind == STRACE_NOTE;
}

/* The task of a note comes or goes; with a torn call it goes behind the rest. */
static int apply_note(struct strace *strace, const struct strace_note *note)
{
	if (!note->detached)
		return strace_tasks_attach(&strace->tasks, note->pid, note->nr_threads);
	if (strace->torn.line && !strace->torn.unfinished)
		strace->torn.detached = note->pid;
	else
		strace_tasks_remove(&strace->tasks, strace_tasks_number(&strace->tasks, note->pid));
	return 0;
}

static int bad(struct mistake *mistake, const char *at, const char *cause)
{
	text_fail(mistake, at, cause);
	return -EINVAL;
}

/*
 * Not a line as the others are. Where strace writes into a file of its own that is damage; on a
 * terminal it is what the program printed.
 */
static int foreign(struct strace *strace, struct text text, const struct strace_line *line,
		   struct strace_counts *counts, struct mistake *mistake)
{
	strace->in_summary = strace->in_summary || is_summary(text);
	if (strace->in_summary || text_starts(text, "strace: ") || text_starts(text, "#"))
		return 0;
	if (strace->numbered && line->pid < 0)
		return bad(mistake, text.p, "expected the number of a task");
	if (strace->numbered || line->pid >= 0 || (strace->timed && text_size(line->time)))
		return bad(mistake, text.p, "not a line of strace");
	counts->ignored++;
	return 0;
}

/* The line has what all lines have. */
static bool has_columns(const struct strace *strace, const struct strace_line *line)
{
	if (line->kind == STRACE_FOREIGN)
		return false;
	if (!strace->started || line->kind == STRACE_NOTE)
		return true;
	return strace->numbered ? line->pid >= 0 && !line->bracketed
				: !strace->timed || text_size(line->time) > 0;
}

static void start(struct strace *strace, const struct strace_line *line)
{
	strace->started = true;
	strace->numbered = line->pid >= 0 && !line->bracketed;
	strace->timed = text_size(line->time) > 0;
}

/* A line as the others are. */
static int own_line(struct strace *strace, const struct strace_line *line, struct event *event,
		    struct reader_facts *facts, struct mistake *mistake)
{
	if (line->kind == STRACE_NOTE)
		return 0;
	if (!strace->started)
		start(strace, line);
	if (strace->torn.line)
		strace_lose_torn(strace, &facts->strace);
	if (strace_find_task(strace, line, event))
		return -ENOMEM;
	if (event->tid == STRACE_FIRST_TID) {
		facts->first_tid = STRACE_FIRST_TID;
		facts->first_pid = strace->tasks.first_pid;
	}
	if (strace->times)
		strace_stamp(line->time, &event->time);
	return strace_body(strace, line, event, &facts->strace, mistake);
}

/*
 * No line of strace, or none from its start on: on a terminal one may begin behind what the program
 * printed.
 */
static int mixed_line(struct strace *strace, struct text text, const struct strace_line *whole,
		      struct event *event, struct reader_facts *facts, struct mistake *mistake)
{
	struct mistake other;
	struct strace_line line;
	int got;

	if (!strace->numbered && strace->started &&
	    strace_skip_output(&text, strace->timed, &line)) {
		event_init(event, event->line);
		got = own_line(strace, &line, event, facts, &other);
		if (got != -EINVAL)
			return got;
	}
	if (has_columns(strace, whole) &&
	    strace_is_certain(strace, whole,
			      strace_find_syscall(&strace->syscalls, whole->name).nr))
		return -EINVAL;
	return foreign(strace, text, whole, &facts->strace, mistake);
}

/* Any line but a note. */
static int plain_line(struct strace *strace, struct text text, int pid, struct event *event,
		      struct reader_facts *facts, struct mistake *mistake)
{
	struct strace_line line;
	int got = -EINVAL;

	strace_split(text, &line);
	if (pid >= 0)
		line.pid = pid;
	if (strace_may_be_rest(strace, text, &line))
		got = strace_rest(strace, text, event, &facts->strace, mistake);
	if (got != -EINVAL)
		return got;
	if (has_columns(strace, &line)) {
		got = own_line(strace, &line, event, facts, mistake);
		if (got != -EINVAL || strace->numbered)
			return got;
	}
	return mixed_line(strace, text, &line, event, facts, mistake);
}

int strace_line(struct strace *strace, struct text text, int pid, struct event *event,
		struct reader_facts *facts, struct mistake *mistake)
{
	struct strace_note note;
	int got = 0;

	strace->queued.kind = EVENT_OTHER;
	strace->noted = strace_may_be_note(text) && strace_note_take(&text, &note);
	if (!strace->noted)
		return plain_line(strace, text, pid, event, facts, mistake);
	if (text_size(text))
		got = plain_line(strace, text, pid, event, facts, mistake);
	return apply_note(strace, &note) ? -ENOMEM : got;
}

bool strace_more(struct strace *strace, struct event *event)
{
	const struct queued *queued = &strace->queued;

	if (queued->kind == EVENT_OTHER)
		return false;
	event_init(event, queued->line);
	event->kind = queued->kind;
	event->time = queued->time;
	event->tid = queued->tid;
	event->syscall = queued->syscall;
	event->arg[0] = queued->result;
	strace->queued.kind = EVENT_OTHER;
	return true;
}

void strace_end(struct strace *strace, struct reader_facts *facts)
{
	if (strace->torn.line)
		strace_lose_torn(strace, &facts->strace);
}

uint64_t strace_lost_line(const struct strace *strace)
{
	return strace->lost;
}
