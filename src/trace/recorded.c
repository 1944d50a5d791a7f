/* SPDX-License-Identifier: MIT */
/*
 * Counts effects. What is open or carried belongs to a CPU on Xen and powerpc, whose batches are
 * per CPU, and to a task on arm64.
 */
#include "recorded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Places for CPUs or tasks; more share them (kernels have at most 8192 CPUs). */
	NR_PLACES = 8192,
	XEN_OP_MMU_UPDATE = 1, /* __HYPERVISOR_mmu_update */
	PPC64_TLB_BATCH_NR = 192,
};

/* What one CPU or task is in the middle of. */
struct place {
	unsigned int depth; /* of sections */
	uint64_t entries;   /* of the open section */
	uint64_t carried;   /* Xen: mmu_update requests in the buffer */
	/* arm64: a pair in function belongs to the section it left, or to the PTE it wrote. */
	bool left;
	bool wrote;
	char function[EVENT_TEXT_SIZE];
};

/* counters is never NULL. 0 or -ENOMEM. */
typedef int (*count_fn)(struct place *place, const struct event *event, struct counters *counters);

struct recorder {
	const count_fn *count; /* by enum event_kind; NULL: not counted */
	bool per_task;
	struct counters outside; /* of events in no phase */
	struct place places[NR_PLACES];
};

static int open_section(struct place *place, const struct event *event, struct counters *counters)
{
	(void)event;
	place->left = false;
	place->wrote = false;
	if (place->depth++)
		return 0;
	place->entries = 0;
	counters->n[COUNT_SECTIONS]++;
	return 0;
}

/* A recording may begin inside a section, and not every start of one can be probed. */
static int close_section(struct place *place, const struct event *event, struct counters *counters)
{
	(void)event;
	if (!place->depth || --place->depth)
		return 0;
	return histogram_add(&counters->section_entries, place->entries, 1);
}

static int xen_update(struct place *place)
{
	place->entries++;
	place->carried++;
	return 0;
}

static int xen_entry(struct place *place, const struct event *event, struct counters *counters)
{
	(void)counters;
	return event->arg[0] == XEN_OP_MMU_UPDATE ? xen_update(place) : 0;
}

/* Only an extension that found room is an update; after a failed one an entry follows. */
static int xen_extend(struct place *place, const struct event *event, struct counters *counters)
{
	(void)counters;
	return event->arg[0] == XEN_OP_MMU_UPDATE && event->arg[2] == 0 ? xen_update(place) : 0;
}

static int xen_reason(struct place *place, const struct event *event, struct counters *counters)
{
	(void)place;
	if (strcmp(event->text, "ARGS") == 0)
		counters->reasons[FLUSH_ARGS]++;
	else if (strcmp(event->text, "BATCH") == 0)
		counters->reasons[FLUSH_BATCH]++;
	else if (strcmp(event->text, "CALLBACK") == 0)
		counters->reasons[FLUSH_CALLBACK]++;
	return 0;
}

static int xen_flush(struct place *place, const struct event *event, struct counters *counters)
{
	uint64_t carried = place->carried;

	(void)event;
	place->carried = 0;
	return carried ? histogram_add(&counters->batch_sizes, carried, 1) : 0;
}

/* xen_set_pte() queues inside a section only. */
static int xen_set_pte(struct place *place, const struct event *event, struct counters *counters)
{
	(void)event;
	if (!place->depth)
		counters->n[COUNT_DIRECT_SET_PTE]++;
	return 0;
}

static int xen_invlpg(struct place *place, const struct event *event, struct counters *counters)
{
	(void)place;
	(void)event;
	counters->n[COUNT_INVLPG]++;
	return 0;
}

static const count_fn xen_counts[NR_EVENT_KINDS] = {
	[EVENT_XEN_PROBE_ENTER] = open_section, [EVENT_XEN_PROBE_LEAVE] = close_section,
	[EVENT_XEN_ENTRY] = xen_entry,		[EVENT_XEN_EXTEND] = xen_extend,
	[EVENT_XEN_FLUSH_REASON] = xen_reason,	[EVENT_XEN_FLUSH] = xen_flush,
	[EVENT_XEN_SET_PTE] = xen_set_pte,	[EVENT_XEN_INVLPG] = xen_invlpg,
};

static int powerpc_need_flush(struct place *place, const struct event *event,
			      struct counters *counters)
{
	if (!event->arg[0]) {
		counters->n[COUNT_HASH_IMMEDIATE]++;
		return 0;
	}
	place->entries++;
	counters->n[COUNT_HASH_BATCHED]++;
	return 0;
}

static int powerpc_flush(struct place *place, const struct event *event, struct counters *counters)
{
	(void)place;
	if (event->arg[0] == PPC64_TLB_BATCH_NR)
		counters->reasons[FLUSH_FULL]++;
	return event->arg[0] ? histogram_add(&counters->batch_sizes, event->arg[0], 1) : 0;
}

static int powerpc_single(struct place *place, const struct event *event, struct counters *counters)
{
	(void)place;
	(void)event;
	counters->n[COUNT_HASH_FLUSH_SINGLE]++;
	return 0;
}

static const count_fn powerpc_counts[NR_EVENT_KINDS] = {
	[EVENT_PPC_ENTER] = open_section,
	[EVENT_PPC_LEAVE] = close_section,
	[EVENT_HPTE_NEED_FLUSH] = powerpc_need_flush,
	[EVENT_FLUSH_TLB_PENDING] = powerpc_flush,
	[EVENT_FLUSH_HASH_PAGE] = powerpc_single,
};

static void remember_function(struct place *place, const struct event *event)
{
	memcpy(place->function, event->text, sizeof(place->function));
}

static int arm64_leave(struct place *place, const struct event *event, struct counters *counters)
{
	int error = close_section(place, event, counters);

	place->left = true;
	place->wrote = false;
	remember_function(place, event);
	return error;
}

static int arm64_set(struct place *place, const struct event *event, struct counters *counters)
{
	counters->n[COUNT_PTE_SETS]++;
	place->left = false;
	place->wrote = event->arg[1] && event->arg[2];
	remember_function(place, event);
	return 0;
}

static int arm64_clear(struct place *place, const struct event *event, struct counters *counters)
{
	(void)event;
	counters->n[COUNT_PTE_CLEARS]++;
	place->left = false;
	place->wrote = false;
	return 0;
}

static int arm64_pending(struct place *place, const struct event *event, struct counters *counters)
{
	(void)event;
	(void)counters;
	place->entries++;
	return 0;
}

/* From 7.x on the count falls before the pair: it comes behind leave, in the same function. */
static int arm64_pair(struct place *place, const struct event *event, struct counters *counters)
{
	bool same = strcmp(place->function, event->text) == 0;

	counters->n[COUNT_BARRIERS]++;
	if (place->depth || (place->left && same))
		counters->n[COUNT_SECTION_BARRIERS]++;
	else if (place->wrote && same)
		counters->n[COUNT_PTE_BARRIERS]++;
	else
		counters->n[COUNT_TABLE_BARRIERS]++;
	place->left = false;
	place->wrote = false;
	return 0;
}

static const count_fn arm64_counts[NR_EVENT_KINDS] = {
	[EVENT_SECTION_ENTER] = open_section,  [EVENT_SECTION_LEAVE] = arm64_leave,
	[EVENT_SET_PTE] = arm64_set,	       [EVENT_CLEAR_PTE] = arm64_clear,
	[EVENT_ARM64_PENDING] = arm64_pending, [EVENT_ARM64_BARRIER_PAIR] = arm64_pair,
};

static const struct {
	const char *arch;
	const count_fn *count;
	bool per_task;
} backends[] = {
	{ "xen", xen_counts, false },
	{ "powerpc", powerpc_counts, false },
	{ "arm64", arm64_counts, true },
};

enum { NR_BACKENDS = sizeof(backends) / sizeof(backends[0]) };

int recorder_create(const char *arch, struct recorder **ret)
{
	size_t i = 0;

	while (i < NR_BACKENDS && strcmp(arch, backends[i].arch) != 0)
		i++;
	*ret = NULL;
	if (i == NR_BACKENDS)
		return 0;
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (!recorder)
		return -ENOMEM;
	recorder->count = backends[i].count;
	recorder->per_task = backends[i].per_task;
	*ret = recorder;
	return 0;
}

void recorder_destroy(struct recorder *recorder)
{
	if (!recorder)
		return;
	counters_fini(&recorder->outside);
	free(recorder);
}

int recorder_event(struct recorder *recorder, const struct event *event, struct recorded *sink)
{
	count_fn count = recorder->count[event->kind];

	if (sink && event_is_effect(event->kind))
		sink->any = true;
	if (!count)
		return 0;
	int key = recorder->per_task ? event->tid : event->cpu;
	unsigned int place = key < 0 ? 0 : (unsigned int)key % NR_PLACES;
	return count(&recorder->places[place], event, sink ? &sink->counters : &recorder->outside);
}
