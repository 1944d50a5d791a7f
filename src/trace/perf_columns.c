/* SPDX-License-Identifier: MIT */
/*
 * The columns of `perf script`, as print_sample_start() of tools/perf/builtin-script.c has them:
 * COMM, PID/TID, [CPU], TIME, each of which -F may leave out. A time is needed to find them.
 */
#include "perf.h"
#include "facts.h"

#include <limits.h>

/* SECONDS.MICROSECONDS or .NANOSECONDS and a colon. */
static bool is_stamp(struct text word)
{
	uint64_t number;
	const char *fraction;

	if (!text_dec(&word, &number) || !text_skip(&word, "."))
		return false;
	fraction = word.p;
	return text_dec(&word, &number) && (word.p - fraction == 6 || word.p - fraction == 9) &&
	       text_is(word, ":");
}

/* -1: perf does not know. */
static bool id(struct text *text, int *value)
{
	int64_t number;

	if (!text_signed(text, &number) || number < -1 || number > INT_MAX)
		return false;
	*value = (int)number;
	return true;
}

static bool cpu_column(struct text word, int *cpu)
{
	return text_skip(&word, "[") && id(&word, cpu) && text_is(word, "]");
}

/* TID or PID/TID; ASSUME: of one number that it is the thread's. */
static bool task_column(struct text word, struct event *event)
{
	if (!id(&word, &event->tid))
		return false;
	if (!text_skip(&word, "/"))
		return word.p == word.end;
	event->tgid = event->tid;
	return id(&word, &event->tid) && word.p == word.end;
}

/* -F +misc: "K", "Uxx"; kernel, user and the like. */
static bool is_misc(struct text word)
{
	const char *p = word.p;

	while (p < word.end && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
		p++;
	return p == word.end && p > word.p;
}

/* The columns before a time stamp, read backwards because a name may hold blanks. */
static bool columns_before(const char *start, const char *stamp, struct event *event)
{
	const char *p = stamp;
	struct text word = text_word_before(start, &p);

	event->cpu = -1;
	event->tgid = -1;
	if (is_misc(word))
		word = text_word_before(start, &p);
	if (cpu_column(word, &event->cpu))
		word = text_word_before(start, &p);
	return task_column(word, event);
}

/* Behind a fraction of six digits or nine and ": "; NULL: there is none. */
static inline const char *behind_fraction(const char *p, const char *end)
{
	struct text rest = { p, end };
	uint64_t number;

	if (end - p >= 8 && is_microseconds(p))
		return p + 8;
	return text_dec(&rest, &number) && rest.p - p == 9 && text_skip(&rest, ": ") ? rest.p
										     : NULL;
}

/* What is behind a known start, which ends behind "SECONDS.", and the stamp; NULL: not known. */
static inline const char *known_start(struct text line, struct line_starts *starts,
				      struct event *event)
{
	const struct line_start *start = starts_find(starts, line);
	const char *p = start ? behind_fraction(line.p + start->size, line.end) : NULL;

	if (!p)
		return NULL;
	start_recall(start, event);
	return behind_blanks(p, line.end);
}

/* The same for a start that is not known yet. Rare, so out of the way of the others. */
static __attribute__((noinline)) const char *new_start(struct text line, struct line_starts *starts,
						       struct event *event)
{
	struct text left = line;

	for (struct text word = text_word(&left); text_size(word); word = text_word(&left)) {
		if (!is_stamp(word) || !columns_before(line.p, word.p, event))
			continue;
		const char *point = memchr(word.p, '.', text_size(word));
		starts_remember(starts, (struct text){ line.p, point + 1 }, true, event);
		return behind_blanks(left.p, left.end);
	}
	return NULL;
}

bool perf_split(struct text line, struct line_starts *starts, struct event *event,
		struct text *rest, struct mistake *mistake)
{
	const char *p = known_start(line, starts, event);

	if (!p)
		p = new_start(line, starts, event);
	if (p) {
		*rest = (struct text){ p, line.end };
		return true;
	}
	text_fail(mistake, line.p, "no \"COMM TID [CPU] TIME:\" columns");
	mistake->hint =
		"perf script -F trace:comm,tid,cpu,time,event,trace -F sw:comm,tid,time,event,addr";
	return false;
}

/* "GROUP:NAME:" or a record. */
static bool is_perf_event(struct text rest)
{
	struct text word = text_word(&rest);
	const char *colon = memchr(word.p, ':', text_size(word));

	return text_starts(word, "PERF_RECORD_") || (colon && colon + 1 < word.end);
}

bool perf_begins(struct text line)
{
	/* Another format's memory must not hold what perf makes of the line. */
	struct line_starts starts = { 0 };
	struct event event;
	struct text rest;
	struct mistake mistake;

	event_init(&event, 0);
	if (!perf_split(line, &starts, &event, &rest, &mistake))
		return false;
	bool may_be_torn = *line.p == '-' || (*line.p >= '0' && *line.p <= '9');
	return !may_be_torn || is_perf_event(rest);
}

bool perf_without_time(struct text line)
{
	struct text rest = line;

	if (text_find(&rest, " PERF_RECORD_"))
		return true;
	rest = line;
	if (text_find(&rest, " page-faults:"))
		return true;
	for (struct text word = text_word(&line); text_size(word); word = text_word(&line)) {
		int cpu;
		if (cpu_column(word, &cpu))
			return is_perf_event(line);
	}
	return false;
}

bool perf_without_task(struct text line)
{
	for (struct text word = text_word(&line); text_size(word); word = text_word(&line)) {
		if (is_stamp(word))
			return is_perf_event(line);
	}
	return false;
}

/* perf script --header: "# nrcpus avail : 2", "# arch : x86_64", "# os release : 6.18.15" */
static void note_header(struct text line, uint64_t number, struct reader_facts *facts)
{
	uint64_t cpus;

	if (text_skip(&line, "# arch : "))
		facts_told("machine", line, number, facts);
	else if (text_skip(&line, "# os release : "))
		facts_told("kernel", line, number, facts);
	if (!text_skip(&line, "# nrcpus avail : ") || !text_dec(&line, &cpus) || !cpus ||
	    cpus > INT_MAX)
		return;
	facts->nr_cpus = (int)cpus;
	facts->nr_cpus_line = number;
}

/* A frame of a call chain: ADDRESS SYMBOL (FILE). */
static bool is_frame(struct text line)
{
	uint64_t address;

	return text_hex(&line, &address) && text_starts(line, " ");
}

/* Where -F srcline has a frame: FILE:NUMBER, or MODULE[ADDRESS] if that is not known. */
static bool is_source_line(struct text line)
{
	struct text word = text_word(&line), place = word;
	bool is_address = text_size(word) && word.end[-1] == ']';
	uint64_t number;

	place.end -= is_address;
	place.p = place.end;
	while (place.p > word.p && place.p[-1] != (is_address ? '[' : ':'))
		place.p--;
	if (place.p == word.p || place.p == place.end || line.p < line.end)
		return false;
	return (is_address ? text_hex(&place, &number) : text_dec(&place, &number)) &&
	       place.p == place.end;
}

bool perf_note(struct text line, uint64_t number, struct reader_facts *facts)
{
	bool indented = line.p < line.end && (*line.p == ' ' || *line.p == '\t');

	if (text_starts(line, "#")) {
		note_header(line, number, facts);
		return true;
	}
	text_skip_blanks(&line);
	if (line.p == line.end)
		return true;
	return indented && (is_frame(line) || is_source_line(line));
}
