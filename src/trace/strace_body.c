/* SPDX-License-Identifier: MIT */
/* From the body of a line to an event, and to one that waits behind it. */
#include "strace_body.h"
#include "strace_output.h"

#include <errno.h>

int strace_find_task(struct strace *strace, const struct strace_line *line, struct event *event)
{
	if (line->pid >= 0 && !line->bracketed) {
		event->tid = line->pid;
		return 0;
	}
	/* The thread is gone already when strace decides whether a number is needed. */
	if (line->kind == STRACE_SUPERSEDED)
		strace_tasks_remove(&strace->tasks,
				    strace_tasks_number(&strace->tasks, line->superseded_pid));
	return strace_tasks_find(&strace->tasks, line, &event->tid, &event->tgid);
}

static bool is_failure(uint64_t result)
{
	return (int64_t)result < 0 && (int64_t)result >= -4095;
}

/* The syscall ends, in the event or behind it. */
static void note_result(struct strace *strace, int tid, enum syscall_nr nr, uint64_t result,
			struct strace_counts *counts)
{
	counts->failed += is_failure(result);
	if (!strace->numbered && syscall_is_fork(nr)) {
		strace_tasks_forks(&strace->tasks, tid, false);
		strace_tasks_born(&strace->tasks, (int)result);
	}
}

/* Behind the event comes another one of the same line and task. */
static void queue(struct strace *strace, const struct event *event, enum event_kind kind,
		  enum syscall_nr nr, uint64_t result)
{
	strace->queued = (struct queued){ kind, event->line, event->time, event->tid, nr, result };
}

/* The rest comes with another line: until then the task is in the syscall. */
static void keep_torn(struct strace *strace, const struct event *enter, bool unfinished)
{
	strace->torn.line = enter->line;
	strace->torn.unfinished = unfinished;
	strace->torn.tid = enter->tid;
	strace->torn.syscall = enter->syscall;
}

/* What the program prints may look like a call, but seldom as one that matters. */
bool strace_is_certain(const struct strace *strace, const struct strace_line *line,
		       enum syscall_nr nr)
{
	return strace->timed || strace->noted || line->pid >= 0 || nr != SYSCALL_OTHER;
}

/* `= ?`: it did not come back from the call. 0 or -ENOMEM. */
static int ends(struct strace *strace, int tid)
{
	return strace->numbered ? 0 : strace_tasks_exits(&strace->tasks, tid);
}

/* How a call ends, on a terminal whatever the program printed into it. */
static enum strace_end end_of_call(const struct strace *strace, struct text rest, uint64_t *result,
				   struct mistake *mistake)
{
	enum strace_end end = strace_call_end(rest, result, mistake);

	if (end == STRACE_TORN && !strace->numbered && strace_skip_to_result(&rest))
		end = strace_call_end(rest, result, mistake);
	return end;
}

static int call(struct strace *strace, const struct strace_line *line, struct event *event,
		struct strace_counts *counts, struct mistake *mistake)
{
	struct strace_syscall syscall = strace_find_syscall(&strace->syscalls, line->name);
	struct text rest = line->rest;
	uint64_t result = 0;

	if (!strace_arguments(syscall, &strace->flags, &rest, event, mistake))
		return -EINVAL;
	switch (end_of_call(strace, rest, &result, mistake)) {
	case STRACE_TORN:
		if (strace->numbered || !strace_is_certain(strace, line, syscall.nr))
			return -EINVAL;
		keep_torn(strace, event, false);
		break;
	case STRACE_UNFINISHED:
		keep_torn(strace, event, true);
		counts->unfinished++;
		if (!strace->numbered && syscall_is_fork(event->syscall))
			strace_tasks_forks(&strace->tasks, event->tid, true);
		break;
	case STRACE_RETURNED:
		queue(strace, event, EVENT_SYS_EXIT, event->syscall, result);
		note_result(strace, event->tid, event->syscall, result, counts);
		break;
	case STRACE_NO_RETURN:
	default:
		if (ends(strace, event->tid))
			return -ENOMEM;
		break;
	}
	counts->calls++;
	return 1;
}

/* The second half of a call. */
static int half(struct strace *strace, struct text rest, enum syscall_nr nr, struct event *event,
		struct strace_counts *counts, struct mistake *mistake)
{
	uint64_t result = 0;

	switch (strace_call_end(rest, &result, mistake)) {
	case STRACE_TORN:
		return -EINVAL;
	case STRACE_RETURNED:
		event->kind = EVENT_SYS_EXIT;
		event->syscall = nr;
		event->arg[0] = result;
		note_result(strace, event->tid, nr, result, counts);
		return 1;
	case STRACE_UNFINISHED:
		counts->unfinished++;
		return 0;
	case STRACE_NO_RETURN:
	default:
		return ends(strace, event->tid);
	}
}

static int resumed(struct strace *strace, const struct strace_line *line, struct event *event,
		   struct strace_counts *counts, struct mistake *mistake)
{
	enum syscall_nr nr = strace_find_syscall(&strace->syscalls, line->name).nr;
	int got;

	/* Its entry was a clone() with flags, most likely. */
	nr = nr == SYSCALL_CLONE3 ? SYSCALL_CLONE : nr;
	got = half(strace, line->rest, nr, event, counts, mistake);
	counts->resumed += got >= 0;
	return got;
}

static void end_task(struct strace *strace, int tid, struct event *event)
{
	event->kind = EVENT_EXIT;
	event->tid = tid;
	event->arg[0] = (uint64_t)tid;
	strace_tasks_remove(&strace->tasks, tid);
}

/*
 * A thread executes a program and takes the leader's number: the thread's is gone, and the leader
 * is in the execve() whose end comes next.
 */
static int superseded(struct strace *strace, const struct strace_line *line, struct event *event)
{
	queue(strace, event, EVENT_SYS_ENTER, SYSCALL_EXECVE, 0);
	end_task(strace, strace_tasks_number(&strace->tasks, line->superseded_pid), event);
	return 1;
}

int strace_body(struct strace *strace, const struct strace_line *line, struct event *event,
		struct strace_counts *counts, struct mistake *mistake)
{
	switch (line->kind) {
	case STRACE_CALL:
		return call(strace, line, event, counts, mistake);
	case STRACE_RESUMED:
		return resumed(strace, line, event, counts, mistake);
	case STRACE_EXITED:
		end_task(strace, event->tid, event);
		return 1;
	case STRACE_SUPERSEDED:
		return superseded(strace, line, event);
	case STRACE_SIGNAL:
		counts->signals++;
		return 0;
	case STRACE_NOTE:
	case STRACE_FOREIGN:
	default:
		return 0;
	}
}

/*
 * strace ends a line before it begins another, so that the rest of a torn one comes next. It has no
 * columns, and begins within the arguments or behind them.
 */
bool strace_may_be_rest(const struct strace *strace, struct text text,
			const struct strace_line *line)
{
	static const char starts[] = ",) =[{<\"&N-0123456789";

	return strace->torn.line && line->pid < 0 && !text_size(line->time) &&
	       line->kind == STRACE_FOREIGN && text_size(text) &&
	       memchr(starts, *text.p, sizeof(starts) - 1);
}

int strace_rest(struct strace *strace, struct text text, struct event *event,
		struct strace_counts *counts, struct mistake *mistake)
{
	event->tid = strace->torn.tid;
	int got = half(strace, text, strace->torn.syscall, event, counts, mistake);
	if (got == -EINVAL)
		return got;
	if (strace->torn.unfinished)
		counts->resumed++;
	else
		counts->torn++;
	strace->torn.line = 0;
	if (strace->torn.detached)
		strace_tasks_remove(&strace->tasks,
				    strace_tasks_number(&strace->tasks, strace->torn.detached));
	strace->torn.detached = 0;
	return got;
}

void strace_lose_torn(struct strace *strace, struct strace_counts *counts)
{
	if (!strace->torn.unfinished) {
		counts->lost++;
		strace->lost = strace->torn.line;
	}
	strace->torn.line = 0;
	strace->torn.detached = 0;
}
