/* SPDX-License-Identifier: MIT */
/* Every choice sequence, by counting them up like the digits of a number. */
#include "enumerate.h"

#include <string.h>

struct digits {
	struct execution *execution;
	uint32_t max_disturbances;
	uint16_t choice[MAX_CHOICES];
	uint16_t end[MAX_CHOICES]; /* behind the last choice that is allowed here */
	uint32_t nr;
	uint32_t taken;
	bool is_too_long;
};

/* The actions of a point without the disturbances that would be too many: they keep their index. */
static int next_allowed(const struct digits *digits, const struct choice_point *point,
			unsigned int from)
{
	bool may_disturb = digits->execution->disturbances < digits->max_disturbances;

	for (unsigned int i = from; i < point->nr; i++) {
		if (may_disturb || !point->actions[i].is_disturbance)
			return (int)i;
	}
	return -1;
}

/* The digits that are there, then the smallest ones. */
static int choose(void *data, const struct choice_point *point)
{
	struct digits *digits = data;
	uint32_t at = digits->taken++;

	digits->is_too_long |= at == MAX_CHOICES;
	if (digits->is_too_long)
		return -1;
	int choice = next_allowed(digits, point, at < digits->nr ? digits->choice[at] : 0);
	if (choice < 0) {
		digits->taken--; /* the last digit led nowhere: count that one up */
		digits->nr = digits->taken;
		return -1;
	}
	digits->choice[at] = (uint16_t)choice;
	digits->end[at] = (uint16_t)point->nr;
	digits->nr = at < digits->nr ? digits->nr : at + 1;
	return choice;
}

/* The next sequence; false: that was the last. */
static bool count_up(struct digits *digits)
{
	while (digits->nr && digits->choice[digits->nr - 1] + 1 == digits->end[digits->nr - 1])
		digits->nr--;
	if (!digits->nr)
		return false;
	digits->choice[digits->nr - 1]++;
	return true;
}

static bool add_final(struct final_set *set, struct fingerprint key)
{
	for (uint32_t i = 0; i < set->nr; i++) {
		if (fingerprint_compare(&set->keys[i], &key) == 0)
			return true;
	}
	if (set->nr == MAX_FINALS)
		return false;
	set->keys[set->nr++] = key;
	fingerprint_add(&set->sum, key);
	return true;
}

static void note_failure(const struct digits *digits, struct enumeration *ret)
{
	const struct execution *execution = digits->execution;
	bool is_better =
		!ret->has_witness || execution->disturbances < ret->disturbances ||
		(execution->disturbances == ret->disturbances && execution->steps < ret->steps);

	ret->findings |= finding_kinds(&execution->machine->findings);
	if (!is_better)
		return;
	ret->has_witness = true;
	ret->disturbances = execution->disturbances;
	ret->steps = execution->steps;
	ret->nr_choices = digits->taken;
	memcpy(ret->choices, digits->choice, digits->taken * sizeof(ret->choices[0]));
}

/* False: too large. */
static bool execute(struct digits *digits, struct enumeration *ret)
{
	const struct scenario *scenario = digits->execution->setup.scenario;
	struct symmetry all_differ, symmetry;

	digits->taken = 0;
	enum stop_reason stop = execution_run(digits->execution);
	ret->executions++;
	if (digits->is_too_long || digits->execution->disturbances > digits->max_disturbances)
		return !digits->is_too_long;
	if (stop == STOP_FINDING)
		note_failure(digits, ret);
	if (stop != STOP_ENDED && stop != STOP_STUCK)
		return stop == STOP_FINDING || stop == STOP_CHOSEN;
	symmetry_find(scenario, true, &all_differ);
	symmetry_find(scenario, false, &symmetry);
	return add_final(&ret->finals, execution_key(digits->execution, &all_differ)) &&
	       add_final(&ret->canonical_finals, execution_key(digits->execution, &symmetry));
}

int enumerate(const struct execution_setup *setup, uint32_t max_disturbances,
	      uint64_t max_executions, struct enumeration *ret)
{
	struct digits digits = { .max_disturbances = max_disturbances };
	int err = execution_create(setup, &digits.execution);

	memset(ret, 0, sizeof(*ret));
	if (err)
		return err;
	digits.execution->choose = choose;
	digits.execution->choose_data = &digits;
	bool fits = true, goes_on = true;
	while (fits && goes_on && ret->executions < max_executions) {
		fits = execute(&digits, ret);
		goes_on = count_up(&digits);
	}
	ret->is_complete = fits && !goes_on;
	execution_destroy(digits.execution);
	return 0;
}
