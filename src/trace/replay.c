/* SPDX-License-Identifier: MIT */
/* One pass over a recording. */
#include "replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "expectation.h"
#include "procs.h"
#include "sched.h"
#include "syscalls.h"

/* Pages of the recording, where the backend has them. */
static unsigned int page_shift_of(const struct replay_options *options, const struct arch *arch)
{
	for (size_t i = 0; i < arch->nr_geometries; i++) {
		if (arch->geometries[i].page_shift == options->page_shift)
			return options->page_shift;
	}
	return arch->geometries[0].page_shift;
}

static int add_run(struct replay *replay, const struct replay_options *options,
		   const struct arch *arch, const struct kernel *kernel, enum mode mode,
		   enum population population)
{
	struct machine_config config = options->config;

	if (replay->nr_runs == MAX_RUNS)
		return -EINVAL;
	config.kernel = kernel;
	config.mode = mode;
	config.page_shift =
		options->page_shift_is_asked ? options->page_shift : page_shift_of(options, arch);
	int err = run_create(arch, &config, population, &replay->runs[replay->nr_runs]);
	if (err == -EINVAL) {
		replay->skipped_runs++;
		return 0;
	}
	replay->nr_runs += !err;
	return err;
}

/* One backend and kernel: each assumption about pages, lazy beside immediate. */
static int add_modes(struct replay *replay, const struct replay_options *options,
		     const struct arch *arch, const struct kernel *kernel)
{
	int err = 0;

	size_t nr = options->nr_populations ? options->nr_populations : 1;

	for (size_t i = 0; i < nr && !err; i++) {
		enum population population = options->populations[i];
		if (options->lazy)
			err = add_run(replay, options, arch, kernel, MODE_LAZY, population);
		if (!err && options->immediate)
			err = add_run(replay, options, arch, kernel, MODE_IMMEDIATE, population);
	}
	return err;
}

static int add_runs(struct replay *replay, const struct replay_options *options)
{
	for (size_t a = 0; a < options->nr_archs; a++) {
		for (size_t k = 0; k < options->nr_kernels; k++) {
			int err =
				add_modes(replay, options, options->archs[a], options->kernels[k]);
			if (err)
				return err;
		}
	}
	return replay->nr_runs ? 0 : -EINVAL;
}

/* Pages that no fault tells of are the same as none. */
static bool tells_tally(const struct replay_options *options, const struct run *run,
			const struct arch *arch, unsigned int page_shift)
{
	bool populated = run->population == POPULATION_FAULTS ||
			 (run->population == POPULATION_NONE && !options->has_faults);

	return run->arch == arch && run->machine->config.page_shift == page_shift && populated;
}

/* A run whose page tables are those of the recording machine, else one more. */
static int add_tally(struct replay *replay, const struct replay_options *options)
{
	const struct arch *arch = options->geometry ? options->geometry : options->archs[0];
	struct machine_config config = options->config;
	struct run *run = replay->runs;
	struct run *end = run + replay->nr_runs;
	int err = 0;

	config.kernel = options->kernels[0];
	config.page_shift = page_shift_of(options, arch);
	while (run < end && !tells_tally(options, run, arch, config.page_shift))
		run++;
	if (run == end) {
		err = run_create(arch, &config, POPULATION_FAULTS, run);
		replay->nr_machines += !err;
	}
	run->tally = &replay->tally;
	return err;
}

/* What all phases counted is a sum of as many; a run that no phase divides has it in one place. */
static int add_watched(struct replay *replay)
{
	const struct run *first = &replay->runs[0];
	struct run *run = &replay->runs[replay->nr_machines];
	int err = run_create(first->arch, &first->machine->config, first->population, run);

	replay->nr_machines += !err;
	replay->watched = run;
	return err;
}

int replay_create(const struct replay_options *options, struct replay *replay)
{
	*replay = (struct replay){ .nr_cpus = options->config.nr_cpus,
				   .preempt = options->config.preempt,
				   .in_order = options->in_order,
				   .undivided = options->undivided,
				   .groups = { .by = options->by } };
	int err = add_runs(replay, options);
	replay->nr_machines = replay->nr_runs;
	if (!err)
		err = add_tally(replay, options);
	if (!err && options->watched)
		err = add_watched(replay);
	if (!err && options->recorded_arch)
		err = recorder_create(options->recorded_arch, &replay->recorder);
	replay->phases.nr_runs = replay->nr_runs;
	if (!err)
		err = groups_create(replay);
	if (err) {
		replay_destroy(replay);
		return err;
	}
	for (int cpu = 0; cpu < MAX_CPUS; cpu++)
		replay->leaving_tid[cpu] = -1;
	return 0;
}

void replay_destroy(struct replay *replay)
{
	struct proc *proc;

	groups_destroy(replay);
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_destroy(&replay->runs[i]);
	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));)
		free(proc);
	idmap_fini(&replay->procs);
	phases_fini(&replay->phases);
	recorder_destroy(replay->recorder);
	free(replay->expectations);
	*replay = (struct replay){ 0 };
}

/* NULL: there is none, and what follows belongs to no phase. */
static struct phase *begin_phase(struct replay *replay, const char *name,
				 const struct event *marker)
{
	struct phase *phase;

	if (phase_begin(&replay->phases, name, marker, &phase)) {
		replay->out_of_memory = true;
		return NULL;
	}
	replay->loss_noted = false;
	return phase;
}

static __attribute__((noinline)) void handle_marker(struct replay *replay, struct proc *proc,
						    const struct event *event)
{
	char name[PHASE_NAME_SIZE];
	enum marker marker = marker_parse(event->text, name);

	if (replay->undivided || replay->groups.by != GROUP_BY_PHASE)
		marker = MARKER_NONE;

	switch (marker) {
	case MARKER_BEGIN:
		proc->phase = begin_phase(replay, name, event);
		break;
	case MARKER_NEXT:
		replay->global = begin_phase(replay, name, event);
		break;
	case MARKER_END:
		proc->phase = NULL;
		break;
	case MARKER_NONE:
		break;
	}
	/* The marker is the write: what it wrote is known. */
	if (proc->in_syscall && proc->syscall == SYSCALL_WRITE)
		proc->syscall = SYSCALL_OTHER;
}

/*
 * need_resched appears, or is still set, while a walker may run: it ends its section. With full or
 * lazy preemption a task without a lock is switched out instead (lazy only delays until
 * need_resched is set); fork's walker holds two page-table locks, the others one.
 */
static bool asks_to_stop(const struct replay *replay, const struct proc *proc,
			 const struct event *event)
{
	bool preemptible = replay->preempt >= PREEMPT_FULL;
	unsigned int locks = syscall_is_fork(proc->syscall) ? 2 : 1;

	if (!proc->in_syscall || proc->asked || !event->need_resched)
		return false;
	if (event->kind == EVENT_SYS_EXIT)
		return false; /* no walker runs any more */
	return !preemptible || event->preempt_depth >= locks;
}

/* One request lasts from line to line until need_resched is gone. */
static __attribute__((noinline)) void note_resched(const struct replay *replay, struct proc *proc,
						   const struct event *event)
{
	if (asks_to_stop(replay, proc, event)) {
		proc->cuts++;
		proc->asked = true;
	}
	proc->asked = proc->asked && event->need_resched;
}

/* A signal ended a task whose exit nobody recorded. */
static void killed(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	struct event death = { .line = event->line, .kind = EVENT_EXIT, .tid = proc->tid };

	if (!proc->exited)
		procs_run(replay, proc, &death, cpu);
	proc->exited = true;
}

/* The next task of the CPU is switched in; a dead task that leaves its CPU is gone. */
static void context_switch(struct replay *replay, const struct event *event, int cpu)
{
	struct proc *prev = idmap_find(&replay->procs, (int)event->arg[0]);
	struct proc *next = procs_get(replay, (int)event->arg[1]);
	bool dead = prev && prev != next && strpbrk(event->text, "ZX");

	if (!next)
		return;
	if (dead)
		killed(replay, prev, event, cpu);
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_switch(&replay->runs[i], cpu, next->tid, procs_sink(replay, next, i));
	replay->last[cpu] = next;
	replay->leaving_tid[cpu] = (int)event->arg[0];
	if (dead)
		procs_forget(replay, prev);
}

const char *replay_limit(const struct replay *replay)
{
	for (size_t i = 0; i < replay->nr_machines; i++) {
		if (replay->runs[i].machine->limit)
			return replay->runs[i].machine->limit;
	}
	return NULL;
}

int replay_totals(const struct replay *replay, size_t run, struct counters *ret)
{
	counters_init(ret);
	int err = counters_add(ret, &replay->runs[run].machine->total);
	for (size_t i = 0; i < replay->phases.nr && !err; i++)
		err = counters_add(ret, &replay->phases.items[i]->predicted[run]);
	return err;
}

/*
 * Lines that only carry columns need no machine unless the task on the CPU changed. What is traced
 * behind sched_switch and before current changes still names the old task: nobody switches back.
 */
static bool needs_runs(const struct replay *replay, const struct proc *proc,
		       const struct event *event, int cpu)
{
	bool is_plain = event_is_effect(event->kind) || event->kind == EVENT_OTHER;

	if (is_plain && replay->leaving_tid[cpu] == proc->tid)
		return false;
	if (replay->last[cpu] != proc)
		return true;
	return !is_plain && event->kind != EVENT_IRQ_ENTER && event->kind != EVENT_IRQ_EXIT;
}

/* Of an effect only the columns are shown to a run. */
static __attribute__((noinline)) void run_causes(struct replay *replay, struct proc *proc,
						 const struct event *event, int cpu)
{
	if (event_is_effect(event->kind)) {
		struct event columns;

		event_init(&columns, event->line);
		procs_run(replay, proc, &columns, cpu);
		return;
	}
	procs_run(replay, proc, event, cpu);
}

static void effect(struct replay *replay, const struct proc *proc, const struct event *event)
{
	struct phase *phase = procs_phase(replay, proc);

	if (replay->recorder &&
	    recorder_event(replay->recorder, event, phase ? &phase->recorded : NULL))
		replay->out_of_memory = true;
}

/* munmap(), a shrinking brk() and the advice that drops pages, in memory that others use. */
static bool gives_back(const struct replay *replay, const struct proc *proc)
{
	const struct task *task = task_find(replay->runs[0].machine, proc->tid);
	const struct mm_struct *mm = task && task->mm ? mm_of(task->mm) : NULL;
	const uint64_t *arg = proc->arg;

	if (!mm || mm->users < 2 || replay->in_order)
		return false;
	switch ((int)proc->syscall) {
	case SYSCALL_MUNMAP:
		return arg[1] && !(arg[0] & (page_size(&mm->mm) - 1));
	case SYSCALL_MADVISE:
		return arg[2] == ADVICE_DONTNEED;
	case SYSCALL_BRK:
		return arg[0] && arg[0] < mm->brk;
	default:
		return false;
	}
}

/*
 * A log has the end of a call when the caller was seen again, long after another thread was given
 * what the call gave back: it takes effect before anybody else is heard of.
 */
static __attribute__((noinline)) void release(struct replay *replay)
{
	struct proc *proc = replay->releasing;
	struct event end = { .line = proc->line,
			     .kind = EVENT_SYS_EXIT,
			     .tid = proc->tid,
			     .syscall = proc->syscall,
			     .arg = { proc->syscall == SYSCALL_BRK ? proc->arg[0] : 0 } };

	replay->releasing = NULL;
	procs_run(replay, proc, &end, replay->releasing_cpu);
	proc->released = true;
}

/* The end of a call that has taken effect already. */
static bool is_released(struct replay *replay, const struct proc *proc, const struct event *event)
{
	if (!proc->released || event->kind != EVENT_SYS_EXIT)
		return false;
	replay->undone += (int64_t)event->arg[0] < 0 && (int64_t)event->arg[0] >= -4095;
	return true;
}

/*
 * What is missing may have been a cause or an effect of any phase that is open. Those that were
 * open at the loss before know it already.
 */
static __attribute__((noinline)) void note_loss(struct replay *replay)
{
	struct proc *proc;

	if (replay->loss_noted || replay->groups.by != GROUP_BY_PHASE)
		return;
	replay->loss_noted = true;
	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));)
		procs_note_why(replay, proc, "the recorder lost events in the phase");
}

/*
 * Most lines are of the task that the last one on their CPU was of. That is another one only after
 * an exit, or where a clone returns.
 */
static struct proc *task_of(struct replay *replay, const struct event *event, int cpu)
{
	struct proc *last = replay->last[cpu];
	bool same = last && last->tid == event->tid && !last->exited;

	return same && event->kind != EVENT_SYS_EXIT ? last : procs_of_event(replay, event, cpu);
}

/* Faults, effects and their like change nothing that a task is in. */
static bool changes_task(enum event_kind kind)
{
	return kind == EVENT_SYS_ENTER || kind == EVENT_SYS_EXIT ||
	       (kind >= EVENT_NEW_EXEC && kind <= EVENT_SWITCH);
}

/* After the runs have seen it. */
static __attribute__((noinline)) void change_task(struct replay *replay, struct proc *proc,
						  const struct event *event, int cpu)
{
	procs_after_event(replay, proc, event, cpu);
	if (event->kind == EVENT_SYS_ENTER) {
		replay->releasing = gives_back(replay, proc) ? proc : NULL;
		replay->releasing_cpu = cpu;
	} else if (replay->releasing == proc) {
		replay->releasing = NULL;
	}
	if (event->kind == EVENT_SWITCH)
		context_switch(replay, event, cpu);
	else if (event->kind == EVENT_EXIT && event->cpu < 0)
		procs_forget(replay, proc);
}

int replay_event(struct replay *replay, const struct event *event)
{
	int cpu = event->cpu < 0 ? 0 : event->cpu;
	replay->events++;
	observed_event(&replay->observed, event);
	if (event->after_loss)
		note_loss(replay);
	if (event->kind == EVENT_EXPECT)
		return add_expectation(replay, event);
	if (event->tid < 0)
		return 0;
	if (cpu >= replay->nr_cpus) {
		replay->bad_cpus += event->line != replay->bad_cpu_line;
		replay->bad_cpu_line = event->line;
		return 0;
	}
	if (replay->releasing && replay->releasing->tid != event->tid)
		release(replay);
	struct proc *proc = task_of(replay, event, cpu);
	if (!proc)
		return -ENOMEM;

	if (replay->groups.by != GROUP_BY_PHASE && groups_enter(replay, proc, event))
		return -ENOMEM;
	if (event->kind == EVENT_MARKER)
		handle_marker(replay, proc, event);
	if (event->has_flags && (event->need_resched || proc->asked))
		note_resched(replay, proc, event);
	proc->cpus |= (uint64_t)1 << cpu;
	if (replay->leaving_tid[cpu] != proc->tid)
		replay->leaving_tid[cpu] = -1;
	if (!is_released(replay, proc, event) && needs_runs(replay, proc, event, cpu)) {
		run_causes(replay, proc, event, cpu);
		replay->last[cpu] = proc;
		replay->leaving_tid[cpu] = -1;
	}
	effect(replay, proc, event);
	if (changes_task(event->kind))
		change_task(replay, proc, event, cpu);
	else if (replay->releasing == proc)
		replay->releasing = NULL;
	return replay->out_of_memory ? -ENOMEM : 0;
}

/* A phase that is still open, or a syscall whose end is missing, is not all there. */
int replay_finish(struct replay *replay)
{
	const struct event end = { .line = 0 };
	struct proc *proc;

	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));) {
		if (proc->in_syscall && syscall_is_exit(proc->syscall))
			killed(replay, proc, &end, 0);
		if (proc->phase || (proc->in_syscall && proc->syscall != SYSCALL_OTHER))
			procs_note_why(replay, proc, "the recording ends inside the phase");
	}
	return replay->out_of_memory ? -ENOMEM : groups_finish(replay);
}

bool replay_has_effects(const struct replay *replay)
{
	for (size_t i = 0; i < replay->phases.nr; i++) {
		if (replay->phases.items[i]->recorded.any)
			return true;
	}
	return false;
}
