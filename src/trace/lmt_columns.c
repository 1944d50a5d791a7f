/* SPDX-License-Identifier: MIT */
/* The columns of native text. */
#include "lmt_columns.h"

#include "ftrace.h"
#include "stamp.h"

#include <limits.h>

/* DEC[.DEC], +DEC[.DEC] or '.': when, how long behind the last line, or at the same time. */
static bool time_column(struct lmt_clock *clock, struct text word)
{
	uint64_t before = clock->time == EVENT_NO_TIME ? 0 : clock->time;
	uint64_t ns;

	if (text_is(word, "."))
		return true;
	bool is_delta = text_skip(&word, "+");
	if (!stamp_read(&word, clock->unit, &ns) || word.p != word.end)
		return false;
	if (!is_delta)
		clock->time = ns;
	else
		clock->time = ns > UINT64_MAX - before ? UINT64_MAX : before + ns;
	return true;
}

/* A number that fits, or "-" for not said. */
static bool column_number(struct text *word, int *value)
{
	uint64_t number;

	*value = -1;
	if (text_is(*word, "-")) {
		word->p = word->end;
		return true;
	}
	if (!text_dec(word, &number) || number > INT_MAX)
		return false;
	*value = (int)number;
	return true;
}

/* [TGID/]TID[:COMM] */
static bool task_column(struct text word, struct event *event)
{
	if (!column_number(&word, &event->tid))
		return false;
	if (text_skip(&word, "/")) {
		event->tgid = event->tid;
		if (!column_number(&word, &event->tid))
			return false;
	}
	return word.p == word.end || *word.p == ':';
}

/* CPU[/FLAGS], the flags as ftrace has them. */
static bool cpu_column(struct text word, struct event *event)
{
	const char *slash = memchr(word.p, '/', text_size(word));
	struct text cpu = { word.p, slash ? slash : word.end };

	if (!column_number(&cpu, &event->cpu) || cpu.p != cpu.end)
		return false;
	return !slash || ftrace_flags((struct text){ slash + 1, word.end }, event);
}

bool lmt_columns(struct lmt_clock *clock, struct text *line, struct event *event,
		 struct mistake *mistake)
{
	struct text word = text_word(line);

	if (!time_column(clock, word)) {
		text_fail(mistake, word.p, "expected a time");
		mistake->hint = "a line is TIME CPU TASK EVENT ARG...; \".\" is the time before";
		return false;
	}
	event->time = clock->time;
	word = text_word(line);
	if (!cpu_column(word, event))
		return text_fail(mistake, word.p, "expected a CPU, NUMBER[/FLAGS] or \"-\"");
	word = text_word(line);
	if (!task_column(word, event))
		return text_fail(mistake, word.p, "expected a task, [TGID/]TID[:COMM]");
	return true;
}
