/* SPDX-License-Identifier: MIT */
/* One pass over a recording. */
#include "replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched.h"

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
		options->page_shift ? options->page_shift : arch->geometries[0].page_shift;
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
	config.page_shift =
		options->page_shift ? options->page_shift : arch->geometries[0].page_shift;
	while (run < end && !tells_tally(options, run, arch, config.page_shift))
		run++;
	if (run == end) {
		err = run_create(arch, &config, POPULATION_FAULTS, run);
		replay->nr_machines += !err;
	}
	run->tally = &replay->tally;
	return err;
}

int replay_create(const struct replay_options *options, struct replay *replay)
{
	*replay = (struct replay){ .nr_cpus = options->config.nr_cpus,
				   .preempt = options->config.preempt };
	int err = add_runs(replay, options);
	replay->nr_machines = replay->nr_runs;
	if (!err)
		err = add_tally(replay, options);
	if (!err && options->recorded_arch)
		err = recorder_create(options->recorded_arch, &replay->recorder);
	if (err) {
		replay_destroy(replay);
		return err;
	}
	replay->phases.nr_runs = replay->nr_runs;
	for (int cpu = 0; cpu < MAX_CPUS; cpu++)
		replay->leaving_tid[cpu] = -1;
	return 0;
}

void replay_destroy(struct replay *replay)
{
	struct proc *proc;

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

static struct proc *proc_of(struct replay *replay, int tid)
{
	struct proc *proc = idmap_find(&replay->procs, tid);

	if (proc)
		return proc;
	proc = calloc(1, sizeof(*proc));
	if (!proc || idmap_insert(&replay->procs, tid, proc)) {
		free(proc);
		replay->out_of_memory = true;
		return NULL;
	}
	proc->tid = tid;
	return proc;
}

/* A bracketed phase belongs to who wrote its marker, the other kind to everybody. */
static struct phase *phase_of(const struct replay *replay, const struct proc *proc)
{
	return proc->phase ? proc->phase : replay->global;
}

static struct counters *sink_of(const struct replay *replay, const struct proc *proc, size_t run)
{
	struct phase *phase = phase_of(replay, proc);

	return phase && run < replay->nr_runs ? &phase->predicted[run] : NULL;
}

static void note_why(const struct replay *replay, const struct proc *proc, const char *why)
{
	struct phase *phase = phase_of(replay, proc);

	if (why && phase && !phase->why)
		phase->why = why;
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
	return phase;
}

static void handle_marker(struct replay *replay, struct proc *proc, const struct event *event)
{
	char name[PHASE_NAME_SIZE];
	enum marker marker = marker_parse(event->text, name);

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
static void note_resched(const struct replay *replay, struct proc *proc, const struct event *event)
{
	if (!event->has_flags)
		return;
	if (asks_to_stop(replay, proc, event)) {
		proc->cuts++;
		proc->asked = true;
	}
	proc->asked = proc->asked && event->need_resched;
}

static void syscall_enter(struct proc *proc, const struct event *event, int cpu)
{
	proc->in_syscall = true;
	proc->execing = false;
	proc->forked = 0;
	proc->clone_flags_known = event->syscall == SYSCALL_CLONE;
	proc->syscall = event->syscall;
	memcpy(proc->arg, event->arg, sizeof(proc->arg));
	proc->line = event->line;
	proc->cpus = (uint64_t)1 << cpu;
	proc->cuts = 0;
}

/*
 * The child of a clone may have lines before its parent's clone returns: its own return of 0 is
 * the first. The parent is the task that is in a clone nobody claimed yet.
 */
static struct proc *parent_of(struct replay *replay, const struct event *event)
{
	struct proc *proc, *parent = NULL;

	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));) {
		if (proc->in_syscall && proc->syscall == event->syscall && !proc->forked &&
		    proc->tid != event->tid && (!parent || proc->line < parent->line))
			parent = proc;
	}
	return parent;
}

/* Runs the causes of one event on every machine, as the task and on the CPU of its line. */
static void run_all(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	for (size_t i = 0; i < replay->nr_machines; i++) {
		struct run *run = &replay->runs[i];
		run_switch(run, cpu, proc->tid, sink_of(replay, proc, i));
		const char *why = run_event(run, proc, event);
		if (i == 0)
			note_why(replay, proc, why);
		if (run->machine->out_of_memory)
			replay->out_of_memory = true;
	}
}

/* A child returns from a clone that nobody said has made it. */
static bool is_unborn(const struct replay *replay, const struct proc *proc,
		      const struct event *event)
{
	return !proc->in_syscall && event->kind == EVENT_SYS_EXIT &&
	       syscall_is_fork(event->syscall) && event->arg[0] == 0 &&
	       !task_find(replay->runs[0].machine, event->tid);
}

/* The first line of a child: its parent's clone takes effect now. */
static void early_child(struct replay *replay, struct proc *child, const struct event *event,
			int cpu)
{
	struct proc *parent = parent_of(replay, event);

	if (!parent)
		return;
	struct event fork = { .line = event->line,
			      .kind = EVENT_FORK,
			      .tid = parent->tid,
			      .cpu = cpu,
			      .arg = { (uint64_t)parent->tid, (uint64_t)child->tid } };
	run_all(replay, parent, &fork, cpu);
	parent->forked = child->tid;
}

static void forget(struct replay *replay, struct proc *proc)
{
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_forget(&replay->runs[i], proc->tid);
	idmap_remove(&replay->procs, proc->tid);
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (replay->last[cpu] == proc)
			replay->last[cpu] = NULL;
	}
	free(proc);
}

static void after_event(struct proc *proc, const struct event *event, int cpu)
{
	if (event->kind == EVENT_SYS_ENTER) {
		syscall_enter(proc, event, cpu);
		proc->exited =
			event->syscall == SYSCALL_EXIT || event->syscall == SYSCALL_EXIT_GROUP;
	} else if (event->kind == EVENT_SYS_EXIT) {
		proc->in_syscall = false;
	} else if (event->kind == EVENT_NEW_EXEC) {
		proc->execing = true;
	} else if (event->kind == EVENT_FORK) {
		proc->forked = (int)event->arg[1];
	} else if (event->kind == EVENT_NEW_TASK) {
		proc->arg[0] = event->arg[1];
		proc->clone_flags_known = true;
	} else if (event->kind == EVENT_EXIT) {
		proc->exited = true;
	}
}

/* A signal ended a task whose exit nobody recorded. */
static void killed(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	struct event death = { .line = event->line, .kind = EVENT_EXIT, .tid = proc->tid };

	if (!proc->exited)
		run_all(replay, proc, &death, cpu);
}

/* The next task of the CPU is switched in; a dead task that leaves its CPU is gone. */
static void context_switch(struct replay *replay, const struct event *event, int cpu)
{
	struct proc *prev = idmap_find(&replay->procs, (int)event->arg[0]);
	struct proc *next = proc_of(replay, (int)event->arg[1]);
	bool dead = prev && prev != next && strpbrk(event->text, "ZX");

	if (!next)
		return;
	if (dead)
		killed(replay, prev, event, cpu);
	for (size_t i = 0; i < replay->nr_machines; i++)
		run_switch(&replay->runs[i], cpu, next->tid, sink_of(replay, next, i));
	replay->last[cpu] = next;
	replay->leaving_tid[cpu] = (int)event->arg[0];
	if (dead)
		forget(replay, prev);
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

/* `NAME OP VALUE` of native text: a counter of the first run, as it stands at this line. */
static int expectation_check(const struct replay *replay, struct expect_line *expectation)
{
	char name[EVENT_TEXT_SIZE], op[3];
	unsigned long long value;
	struct counters totals;

	if (sscanf(expectation->text, "%127s %2s %llu", name, op, &value) != 3)
		return 0;
	int err = replay_totals(replay, 0, &totals);
	for (int i = 0; i < NR_PUBLIC_COUNTERS && !err; i++) {
		if (strcmp(counter_names[i], name) != 0)
			continue;
		uint64_t n = totals.n[i];
		expectation->met = strcmp(op, "==") == 0   ? n == value
				   : strcmp(op, "!=") == 0 ? n != value
				   : strcmp(op, "<=") == 0 ? n <= value
				   : strcmp(op, ">=") == 0 ? n >= value
				   : strcmp(op, "<") == 0  ? n < value
							   : strcmp(op, ">") == 0 && n > value;
	}
	counters_fini(&totals);
	return err;
}

static int add_expectation(struct replay *replay, const struct event *event)
{
	struct expect_line *items =
		realloc(replay->expectations, (replay->nr_expectations + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	replay->expectations = items;
	struct expect_line *expectation = &items[replay->nr_expectations++];
	*expectation = (struct expect_line){ .line = event->line };
	snprintf(expectation->text, sizeof(expectation->text), "%s", event->text);
	return expectation_check(replay, expectation);
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
static void run_causes(struct replay *replay, struct proc *proc, const struct event *event, int cpu)
{
	if (event_is_effect(event->kind)) {
		const struct event columns = { .line = event->line, .kind = EVENT_OTHER };
		run_all(replay, proc, &columns, cpu);
		return;
	}
	run_all(replay, proc, event, cpu);
}

static void effect(struct replay *replay, const struct proc *proc, const struct event *event)
{
	struct phase *phase = phase_of(replay, proc);

	if (replay->recorder &&
	    recorder_event(replay->recorder, event, phase ? &phase->recorded : NULL))
		replay->out_of_memory = true;
}

/*
 * A task that exited and is seen in user mode is a new one with its number. The kernel may fault on
 * its way out (kernel/fork.c, mm_release() clears the thread id).
 */
static bool is_reborn(const struct proc *proc, const struct event *event)
{
	bool user_fault = event->kind == EVENT_FAULT && event->arg[1] & FAULT_USER;

	return proc->exited &&
	       (user_fault || event->kind == EVENT_SYS_ENTER || event->kind == EVENT_MARKER);
}

/* What is missing may have been a cause or an effect of any phase that is open. */
static void note_loss(const struct replay *replay)
{
	struct proc *proc;

	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));)
		note_why(replay, proc, "the recorder lost events in the phase");
}

int replay_event(struct replay *replay, const struct event *event)
{
	int cpu = event->cpu < 0 ? 0 : event->cpu;
	replay->events++;
	if (event->after_loss)
		note_loss(replay);
	if (event->kind == EVENT_EXPECT)
		return add_expectation(replay, event);
	if (event->tid < 0)
		return 0;
	if (cpu >= replay->nr_cpus) {
		replay->bad_cpus++;
		return 0;
	}
	struct proc *proc = replay->last[cpu];
	if (!proc || proc->tid != event->tid)
		proc = idmap_find(&replay->procs, event->tid);
	if (proc && is_reborn(proc, event)) {
		forget(replay, proc);
		proc = NULL;
	}
	if (!proc)
		proc = proc_of(replay, event->tid);
	if (!proc)
		return -ENOMEM;
	if (is_unborn(replay, proc, event))
		early_child(replay, proc, event, cpu);

	if (event->kind == EVENT_MARKER)
		handle_marker(replay, proc, event);
	note_resched(replay, proc, event);
	proc->cpus |= (uint64_t)1 << cpu;
	if (replay->leaving_tid[cpu] != proc->tid)
		replay->leaving_tid[cpu] = -1;
	if (needs_runs(replay, proc, event, cpu)) {
		run_causes(replay, proc, event, cpu);
		replay->last[cpu] = proc;
		replay->leaving_tid[cpu] = -1;
	}
	effect(replay, proc, event);
	after_event(proc, event, cpu);
	if (event->kind == EVENT_SWITCH)
		context_switch(replay, event, cpu);
	return replay->out_of_memory ? -ENOMEM : 0;
}

/* A phase that is still open, or a syscall whose end is missing, is not all there. */
void replay_finish(struct replay *replay)
{
	struct proc *proc;

	for (size_t cursor = 0; (proc = idmap_next(&replay->procs, &cursor));) {
		if (proc->phase || (proc->in_syscall && proc->syscall != SYSCALL_OTHER))
			note_why(replay, proc, "the recording ends inside the phase");
	}
}

bool replay_has_effects(const struct replay *replay)
{
	for (size_t i = 0; i < replay->phases.nr; i++) {
		if (replay->phases.items[i]->recorded.any)
			return true;
	}
	return false;
}
