/* SPDX-License-Identifier: MIT */
/* Lines of native text: directives, columns, and the word that says what happened. */
#include "lmt.h"
#include "ftrace.h"
#include "lmt_words.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	DEFAULT_PAGE_SHIFT = 12,
	NR_OPEN_CALLS = 1024, /* tasks inside a `sys`; more share a place and lose the name */
};

struct lmt {
	struct event queue[LMT_MAX_EVENTS];
	unsigned int nr_queued;
	unsigned int next;
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
	return calloc(1, sizeof(struct lmt));
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

/* Unknown directives are for other readers. */
static bool directive(struct text line, uint64_t number, struct reader_facts *facts,
		      struct mistake *mistake)
{
	struct text word = text_word(&line);
	struct text value = text_word(&line);

	if (text_is(word, "#arch"))
		return arch_directive(value, number, facts, mistake);
	if (text_is(word, "#cpus") || text_is(word, "#page") || text_is(word, "#lost"))
		return number_directive(word, value, number, facts, mistake);
	return true;
}

/* DEC[.DEC], +DEC[.DEC] or '.': only the order of lines is used. */
static bool is_time(struct text word)
{
	uint64_t number;

	if (text_is(word, "."))
		return true;
	text_skip(&word, "+");
	if (!text_dec(&word, &number))
		return false;
	if (text_skip(&word, ".") && !text_dec(&word, &number))
		return false;
	return word.p == word.end;
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

static bool columns(struct text *line, struct event *event, struct mistake *mistake)
{
	struct text word = text_word(line);

	if (!is_time(word)) {
		text_fail(mistake, word.p, "expected a time");
		mistake->hint = "a line is TIME CPU TASK EVENT ARG...; \".\" is the time before";
		return false;
	}
	word = text_word(line);
	if (!column_number(&word, &event->cpu) || word.p != word.end)
		return text_fail(mistake, word.p, "expected a CPU number or \"-\"");
	word = text_word(line);
	if (!task_column(word, event))
		return text_fail(mistake, word.p, "expected a task, [TGID/]TID[:COMM]");
	return true;
}

/* Splits arguments; flags=XXXX, the column of ftrace text, is none. */
static bool arguments(struct text line, struct lmt_call *call)
{
	text_skip_blanks(&line);
	call->rest = line;
	for (struct text word = text_word(&line); text_size(word); word = text_word(&line)) {
		if (text_skip(&word, "flags=")) {
			if (!ftrace_flags(word, call->event))
				return text_fail(call->mistake, word.p, "expected ftrace flags");
			continue;
		}
		if (call->nr_fields < LMT_MAX_FIELDS)
			call->field[call->nr_fields++] = word;
	}
	return true;
}

static void track_calls(struct lmt *lmt, struct event *event)
{
	unsigned int place = (unsigned int)event->tid % NR_OPEN_CALLS;

	if (event->kind == EVENT_SYS_ENTER) {
		lmt->open_calls[place].tid = event->tid;
		lmt->open_calls[place].syscall = event->syscall;
	} else if (event->kind == EVENT_SYS_EXIT && lmt->open_calls[place].tid == event->tid) {
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

/* What the word and its arguments say, into the queue; its events share the columns. */
static bool event_line(struct lmt *lmt, struct text line, unsigned int page_shift,
		       struct mistake *mistake)
{
	struct lmt_call call = { .event = lmt->queue, .mistake = mistake };
	struct text name = text_word(&line);
	const char *near;
	const struct lmt_word *word = lmt_find_word(name, &near);

	call.page_shift = page_shift ? page_shift : DEFAULT_PAGE_SHIFT;
	if (!word)
		return unknown_word(lmt, name, near, mistake);
	if (!arguments(line, &call))
		return false;
	if (call.nr_fields < word->min_args)
		return text_fail(mistake, line.end, "an argument is missing");
	lmt->queue[0].kind = word->kind;
	for (unsigned int i = 1; i < LMT_MAX_EVENTS; i++)
		lmt->queue[i] = lmt->queue[0];
	if (word->parse && !word->parse(&call))
		return false;
	lmt->nr_queued = call.nr_events ? call.nr_events : 1;
	if (!call.nr_events)
		track_calls(lmt, &lmt->queue[0]);
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
		return directive(line, event->line, facts, mistake) ? 0 : -1;
	line = without_comment(line);
	text_skip_blanks(&line);
	if (line.p == line.end)
		return 0;
	lmt->queue[0] = *event;
	if (!columns(&line, &lmt->queue[0], mistake) ||
	    !event_line(lmt, line, facts->page_shift, mistake))
		return -1;
	return lmt_more(lmt, event);
}

bool lmt_more(struct lmt *lmt, struct event *event)
{
	if (lmt->next >= lmt->nr_queued)
		return false;
	*event = lmt->queue[lmt->next++];
	return true;
}
