/* SPDX-License-Identifier: MIT */
/* Timelines, see timeline.h. */
#include "timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_write.h"

static const char *actor_name(const struct scenario *scenario, unsigned int actor)
{
	return actor < scenario->nr_tasks ? scenario->programs[actor].name : "idle";
}

/* The task or handler whose operation it is; behind the last operation there is none. */
static const struct program *program_of(const struct scenario *scenario,
					const struct moment *moment)
{
	const struct program *program = &scenario->programs[moment->program];
	bool has_op = program->first <= moment->op && moment->op < program->first + program->nr;

	return moment->call || has_op ? program : NULL;
}

static bool is_section_op(const struct scenario *scenario, const struct moment *moment)
{
	static const char prefix[] = "lazymmu_section_";
	enum op_kind kind = scenario->ops[moment->op].kind;

	if (moment->call)
		return strncmp(moment->call, prefix, strlen(prefix)) == 0;
	return kind == OP_ENABLE || kind == OP_ENABLE_RANGE || kind == OP_DISABLE ||
	       kind == OP_PAUSE || kind == OP_RESUME;
}

static const char *part_name(const struct moment *moment)
{
	return step_names[moment->step];
}

/* PROGRAM OPERATION[: PART] */
static void part_text(const struct scenario *scenario, const struct moment *moment,
		      const char *part, char text[MAX_ROW_TEXT])
{
	const struct program *program = program_of(scenario, moment);
	char op[MAX_OP_TEXT];

	if (!program || (!program->handler && program != &scenario->programs[moment->actor])) {
		snprintf(text, MAX_ROW_TEXT, "%s %s", actor_name(scenario, moment->actor),
			 part ? part : "goes on");
		return;
	}
	if (moment->call)
		snprintf(op, sizeof(op), "%s", moment->call);
	else
		op_text(scenario, &scenario->ops[moment->op], op);
	snprintf(text, MAX_ROW_TEXT, "%s %s%s%s", program->name, op, part ? ": " : "",
		 part ? part : "");
}

static void switch_text(const struct scenario *scenario, const struct timeline_row *row,
			char text[MAX_ROW_TEXT])
{
	snprintf(text, MAX_ROW_TEXT, "%s: %s -> %s", row->gave_up ? "preempt" : "switch",
		 actor_name(scenario, row->moment.actor), actor_name(scenario, row->moment.target));
}

static void irq_text(const struct scenario *scenario, const struct moment *moment,
		     char text[MAX_ROW_TEXT])
{
	static const char *const kinds[] = { [HANDLER_NONE] = "",
					     [HANDLER_IRQ] = "irq",
					     [HANDLER_SOFTIRQ] = "softirq",
					     [HANDLER_NMI] = "nmi" };
	const struct program *handler = &scenario->programs[moment->target];

	snprintf(text, MAX_ROW_TEXT, "%s %s", kinds[handler->handler], handler->name);
}

static void refill_text(const struct scenario *scenario, const struct moment *moment,
			char text[MAX_ROW_TEXT])
{
	const struct move move = { .kind = MOVE_REFILL,
				   .cpu = moment->cpu,
				   .space = moment->space,
				   .page = moment->target };

	move_text(scenario, &move, text);
}

_Static_assert((int)MAX_MOVE_TEXT <= (int)MAX_ROW_TEXT, "a move fits into a row");

/* The switch that an actor is still making on its CPU, or NULL. */
static const struct timeline_row *open_switch(const struct timeline *timeline,
					      const struct moment *moment)
{
	for (size_t i = timeline->nr; i-- > 0;) {
		const struct timeline_row *row = &timeline->rows[i];
		if (row->moment.cpu != moment->cpu || row->is_hooks)
			continue;
		bool is_its =
			row->moment.kind == MOMENT_SWITCH && row->moment.actor == moment->actor;
		return is_its ? row : NULL;
	}
	return NULL;
}

static bool has_ended(const struct timeline *timeline, unsigned int actor)
{
	for (size_t i = timeline->nr; i-- > 0;) {
		const struct moment *moment = &timeline->rows[i].moment;
		if (moment->actor == actor)
			return moment->kind == MOMENT_END;
	}
	return false;
}

/* Whoever sleeps, or is on the way to user mode, gives way of itself. */
static bool gives_up(const struct timeline *timeline, const struct moment *moment)
{
	return moment->actor < timeline->scenario->nr_tasks && moment->step != STEP_SLEEP &&
	       moment->step != STEP_RESCHED && moment->step != STEP_USER &&
	       !has_ended(timeline, moment->actor);
}

static void add_hooks(struct timeline *timeline, struct timeline_row *row,
		      const struct timeline_row *of)
{
	char text[MAX_ROW_TEXT];

	row->is_hooks = true;
	if (of == &timeline->rows[timeline->nr - 1])
		return;
	switch_text(timeline->scenario, of, text);
	snprintf(row->text, sizeof(row->text), "%.200s: goes on", text);
	timeline->nr++;
}

/* An unnamed part goes with the row before it, when that is of the same task. */
static bool is_told(const struct timeline *timeline, const struct moment *moment)
{
	const struct timeline_row *last = timeline->nr ? &timeline->rows[timeline->nr - 1] : NULL;

	return moment->step != STEP_BEGIN && !part_name(moment) && last && !last->is_hooks &&
	       last->moment.kind == MOMENT_PART && last->moment.actor == moment->actor;
}

static void add_part(struct timeline *timeline, struct timeline_row *row)
{
	const struct moment *moment = &row->moment;
	const struct timeline_row *of = open_switch(timeline, moment);

	if (of) {
		add_hooks(timeline, row, of);
		return;
	}
	if (is_told(timeline, moment))
		return;
	part_text(timeline->scenario, moment,
		  moment->step == STEP_BEGIN ? NULL
		  : part_name(moment)	     ? part_name(moment)
					     : "goes on",
		  row->text);
	timeline->nr++;
}

static void add_moment(struct timeline *timeline, const struct moment *moment)
{
	struct timeline_row *row = &timeline->rows[timeline->nr];

	*row = (struct timeline_row){ .moment = *moment };
	switch (moment->kind) {
	case MOMENT_PART:
		add_part(timeline, row);
		return;
	case MOMENT_SWITCH:
		row->gave_up = gives_up(timeline, moment);
		switch_text(timeline->scenario, row, row->text);
		break;
	case MOMENT_IRQ:
		irq_text(timeline->scenario, moment, row->text);
		break;
	case MOMENT_REFILL:
		refill_text(timeline->scenario, moment, row->text);
		break;
	case MOMENT_END:
		snprintf(row->text, sizeof(row->text), "%s ends",
			 actor_name(timeline->scenario, moment->actor));
		break;
	}
	timeline->nr++;
}

static bool is_part_of(const struct timeline_row *row, const struct moment *moment)
{
	return row->moment.kind == MOMENT_PART && !row->is_hooks &&
	       row->moment.actor == moment->actor && row->moment.program == moment->program &&
	       row->moment.op == moment->op;
}

/* What a call of the section API does first, before its further parts, is to test. */
static void name_tests(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->nr; i++) {
		struct timeline_row *row = &timeline->rows[i];
		if (row->moment.kind != MOMENT_PART || row->moment.step != STEP_BEGIN ||
		    !is_section_op(timeline->scenario, &row->moment))
			continue;
		size_t next = i + 1;
		while (next < timeline->nr && !is_part_of(&timeline->rows[next], &row->moment))
			next++;
		if (next < timeline->nr && part_name(&timeline->rows[next].moment))
			part_text(timeline->scenario, &row->moment, "test", row->text);
	}
}

/* Where the operation began that the moment is in the middle of. */
static size_t find_begin(const struct timeline *timeline, const struct moment *moment, size_t last)
{
	for (size_t i = last + 1; i-- > 0;) {
		if (is_part_of(&timeline->rows[i], moment) &&
		    timeline->rows[i].moment.step == STEP_BEGIN)
			return i;
	}
	return last;
}

/* Who a failing switch is about: who gives way, but for somebody who has nothing to lose. */
static unsigned int switched_actor(const struct timeline_row *row)
{
	return row->gave_up ? row->moment.actor : row->moment.target;
}

/* The row in which the actor was switched out the last time, NULL: never. */
static const struct timeline_row *last_switch_out(const struct timeline *timeline,
						  unsigned int actor)
{
	for (size_t i = timeline->nr; i-- > 0;) {
		const struct moment *moment = &timeline->rows[i].moment;
		if (moment->kind == MOMENT_SWITCH && moment->actor == actor)
			return &timeline->rows[i];
	}
	return NULL;
}

static size_t begin_of_switch(const struct timeline *timeline, const struct timeline_row *row)
{
	const struct timeline_row *out = last_switch_out(timeline, switched_actor(row));
	size_t last = (size_t)(row - timeline->rows);

	if (!out || out->moment.step == STEP_BEGIN)
		return last;
	return find_begin(timeline, &out->moment, last);
}

static bool is_step_of(const struct timeline *timeline, const struct timeline_row *row,
		       unsigned int actor, const struct program *program)
{
	const struct moment *moment = &row->moment;

	if (moment->kind == MOMENT_SWITCH && moment->target == actor)
		return true;
	if (moment->kind == MOMENT_REFILL || moment->actor != actor)
		return false;
	/* Not what a handler does over the task. */
	return moment->kind != MOMENT_PART || row->is_hooks ||
	       program_of(timeline->scenario, moment) == program;
}

static void judge(struct timeline *timeline)
{
	size_t last = timeline->nr - 1;
	const struct timeline_row *row = &timeline->rows[last];
	const struct program *program = program_of(timeline->scenario, &row->moment);
	unsigned int actor = row->moment.actor;

	timeline->first = last;
	snprintf(timeline->where, sizeof(timeline->where), "%s", row->text);
	if (row->moment.kind == MOMENT_SWITCH) {
		actor = switched_actor(row);
		snprintf(timeline->where, sizeof(timeline->where), "switch %s %s",
			 row->gave_up ? "out" : "in", actor_name(timeline->scenario, actor));
		timeline->first = begin_of_switch(timeline, row);
		program = &timeline->scenario->programs[actor];
	} else if (row->moment.kind == MOMENT_PART && !row->is_hooks) {
		timeline->first = find_begin(timeline, &row->moment, last);
	}
	for (size_t i = timeline->first; i <= last; i++)
		timeline->steps += is_step_of(timeline, &timeline->rows[i], actor, program);
}

int timeline_build(const struct history *history, const struct scenario *scenario, bool went_wrong,
		   struct timeline *ret)
{
	*ret = (struct timeline){ .scenario = scenario };
	ret->rows = malloc((history->nr + 1) * sizeof(*ret->rows));
	if (!ret->rows)
		return -ENOMEM;
	for (size_t i = 0; i < history->nr; i++)
		add_moment(ret, &history->moments[i]);
	name_tests(ret);
	if (went_wrong && ret->nr)
		judge(ret);
	return 0;
}

void timeline_fini(struct timeline *timeline)
{
	free(timeline->rows);
	timeline->rows = NULL;
}

/* The width of each column: the longest row of its CPU. */
static void measure(const struct timeline *timeline, int widths[MAX_SCENARIO_CPUS])
{
	for (size_t i = 0; i < timeline->nr; i++) {
		const struct timeline_row *row = &timeline->rows[i];
		int length = (int)strlen(row->text);
		if (widths[row->moment.cpu] < length)
			widths[row->moment.cpu] = length;
	}
}

static void print_heading(const int widths[MAX_SCENARIO_CPUS], int nr_cpus, FILE *out)
{
	fputs("  step", out);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		fprintf(out, "  CPU %d%*s", cpu,
			cpu + 1 < nr_cpus && widths[cpu] > 5 ? widths[cpu] - 5 : 0, "");
	putc('\n', out);
}

void timeline_print(const struct timeline *timeline, int nr_cpus, const char *mark, FILE *out)
{
	int widths[MAX_SCENARIO_CPUS];

	for (int cpu = 0; cpu < MAX_SCENARIO_CPUS; cpu++)
		widths[cpu] = (int)strlen("CPU 0");
	measure(timeline, widths);
	print_heading(widths, nr_cpus, out);
	for (size_t i = 0; i < timeline->nr; i++) {
		const struct timeline_row *row = &timeline->rows[i];
		fprintf(out, "  %4zu", i + 1);
		for (int cpu = 0; cpu < row->moment.cpu; cpu++)
			fprintf(out, "  %*s", widths[cpu], "");
		fprintf(out, "  %s", row->text);
		if (mark && i + 1 == timeline->nr)
			fprintf(out, "  <-- %s", mark);
		putc('\n', out);
	}
}
