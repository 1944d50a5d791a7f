/* SPDX-License-Identifier: MIT */
/* Programs: one operation after the other, with loops and conditions. */
#include "function.h"
#include "ops.h"
#include "preempt.h"

/* The end of a block: back to the operation behind its head, or on. */
static unsigned int end_block(struct frame *frame, const struct op *ops)
{
	const struct op *head = &ops[ops[frame->pc].target];
	unsigned int *rounds = &frame->loops[frame->block_depth - 1];

	if (head->kind == OP_LOOP && (head->value == 0 || --*rounds))
		return (unsigned int)(head - ops) + 1;
	frame->block_depth--;
	return frame->pc + 1;
}

/* Control operations; true: pc has moved, there is nothing else to do. */
static bool run_control(struct actor *actor, struct frame *frame, const struct op *ops)
{
	const struct op *op = &ops[frame->pc];

	if (op->kind == OP_LOOP || op->kind == OP_IF) {
		bool enters = op->kind == OP_LOOP || actor->registers[op->reg] == op->value;
		frame->pc = enters ? frame->pc + 1 : op->target;
		if (enters)
			frame->loops[frame->block_depth++] = op->value;
	} else if (op->kind == OP_END) {
		frame->pc = end_block(frame, ops);
		/* A loop without an operation must end somewhere, too. */
		schedule_point();
	} else {
		return false;
	}
	return true;
}

void run_frame(struct actor *actor)
{
	const struct scenario *scenario = actor->execution->setup.scenario;
	struct frame *frame = top_frame(actor);
	const struct program *program = &scenario->programs[frame->program];

	if (program->function) {
		run_function(actor, program);
		return;
	}
	while (frame->pc < program->first + program->nr) {
		const struct op *op = &scenario->ops[frame->pc];
		current_task()->history = 0;
		if (run_control(actor, frame, scenario->ops))
			continue;
		schedule_step(STEP_BEGIN);
		if (op->kind == OP_EXIT)
			break;
		actor->execution->machine->line = op->line;
		run_operation(actor, op);
		frame->pc++;
	}
	frame->pc = program->first + program->nr;
	current_task()->history = 0;
}
