/* SPDX-License-Identifier: MIT */
/* Records of tools/perf/util/event.c (perf_event__fprintf_*), and samples of page faults. */
#include "perf_record.h"

#include <limits.h>

enum { PROT_READ_BIT = 1, PROT_WRITE_BIT = 2, PROT_EXEC_BIT = 4 };

/* "PID:TID" or "PID/TID". */
static bool two_ids(struct text *text, const char *between, int *pid, int *tid)
{
	int64_t first, second;

	if (!text_signed(text, &first) || !text_skip(text, between) ||
	    !text_signed(text, &second) || first < -1 || first > INT_MAX || second < -1 ||
	    second > INT_MAX)
		return false;
	*pid = (int)first;
	*tid = (int)second;
	return true;
}

/*
 * MMAP2 prints "rw-p" or "rw-s". The older MMAP tells code ('x') from data ('r') alone.
 * ASSUME: data of MMAP may be written.
 */
static bool protection(struct text word, uint64_t *prot, uint64_t *flags)
{
	*flags = MAPPING_PRIVATE;
	if (text_is(word, "x") || text_is(word, "r")) {
		*prot = PROT_READ_BIT | (text_is(word, "x") ? PROT_EXEC_BIT : PROT_WRITE_BIT);
		return true;
	}
	if (text_size(word) != 4)
		return false;
	*prot = (word.p[0] == 'r' ? PROT_READ_BIT : 0u) | (word.p[1] == 'w' ? PROT_WRITE_BIT : 0u) |
		(word.p[2] == 'x' ? PROT_EXEC_BIT : 0u);
	if (word.p[3] == 's')
		*flags = MAPPING_SHARED;
	return true;
}

/* "//anon", "[heap]", "[stack]" and the other names in brackets are no files. */
static uint64_t kind_of_name(struct text name)
{
	if (text_is(name, "[stack]"))
		return MAPPING_ANONYMOUS | MAPPING_GROWSDOWN;
	return text_is(name, "//anon") || text_starts(name, "[") ? MAPPING_ANONYMOUS : 0;
}

/* " 4552/4552: [0x55779ee91000(0x5000) @ 0 fe:00 11018890 4065798646]: r--p /path" */
static bool mapping(struct text text, struct event *event)
{
	int pid, tid;
	uint64_t flags;

	if (!text_skip(&text, " ") || !two_ids(&text, "/", &pid, &tid) ||
	    !text_skip(&text, ": [") || !text_hex(&text, &event->arg[0]) ||
	    !text_skip(&text, "(") || !text_hex(&text, &event->arg[1]) ||
	    !text_find(&text, "]: ") || !protection(text_word(&text), &event->arg[2], &flags))
		return false;
	text_skip_blanks(&text);
	event->arg[3] = flags | kind_of_name(text);
	event->tid = tid;
	event->tgid = pid;
	/* The kernel's own have no process. */
	event->kind = pid < 0 ? EVENT_OTHER : EVENT_MAPPING;
	return true;
}

/*
 * " exec: COMM:PID/TID". The kernel tells it from begin_new_exec(), when the old address space is
 * gone and before the program is mapped.
 */
static bool name_change(struct text text, struct event *event)
{
	struct text ids = text;

	if (!text_skip(&text, " exec: "))
		return true;
	while (text_find(&ids, ":"))
		text = ids;
	event->kind = EVENT_NEW_EXEC;
	return two_ids(&text, "/", &event->tgid, &event->tid);
}

/* "(PID:TID):(PARENT:PARENT_TID)" */
static bool relatives(struct text text, struct perf_fork *fork)
{
	return text_skip(&text, "(") && two_ids(&text, ":", &fork->pid, &fork->tid) &&
	       text_skip(&text, "):(") &&
	       two_ids(&text, ":", &fork->parent_pid, &fork->parent_tid) && text_skip(&text, ")") &&
	       fork->tid >= 0;
}

bool perf_record(struct text text, struct event *event, struct perf_fork *fork)
{
	event->kind = EVENT_OTHER;
	if (text_skip(&text, "MMAP2") || text_skip(&text, "MMAP"))
		return mapping(text, event);
	if (text_skip(&text, "COMM"))
		return name_change(text, event);
	if (text_skip(&text, "FORK")) {
		event->kind = EVENT_FORK;
		return relatives(text, fork) && fork->parent_tid >= 0;
	}
	if (text_skip(&text, "EXIT")) {
		event->kind = EVENT_EXIT;
		if (!relatives(text, fork))
			return false;
		event->tid = fork->tid;
		event->tgid = fork->pid;
		event->arg[0] = (uint64_t)fork->tid;
	}
	return true;
}

bool perf_lost(struct text text, uint64_t *lost)
{
	return text_skip(&text, "LOST") && text_find(&text, " lost ") && text_dec(&text, lost);
}

/* page-faults, faults, minor-faults, major-faults, without the modifiers (":u"). */
bool perf_is_fault(struct text name)
{
	if (text_size(name) < strlen("faults") || name.end[-1] != 's')
		return false;
	if (!text_skip(&name, "page-") && !text_skip(&name, "minor-"))
		text_skip(&name, "major-");
	return text_is(name, "faults");
}

/*
 * The address fills a column of 16 behind a blank; an ip without address begins one blank later.
 * The event does not say what the access was.
 */
bool perf_fault(struct text text, struct event *event)
{
	enum { ADDRESS_END = 17 };
	const char *start = text.p;

	text_skip_blanks(&text);
	if (!text_hex(&text, &event->arg[0]) || text.p - start > ADDRESS_END)
		return false;
	event->kind = EVENT_FAULT;
	event->arg[1] = FAULT_USER | FAULT_UNTOLD;
	event->arg[2] = 1;
	return true;
}
