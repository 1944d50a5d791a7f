/* SPDX-License-Identifier: MIT */
/* Schedules, see schedule.h. */
#include "schedule.h"

/* splitmix64, Steele, Lea and Flood 2014. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* The first that nobody has to force; where there is none, the first. */
static int undisturbed(const struct choice_point *point)
{
	for (unsigned int i = 0; i < point->nr; i++) {
		if (!point->actions[i].is_disturbance)
			return (int)i;
	}
	return 0;
}

/* The action switches to, or steps, this task; -1: the idle task. */
static bool is_of_task(const struct execution *execution, const struct action *action, int task)
{
	unsigned int nr_tasks = execution->setup.scenario->nr_tasks;
	const struct cpu *cpu = &execution->machine->cpus[action->cpu];
	unsigned int actor = action->target;

	if (action->kind == ACTION_STEP)
		actor = actor_of((struct execution *)execution, cpu->current)->index;
	return task < 0 ? actor >= nr_tasks : actor == (unsigned int)task;
}

static bool fits(const struct execution *execution, const struct action *action,
		 const struct move *move)
{
	bool is_here = move->cpu < 0 || move->cpu == action->cpu;

	switch (move->kind) {
	case MOVE_STEPS:
		/* A task is on one CPU at most; an idle task is told by its CPU. */
		return action->kind == ACTION_STEP && (is_here || move->task >= 0) &&
		       is_of_task(execution, action, move->task);
	case MOVE_SWITCH:
		return action->kind == ACTION_SWITCH && is_here &&
		       is_of_task(execution, action, move->task);
	case MOVE_IRQ:
		return action->kind == ACTION_IRQ && is_here && action->target == move->task;
	case MOVE_REFILL:
		return action->kind == ACTION_REFILL && is_here && action->space == move->space &&
		       action->target == move->page;
	}
	return false;
}

static int find_action(const struct schedule *schedule, const struct move *move,
		       const struct choice_point *point)
{
	for (unsigned int i = 0; i < point->nr; i++) {
		if (fits(schedule->execution, &point->actions[i], move))
			return (int)i;
	}
	return -1;
}

static bool takes_all_it_can(const struct move *move)
{
	return move->kind == MOVE_STEPS && move->count == 0;
}

static void made_a_step(struct schedule *schedule)
{
	const struct move *move = &schedule->moves[schedule->at];

	schedule->taken++;
	if (takes_all_it_can(move) || (move->kind == MOVE_STEPS && schedule->taken < move->count))
		return;
	schedule->at++;
	schedule->taken = 0;
}

/* The first move that fits: `TASK *` may be no step at all, so one behind it may, too. */
static int find_move(struct schedule *schedule, const struct choice_point *point)
{
	for (size_t at = schedule->at; at < schedule->nr; at++) {
		int index = find_action(schedule, &schedule->moves[at], point);
		if (index >= 0) {
			schedule->taken = at == schedule->at ? schedule->taken : 0;
			schedule->at = at;
			return index;
		}
		if (!takes_all_it_can(&schedule->moves[at]))
			break;
	}
	return -1;
}

/* What the moves do not name, because nothing else can happen, is done without them. */
static int follow(struct schedule *schedule, const struct choice_point *point)
{
	int index = find_move(schedule, point);

	if (index >= 0) {
		made_a_step(schedule);
		return index;
	}
	if (point->nr == 1)
		return 0;
	schedule->failed = schedule_unmade(schedule);
	return schedule->failed ? -1 : undisturbed(point);
}

static int choose(void *data, const struct choice_point *point)
{
	struct schedule *schedule = data;

	if (schedule->execution->steps >= schedule->max_steps)
		return -1;
	if (schedule->is_random)
		return (int)(next_random(&schedule->random) % point->nr);
	return follow(schedule, point);
}

void schedule_attach(struct schedule *schedule, struct execution *execution)
{
	schedule->execution = execution;
	execution->choose = choose;
	execution->choose_data = schedule;
	execution->asks_always = true;
}

const struct move *schedule_unmade(const struct schedule *schedule)
{
	if (schedule->failed)
		return schedule->failed;
	for (size_t i = schedule->at; i < schedule->nr; i++) {
		if (!takes_all_it_can(&schedule->moves[i]))
			return &schedule->moves[i];
	}
	return NULL;
}
