/* SPDX-License-Identifier: MIT */
/* From lines of `perf script` to events: names without their group, forks told once. */
#include "perf.h"
#include "perf_clock.h"
#include "perf_record.h"
#include "stamp.h"

#include <stdlib.h>

enum {
	NR_TASKS = 1024, /* more share a place and lose what is known of them */
	MAX_EVENTS = 3,	 /* of a line: a fork that was held back, and its own */
};

struct perf {
	bool times;
	struct perf_clock clock;
	struct line_starts starts;
	struct event queue[MAX_EVENTS];
	unsigned int nr_queued;
	unsigned int next;
	bool missing_address_told;
	/*
	 * A recorded fork is held back for a line of its parent or child: the tracepoints of the
	 * same fork, which say more, come right behind it.
	 */
	bool has_fork;
	bool fork_is_named; /* task_newtask said its flags */
	struct event fork_columns;
	struct perf_fork fork;
	struct perf_task {
		int tid;
		int cpu;	       /* where it was last; -1: not said */
		bool clone_says_flags; /* it is in a clone whose entry tells what is shared */
		uint64_t fault;	       /* address that a tracepoint told; 0: none */
	} tasks[NR_TASKS];
};

struct perf *perf_create(bool times)
{
	struct perf *perf = calloc(1, sizeof(*perf));

	if (perf)
		perf->times = times;
	return perf;
}

void perf_destroy(struct perf *perf)
{
	free(perf);
}

static struct perf_task *task_of(struct perf *perf, int tid)
{
	struct perf_task *task = &perf->tasks[(unsigned int)tid % NR_TASKS];

	if (task->tid != tid)
		*task = (struct perf_task){ .tid = tid, .cpu = -1 };
	return task;
}

/* Records and page faults may come without a CPU: then the task is where it was. */
static void track_task(struct perf *perf, struct event *event)
{
	struct perf_task *task = task_of(perf, event->tid);

	if (event->cpu < 0)
		event->cpu = task->cpu;
	task->cpu = event->cpu;
	if (event->kind == EVENT_SYS_ENTER)
		task->clone_says_flags =
			syscall_is_fork(event->syscall) && event->syscall != SYSCALL_CLONE3;
	else if (event->kind == EVENT_SYS_EXIT)
		task->clone_says_flags = false;
}

static void queue(struct perf *perf, const struct event *event)
{
	perf->queue[perf->nr_queued++] = *event;
}

/* The child shares memory if it is a thread; of another child only the syscall can say. */
static void queue_fork(struct perf *perf)
{
	enum { KERNEL_CLONE_VM = 0x100 };
	const struct perf_fork *fork = &perf->fork;
	struct event event = perf->fork_columns;

	perf->has_fork = false;
	if (!perf->fork_is_named && !task_of(perf, fork->parent_tid)->clone_says_flags) {
		event.kind = EVENT_NEW_TASK;
		event.arg[0] = (uint64_t)fork->tid;
		event.arg[1] = fork->pid == fork->parent_pid ? KERNEL_CLONE_VM : 0;
		queue(perf, &event);
	}
	event.kind = EVENT_FORK;
	event.arg[0] = (uint64_t)fork->parent_tid;
	event.arg[1] = (uint64_t)fork->tid;
	queue(perf, &event);
}

static void hold_fork(struct perf *perf, const struct event *event, const struct perf_fork *fork)
{
	if (perf->has_fork)
		queue_fork(perf);
	perf->has_fork = true;
	perf->fork_is_named = false;
	perf->fork = *fork;
	perf->fork_columns = *event;
	perf->fork_columns.tid = fork->parent_tid;
	perf->fork_columns.tgid = fork->parent_pid;
}

/* Before an event is queued: the fork that is held back is told by it, or takes place before. */
static void settle_fork(struct perf *perf, const struct event *event)
{
	uint64_t child = (uint64_t)perf->fork.tid;

	if (!perf->has_fork ||
	    (event->tid != perf->fork.parent_tid && event->tid != perf->fork.tid))
		return;
	if (event->kind == EVENT_NEW_TASK && event->arg[0] == child)
		perf->fork_is_named = true;
	else if (event->kind == EVENT_FORK && event->arg[1] == child)
		perf->has_fork = false;
	else
		queue_fork(perf);
}

/* [PERIOD] NAME: ...; the name, up to the last colon before a blank. */
static bool sample_name(struct text *rest, struct text *name, struct mistake *mistake)
{
	struct text period = *rest;
	uint64_t number;

	if (text_dec(&period, &number) && text_starts(period, " "))
		*rest = period;
	*name = text_word(rest);
	if (text_size(*name) > 1 && name->end[-1] == ':' && *name->p != '(' && *name->p != ':') {
		name->end--;
		return true;
	}
	text_fail(mistake, name->p, "no event name behind the time");
	mistake->hint = "perf script -F +event";
	return false;
}

/* "GROUP:NAME" of tracepoints and probes; modifiers (":u") may follow any name. */
static struct text without_group(struct text name)
{
	struct text first = name, second = name;
	const char *colon = memchr(name.p, ':', text_size(name));

	if (!colon)
		return name;
	first.end = colon;
	if (perf_is_fault(first))
		return first;
	second.p = colon + 1;
	colon = memchr(second.p, ':', text_size(second));
	if (colon)
		second.end = colon;
	return second;
}

/* Once for all: without their addresses the samples say nothing. */
static int missing_address(struct perf *perf, struct text rest, struct mistake *mistake)
{
	if (perf->missing_address_told)
		return 0;
	perf->missing_address_told = true;
	text_fail(mistake, rest.p, "page faults without their addresses");
	mistake->hint = "perf record -d, then perf script -F +addr";
	return -1;
}

/* The tracepoint of the same fault came before, and says more. */
static bool was_told(struct perf *perf, const struct event *event)
{
	struct perf_task *task = task_of(perf, event->tid);
	bool told = task->fault && task->fault == event->arg[0];

	task->fault = 0;
	return told;
}

static int sample(struct perf *perf, const struct event_index *index, struct text rest,
		  struct event *event, struct reader_facts *facts, struct mistake *mistake)
{
	struct ftrace_body body;

	if (!sample_name(&rest, &body.name, mistake))
		return -1;
	body.name = without_group(body.name);
	body.args = rest;
	if (perf_is_fault(body.name)) {
		if (!perf_fault(rest, event))
			return missing_address(perf, rest, mistake);
		if (was_told(perf, event))
			return 0;
	} else {
		text_skip_blanks(&body.args);
		if (!decode_event(index, &body, event, facts, mistake))
			return -1;
		if (event->kind == EVENT_FAULT)
			task_of(perf, event->tid)->fault = event->arg[0];
	}
	settle_fork(perf, event);
	track_task(perf, event);
	return 1;
}

static int record(struct perf *perf, struct text rest, struct event *event,
		  struct reader_facts *facts, struct mistake *mistake)
{
	struct perf_fork fork;
	uint64_t lost;

	if (perf_lost(rest, &lost)) {
		facts->lost_events += lost;
		return 0;
	}
	if (!perf_record(rest, event, &fork)) {
		text_fail(mistake, rest.p, "unexpected form of a record of perf");
		return -1;
	}
	if (event->kind == EVENT_OTHER)
		return 0;
	track_task(perf, event);
	if (event->kind == EVENT_FORK) {
		hold_fork(perf, event, &fork);
		return 0;
	}
	settle_fork(perf, event);
	return 1;
}

int perf_line(struct perf *perf, const struct event_index *index, struct text line,
	      struct event *event, struct reader_facts *facts, struct mistake *mistake)
{
	struct text rest;
	int got;

	perf->nr_queued = 0;
	perf->next = 0;
	if (!perf_split(line, &perf->starts, event, &rest, mistake))
		return perf_note(line, event->line, facts) ? 0 : -1;
	if (perf->times)
		event->time = perf_clock_time(&perf->clock, stamp_before(rest.p, line.p));
	if (text_skip(&rest, "PERF_RECORD_"))
		got = record(perf, rest, event, facts, mistake);
	else
		got = sample(perf, index, rest, event, facts, mistake);
	if (got < 0 || (got && !perf->nr_queued))
		return got;
	if (got)
		queue(perf, event);
	return perf_more(perf, event);
}

bool perf_more(struct perf *perf, struct event *event)
{
	if (perf->next >= perf->nr_queued)
		return false;
	*event = perf->queue[perf->next++];
	return true;
}
