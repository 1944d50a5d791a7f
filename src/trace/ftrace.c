/* SPDX-License-Identifier: MIT */
/*
 * The columns of ftrace text: COMM-PID (TGID) [CPU] FLAGS STAMP: EVENT. Mirrors what
 * trace_print_context() and trace_print_lat_fmt() of kernel/trace/trace_output.c print.
 */
#include "ftrace.h"

#include <limits.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* "#P:n" is the number of CPUs; fewer entries in the buffer than written means lost events. */
static void note_header(struct text line, uint64_t number, struct reader_facts *facts)
{
	struct text rest = line;
	uint64_t kept, written, cpus;

	if (text_find(&rest, "#P:") && text_dec(&rest, &cpus) && cpus && cpus <= INT_MAX) {
		facts->nr_cpus = (int)cpus;
		facts->nr_cpus_line = number;
	}
	if (text_find(&line, "entries-in-buffer/entries-written: ") && text_dec(&line, &kept) &&
	    text_skip(&line, "/") && text_dec(&line, &written) && written > kept)
		facts->lost_events = add_saturated(facts->lost_events, written - kept);
}

/* "CPU:1 [LOST 23 EVENTS]", or "[EVENTS DROPPED]" without a number. */
static bool note_lost(struct text line, struct reader_facts *facts)
{
	uint64_t cpu;
	uint64_t lost = 1;

	if (!text_skip(&line, "CPU:") || !text_dec(&line, &cpu) || !text_skip(&line, " ["))
		return false;
	if (text_skip(&line, "LOST ")) {
		if (!text_dec(&line, &lost))
			return false;
	} else if (!text_starts(line, "EVENTS DROPPED")) {
		return false;
	}
	facts->lost_events = add_saturated(facts->lost_events, lost);
	return true;
}

bool ftrace_note(struct text line, uint64_t number, struct reader_facts *facts)
{
	struct text rest = line;
	uint64_t cpus;

	if (line.p < line.end && *line.p == '#') {
		note_header(line, number, facts);
		return true;
	}
	text_skip_blanks(&rest);
	if (rest.p == rest.end || text_starts(rest, "=> "))
		return true;
	if (*rest.p == 'C' && note_lost(rest, facts))
		return true;
	if (*line.p != 'c' || !text_skip(&line, "cpus=") || !text_dec(&line, &cpus) ||
	    line.p != line.end)
		return false;
	if (cpus && cpus <= INT_MAX) {
		facts->nr_cpus = (int)cpus;
		facts->nr_cpus_line = number;
	}
	return true;
}

/* A decimal number in [p, end), nothing else. */
static bool number_in(const char *p, const char *end, int *value)
{
	struct text text = { p, end };
	uint64_t number;

	if (!text_dec(&text, &number) || text.p != end || number > INT_MAX)
		return false;
	*value = (int)number;
	return true;
}

/*
 * The columns before a "[": "-PID", then perhaps "(TGID)". Read backwards, because a name may
 * hold blanks, '-', ':' and brackets.
 */
static bool task_before(const char *start, const char *bracket, struct event *event)
{
	const char *p = bracket;
	const char *end;

	event->tgid = -1;
	while (p > start && p[-1] == ' ')
		p--;
	if (p > start && p[-1] == ')') {
		end = --p;
		while (p > start && p[-1] != '(')
			p--;
		if (p == start)
			return false;
		while (p < end && *p == ' ')
			p++;
		if (*p != '-' && !number_in(p, end, &event->tgid))
			return false;
		while (p > start && p[-1] != '(')
			p--;
		p--;
		while (p > start && p[-1] == ' ')
			p--;
	}
	end = p;
	while (p > start && is_digit(p[-1]))
		p--;
	return p > start && p < end && p[-1] == '-' && number_in(p, end, &event->tid);
}

/* Finds "COMM-PID [CPU] " and moves behind it. */
static bool task_columns(struct text *line, struct event *event)
{
	const char *bracket = line->p;

	while ((bracket = memchr(bracket, '[', (size_t)(line->end - bracket)))) {
		struct text cpu = { ++bracket, line->end };
		uint64_t number;

		if (!text_dec(&cpu, &number) || number > INT_MAX || !text_skip(&cpu, "] "))
			continue;
		if (!task_before(line->p, bracket - 1, event))
			continue;
		event->cpu = (int)number;
		*line = cpu;
		return true;
	}
	return false;
}

bool ftrace_flags(struct text flags, struct event *event)
{
	struct text depth = { flags.p + 3, flags.p + 4 };
	uint64_t value = 0;

	if (text_size(flags) < 4 || text_size(flags) > 8)
		return false;
	/* Letters are not checked: uprobe lines of 6.18 print "DBZff". */
	event->has_flags = true;
	event->irqs_off = flags.p[0] == 'd' || flags.p[0] == 'D';
	/*
	 * need_resched() of the kernel is TIF_NEED_RESCHED alone: not 'p' (the preempt count's
	 * bit), not 'l' or 'L' (TIF_NEED_RESCHED_LAZY, v6.13).
	 */
	event->need_resched = strchr("NnBb", flags.p[1]) && flags.p[1];
	/* ASSUME: an NMI counts as a hard interrupt, there is no column of its own. */
	event->hardirq = strchr("hHzZ", flags.p[2]) && flags.p[2];
	event->softirq = flags.p[2] == 's' || flags.p[2] == 'H';
	event->preempt_depth = text_hex(&depth, &value) ? (unsigned int)value : 0;
	return true;
}

/* SECONDS.FRACTION or the plain number of a counter clock, then ": ". */
static bool skip_stamp(struct text *line)
{
	const char *p = line->p;

	while (p < line->end && (is_digit(*p) || *p == '.'))
		p++;
	if (p == line->p || p == line->end || *p != ':')
		return false;
	line->p = p + 1;
	text_skip_blanks(line);
	return true;
}

/* The name ends at ": ", at a ':' that ends the line, at '(' or at a blank. */
static void split_body(struct text line, struct ftrace_body *body)
{
	static const bool stops[256] = { [' '] = true, ['('] = true, [':'] = true };
	const char *p = line.p;

	for (; p < line.end; p++) {
		if (!stops[(unsigned char)*p])
			continue;
		if (*p != ':' || p + 1 == line.end || p[1] == ' ')
			break;
	}
	body->name = (struct text){ line.p, p };
	if (p < line.end && *p == ':')
		p++;
	body->args = (struct text){ p, line.end };
	text_skip_blanks(&body->args);
}

bool ftrace_columns(struct text line, struct event *event, struct ftrace_body *body,
		    struct mistake *mistake)
{
	struct text rest = line;
	struct text word;

	if (!task_columns(&rest, event)) {
		text_fail(mistake, line.p, "no \"COMM-PID [CPU]\" columns");
		mistake->hint =
			"tracefs options: context-info on; latency-format, raw, verbose off";
		return false;
	}
	text_skip_blanks(&rest);
	if (!skip_stamp(&rest)) {
		word = text_word(&rest);
		if (!ftrace_flags(word, event))
			return text_fail(mistake, word.p, "neither flags nor a time stamp");
		text_skip_blanks(&rest);
		if (!skip_stamp(&rest))
			return text_fail(mistake, rest.p, "no time stamp");
	}
	if (rest.p == rest.end)
		return text_fail(mistake, rest.p, "no event behind the time stamp");
	split_body(rest, body);
	return true;
}
