/* SPDX-License-Identifier: MIT */
/* Phases and their markers. */
#include "phase.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void phases_fini(struct phases *phases)
{
	for (size_t i = 0; i < phases->nr; i++) {
		struct phase *phase = phases->items[i];
		counters_fini(&phase->recorded.counters);
		for (size_t run = 0; run < phases->nr_runs; run++)
			counters_fini(&phase->predicted[run]);
		free(phase->predicted);
		free(phase);
	}
	free(phases->items);
	*phases = (struct phases){ 0 };
}

static bool strip_suffix(char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);

	if (length <= tail || strcmp(name + length - tail, suffix) != 0)
		return false;
	name[length - tail] = '\0';
	return true;
}

enum marker marker_parse(const char *text, char name[PHASE_NAME_SIZE])
{
	const char *rest = strchr(text, ' ');

	if (!rest || rest[1] == '\0')
		return MARKER_NONE;
	snprintf(name, PHASE_NAME_SIZE, "%s", rest + 1);
	size_t length = strlen(name);
	while (length && (name[length - 1] == ' ' || name[length - 1] == '\n'))
		name[--length] = '\0';
	if (rest - text == 1 && text[0] == 'M')
		return MARKER_NEXT;
	if (strip_suffix(name, " begin"))
		return MARKER_BEGIN;
	return strip_suffix(name, " end") ? MARKER_END : MARKER_NONE;
}

static bool phases_grow(struct phases *phases)
{
	size_t capacity = phases->capacity ? phases->capacity * 2 : 16;
	struct phase **items = realloc(phases->items, capacity * sizeof(struct phase *));
	if (!items)
		return false;
	phases->items = items;
	phases->capacity = capacity;
	return true;
}

int phase_begin(struct phases *phases, const char *name, const struct event *marker,
		struct phase **ret)
{
	if (phases->nr == MAX_PHASES) {
		phases->dropped++;
		*ret = NULL;
		return 0;
	}
	if (phases->nr == phases->capacity && !phases_grow(phases))
		return -ENOMEM;
	struct phase *phase = calloc(1, sizeof(*phase));
	struct counters *predicted = calloc(phases->nr_runs, sizeof(*predicted));
	if (!phase || !predicted) {
		free(phase);
		free(predicted);
		return -ENOMEM;
	}
	snprintf(phase->name, sizeof(phase->name), "%s", name);
	phase->tid = marker->tid;
	phase->line = marker->line;
	phase->predicted = predicted;
	phases->items[phases->nr++] = phase;
	*ret = phase;
	return 0;
}
