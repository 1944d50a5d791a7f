/* SPDX-License-Identifier: MIT */
/* What is kept of the events, and which ends of clones are among it. */
#include "ahead.h"
#include "reader_state.h"

#include <errno.h>

void ahead_init(struct ahead *ahead, struct reader *reader)
{
	*ahead = (struct ahead){ .reader = reader };
}

void ahead_fini(struct ahead *ahead)
{
	event_queue_fini(&ahead->events);
}

static void note_birth(struct ahead *ahead, const struct event *event)
{
	if (event->kind != EVENT_SYS_EXIT || !syscall_is_fork(event->syscall) ||
	    (int64_t)event->arg[0] <= 0)
		return;
	/* Of so many the first was returned: no more events are kept. */
	if (ahead->nr_births - ahead->first_birth == AHEAD_MAX)
		ahead->first_birth++;
	ahead->births[ahead->nr_births++ % AHEAD_MAX] = (struct ahead_birth){
		.at = ahead->nr_read,
		.parent = event->tid,
		.child = (int)event->arg[0],
	};
}

int ahead_next_kept(struct ahead *ahead, struct event *event)
{
	ahead->nr_returned++;
	return event_queue_next(&ahead->events, &ahead->cursor, event);
}

int ahead_read(struct ahead *ahead, struct event *event)
{
	int got;

	if (ahead->nr_read - ahead->nr_returned == AHEAD_MAX)
		return -ENOBUFS;
	got = reader_next(ahead->reader, event);
	if (got <= 0)
		return got;
	/* The event is lost: what was read before stands, and nothing comes behind it. */
	if (event_queue_add(&ahead->events, &ahead->cursor, event))
		return reader_fail(ahead->reader, -ENOMEM, "out of memory", NULL);
	note_birth(ahead, event);
	ahead->nr_read++;
	return got;
}

static const struct ahead_birth *birth_at(const struct ahead *ahead, uint64_t i)
{
	return i < ahead->nr_births ? &ahead->births[i % AHEAD_MAX] : NULL;
}

int ahead_parent(struct ahead *ahead, int child)
{
	const struct ahead_birth *birth;
	struct event event;

	while ((birth = birth_at(ahead, ahead->first_birth)) && birth->at < ahead->nr_returned)
		ahead->first_birth++;
	for (uint64_t i = ahead->first_birth;; i++) {
		while (!(birth = birth_at(ahead, i))) {
			if (ahead_read(ahead, &event) <= 0)
				return -1;
		}
		if (birth->child == child)
			return birth->parent;
	}
}
