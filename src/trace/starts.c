/* SPDX-License-Identifier: MIT */
/* A table of starts. */
#include "starts.h"

/* Makes a size the first one. */
static void use_size(struct line_starts *starts, size_t size)
{
	if (starts->sizes[0] == size)
		return;
	starts->sizes[1] = starts->sizes[0];
	starts->sizes[0] = size;
}

const struct line_start *starts_find_other(struct line_starts *starts, struct text line)
{
	const struct line_start *start = starts_find_sized(starts, line, starts->sizes[1]);

	if (start)
		use_size(starts, start->size);
	return start;
}

void starts_remember(struct line_starts *starts, struct text text, bool has_seconds,
		     const struct event *event)
{
	size_t size = text_size(text);

	if (size < MIN_START_SIZE || size > MAX_START_SIZE)
		return;
	use_size(starts, size);
	struct line_start *start = starts_place(starts, text.p, size);
	start->size = size;
	memcpy(start->text, text.p, size);
	start->has_seconds = has_seconds;
	start->columns = (struct start_columns){
		.tid = event->tid,
		.tgid = event->tgid,
		.cpu = event->cpu,
		.has_flags = event->has_flags,
		.irqs_off = event->irqs_off,
		.need_resched = event->need_resched,
		.hardirq = event->hardirq,
		.softirq = event->softirq,
		.preempt_depth = event->preempt_depth,
	};
}
