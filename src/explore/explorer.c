/* SPDX-License-Identifier: MIT */
/* One machine a thread; the threads take states from a batch until none is left. */
#include "explorer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SHARE = 16 /* states that a thread takes at a time */ };

struct explorer {
	struct explorers *all;
	struct execution *execution;
	struct known_choice *choices; /* to make */
	uint32_t nr_choices;
	uint32_t capacity;
	uint64_t steps;
	int err;
	pthread_t thread;
	bool has_thread;
};

struct explorers {
	struct execution_setup setup;
	struct symmetry symmetry;
	int nr;
	pthread_mutex_t lock;
	pthread_cond_t work_comes;
	pthread_cond_t work_ends;
	uint64_t round; /* of work; UINT64_MAX: there will be no more */
	int nr_busy;
	const struct visited *visited;
	struct batch *batch;
	struct explorer explorers[]; /* the first is the caller's */
};

/* Behind the choices to make: stops at the next one, or goes on undisturbed. */
static int choose(void *data, const struct choice_point *point)
{
	const struct explorer *explorer = data;

	(void)point;
	return explorer->execution->goes_on ? 0 : -1;
}

static void execute(struct explorer *explorer, struct outcome *outcome)
{
	struct execution *execution = explorer->execution;

	execution->known = explorer->choices;
	execution->nr_known = explorer->nr_choices;
	*outcome = (struct outcome){ .stop = execution_run(execution) };
	if (outcome->stop == STOP_NO_MEMORY)
		return;
	explorer->steps += execution->steps;
	outcome->cost = (struct cost){ execution->disturbances, execution->steps };
	outcome->findings = finding_kinds(&execution->machine->findings);
	if (outcome->stop == STOP_CHOSEN)
		outcome->nr_actions = (uint16_t)execution->nr_actions;
	if (!outcome->findings)
		outcome->key = execution_key(execution, &explorer->all->symmetry);
}

static int reserve(struct explorer *explorer, uint32_t nr)
{
	uint32_t capacity = 2 * (nr + 1);
	struct known_choice *choices;

	if (nr < explorer->capacity)
		return 0;
	choices = realloc(explorer->choices, capacity * sizeof(*choices));
	if (!choices)
		return -ENOMEM;
	explorer->choices = choices;
	explorer->capacity = capacity;
	return 0;
}

/* The choices that lead to a state, and room for one more. */
static int way_to(struct explorer *explorer, const struct visited *visited, uint32_t state)
{
	uint32_t nr = visited->states[state].depth;

	if (reserve(explorer, nr))
		return -ENOMEM;
	explorer->nr_choices = nr + 1;
	explorer->choices[nr].step = visited->states[state].cost.steps;
	while (nr > 0) {
		const struct state *last = &visited->states[state];
		state = last->parent;
		explorer->choices[--nr] =
			(struct known_choice){ visited->states[state].cost.steps, last->choice };
	}
	return 0;
}

/* Tries every choice of a state. */
static int expand(struct explorer *explorer, const struct visited *visited, uint32_t state,
		  struct outcome *outcomes)
{
	int err = way_to(explorer, visited, state);

	for (uint16_t i = 0; i < visited->states[state].nr_actions && !err; i++) {
		explorer->choices[explorer->nr_choices - 1].index = i;
		execute(explorer, &outcomes[i]);
		if (outcomes[i].stop == STOP_NO_MEMORY)
			err = -ENOMEM;
	}
	return err;
}

/* The next states that nobody has taken; how many. */
static uint32_t take_share(struct explorers *all, uint32_t *first)
{
	struct batch *batch = all->batch;

	pthread_mutex_lock(&all->lock);
	uint32_t left = batch->nr - batch->next;
	uint32_t nr = left < SHARE ? left : SHARE;
	*first = batch->next;
	batch->next += nr;
	pthread_mutex_unlock(&all->lock);
	return nr;
}

static void work(struct explorer *explorer)
{
	struct explorers *all = explorer->all;
	struct batch *batch = all->batch;
	uint32_t first, nr;

	while (!explorer->err && (nr = take_share(all, &first))) {
		for (uint32_t i = first; i < first + nr && !explorer->err; i++)
			explorer->err = expand(explorer, all->visited, batch->states[i],
					       &batch->outcomes[batch->first[i]]);
	}
}

/* A machine belongs to the thread that made it. */
static int create_execution(struct explorer *explorer)
{
	int err = execution_create(&explorer->all->setup, &explorer->execution);

	if (!err) {
		explorer->execution->choose = choose;
		explorer->execution->choose_data = explorer;
	}
	return err;
}

static void *run_thread(void *data)
{
	struct explorer *explorer = data;
	struct explorers *all = explorer->all;
	uint64_t done = 0;
	char signal_stack[SIGNAL_STACK_SIZE];

	signal_stack_use(signal_stack);
	explorer->err = create_execution(explorer);
	pthread_mutex_lock(&all->lock);
	for (;;) {
		while (all->round == done)
			pthread_cond_wait(&all->work_comes, &all->lock);
		if (all->round == UINT64_MAX)
			break;
		done = all->round;
		pthread_mutex_unlock(&all->lock);
		work(explorer);
		pthread_mutex_lock(&all->lock);
		if (--all->nr_busy == 0)
			pthread_cond_signal(&all->work_ends);
	}
	pthread_mutex_unlock(&all->lock);
	execution_destroy(explorer->execution);
	signal_stack_use(NULL);
	return NULL;
}

int explorers_expand(struct explorers *explorers, const struct visited *visited,
		     struct batch *batch)
{
	int err = 0;

	batch->next = 0;
	pthread_mutex_lock(&explorers->lock);
	explorers->visited = visited;
	explorers->batch = batch;
	explorers->round++;
	explorers->nr_busy = explorers->nr - 1;
	pthread_cond_broadcast(&explorers->work_comes);
	pthread_mutex_unlock(&explorers->lock);
	work(&explorers->explorers[0]);
	pthread_mutex_lock(&explorers->lock);
	while (explorers->nr_busy)
		pthread_cond_wait(&explorers->work_ends, &explorers->lock);
	pthread_mutex_unlock(&explorers->lock);
	for (int i = 0; i < explorers->nr && !err; i++)
		err = explorers->explorers[i].err;
	return err;
}

void explorers_start(struct explorers *explorers, struct outcome *ret)
{
	explorers->explorers[0].nr_choices = 0;
	execute(&explorers->explorers[0], ret);
}

unsigned int explorers_follow(struct explorers *explorers, const struct visited *visited,
			      uint32_t state, enum finding_kind found[NR_FINDING_KINDS])
{
	struct explorer *explorer = &explorers->explorers[0];
	const struct finding_list *findings;
	uint32_t kinds = 0;
	unsigned int nr_found = 0;

	if (way_to(explorer, visited, state))
		return 0;
	explorer->execution->known = explorer->choices;
	explorer->execution->nr_known = explorer->nr_choices - 1;
	explorer->execution->goes_on = true;
	execution_run(explorer->execution);
	explorer->execution->goes_on = false;
	findings = &explorer->execution->machine->findings;
	for (size_t i = 0; i < findings->nr; i++) {
		enum finding_kind kind = findings->items[i].kind;
		if (!(kinds & 1u << kind))
			found[nr_found++] = kind;
		kinds |= 1u << kind;
	}
	return nr_found;
}

uint64_t explorers_steps(const struct explorers *explorers)
{
	uint64_t steps = 0;

	for (int i = 0; i < explorers->nr; i++)
		steps += explorers->explorers[i].steps;
	return steps;
}

int explorers_create(const struct execution_setup *setup, bool no_reduce, int nr,
		     struct explorers **ret)
{
	struct explorers *explorers =
		calloc(1, sizeof(*explorers) + (size_t)nr * sizeof(explorers->explorers[0]));
	int err;

	if (!explorers)
		return -ENOMEM;
	explorers->setup = *setup;
	explorers->nr = nr;
	symmetry_find(setup->scenario, no_reduce, &explorers->symmetry);
	pthread_mutex_init(&explorers->lock, NULL);
	pthread_cond_init(&explorers->work_comes, NULL);
	pthread_cond_init(&explorers->work_ends, NULL);
	for (int i = 0; i < nr; i++)
		explorers->explorers[i].all = explorers;
	err = create_execution(&explorers->explorers[0]);
	for (int i = 1; i < nr && !err; i++) {
		struct explorer *explorer = &explorers->explorers[i];
		err = -pthread_create(&explorer->thread, NULL, run_thread, explorer);
		explorer->has_thread = !err;
	}
	if (err) {
		explorers_destroy(explorers);
		return err;
	}
	*ret = explorers;
	return 0;
}

void explorers_destroy(struct explorers *explorers)
{
	if (!explorers)
		return;
	pthread_mutex_lock(&explorers->lock);
	explorers->round = UINT64_MAX;
	pthread_cond_broadcast(&explorers->work_comes);
	pthread_mutex_unlock(&explorers->lock);
	for (int i = 0; i < explorers->nr; i++) {
		struct explorer *explorer = &explorers->explorers[i];
		if (explorer->has_thread)
			pthread_join(explorer->thread, NULL);
		free(explorer->choices);
	}
	execution_destroy(explorers->explorers[0].execution);
	pthread_cond_destroy(&explorers->work_ends);
	pthread_cond_destroy(&explorers->work_comes);
	pthread_mutex_destroy(&explorers->lock);
	free(explorers);
}
