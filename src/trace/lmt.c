/* SPDX-License-Identifier: MIT */
/* Lines of native text: directives, columns, and the word that says what happened. */
#include "lmt.h"
#include "lmt_columns.h"
#include "lmt_form.h"
#include "stamp.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	DEFAULT_PAGE_SHIFT = 12,
	NR_OPEN_CALLS = 1024, /* tasks inside a `sys`; more share a place and lose the name */
	QUEUE_SIZE = 16,
};

struct lmt {
	struct event queue[QUEUE_SIZE];
	unsigned int nr_queued;
	unsigned int next;
	struct lmt_clock clock;
	uint64_t
		line; /* of the next event in what was converted, 0: lines are those of this file */
	char hint[64];
	/* `ret` has no name: the syscall that each task is in. */
	struct {
		int tid;
		enum syscall_nr syscall;
	} open_calls[NR_OPEN_CALLS];
};

static const char *const arch_names[] = { "arm64", "generic", "powerpc", "s390", "sparc", "xen" };

struct lmt *lmt_create(void)
{
	struct lmt *lmt = calloc(1, sizeof(*lmt));

	if (lmt)
		lmt->clock = (struct lmt_clock){ EVENT_NO_TIME, NSEC_PER_SEC };
	return lmt;
}

void lmt_destroy(struct lmt *lmt)
{
	free(lmt);
}

bool lmt_version(struct text line)
{
	uint64_t version;

	return text_skip(&line, "#lmt ") && text_dec(&line, &version) && version == 1;
}

static bool arch_directive(struct text name, uint64_t line, struct reader_facts *facts,
			   struct mistake *mistake)
{
	for (size_t i = 0; i < sizeof(arch_names) / sizeof(arch_names[0]); i++) {
		if (text_is(name, arch_names[i])) {
			facts->arch = arch_names[i];
			facts->arch_line = line;
			facts->shows_arch = true;
			return true;
		}
	}
	return text_fail(mistake, name.p, "unknown architecture");
}

static bool number_directive(struct text word, struct text value, uint64_t line,
			     struct reader_facts *facts, struct mistake *mistake)
{
	struct text text = value;
	uint64_t number;

	if (!text_dec(&text, &number) || text.p != text.end)
		return text_fail(mistake, value.p, "expected a decimal number");
	if (text_is(word, "#lost")) {
		facts->lost_events = number;
	} else if (text_is(word, "#cpus")) {
		if (!number || number > INT_MAX)
			return text_fail(mistake, value.p, "impossible number of CPUs");
		facts->nr_cpus = (int)number;
		facts->nr_cpus_line = line;
	} else {
		if (number < 512 || number > 1 << 20 || number & (number - 1))
			return text_fail(mistake, value.p, "impossible page size");
		for (facts->page_shift = 0; number > 1; number >>= 1)
			facts->page_shift++;
	}
	return true;
}

static bool clock_directive(struct lmt *lmt, struct text unit, struct mistake *mistake)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "s", NSEC_PER_SEC }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text_is(unit, units[i].name)) {
			lmt->clock.unit = units[i].ns;
			return true;
		}
	}
	text_fail(mistake, unit.p, "unknown unit of time");
	mistake->hint = "#clock NAME s, ms, us or ns";
	return false;
}

static bool line_directive(struct lmt *lmt, struct text number, struct mistake *mistake)
{
	struct text text = number;

	if (text_dec(&text, &lmt->line) && text.p == text.end && lmt->line)
		return true;
	lmt->line = 0;
	return text_fail(mistake, number.p, "expected a line number");
}

/* What no event says: page faults are recorded, though there may be none. */
static bool faults_directive(struct text answer, struct reader_facts *facts,
			     struct mistake *mistake)
{
	bool yes = text_is(answer, "yes");

	facts->has_faults |= yes;
	return yes || text_is(answer, "no") || text_fail(mistake, answer.p, "expected yes or no");
}

/* Unknown directives are for other readers. */
static bool directive(struct lmt *lmt, struct text line, uint64_t number,
		      struct reader_facts *facts, struct mistake *mistake)
{
	struct text word = text_word(&line);
	struct text rest = line;
	struct text value = text_word(&line);

	if (text_is(word, "#line"))
		return line_directive(lmt, value, mistake);
	if (text_is(word, "#arch"))
		return arch_directive(value, lmt->line ? lmt->line : number, facts, mistake);
	if (text_is(word, "#cpus") || text_is(word, "#page") || text_is(word, "#lost"))
		return number_directive(word, value, number, facts, mistake);
	if (text_is(word, "#faults"))
		return faults_directive(value, facts, mistake);
	if (text_is(word, "#clock"))
		return clock_directive(lmt, text_word(&line), mistake);
	if (text_is(word, "#source")) {
		text_skip_blanks(&rest);
		text_copy(facts->source, sizeof(facts->source), rest);
	}
	return true;
}

/* The arguments up to the end of the line or a word ";". */
static void arguments(struct text *line, struct lmt_call *call)
{
	text_skip_blanks(line);
	call->rest = (struct text){ line->p, line->p };
	for (struct text word = text_word(line); text_size(word); word = text_word(line)) {
		if (text_is(word, ";"))
			return;
		call->rest.end = word.end;
		if (call->nr_fields < LMT_MAX_FIELDS)
			call->field[call->nr_fields++] = word;
	}
}

/* is_named: the line says the syscall itself. */
static void track_calls(struct lmt *lmt, struct event *event, bool is_named)
{
	unsigned int place = (unsigned int)event->tid % NR_OPEN_CALLS;

	if (event->kind == EVENT_SYS_ENTER) {
		lmt->open_calls[place].tid = event->tid;
		lmt->open_calls[place].syscall = event->syscall;
	} else if (event->kind == EVENT_SYS_EXIT && lmt->open_calls[place].tid == event->tid) {
		if (!is_named)
			event->syscall = lmt->open_calls[place].syscall;
		lmt->open_calls[place].syscall = SYSCALL_OTHER;
	}
}

static bool unknown_word(struct lmt *lmt, struct text word, const char *near,
			 struct mistake *mistake)
{
	text_fail(mistake, word.p, "unknown event");
	mistake->word = word;
	if (near) {
		snprintf(lmt->hint, sizeof(lmt->hint), "did you mean '%s'?", near);
		mistake->hint = lmt->hint;
	}
	return false;
}

static bool read_call(const struct lmt_word *word, struct lmt_call *call)
{
	call->event->kind = word->kind;
	if (word->form)
		return lmt_read_form(call, word->form) && (!word->parse || word->parse(call));
	for (unsigned int i = 1; i < LMT_MAX_EVENTS; i++)
		call->event[i] = *call->event;
	return !word->parse || word->parse(call);
}

/* One word and its arguments, into the queue; their events share the columns. */
static bool one_word(struct lmt *lmt, struct text *line, const struct event *columns,
		     unsigned int page_shift, struct mistake *mistake)
{
	struct lmt_call call = { .event = &lmt->queue[lmt->nr_queued], .mistake = mistake };
	struct text name = text_word(line);
	const char *near;
	const struct lmt_word *word = lmt_find_word(name, &near);

	call.page_shift = page_shift ? page_shift : DEFAULT_PAGE_SHIFT;
	if (!word)
		return unknown_word(lmt, name, near, mistake);
	if (lmt->nr_queued > QUEUE_SIZE - LMT_MAX_EVENTS)
		return text_fail(mistake, name.p, "too many events on a line");
	arguments(line, &call);
	if (call.nr_fields < word->min_args)
		return text_fail(mistake, call.rest.end, "an argument is missing");
	*call.event = *columns;
	if (!read_call(word, &call))
		return false;
	if (word->form)
		track_calls(lmt, call.event, call.nr_fields > 1);
	lmt->nr_queued += call.nr_events ? call.nr_events : 1;
	return true;
}

/* " #" begins a comment. */
static struct text without_comment(struct text line)
{
	for (const char *p = line.p; p < line.end; p++) {
		if (*p == '#' && (p == line.p || p[-1] == ' ' || p[-1] == '\t'))
			line.end = p;
	}
	while (line.end > line.p && (line.end[-1] == ' ' || line.end[-1] == '\t'))
		line.end--;
	return line;
}

int lmt_line(struct lmt *lmt, struct text line, struct event *event, struct reader_facts *facts,
	     struct mistake *mistake)
{
	lmt->nr_queued = 0;
	lmt->next = 0;
	if (text_starts(line, "#"))
		return directive(lmt, line, event->line, facts, mistake) ? 0 : -1;
	line = without_comment(line);
	text_skip_blanks(&line);
	if (line.p == line.end)
		return 0;
	if (lmt->line)
		event->line = lmt->line++;
	if (!lmt_columns(&lmt->clock, &line, event, mistake))
		return -1;
	do {
		if (!one_word(lmt, &line, event, facts->page_shift, mistake)) {
			lmt->nr_queued = 0;
			return -1;
		}
		text_skip_blanks(&line);
	} while (line.p < line.end);
	return lmt_more(lmt, event);
}

bool lmt_more(struct lmt *lmt, struct event *event)
{
	if (lmt->next >= lmt->nr_queued)
		return false;
	*event = lmt->queue[lmt->next++];
	return true;
}
