/* SPDX-License-Identifier: MIT */
/* Events that are kept for later: of each only what it uses of its text. */
#ifndef LAZYMMU_TRACE_EVENT_QUEUE_H
#define LAZYMMU_TRACE_EVENT_QUEUE_H

#include <stddef.h>

#include "event.h"

/* Zeroed it is empty. */
struct event_queue {
	char *bytes;
	size_t size;
	size_t capacity;
};

void event_queue_fini(struct event_queue *queue);
/* 0 or -ENOMEM. What is before the cursor may go, so that it moves. */
int event_queue_add(struct event_queue *queue, size_t *cursor, const struct event *event);
/* The event at a cursor, which starts at 0 and moves on; false: there are no more. */
bool event_queue_next(const struct event_queue *queue, size_t *cursor, struct event *event);

#endif
