/* SPDX-License-Identifier: MIT */
/* The search over states, see explore.h. */
#include "explore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explorer.h"

enum { BATCH_SIZE = 512 /* states that are expanded together */ };

/* States that wait, by what they cost: frontier[disturbances][steps]. */
struct queue {
	uint32_t *states;
	uint32_t nr;
	uint32_t capacity;
};

struct row {
	struct queue *queues; /* by steps */
	uint32_t nr;
};

struct search {
	const struct explore_options *options;
	struct visited visited;
	struct row *rows; /* by disturbances */
	uint32_t nr_rows;
	struct explorers *explorers;
	struct exploration_result *result;
	uint64_t frontier;
	bool is_over;
	int err;
};

static struct queue *queue_of(struct search *search, struct cost cost)
{
	if (cost.disturbances >= search->nr_rows) {
		uint32_t nr = cost.disturbances + 1;
		struct row *rows = realloc(search->rows, nr * sizeof(*rows));
		if (!rows)
			return NULL;
		memset(rows + search->nr_rows, 0, (nr - search->nr_rows) * sizeof(*rows));
		search->rows = rows;
		search->nr_rows = nr;
	}
	struct row *row = &search->rows[cost.disturbances];
	if (cost.steps >= row->nr) {
		uint32_t nr = 2 * cost.steps + 1;
		struct queue *queues = realloc(row->queues, nr * sizeof(*queues));
		if (!queues)
			return NULL;
		memset(queues + row->nr, 0, (nr - row->nr) * sizeof(*queues));
		row->queues = queues;
		row->nr = nr;
	}
	return &row->queues[cost.steps];
}

static int enqueue(struct search *search, uint32_t state)
{
	struct queue *queue = queue_of(search, search->visited.states[state].cost);

	if (!queue)
		return -ENOMEM;
	if (queue->nr == queue->capacity) {
		uint32_t capacity = queue->capacity ? queue->capacity * 2 : 16;
		uint32_t *states = realloc(queue->states, capacity * sizeof(*states));
		if (!states)
			return -ENOMEM;
		queue->states = states;
		queue->capacity = capacity;
	}
	queue->states[queue->nr++] = state;
	search->frontier++;
	return 0;
}

static void set_bound(struct search *search, enum stop_bound bound)
{
	if (!search->result->bound)
		search->result->bound = bound;
}

/* A known state was reached again: on a better way, or on one that comes first? */
static int reach_again(struct search *search, uint32_t index, const struct state *again)
{
	struct state *known = &search->visited.states[index];
	int order = cost_compare(again->cost, known->cost);

	search->result->counts.merged++;
	if (known->is_expanded || order > 0)
		return 0;
	if (order == 0 && visited_compare_ways(&search->visited, again->parent, again->choice,
					       known->parent, known->choice) >= 0)
		return 0;
	*known = *again;
	/* Its place in the old queue is stale now: the cost tells. */
	return order < 0 && known->nr_actions ? enqueue(search, index) : 0;
}

static void note_final_state(struct search *search, const struct fingerprint *key)
{
	fingerprint_add(&search->result->final_states, *key);
	search->result->nr_final_states++;
}

static int reach(struct search *search, uint32_t parent, uint16_t choice,
		 const struct outcome *outcome)
{
	const struct state state = {
		.parent = parent,
		.choice = choice,
		.nr_actions = outcome->nr_actions,
		.beginning = visited_beginning(&search->visited, parent, choice),
		.depth = parent == NO_STATE ? 0 : search->visited.states[parent].depth + 1,
		.cost = outcome->cost,
		.findings = outcome->findings,
	};

	if (outcome->stop == STOP_NO_MEMORY)
		return -ENOMEM;
	if (outcome->stop == STOP_BOUND || outcome->stop == STOP_DEEP) {
		set_bound(search, outcome->stop == STOP_BOUND ? BOUND_STEPS : BOUND_STACK);
		return 0;
	}
	if (outcome->cost.disturbances > search->options->max_disturbances) {
		set_bound(search, BOUND_DISTURBANCES);
		return 0;
	}
	/* The end of a way that breaks a rule is no state: nobody goes on from there. */
	const struct fingerprint *key = state.findings ? NULL : &outcome->key;
	uint32_t known = key ? visited_find(&search->visited, key) : NO_STATE;
	if (known != NO_STATE)
		return reach_again(search, known, &state);
	if (search->options->max_states &&
	    search->result->counts.states >= search->options->max_states) {
		set_bound(search, BOUND_STATES);
		search->is_over = !search->frontier;
		return 0;
	}
	uint32_t index = visited_add(&search->visited, key, &state);
	if (index == NO_STATE)
		return -ENOMEM;
	search->result->counts.states += key != NULL;
	if (key && !state.nr_actions)
		note_final_state(search, key);
	return key && !state.nr_actions ? 0 : enqueue(search, index);
}

static int keep_witness(struct search *search, uint32_t index)
{
	const struct state *state = &search->visited.states[index];
	struct witness *witness = &search->result->witness;

	search->result->findings |= state->findings;
	if (witness->choices)
		return 0;
	*witness = (struct witness){
		.choices = visited_path(&search->visited, index),
		.nr_choices = state->depth,
		.findings = state->findings,
		.disturbances = state->cost.disturbances,
		.steps = state->cost.steps,
	};
	if (!witness->choices)
		return -ENOMEM;
	witness->nr_found =
		explorers_follow(search->explorers, &search->visited, index, witness->found);
	return 0;
}

static bool comes_first(const struct search *search, uint32_t x, uint32_t y)
{
	const struct state *states = search->visited.states;

	return visited_compare_ways(&search->visited, states[x].parent, states[x].choice,
				    states[y].parent, states[y].choice) <= 0;
}

/* The end of the sorted run that begins at first. */
static uint32_t run_end(const struct search *search, const uint32_t *states, uint32_t first,
			uint32_t nr)
{
	uint32_t end = first + 1;

	while (end < nr && comes_first(search, states[end - 1], states[end]))
		end++;
	return end;
}

static void merge(const struct search *search, const uint32_t *from, uint32_t first,
		  uint32_t middle, uint32_t end, uint32_t *into)
{
	uint32_t left = first, right = middle;

	for (uint32_t at = first; at < end; at++) {
		bool takes_left = right == end ||
				  (left < middle && comes_first(search, from[left], from[right]));
		into[at] = takes_left ? from[left++] : from[right++];
	}
}

/* One pass over all runs, which are merged in pairs; how many there were. */
static unsigned int merge_runs(const struct search *search, const uint32_t *from, uint32_t nr,
			       uint32_t *into)
{
	unsigned int nr_runs = 0;

	for (uint32_t first = 0; first < nr; nr_runs += 2) {
		uint32_t middle = run_end(search, from, first, nr);
		uint32_t end = middle < nr ? run_end(search, from, middle, nr) : nr;
		merge(search, from, first, middle, end, into);
		nr_runs -= middle == nr;
		first = end;
	}
	return nr_runs;
}

/*
 * Ways of one length in the order of their choices. They came from a few queues that were sorted,
 * so that they are a few sorted runs.
 */
static int sort_queue(struct search *search, struct queue *queue)
{
	uint32_t *other;

	if (queue->nr < 2)
		return 0;
	other = malloc(queue->capacity * sizeof(*other));
	if (!other)
		return -ENOMEM;
	while (merge_runs(search, queue->states, queue->nr, other) > 1) {
		uint32_t *merged = other;
		other = queue->states;
		queue->states = merged;
	}
	free(other);
	return 0;
}

static bool is_stale(const struct state *state, struct cost cost)
{
	return state->is_expanded || cost_compare(state->cost, cost) != 0;
}

static void ask_whether_to_go_on(struct search *search)
{
	struct exploration_counts *counts = &search->result->counts;

	counts->frontier = search->frontier;
	counts->steps = explorers_steps(search->explorers);
	if (search->options->go_on && !search->options->go_on(search->options->data, counts)) {
		set_bound(search, BOUND_STOPPED);
		search->is_over = true;
	}
}

/* What came of a batch, in the order of its states. */
static int reach_all(struct search *search, const struct batch *batch)
{
	int err = 0;

	for (uint32_t i = 0; i < batch->nr && !err; i++) {
		uint32_t state = batch->states[i];
		uint16_t nr_actions = search->visited.states[state].nr_actions;
		search->visited.states[state].is_expanded = true;
		for (uint16_t choice = 0; choice < nr_actions && !err; choice++)
			err = reach(search, state, choice,
				    &batch->outcomes[batch->first[i] + choice]);
		search->result->counts.transitions += nr_actions;
	}
	return err;
}

static int expand_batch(struct search *search, const uint32_t *states, uint32_t nr)
{
	uint32_t first[BATCH_SIZE];
	uint32_t nr_outcomes = 0;

	for (uint32_t i = 0; i < nr; i++) {
		first[i] = nr_outcomes;
		nr_outcomes += search->visited.states[states[i]].nr_actions;
	}
	struct batch batch = { .states = states, .nr = nr, .first = first };
	batch.outcomes = malloc(nr_outcomes * sizeof(*batch.outcomes));
	if (!batch.outcomes)
		return -ENOMEM;
	int err = explorers_expand(search->explorers, &search->visited, &batch);
	if (!err)
		err = reach_all(search, &batch);
	free(batch.outcomes);
	return err;
}

/* The next states of a queue that can be expanded together; a broken rule stands alone. */
static uint32_t next_batch(const struct search *search, const struct queue *queue, uint32_t *at,
			   struct cost cost, uint32_t batch[BATCH_SIZE])
{
	uint32_t nr = 0;

	while (*at < queue->nr && nr < BATCH_SIZE) {
		const struct state *state = &search->visited.states[queue->states[*at]];
		bool ends_batch = state->findings && !is_stale(state, cost);
		if (ends_batch && nr)
			break;
		if (!is_stale(state, cost))
			batch[nr++] = queue->states[*at];
		++*at;
		if (ends_batch)
			break;
	}
	return nr;
}

static int process_batch(struct search *search, const uint32_t *states, uint32_t nr)
{
	if (!search->visited.states[states[0]].findings)
		return expand_batch(search, states, nr);
	search->visited.states[states[0]].is_expanded = true;
	search->is_over = !search->options->all;
	return keep_witness(search, states[0]);
}

static int process_queue(struct search *search, struct cost cost)
{
	/* What is added meanwhile costs more, and goes into other queues. */
	struct queue queue = search->rows[cost.disturbances].queues[cost.steps];
	uint32_t batch[BATCH_SIZE];

	search->rows[cost.disturbances].queues[cost.steps] = (struct queue){ 0 };
	int err = sort_queue(search, &queue);

	for (uint32_t at = 0; at < queue.nr && !err && !search->is_over;) {
		uint32_t before = at;
		uint32_t nr = next_batch(search, &queue, &at, cost, batch);
		search->frontier -= at - before;
		if (nr)
			err = process_batch(search, batch, nr);
		ask_whether_to_go_on(search);
	}
	free(queue.states);
	return err;
}

static int process_all(struct search *search)
{
	int err = 0;

	for (uint32_t row = 0; row < search->nr_rows && !err; row++) {
		search->result->counts.disturbances = row;
		for (uint32_t steps = 0; steps < search->rows[row].nr && !err && !search->is_over;
		     steps++) {
			search->result->counts.depth = steps;
			err = process_queue(search, (struct cost){ row, steps });
		}
	}
	return err;
}

static void search_fini(struct search *search)
{
	for (uint32_t i = 0; i < search->nr_rows; i++) {
		for (uint32_t j = 0; j < search->rows[i].nr; j++)
			free(search->rows[i].queues[j].states);
		free(search->rows[i].queues);
	}
	free(search->rows);
	visited_fini(&search->visited);
	explorers_destroy(search->explorers);
}

static int run_search(struct search *search)
{
	struct outcome start;

	explorers_start(search->explorers, &start);
	int err = reach(search, NO_STATE, 0, &start);
	if (!err)
		err = process_all(search);
	return err;
}

int explore(const struct execution_setup *setup, const struct explore_options *options,
	    struct exploration_result *ret)
{
	struct search search = { .options = options, .result = ret };

	*ret = (struct exploration_result){ .verdict = VERDICT_CLEAN };
	int err = visited_init(&search.visited);
	if (!err)
		err = explorers_create(setup, options->no_reduce, options->jobs, &search.explorers);
	if (!err)
		err = run_search(&search);
	if (search.explorers)
		ret->counts.steps = explorers_steps(search.explorers);
	ret->counts.frontier = search.frontier;
	if (ret->witness.choices)
		ret->verdict = VERDICT_FINDING;
	else if (ret->bound)
		ret->verdict = VERDICT_BOUNDED;
	search_fini(&search);
	if (err)
		exploration_result_fini(ret);
	return err;
}

void exploration_result_fini(struct exploration_result *result)
{
	free(result->witness.choices);
	result->witness.choices = NULL;
}
