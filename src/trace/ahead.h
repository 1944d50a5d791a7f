/* SPDX-License-Identifier: MIT */
/* The events of a recording in their order, with a look at those that come later. */
#ifndef LAZYMMU_TRACE_AHEAD_H
#define LAZYMMU_TRACE_AHEAD_H

#include "event_queue.h"
#include "reader.h"

enum { AHEAD_MAX = 4096 }; /* events that are read and kept */

struct ahead {
	struct reader *reader;
	struct event_queue events;
	size_t cursor; /* of the next one to be returned */
	uint64_t nr_read;
	uint64_t nr_returned;
	/* Ends of clones among the events that are kept, the first of them first. */
	struct ahead_birth {
		uint64_t at; /* how many events came before */
		int parent;
		int child;
	} births[AHEAD_MAX];
	uint64_t first_birth;
	uint64_t nr_births;
};

void ahead_init(struct ahead *ahead, struct reader *reader);
void ahead_fini(struct ahead *ahead);

/* The next one of those that are kept. */
int ahead_next_kept(struct ahead *ahead, struct event *event);

/* As reader_next(). Most often nothing is kept. */
static inline int ahead_next(struct ahead *ahead, struct event *event)
{
	return ahead->cursor == ahead->events.size ? reader_next(ahead->reader, event)
						   : ahead_next_kept(ahead, event);
}

/* Reads another event and keeps it. As reader_next(); -ENOBUFS: AHEAD_MAX are kept. */
int ahead_read(struct ahead *ahead, struct event *event);
/* Who returns from a clone that made this task, within the next AHEAD_MAX events; -1: nobody. */
int ahead_parent(struct ahead *ahead, int child);

#endif
