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

/* "CPU:1 [LOST 23 EVENTS]", trace-cmd "[23 EVENTS DROPPED]", both also without a number. */
static bool note_lost(struct text line, struct reader_facts *facts)
{
	uint64_t cpu;
	uint64_t lost = 1;

	if (!text_skip(&line, "CPU:") || !text_dec(&line, &cpu) || !text_skip(&line, " ["))
		return false;
	bool has_lost = text_skip(&line, "LOST ");
	if (text_dec(&line, &lost))
		text_skip(&line, " ");
	if (!text_is(line, has_lost ? "EVENTS]" : "EVENTS DROPPED]"))
		return false;
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
		line->p = cpu.p;
		return true;
	}
	return false;
}

/*
 * Letters of the flags column, which trace_print_lat_fmt() prints. Others are passed over: uprobe
 * lines of 6.18 print "DBZff". need_resched() of the kernel is TIF_NEED_RESCHED alone: not 'p' (the
 * preempt count's bit), not 'l' or 'L' (TIF_NEED_RESCHED_LAZY, v6.13).
 */
enum flag_letter {
	LETTER_RESCHED = 1 << 0, /* in the second column */
	LETTER_HARDIRQ = 1 << 1, /* in the third one */
	LETTER_SOFTIRQ = 1 << 2,
};

static const uint8_t flag_letters[256] = {
	['N'] = LETTER_RESCHED,
	['n'] = LETTER_RESCHED,
	['b'] = LETTER_RESCHED,
	['B'] = LETTER_RESCHED,
	['h'] = LETTER_HARDIRQ,
	['H'] = LETTER_HARDIRQ | LETTER_SOFTIRQ,
	/* ASSUME: an NMI counts as a hard interrupt, there is no column of its own. */
	['z'] = LETTER_HARDIRQ,
	['Z'] = LETTER_HARDIRQ,
	['s'] = LETTER_SOFTIRQ,
};

bool ftrace_flags(struct text flags, struct event *event)
{
	if (text_size(flags) < 4 || text_size(flags) > 8)
		return false;
	unsigned int resched = flag_letters[(unsigned char)flags.p[1]];
	unsigned int context = flag_letters[(unsigned char)flags.p[2]];
	unsigned int depth = hex_digits[(unsigned char)flags.p[3]];
	event->has_flags = true;
	event->irqs_off = flags.p[0] == 'd' || flags.p[0] == 'D';
	event->need_resched = resched & LETTER_RESCHED;
	event->hardirq = context & LETTER_HARDIRQ;
	event->softirq = context & LETTER_SOFTIRQ;
	event->preempt_depth = depth ? depth - 1 : 0;
	return true;
}

/*
 * Behind SECONDS.FRACTION or the plain number of a counter clock and ": "; NULL: there is none.
 * begun: the seconds are before p.
 */
static inline const char *behind_stamp(const char *p, const char *end, bool begun)
{
	const char *start = p;

	if (end - p >= 8 && is_microseconds(p))
		return behind_blanks(p + 8, end);
	while (p < end && (is_digit(*p) || *p == '.'))
		p++;
	if ((p == start && !begun) || p == end || *p != ':')
		return NULL;
	return behind_blanks(p + 1, end);
}

const char *ftrace_behind_difference(struct text line)
{
	if (text_skip(&line, "(+") && text_find(&line, ")"))
		text_skip_blanks(&line);
	return line.p;
}

bool ftrace_split_name(struct ftrace_body *body)
{
	const char *parenthesis = memchr(body->name.p, '(', text_size(body->name));

	if (!parenthesis)
		return false;
	body->args.p = body->name.end = parenthesis;
	return true;
}

/* The columns before the stamp, with the blanks behind them. */
static bool start_columns(struct text *line, struct event *event, struct mistake *mistake)
{
	struct text word;

	if (!task_columns(line, event)) {
		text_fail(mistake, line->p, "no \"COMM-PID [CPU]\" columns");
		mistake->hint = "tracefs options: context-info on; raw, hex off";
		return false;
	}
	text_skip_blanks(line);
	if (behind_stamp(line->p, line->end, false))
		return true;
	word = text_word(line);
	if (!ftrace_flags(word, event))
		return text_fail(mistake, word.p, "neither flags nor a time stamp");
	text_skip_blanks(line);
	return true;
}

/* text ends where the stamp begins, whose seconds are remembered, too, if there is a fraction. */
static void remember(struct line_starts *starts, struct text text, const char *line_end,
		     const struct event *event)
{
	const char *p = text.end;

	while (p < line_end && is_digit(*p))
		p++;
	bool has_seconds = p > text.end && p < line_end && *p == '.';
	if (has_seconds)
		text.end = p + 1;
	starts_remember(starts, text, has_seconds, event);
}

/* What is behind a known start and the stamp; NULL: the start is not known. */
static inline const char *known_start(struct text line, struct line_starts *starts,
				      struct event *event)
{
	const struct line_start *start = starts_find(starts, line);
	const char *p = NULL;

	if (start)
		p = behind_stamp(line.p + start->size, line.end, start->has_seconds);
	if (p)
		start_recall(start, event);
	return p;
}

/* The same for a start that is not known yet. Rare, so out of the way of the others. */
static __attribute__((noinline)) const char *new_start(struct text line, struct line_starts *starts,
						       struct event *event, struct mistake *mistake)
{
	struct text start = line;

	if (!start_columns(&line, event, mistake))
		return NULL;
	start.end = line.p;
	const char *p = behind_stamp(line.p, line.end, false);
	if (p)
		remember(starts, start, line.end, event);
	else
		text_fail(mistake, line.p, "no time stamp");
	return p;
}

bool ftrace_begins(struct text line)
{
	struct event event;
	struct mistake mistake;

	event_init(&event, 0);
	if (!start_columns(&line, &event, &mistake))
		return false;
	const char *p = behind_stamp(line.p, line.end, false);
	return p && p < line.end;
}

bool ftrace_split(struct text line, struct line_starts *starts, struct event *event,
		  struct ftrace_body *body, struct mistake *mistake)
{
	const char *p = known_start(line, starts, event);

	if (!p)
		p = new_start(line, starts, event, mistake);
	if (!p)
		return false;
	if (p == line.end)
		return text_fail(mistake, p, "no event behind the time stamp");
	ftrace_body((struct text){ p, line.end }, body);
	return true;
}
