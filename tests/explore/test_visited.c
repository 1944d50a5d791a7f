/* SPDX-License-Identifier: MIT */
/* Reached states: found again by key, the way to each, and which of two ways comes first. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "visited.h"

enum { NR_STATES = 20000, NR_PAIRS = 200000, MAX_DEPTH = 64 };

/* splitmix64, Steele, Lea and Flood 2014. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Many share a slot, and some one half of their key. */
static struct fingerprint key_of(uint32_t i)
{
	return (struct fingerprint){ .a = i, .b = (uint64_t)(i % 64 * 1021) << 7 };
}

static uint32_t add_behind(struct visited *visited, uint32_t parent, uint16_t choice)
{
	const struct state state = {
		.parent = parent,
		.choice = choice,
		.depth = parent == NO_STATE ? 0 : visited->states[parent].depth + 1,
		.beginning = visited_beginning(visited, parent, choice),
	};

	return visited_add(visited, NULL, &state);
}

static void test_a_key_finds_its_state(void **state)
{
	const struct state any = { .parent = NO_STATE };
	struct visited visited;

	(void)state;
	assert_int_equal(visited_init(&visited), 0);
	for (uint32_t i = 0; i < 4096; i++) {
		struct fingerprint key = key_of(i);
		assert_true(visited_find(&visited, &key) == NO_STATE);
		assert_int_equal(visited_add(&visited, &key, &any), 2 * i);
		/* In between one that has no key. */
		assert_int_equal(visited_add(&visited, NULL, &any), 2 * i + 1);
	}
	for (uint32_t i = 0; i < 4096; i++) {
		struct fingerprint key = key_of(i);
		assert_int_equal(visited_find(&visited, &key), 2 * i);
	}
	visited_fini(&visited);
}

static void test_a_path_has_the_choices_in_order(void **state)
{
	struct visited visited;
	uint32_t last;

	(void)state;
	assert_int_equal(visited_init(&visited), 0);
	last = add_behind(&visited, NO_STATE, 0);
	for (uint16_t choice = 100; choice < 140; choice++) {
		add_behind(&visited, last, 7); /* leads somewhere else */
		last = add_behind(&visited, last, choice);
	}
	uint16_t *path = visited_path(&visited, last);
	assert_non_null(path);
	for (uint16_t i = 0; i < 40; i++)
		assert_int_equal(path[i], 100 + i);
	free(path);
	visited_fini(&visited);
}

static void test_disturbances_cost_more_than_steps(void **state)
{
	(void)state;
	assert_int_equal(cost_compare((struct cost){ 0, 9 }, (struct cost){ 1, 2 }), -1);
	assert_int_equal(cost_compare((struct cost){ 2, 2 }, (struct cost){ 1, 9 }), 1);
	assert_int_equal(cost_compare((struct cost){ 1, 2 }, (struct cost){ 1, 3 }), -1);
	assert_int_equal(cost_compare((struct cost){ 1, UINT32_MAX }, (struct cost){ 1, 0 }), 1);
	assert_int_equal(cost_compare((struct cost){ 1, 3 }, (struct cost){ 1, 3 }), 0);
}

/* What visited_compare_ways() says in many fewer steps. */
static int compare_paths(const struct visited *visited, uint32_t x, uint32_t y)
{
	uint32_t nr_x = visited->states[x].depth, nr_y = visited->states[y].depth;
	uint16_t *path_x = visited_path(visited, x), *path_y = visited_path(visited, y);
	uint32_t at = 0;

	assert_non_null(path_x);
	assert_non_null(path_y);
	while (at < nr_x && at < nr_y && path_x[at] == path_y[at])
		at++;
	int order = (nr_x > nr_y) - (nr_x < nr_y);
	if (at < nr_x && at < nr_y)
		order = path_x[at] < path_y[at] ? -1 : 1;
	free(path_x);
	free(path_y);
	return order;
}

/* Small choices mostly, and some that do not fit into the beginning of a way. */
static uint16_t random_step(uint64_t *random)
{
	uint64_t draw = next_random(random) >> 32;

	return (uint16_t)(draw % 8 ? draw / 8 % 2 : draw / 8 % 20);
}

/*
 * Deep and broad: behind a late state, so that ways share their first choices. No choice of a state
 * leads to two others.
 */
static void add_random_states(struct visited *visited, uint64_t *random)
{
	static uint16_t next_choice[NR_STATES];

	add_behind(visited, NO_STATE, 0);
	while (visited->nr < NR_STATES) {
		uint32_t back = (uint32_t)(next_random(random) >> 32) % 400;
		uint32_t parent = back < visited->nr ? visited->nr - 1 - back : 0;
		if (visited->states[parent].depth == MAX_DEPTH)
			parent = 0;
		next_choice[parent] = (uint16_t)(next_choice[parent] + random_step(random));
		add_behind(visited, parent, next_choice[parent]++);
	}
}

static void test_ways_are_in_the_order_of_their_choices(void **state)
{
	struct visited visited;
	uint64_t random = 1;
	unsigned int nr_longer = 0, nr_late = 0;

	(void)state;
	assert_int_equal(visited_init(&visited), 0);
	add_random_states(&visited, &random);
	for (int i = 0; i < NR_PAIRS; i++) {
		uint32_t x = 1 + (uint32_t)(next_random(&random) >> 32) % (NR_STATES - 1);
		uint32_t y = i % 2 ? 1 + (uint32_t)(next_random(&random) >> 32) % (NR_STATES - 1)
				   : visited.states[x].parent;
		if (y == 0)
			continue;
		const struct state *a = &visited.states[x], *b = &visited.states[y];
		assert_int_equal(
			visited_compare_ways(&visited, a->parent, a->choice, b->parent, b->choice),
			compare_paths(&visited, x, y));
		nr_longer += y == a->parent;
		nr_late += x != y &&
			   memcmp(&a->beginning, &b->beginning, sizeof(a->beginning)) == 0 &&
			   a->parent != y;
	}
	/* The pairs that are easy to get wrong have been among them. */
	assert_true(nr_longer > NR_PAIRS / 4);
	assert_true(nr_late > 100);
	visited_fini(&visited);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_finds_its_state),
		cmocka_unit_test(test_a_path_has_the_choices_in_order),
		cmocka_unit_test(test_disturbances_cost_more_than_steps),
		cmocka_unit_test(test_ways_are_in_the_order_of_their_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
