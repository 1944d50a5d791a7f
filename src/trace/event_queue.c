/* SPDX-License-Identifier: MIT */
/* A queue in one array: the fields, the text, its NUL, one event behind the other. */
#include "event_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 16 * 1024 };

static size_t stored_size(const char *text)
{
	return offsetof(struct event, text) + strlen(text) + 1;
}

void event_queue_fini(struct event_queue *queue)
{
	free(queue->bytes);
	*queue = (struct event_queue){ 0 };
}

/* What was returned makes room, once it is half of all. */
static void make_room(struct event_queue *queue, size_t *cursor)
{
	if (*cursor * 2 < queue->size)
		return;
	queue->size -= *cursor;
	memmove(queue->bytes, queue->bytes + *cursor, queue->size);
	*cursor = 0;
}

int event_queue_add(struct event_queue *queue, size_t *cursor, const struct event *event)
{
	size_t size = stored_size(event->text);

	if (*cursor)
		make_room(queue, cursor);
	if (queue->size + size > queue->capacity) {
		size_t capacity = queue->capacity ? queue->capacity * 2 : FIRST_CAPACITY;
		char *bytes = realloc(queue->bytes, capacity);
		if (!bytes)
			return -ENOMEM;
		queue->bytes = bytes;
		queue->capacity = capacity;
	}
	memcpy(queue->bytes + queue->size, event, size);
	queue->size += size;
	return 0;
}

bool event_queue_next(const struct event_queue *queue, size_t *cursor, struct event *event)
{
	if (*cursor == queue->size)
		return false;
	const char *stored = queue->bytes + *cursor;
	size_t size = stored_size(stored + offsetof(struct event, text));

	memcpy(event, stored, size);
	*cursor += size;
	return true;
}
