/* SPDX-License-Identifier: MIT */
/* Event names: what the text behind the columns of a kernel event says. */
#ifndef LAZYMMU_TRACE_DECODE_H
#define LAZYMMU_TRACE_DECODE_H

#include "ftrace.h"

struct event_name;

/* The table of names by hash; every line of a recording asks. */
struct event_index {
	struct event_slot {
		const struct event_name *event; /* NULL: free */
		size_t size;			/* of its name */
	} slots[256];
};

void event_index_init(struct event_index *index);

/* A name in the table. */
bool decode_knows(const struct event_index *index, struct text name);

/*
 * Fills kind, arguments and text of event. Unknown names are EVENT_OTHER. Names tell facts about
 * the machine: backend and page size.
 */
bool decode_event(const struct event_index *index, const struct ftrace_body *body,
		  struct event *event, struct reader_facts *facts, struct mistake *mistake);

#endif
