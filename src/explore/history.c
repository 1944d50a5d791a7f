/* SPDX-License-Identifier: MIT */
/* Recorded executions, see history.h. */
#include "history.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_MOMENTS = 64 };

void history_record(void *data, const struct moment *moment)
{
	struct history *history = data;

	if (history->nr == history->capacity) {
		size_t capacity = history->capacity ? 2 * history->capacity : FIRST_MOMENTS;
		struct moment *moments = realloc(history->moments, capacity * sizeof(*moments));
		if (!moments) {
			history->out_of_memory = true;
			return;
		}
		history->moments = moments;
		history->capacity = capacity;
	}
	history->moments[history->nr++] = *moment;
}

void history_fini(struct history *history)
{
	free(history->moments);
	*history = (struct history){ 0 };
}

static int task_or_idle(const struct scenario *scenario, unsigned int actor)
{
	return actor < scenario->nr_tasks ? (int)actor : -1;
}

static struct move move_of(const struct moment *moment, const struct scenario *scenario)
{
	struct move move = { .cpu = moment->cpu, .task = -1 };

	switch (moment->kind) {
	case MOMENT_SWITCH:
		move.kind = MOVE_SWITCH;
		move.task = task_or_idle(scenario, moment->target);
		break;
	case MOMENT_IRQ:
		move.kind = MOVE_IRQ;
		move.task = moment->target;
		break;
	case MOMENT_REFILL:
		move.kind = MOVE_REFILL;
		move.space = moment->space;
		move.page = moment->target;
		break;
	case MOMENT_PART:
	case MOMENT_END:
		move.kind = MOVE_STEPS;
		move.task = task_or_idle(scenario, moment->actor);
		move.count = 1;
		break;
	}
	return move;
}

/* A step more of the same task. */
static bool goes_on(const struct move *last, const struct move *move)
{
	return last->kind == MOVE_STEPS && move->kind == MOVE_STEPS && last->task == move->task &&
	       last->cpu == move->cpu;
}

int history_moves(const struct history *history, const struct scenario *scenario, struct move **ret,
		  size_t *nr)
{
	struct move *moves = malloc((history->nr + 1) * sizeof(*moves));

	*nr = 0;
	if (!moves)
		return -ENOMEM;
	for (size_t i = 0; i < history->nr; i++) {
		const struct moment *moment = &history->moments[i];
		struct move move = move_of(moment, scenario);
		if (moment->kind == MOMENT_END) /* of itself, without a decision */
			continue;
		if (*nr && goes_on(&moves[*nr - 1], &move))
			moves[*nr - 1].count++;
		else
			moves[(*nr)++] = move;
	}
	*ret = moves;
	return 0;
}
