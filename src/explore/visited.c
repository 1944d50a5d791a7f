/* SPDX-License-Identifier: MIT */
/* Reached states. */
#include "visited.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 1024 };

int visited_init(struct visited *visited)
{
	*visited = (struct visited){ .nr_slots = FIRST_SLOTS };
	visited->slots = calloc(FIRST_SLOTS, sizeof(*visited->slots));
	visited->keys = malloc(FIRST_SLOTS * sizeof(*visited->keys));
	if (visited->slots && visited->keys)
		return 0;
	visited_fini(visited);
	return -ENOMEM;
}

void visited_fini(struct visited *visited)
{
	free(visited->states);
	free(visited->slots);
	free(visited->keys);
	*visited = (struct visited){ 0 };
}

/* The slot of a key, or the free one where it belongs. */
static uint32_t probe(const struct visited *visited, const struct fingerprint *key)
{
	uint32_t mask = visited->nr_slots - 1;
	uint32_t at = (uint32_t)(key->b >> 7) & mask;

	while (visited->slots[at] && fingerprint_compare(&visited->keys[at], key) != 0)
		at = (at + 1) & mask;
	return at;
}

uint32_t visited_find(const struct visited *visited, const struct fingerprint *key)
{
	return visited->slots[probe(visited, key)] - 1; /* NO_STATE where it is free */
}

static int grow_slots(struct visited *visited)
{
	struct visited larger = { .nr_slots = visited->nr_slots * 2 };

	larger.slots = calloc(larger.nr_slots, sizeof(*larger.slots));
	larger.keys = malloc(larger.nr_slots * sizeof(*larger.keys));
	if (!larger.slots || !larger.keys) {
		visited_fini(&larger);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < visited->nr_slots; i++) {
		if (!visited->slots[i])
			continue;
		uint32_t at = probe(&larger, &visited->keys[i]);
		larger.slots[at] = visited->slots[i];
		larger.keys[at] = visited->keys[i];
	}
	free(visited->slots);
	free(visited->keys);
	visited->slots = larger.slots;
	visited->keys = larger.keys;
	visited->nr_slots = larger.nr_slots;
	return 0;
}

static int grow_states(struct visited *visited)
{
	uint32_t capacity = visited->capacity ? visited->capacity * 2 : FIRST_SLOTS;
	struct state *states;

	if (visited->capacity > NO_STATE / 4)
		return -ENOMEM;
	states = realloc(visited->states, capacity * sizeof(*states));
	if (!states)
		return -ENOMEM;
	visited->states = states;
	visited->capacity = capacity;
	return 0;
}

uint32_t visited_add(struct visited *visited, const struct fingerprint *key,
		     const struct state *state)
{
	if (visited->nr == visited->capacity && grow_states(visited))
		return NO_STATE;
	if (key) {
		if (visited->nr * 2 >= visited->nr_slots && grow_slots(visited))
			return NO_STATE;
		uint32_t at = probe(visited, key);
		visited->slots[at] = visited->nr + 1;
		visited->keys[at] = *key;
	}
	visited->states[visited->nr] = *state;
	return visited->nr++;
}

uint16_t *visited_path(const struct visited *visited, uint32_t state)
{
	uint32_t nr = visited->states[state].depth;
	uint16_t *path = malloc((nr + 1) * sizeof(*path));

	if (!path)
		return NULL;
	for (; nr > 0; state = visited->states[state].parent)
		path[--nr] = visited->states[state].choice;
	return path;
}

enum {
	CHOICE_BITS = 4,
	CHOICE_MASK = (1 << CHOICE_BITS) - 1, /* and every choice from here on */
	NR_OF_WORD = 64 / CHOICE_BITS,
};

/* Choices that do not fit look the same, so that what comes behind one tells nothing. */
static bool has_unfit(uint64_t word)
{
	uint64_t all_set = word & word >> 1 & word >> 2 & word >> 3;

	return all_set & UINT64_C(0x1111111111111111);
}

struct beginning visited_beginning(const struct visited *visited, uint32_t parent, uint16_t choice)
{
	if (parent == NO_STATE)
		return (struct beginning){ { 0 } };
	const struct state *state = &visited->states[parent];
	struct beginning way = state->beginning;
	uint64_t bits = choice < CHOICE_MASK ? choice : CHOICE_MASK;
	unsigned int word = state->depth / NR_OF_WORD;
	if (word >= NR_BEGINNING_WORDS || has_unfit(way.words[0]) || has_unfit(way.words[1]))
		return way;
	way.words[word] |= bits << (64 - CHOICE_BITS * (state->depth % NR_OF_WORD + 1));
	return way;
}

int visited_compare_ways(const struct visited *visited, uint32_t parent_x, uint16_t choice_x,
			 uint32_t parent_y, uint16_t choice_y)
{
	const struct state *states = visited->states;
	struct beginning x = visited_beginning(visited, parent_x, choice_x);
	struct beginning y = visited_beginning(visited, parent_y, choice_y);
	int longer = 0; /* which way goes on where the other one ends */

	/* Most differ here already. What a short way lacks counts as 0, and it does come first. */
	for (int i = 0; i < NR_BEGINNING_WORDS; i++) {
		if (x.words[i] != y.words[i])
			return x.words[i] < y.words[i] ? -1 : 1;
	}
	for (; states[parent_x].depth > states[parent_y].depth; longer = 1) {
		choice_x = states[parent_x].choice;
		parent_x = states[parent_x].parent;
	}
	for (; states[parent_y].depth > states[parent_x].depth; longer = -1) {
		choice_y = states[parent_y].choice;
		parent_y = states[parent_y].parent;
	}
	while (parent_x != parent_y) {
		choice_x = states[parent_x].choice;
		choice_y = states[parent_y].choice;
		parent_x = states[parent_x].parent;
		parent_y = states[parent_y].parent;
	}
	if (choice_x != choice_y)
		return choice_x < choice_y ? -1 : 1;
	return longer;
}
