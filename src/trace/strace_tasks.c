/* SPDX-License-Identifier: MIT */
/* The set of live tasks. */
#include "strace_tasks.h"

void strace_tasks_fini(struct strace_tasks *tasks)
{
	idmap_fini(&tasks->live);
	idmap_fini(&tasks->exiting);
}

static int add(struct strace_tasks *tasks, int tid)
{
	int err;

	if (tasks->live.nr >= STRACE_MAX_LIVE)
		return 0;
	err = idmap_insert(&tasks->live, tid, tasks);
	if (!err) {
		tasks->survivor ^= tid;
		tasks->remaining ^= tid;
	}
	return err;
}

static bool is_live(const struct strace_tasks *tasks, int tid)
{
	return idmap_find(&tasks->live, tid);
}

int strace_tasks_number(const struct strace_tasks *tasks, int pid)
{
	return pid == tasks->first_pid ? STRACE_FIRST_TID : pid;
}

int strace_tasks_attach(struct strace_tasks *tasks, int pid, uint64_t nr_threads)
{
	int tid = strace_tasks_number(tasks, pid);

	if (nr_threads > 1) {
		tasks->process = tasks->has_threads ? 0 : tid;
		tasks->nr_unseen = nr_threads - 1;
		tasks->has_threads = true;
	}

	return is_live(tasks, tid) ? 0 : add(tasks, tid);
}

void strace_tasks_remove(struct strace_tasks *tasks, int tid)
{
	if (!is_live(tasks, tid))
		return;
	idmap_remove(&tasks->live, tid);
	tasks->survivor ^= tid;
	if (idmap_find(&tasks->exiting, tid))
		idmap_remove(&tasks->exiting, tid);
	else
		tasks->remaining ^= tid;
}

int strace_tasks_exits(struct strace_tasks *tasks, int tid)
{
	if (!is_live(tasks, tid) || idmap_find(&tasks->exiting, tid))
		return 0;
	tasks->remaining ^= tid;
	return idmap_insert(&tasks->exiting, tid, tasks);
}

void strace_tasks_forks(struct strace_tasks *tasks, int tid, bool forks)
{
	if (tid == STRACE_FIRST_TID)
		tasks->first_forks = forks;
}

void strace_tasks_born(struct strace_tasks *tasks, int pid)
{
	if (!tasks->first_pid)
		tasks->born[tasks->nr_born++ % STRACE_NR_BORN] = pid;
}

static bool was_born(const struct strace_tasks *tasks, int pid)
{
	for (unsigned int i = 0; i < STRACE_NR_BORN; i++) {
		if (tasks->born[i] == pid)
			return true;
	}
	return false;
}

/* A number that nobody announced (with -q nobody does) is the first task's, or a child's. */
static bool is_first(const struct strace_tasks *tasks, const struct strace_line *line)
{
	bool may_be_child = tasks->first_forks && line->kind != STRACE_RESUMED;

	return !tasks->first_pid && is_live(tasks, STRACE_FIRST_TID) && !may_be_child &&
	       !was_born(tasks, line->pid);
}

/* Without a number: the only task there is. With several some end was not seen. */
static int find_unnumbered(struct strace_tasks *tasks, int *tid)
{
	if (tasks->live.nr > 1) {
		bool is_alone = tasks->live.nr - tasks->exiting.nr == 1;

		*tid = is_alone ? tasks->remaining : tasks->last;
		return 0;
	}
	*tid = tasks->live.nr ? tasks->survivor : STRACE_FIRST_TID;
	return tasks->live.nr ? 0 : add(tasks, *tid);
}

/* A child would have a note: it is a thread of the process that had some from the start. */
static void claim_thread(struct strace_tasks *tasks, int *tgid)
{
	if (!tasks->process || !tasks->nr_unseen)
		return;
	tasks->nr_unseen--;
	*tgid = tasks->process;
}

/* A task that begins a call has not exited: its number was used again. */
static void revive(struct strace_tasks *tasks, int tid)
{
	if (!idmap_find(&tasks->exiting, tid))
		return;
	idmap_remove(&tasks->exiting, tid);
	tasks->remaining ^= tid;
}

int strace_tasks_find(struct strace_tasks *tasks, const struct strace_line *line, int *tid,
		      int *tgid)
{
	int err = 0;

	if (line->pid < 0) {
		err = find_unnumbered(tasks, tid);
	} else {
		*tid = strace_tasks_number(tasks, line->pid);
		if (!is_live(tasks, *tid) && is_first(tasks, line)) {
			tasks->first_pid = line->pid;
			*tid = STRACE_FIRST_TID;
		} else if (!is_live(tasks, *tid)) {
			err = add(tasks, *tid);
			claim_thread(tasks, tgid);
		}
	}
	if (line->kind == STRACE_CALL)
		revive(tasks, *tid);
	tasks->last = *tid;
	return err;
}
