/* SPDX-License-Identifier: MIT */
/* The one table of event names: tracepoints and probes alike. */
#ifndef LAZYMMU_TRACE_EVENT_NAMES_H
#define LAZYMMU_TRACE_EVENT_NAMES_H

#include "event.h"
#include "text.h"

struct event_name {
	const char *name;
	enum event_kind kind;
	/* Causes: a failure makes a bad line. */
	bool (*cause)(struct text args, struct event *event, struct mistake *mistake);
	/* Effects: a failure makes an EVENT_EFFECT_OTHER. Neither: no argument is read. */
	bool (*effect)(struct text args, struct event *event);
	const char *arch; /* the only backend with such an event, or NULL */
	unsigned int page_shift;
	/* x86 has it, on Xen or not; a header may name another machine that has it, too. */
	bool is_x86;
	bool is_vague; /* a name that people give to probes: the function there decides, if named */
};

/* The table by hash; every line of a recording asks. */
struct event_index {
	struct event_slot {
		const struct event_name *event; /* NULL: free */
		size_t size;			/* of its name */
	} slots[256];
};

void event_index_init(struct event_index *index);
/* NULL: the name is not in the table. */
const struct event_name *event_name_find(const struct event_index *index, struct text name);

#endif
