/* SPDX-License-Identifier: MIT */
/*
 * What the last lines began with, up to their time stamps or the full seconds of them, and what
 * that says: most lines begin as one of those before them. The columns depend on these bytes alone.
 */
#ifndef LAZYMMU_TRACE_STARTS_H
#define LAZYMMU_TRACE_STARTS_H

#include "event.h"
#include "text.h"

enum { NR_STARTS = 32, NR_START_SIZES = 2, MIN_START_SIZE = 24, MAX_START_SIZE = 96 };

struct line_start {
	size_t size; /* 0: nothing is remembered */
	char text[MAX_START_SIZE];
	bool has_seconds; /* the text ends within a time stamp, behind "SECONDS." */
	struct start_columns {
		int tid;
		int tgid;
		int cpu;
		bool has_flags;
		bool irqs_off;
		bool need_resched;
		bool hardirq;
		bool softirq;
		unsigned int preempt_depth;
	} columns;
};

/*
 * Columns have a width, so that nearly all starts of a recording are of one size, or of two where
 * some lines lack a column; they serve to look up the next one. Zeroed it is empty.
 */
struct line_starts {
	size_t sizes[NR_START_SIZES];	    /* the last one first; 0: there is none yet */
	struct line_start items[NR_STARTS]; /* by hash, a newer one replaces an older one */
};

/* Eight bytes as one number: for comparing all of them at once. */
static inline uint64_t eight_bytes(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return bytes;
}

/*
 * Six digits and ": ", as most stamps end; there are eight bytes. What differs from '0' by more
 * than 9 gets its top bit when 0x76 is added.
 */
static inline bool is_microseconds(const char *p)
{
	uint64_t difference = eight_bytes(p) ^ eight_bytes("000000: ");
	uint64_t added = difference + eight_bytes("\x76\x76\x76\x76\x76\x76\0\0");

	return !((difference | added) & eight_bytes("\x80\x80\x80\x80\x80\x80\xff\xff"));
}

/*
 * Where a start of a size is kept. Its task number is behind a name of 16 columns, its CPU and
 * flags are before the seconds; elsewhere it is only found less often.
 */
static inline struct line_start *starts_place(struct line_starts *starts, const char *line,
					      size_t size)
{
	uint64_t task = eight_bytes(line + 16), flags = eight_bytes(line + size - 16);
	uint64_t hash = (task + (flags << 8) + (flags >> 32)) * UINT64_C(0x9e3779b97f4a7c15);

	return &starts->items[(hash >> 32) % NR_STARTS];
}

static inline const struct line_start *starts_find_sized(struct line_starts *starts,
							 struct text line, size_t size)
{
	if (!size || text_size(line) < size)
		return NULL;
	const struct line_start *start = starts_place(starts, line.p, size);
	bool same = start->size == size && memcmp(line.p, start->text, size) == 0;
	return same ? start : NULL;
}

/* The same of the size that the last start did not have. */
const struct line_start *starts_find_other(struct line_starts *starts, struct text line);

/* The start of the line, if it is known, else NULL. */
static inline const struct line_start *starts_find(struct line_starts *starts, struct text line)
{
	const struct line_start *start = starts_find_sized(starts, line, starts->sizes[0]);

	return start ? start : starts_find_other(starts, line);
}

/* Its columns. */
static inline void start_recall(const struct line_start *start, struct event *event)
{
	const struct start_columns *columns = &start->columns;

	event->tid = columns->tid;
	event->tgid = columns->tgid;
	event->cpu = columns->cpu;
	event->has_flags = columns->has_flags;
	event->irqs_off = columns->irqs_off;
	event->need_resched = columns->need_resched;
	event->hardirq = columns->hardirq;
	event->softirq = columns->softirq;
	event->preempt_depth = columns->preempt_depth;
}

/* A start with its columns; it may be of a size that is not kept. */
void starts_remember(struct line_starts *starts, struct text text, bool has_seconds,
		     const struct event *event);

#endif
