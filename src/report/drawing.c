/* SPDX-License-Identifier: MIT */
/* Drawings of runs, see drawing.h. */
#include "drawing.h"

#include <string.h>

enum { THREADS_OF_PROCESS = 100 }; /* tid = 100 * pid + CPU: no two tracks of a file share one */

_Static_assert((int)MAX_CPUS <= (int)THREADS_OF_PROCESS, "each CPU has a number");

static struct track track_of(struct drawing *drawing, int cpu)
{
	struct track track = { drawing->process,
			       drawing->process * THREADS_OF_PROCESS + (unsigned int)cpu };
	char name[16];

	if (!drawing->tracks[cpu].is_named) {
		drawing->tracks[cpu].is_named = true;
		snprintf(name, sizeof(name), "CPU %d", cpu);
		trace_thread_name(drawing->events, track, name);
	}
	return track;
}

/* Its arguments follow, then trace_event_end(). */
static struct trace_events *draw(struct drawing *drawing, enum trace_phase phase, int cpu,
				 const char *category, const char *name)
{
	struct trace_events *events = drawing->events;

	drawing->nr_events++;
	trace_event(events, phase, track_of(drawing, cpu), drawing->time, category, name);
	return events;
}

/* What the hardware or the hypervisor saw; NULL: another counter. */
static const char *work_name(int counter)
{
	if (counter == COUNT_LEVEL_SWITCHES)
		return "level_switches";
	return counter >= COUNT_BARRIERS && counter < NR_PUBLIC_COUNTERS ? counter_names[counter]
									 : NULL;
}

static uint64_t change_of(const struct drawing *drawing, int counter)
{
	return drawing->counters->n[counter] - drawing->seen[counter];
}

/* NULL: there was none since the last look. */
static const char *first_work(const struct drawing *drawing)
{
	for (int i = 0; i < NR_COUNTERS; i++) {
		if (work_name(i) && change_of(drawing, i))
			return work_name(i);
	}
	return NULL;
}

static void write_work(const struct drawing *drawing, struct trace_events *events)
{
	for (int i = 0; i < NR_COUNTERS; i++) {
		if (work_name(i) && change_of(drawing, i))
			trace_number(events, work_name(i), change_of(drawing, i));
	}
}

/* What was released between two looks: nearly always by one flush. */
struct release {
	uint64_t flushes;
	uint64_t size; /* of all of them */
};

static void draw_flush(struct drawing *drawing, int cpu, int reason, const struct release *release,
		       bool is_last)
{
	const bool is_known = release->flushes == 1 || release->size == 0;
	char name[32];

	snprintf(name, sizeof(name), "flush: %s", flush_reason_names[reason]);
	struct trace_events *events = draw(drawing, TRACE_INSTANT, cpu, "flush", name);
	trace_text(events, "reason", flush_reason_names[reason]);
	trace_number(events, is_known ? "size" : "size_of_all", release->size);
	if (is_last)
		write_work(drawing, events);
	trace_event_end(events);
}

static void draw_flushes(struct drawing *drawing, int cpu, const struct release *release)
{
	uint64_t left = release->flushes;

	for (int reason = 0; reason < NR_FLUSH_REASONS; reason++) {
		uint64_t nr = drawing->counters->reasons[reason] - drawing->seen_reasons[reason];
		for (; nr; nr--, left--)
			draw_flush(drawing, cpu, reason, release, left == 1);
	}
}

/* The work is that of the flush, or what a write did at once. */
static void draw_work(struct drawing *drawing, int cpu)
{
	const struct release release = {
		.flushes = change_of(drawing, COUNT_FLUSHES),
		.size = histogram_sum(&drawing->counters->batch_sizes) - drawing->seen_released,
	};
	const char *work = first_work(drawing);

	if (release.flushes) {
		draw_flushes(drawing, cpu, &release);
	} else if (work) {
		struct trace_events *events = draw(drawing, TRACE_INSTANT, cpu, "work", work);
		write_work(drawing, events);
		trace_event_end(events);
	}
}

static void open_section(struct drawing *drawing, int cpu, const struct section_view *section)
{
	struct cpu_track *track = &drawing->tracks[cpu];
	struct drawn_section *drawn = &track->sections[track->depth];

	drawn->name = track->depth	   ? "nested section"
		      : section->effective ? "section"
					   : "section without effect";
	drawn->writes = drawing->counters->n[COUNT_PTE_WRITES];
	drawn->deferred = drawing->counters->n[COUNT_DEFERRED];
	track->depth++;
	trace_event_end(draw(drawing, TRACE_BEGIN, cpu, "section", drawn->name));
}

static void close_section(struct drawing *drawing, int cpu)
{
	struct cpu_track *track = &drawing->tracks[cpu];
	const struct drawn_section *drawn = &track->sections[--track->depth];
	const uint64_t *n = drawing->counters->n;
	struct trace_events *events = draw(drawing, TRACE_END, cpu, "section", drawn->name);

	trace_number(events, "pte_writes", n[COUNT_PTE_WRITES] - drawn->writes);
	trace_number(events, "deferred", n[COUNT_DEFERRED] - drawn->deferred);
	trace_event_end(events);
}

static void draw_pause(struct drawing *drawing, int cpu, bool paused)
{
	struct cpu_track *track = &drawing->tracks[cpu];

	if (track->paused == paused)
		return;
	track->paused = paused;
	trace_event_end(draw(drawing, paused ? TRACE_BEGIN : TRACE_END, cpu, "section", "pause"));
}

/* Opens what is missing, or closes what is no longer there. */
static void draw_depth(struct drawing *drawing, int cpu, unsigned int depth,
		       const struct section_view *section)
{
	struct cpu_track *track = &drawing->tracks[cpu];

	if (track->depth == depth)
		return;
	draw_pause(drawing, cpu, false);
	while (track->depth < depth)
		open_section(drawing, cpu, section);
	while (track->depth > depth)
		close_section(drawing, cpu);
}

static void close_slices(struct drawing *drawing, int cpu)
{
	draw_depth(drawing, cpu, 0, NULL);
	draw_pause(drawing, cpu, false);
}

/* Slices are those of the task that runs: it takes its sections along. */
static void follow_task(struct drawing *drawing, int cpu, int tid)
{
	struct cpu_track *track = &drawing->tracks[cpu];

	if (track->has_task && track->tid != tid) {
		close_slices(drawing, cpu);
		struct trace_events *events = draw(drawing, TRACE_INSTANT, cpu, "switch", "switch");
		trace_number(events, "from", track->tid < 0 ? 0 : (uint64_t)track->tid);
		trace_number(events, "to", tid < 0 ? 0 : (uint64_t)tid);
		trace_event_end(events);
	}
	track->has_task = true;
	track->tid = tid;
}

static void remember(struct drawing *drawing)
{
	const struct counters *counters = drawing->counters;

	if (change_of(drawing, COUNT_FLUSHES))
		drawing->seen_released = histogram_sum(&counters->batch_sizes);
	memcpy(drawing->seen, counters->n, sizeof(drawing->seen));
	memcpy(drawing->seen_reasons, counters->reasons, sizeof(drawing->seen_reasons));
}

static void set_time(struct drawing *drawing)
{
	const struct usage usage = usage_of_counters(drawing->counters);

	drawing->time = priced_time(&drawing->prices, &usage);
}

void drawing_look(struct drawing *drawing, const struct cpu *cpu)
{
	const struct task *task = cpu->current;
	const struct section_view *section = &task->section;
	unsigned int depth = section->depth < MAX_DRAWN_DEPTH ? section->depth : MAX_DRAWN_DEPTH;

	drawing->cpu = cpu->id;
	if (task->counters != drawing->counters) /* it is not measured */
		return;
	follow_task(drawing, cpu->id, task->tid);
	if (drawing->tracks[cpu->id].depth < depth)
		draw_depth(drawing, cpu->id, depth, section);
	if (memcmp(drawing->seen, drawing->counters->n, sizeof(drawing->seen)) != 0) {
		set_time(drawing);
		draw_work(drawing, cpu->id);
		remember(drawing);
	}
	draw_depth(drawing, cpu->id, depth, section);
	draw_pause(drawing, cpu->id, section->pauses > 0);
}

void drawing_cut(struct drawing *drawing, uint64_t limit)
{
	for (int cpu = 0; cpu < MAX_CPUS; cpu++)
		close_slices(drawing, cpu);
	trace_number(
		draw(drawing, TRACE_INSTANT, drawing->cpu, "run", "cut: the rest is not drawn"),
		"limit", limit);
	trace_event_end(drawing->events);
}

void drawing_end(struct drawing *drawing)
{
	const uint64_t *n = drawing->counters->n;

	for (int cpu = 0; cpu < MAX_CPUS; cpu++)
		close_slices(drawing, cpu);
	set_time(drawing);
	struct trace_events *events = draw(drawing, TRACE_INSTANT, drawing->cpu, "run", "end");
	for (int i = 0; i < NR_PUBLIC_COUNTERS; i++) {
		if (n[i])
			trace_number(events, counter_names[i], n[i]);
	}
	trace_event_end(events);
}
