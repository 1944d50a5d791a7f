/* SPDX-License-Identifier: MIT */
/* One run: its machine, who runs on it, and the dispatch of events. */
#include "run_events.h"

#include <errno.h>

#include "sched.h"

/* A walker asks whether it should stop: the recording said so while the syscall ran. */
static bool resched_from_recording(void *data)
{
	struct run *run = data;

	if (!run->cuts)
		return false;
	run->cuts--;
	return true;
}

int run_create(const struct arch *arch, const struct machine_config *config,
	       enum population population, struct run *run)
{
	*run = (struct run){ .arch = arch, .population = population };
	int err = machine_create(config, &run->machine);
	if (err)
		return err;
	err = arch_attach(run->machine, arch);
	if (!err)
		err = mm_layer_attach(run->machine);
	if (err) {
		run_destroy(run);
		return err;
	}
	lazy_attach(run->machine);
	run->machine->resched_data = run;
	return 0;
}

void run_cut(struct run *run, unsigned int cuts)
{
	run->cuts = cuts;
	run->machine->resched_source = cuts ? resched_from_recording : NULL;
}

void run_destroy(struct run *run)
{
	if (!run->machine)
		return;
	run_on(&run->machine->cpus[0]);
	if (run->observed)
		mm_put(run->observed);
	mm_layer_detach(run->machine);
	arch_detach(run->machine);
	machine_destroy(run->machine);
	run->machine = NULL;
}

/* Kernel threads keep the mm that was loaded before them. */
static void load_mm(struct run *run, int cpu_id, struct mm *mm)
{
	uint64_t bit = (uint64_t)1 << cpu_id;
	struct mm *prev = run->loaded[cpu_id];

	mm->cpumask |= bit; /* also of an equal pointer: the mm may be a new one */
	if (prev == mm)
		return;
	enum kernel_id until = run->arch->leaves_cpumask_until;
	bool leaves = until != NR_KERNELS && run->machine->config.kernel->base <= until;
	if (leaves && prev) {
		prev->cpumask &= ~bit;
		hw_drop_tlb_mm(prev, false);
	}
	run->loaded[cpu_id] = mm;
}

void run_switch(struct run *run, int cpu_id, int tid, struct counters *counters)
{
	struct machine *machine = run->machine;
	struct cpu *cpu = &machine->cpus[cpu_id];
	struct task *task = tid == 0 ? cpu->idle : cpu->current;

	run_on(cpu);
	if (tid && task->tid != tid)
		task = task_find(machine, tid);
	if (!task)
		task = task_with_past(machine, tid, cpu_id);
	if (!task)
		return;
	/* It runs elsewhere in the model: it was switched out there, unseen. */
	if (task->cpu != cpu && task->cpu->current == task)
		switch_to(task->cpu, task->cpu->idle);
	if (cpu->current != task)
		switch_to(cpu, task);
	task->counters = counters ? counters : &machine->total;
	if (task->mm)
		load_mm(run, cpu_id, task->mm);
}

void run_join(struct run *run, int cpu, int tid, int tgid)
{
	run_switch(run, cpu, tgid, NULL);
	struct mm_struct *mm = user_mm();
	run_switch(run, cpu, tid, NULL);
	struct task *task = task_find(run->machine, tid);

	if (!mm || !task || task->mm)
		return;
	mm->users++;
	task->mm = &mm->mm;
	load_mm(run, cpu, task->mm);
}

static const char *section_leave(void)
{
	/* The inlined enter of some walkers is not recorded: its leave alone means nothing. */
	if (current_task()->section.depth == 0 && this_machine()->config.mode == MODE_LAZY)
		return "a leave was recorded without its enter";
	lazy_mmu_mode_disable();
	return NULL;
}

/* One handler for each kind of cause; what has none is columns only. */
typedef const char *(*event_handler)(struct run *run, const struct proc *proc,
				     const struct event *event);

static const char *on_section(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	if (event->kind == EVENT_SECTION_LEAVE)
		return section_leave();
	if (event->kind == EVENT_SECTION_ENTER)
		lazy_mmu_mode_enable();
	else if (event->kind == EVENT_SECTION_PAUSE)
		lazy_mmu_mode_pause();
	else
		lazy_mmu_mode_resume();
	return NULL;
}

/* Switched out and in again: who ran between is not said. */
static const char *on_switched(struct run *run, const struct proc *proc, const struct event *event)
{
	struct task *task = current_task();

	(void)run;
	(void)proc;
	(void)event;
	switch_to(this_cpu(), this_cpu()->idle);
	switch_to(this_cpu(), task);
	return NULL;
}

static const event_handler handlers[NR_EVENT_KINDS] = {
	[EVENT_SYS_ENTER] = on_sys_enter,
	[EVENT_SYS_EXIT] = on_sys_exit,
	[EVENT_NEW_EXEC] = on_new_exec,
	[EVENT_FORK] = on_fork,
	[EVENT_EXIT] = on_exit,
	[EVENT_FAULT] = on_fault,
	[EVENT_MM_FAULT] = on_powerpc_fault,
	[EVENT_HASH_PAGE] = on_hash_page,
	[EVENT_KERNEL_MMAP] = on_kernel_map,
	[EVENT_KERNEL_BRK] = on_kernel_map,
	[EVENT_MAPPING] = on_mapping,
	[EVENT_SECTION_ENTER] = on_section,
	[EVENT_SECTION_LEAVE] = on_section,
	[EVENT_SECTION_PAUSE] = on_section,
	[EVENT_SECTION_RESUME] = on_section,
	[EVENT_SET_PTE] = on_observed_write,
	[EVENT_CLEAR_PTE] = on_observed_write,
	[EVENT_PTES] = on_native_ptes,
	[EVENT_TASK_SWITCHED] = on_switched,
};

/* A run that assumes which pages are there does not look at those that were recorded. */
static bool tells_pages(enum event_kind kind)
{
	return kind == EVENT_FAULT || kind == EVENT_MM_FAULT || kind == EVENT_HASH_PAGE;
}

const char *run_event(struct run *run, const struct proc *proc, const struct event *event)
{
	run->machine->line = event->line;
	if (run->population != POPULATION_FAULTS && tells_pages(event->kind))
		return NULL;
	return handlers[event->kind] ? handlers[event->kind](run, proc, event) : NULL;
}

void run_forget(struct run *run, int tid)
{
	struct task *task = task_find(run->machine, tid);

	if (!task)
		return;
	run_on(task->cpu);
	forget_task(task);
}
