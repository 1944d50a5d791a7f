/* SPDX-License-Identifier: MIT */
/*
 * "COMM-PID CPUFLAGS STAMP: ", CPU and flags glued: lat_print_generic() and lat_print_timestamp()
 * of kernel/trace/trace_output.c. With verbose: "COMM PID CPU FLAGS PREEMPT INDEX [TIME] STAMP: ",
 * numbers all.
 */
#include "latency.h"

#include <limits.h>

static bool small_dec(struct text *text, int *value)
{
	uint64_t number;

	if (!text_dec(text, &number) || number > INT_MAX)
		return false;
	*value = (int)number;
	return true;
}

static bool skip_some_blanks(struct text *text)
{
	const char *start = text->p;

	text_skip_blanks(text);
	return text->p > start;
}

/* " 8620us+: ", " 1223.418150: " or the bare number of a counter clock. */
static bool skip_stamp(struct text *text)
{
	uint64_t number;

	if (!skip_some_blanks(text) || !text_dec(text, &number))
		return false;
	if (text_skip(text, ".") && !text_dec(text, &number))
		return false;
	/* The mark says how long it took to the next line. */
	if (text_skip(text, "us") && text->p < text->end && strchr(" +!#*@$", *text->p))
		text->p++;
	return text_skip(text, ":") && skip_some_blanks(text);
}

/* What follows "COMM-". */
static bool short_columns(struct text *line, struct event *event)
{
	struct text text = *line;

	if (!small_dec(&text, &event->tid) || !skip_some_blanks(&text) ||
	    !small_dec(&text, &event->cpu) || !ftrace_flags(text_word(&text), event) ||
	    !skip_stamp(&text))
		return false;
	*line = text;
	return true;
}

/* A name may hold '-', too: every one of them is tried. */
static bool short_split(struct text *line, struct event *event)
{
	const char *dash = line->p;

	while ((dash = memchr(dash, '-', (size_t)(line->end - dash)))) {
		struct text rest = { ++dash, line->end };
		if (short_columns(&rest, event)) {
			*line = rest;
			return true;
		}
	}
	return false;
}

/* include/linux/trace_events.h, enum trace_flag_type. */
enum trace_flag {
	TRACE_FLAG_IRQS_OFF = 0x01,
	TRACE_FLAG_NEED_RESCHED = 0x04,
	TRACE_FLAG_HARDIRQ = 0x08,
	TRACE_FLAG_SOFTIRQ = 0x10,
	TRACE_FLAG_NMI = 0x40,
};

static void number_flags(uint64_t flags, uint64_t preempt, struct event *event)
{
	event->has_flags = true;
	event->irqs_off = flags & TRACE_FLAG_IRQS_OFF;
	event->need_resched = flags & TRACE_FLAG_NEED_RESCHED;
	event->hardirq = flags & (TRACE_FLAG_HARDIRQ | TRACE_FLAG_NMI);
	event->softirq = flags & TRACE_FLAG_SOFTIRQ;
	event->preempt_depth = (unsigned int)preempt & 0xf;
}

static bool whole_hex(struct text word, uint64_t *value)
{
	return text_hex(&word, value) && word.p == word.end;
}

static bool whole_dec(struct text word, int *value)
{
	return small_dec(&word, value) && word.p == word.end;
}

/* The columns before "[TIME] ", read backwards because a name may hold blanks. */
static bool verbose_columns(const char *start, const char *bracket, struct event *event)
{
	uint64_t index, preempt;
	int flags;

	if (!whole_hex(text_word_before(start, &bracket), &index) ||
	    !whole_hex(text_word_before(start, &bracket), &preempt) ||
	    !whole_dec(text_word_before(start, &bracket), &flags) ||
	    !whole_dec(text_word_before(start, &bracket), &event->cpu) ||
	    !whole_dec(text_word_before(start, &bracket), &event->tid))
		return false;
	number_flags((uint64_t)flags, preempt, event);
	return true;
}

/* "2cc90068f] 20.667ms (+0.003ms): ", without "ms" for a counter clock. */
static bool skip_verbose_stamp(struct text *text)
{
	uint64_t number;

	return text_hex(text, &number) && text_skip(text, "] ") && text_dec(text, &number) &&
	       text_find(text, " (+") && text_dec(text, &number) && text_find(text, "): ");
}

static bool verbose_split(struct text *line, struct event *event)
{
	const char *bracket = line->p;

	while ((bracket = memchr(bracket, '[', (size_t)(line->end - bracket)))) {
		struct text rest = { bracket + 1, line->end };
		if (skip_verbose_stamp(&rest) && verbose_columns(line->p, bracket, event)) {
			*line = rest;
			return true;
		}
		bracket++;
	}
	return false;
}

bool latency_split(struct text line, struct event *event, struct ftrace_body *body,
		   struct mistake *mistake)
{
	const char *start = line.p;

	if (!short_split(&line, event) && !verbose_split(&line, event))
		return text_fail(mistake, start, "no \"COMM-PID CPU-and-flags\" columns");
	if (line.p == line.end)
		return text_fail(mistake, line.p, "no event behind the time stamp");
	ftrace_body(line, body);
	return true;
}
