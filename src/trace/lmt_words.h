/* SPDX-License-Identifier: MIT */
/* The event words of native text: one table for who reads it and who writes it. */
#ifndef LAZYMMU_TRACE_LMT_WORDS_H
#define LAZYMMU_TRACE_LMT_WORDS_H

#include "event.h"
#include "text.h"

enum {
	LMT_MAX_FIELDS = 16,
	LMT_MAX_EVENTS = 3, /* that one word stands for */
};

/* The arguments of a word, and the events that they make. */
struct lmt_call {
	struct text field[LMT_MAX_FIELDS];
	unsigned int nr_fields;
	struct text rest; /* all arguments, with their blanks */
	unsigned int page_shift;
	struct event *event; /* [LMT_MAX_EVENTS], columns are filled */
	unsigned int nr_events;
	struct mistake *mistake;
};

struct lmt_word {
	const char *name; /* sorted */
	unsigned int min_args;
	enum event_kind kind;
	/* One letter for each argument, see lmt_form.h. NULL: nothing is written by this word. */
	const char *form;
	/* What the word says beyond its form; a layout word makes all its events. */
	bool (*parse)(struct lmt_call *call);
};

/* NULL: unknown; then near is a known word that looks like it, or NULL. */
const struct lmt_word *lmt_find_word(struct text name, const char **near);
/* The word that an event is written with. */
const struct lmt_word *lmt_word_of(const struct event *event);

#endif
