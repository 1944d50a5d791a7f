/* SPDX-License-Identifier: MIT */
/*
 * sched_switch in its spellings: the kernel's text, the plugin of trace-cmd ("sh:643 [120] R ==>
 * wl:15 [120]"), and bare fields, where the state is a number.
 */
#include "cause.h"

#include <limits.h>

/* Names of tasks come unquoted before the numbers: the last key is the real one. */
static bool last_number(struct text text, const char *key, uint64_t *value, struct text *rest)
{
	bool found = false;

	while (text_find(&text, key)) {
		*rest = text;
		found = true;
	}
	return found && text_number(rest, value) && *value <= INT_MAX;
}

/* include/trace/events/sched.h, sched_switch: TASK_REPORT_MAX is a preempted task. */
static void state_of_number(uint64_t number, struct event *event)
{
	static const char letters[] = "SDTtXZPI";
	const uint64_t preempted = 0x100;
	unsigned int bit = 0;

	while (letters[bit] && !(number & 1u << bit))
		bit++;
	event->text[0] = letters[bit] ? letters[bit] : 'R';
	event->text[1] = number & preempted ? '+' : '\0';
	event->text[2] = '\0';
}

static bool fields_form(struct text prev, struct text next, struct event *event)
{
	struct text state, rest;
	uint64_t number;

	if (!last_number(prev, "prev_pid=", &event->arg[0], &state) ||
	    !last_number(next, "next_pid=", &event->arg[1], &rest))
		return false;
	if (!text_find(&state, "prev_state="))
		return true;
	if (text_number(&state, &number))
		state_of_number(number, event);
	else
		text_copy(event->text, sizeof(event->text), text_word(&state));
	return true;
}

/* "COMM:PID [PRIO]" and what follows; a name may hold colons, blanks and brackets. */
static bool plugin_task(struct text text, uint64_t *pid, struct text *rest)
{
	bool found = false;

	while (text_find(&text, ":")) {
		struct text number = text;
		uint64_t value, prio;
		if (!text_dec(&number, &value) || value > INT_MAX || !text_skip(&number, " [") ||
		    !text_dec(&number, &prio) || !text_skip(&number, "]"))
			continue;
		*pid = value;
		*rest = number;
		found = true;
	}
	return found;
}

static bool plugin_form(struct text prev, struct text next, struct event *event)
{
	struct text rest, none;

	if (!plugin_task(prev, &event->arg[0], &rest) || !plugin_task(next, &event->arg[1], &none))
		return false;
	text_copy(event->text, sizeof(event->text), text_word(&rest));
	return true;
}

bool cause_task_switch(struct text args, struct event *event, struct mistake *mistake)
{
	struct text prev = args, next = args;

	if (text_find(&next, " ==> ") || text_find(&next, " next_comm="))
		prev.end = next.p;
	if (fields_form(prev, next, event) || plugin_form(prev, next, event))
		return true;
	return text_fail(mistake, args.p, "expected two tasks, prev_pid= and next_pid=");
}
