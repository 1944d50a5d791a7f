/* SPDX-License-Identifier: MIT */
/* The event words of native text. */
#ifndef LAZYMMU_TRACE_LMT_WORDS_H
#define LAZYMMU_TRACE_LMT_WORDS_H

#include "event.h"
#include "text.h"

enum {
	LMT_MAX_FIELDS = 16,
	LMT_MAX_EVENTS = 3, /* that one line stands for */
};

/* The arguments of a line, and the events that they make. */
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
	bool (*parse)(struct lmt_call *call); /* NULL: arguments do not matter */
};

/* NULL: unknown; then near is a known word that looks like it, or NULL. */
const struct lmt_word *lmt_find_word(struct text name, const char **near);

#endif
