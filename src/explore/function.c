/* SPDX-License-Identifier: MIT */
/* C functions, see function.h. */
#include "function.h"

#include "execution.h"
#include "preempt.h"

void run_function(struct actor *actor, const struct program *program)
{
	struct frame *frame = top_frame(actor);

	actor->task->history = 0;
	program->function(program->data);
	actor->task->history = 0;
	frame->call = NULL;
}

/*
 * The idle task of CPU 0 stands in for a task that ran before. The CPU has left the address space
 * behind when the tasks begin.
 */
int prepare(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;
	struct task *task = execution->machine->cpus[0].idle;
	int err = 0;

	for (unsigned int i = 0; i < MAX_MMS && execution->mms[i] && !err; i++) {
		struct mm *mm = execution->mms[i];
		task->mm = mm;
		mm->cpumask = 1;
		err = scenario->prepare(i, scenario->prepare_data);
		hw_drop_tlb_mm(mm, true);
		mm->cpumask = 0;
		task->mm = NULL;
	}
	return err;
}

void function_calls(const char *name)
{
	if (!function_runs())
		return;
	struct execution *execution = this_machine()->explorer_data;
	struct frame *frame = top_frame(actor_of(execution, current_task()));
	frame->call = name;
	frame->pc++;
	schedule_step(STEP_BEGIN);
}

bool machine_is_explored(void)
{
	return this_machine()->explorer_data;
}

bool function_runs(void)
{
	return this_machine()->explorer == execution_visit;
}
