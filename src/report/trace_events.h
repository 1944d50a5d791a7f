/* SPDX-License-Identifier: MIT */
/*
 * Chrome's trace-event format, which Perfetto and chrome://tracing open: one event a line, written
 * at once. A track is a thread of a process there; numbers of tracks are unique in a file.
 */
#ifndef LAZYMMU_REPORT_TRACE_EVENTS_H
#define LAZYMMU_REPORT_TRACE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trace_events {
	FILE *out;
	bool has_events;
	bool has_args; /* of the event that is written */
};

struct track {
	unsigned int process;
	unsigned int thread;
};

/* "ph" of an event. */
enum trace_phase {
	TRACE_BEGIN = 'B', /* of a slice, inside those that are open on the track */
	TRACE_END = 'E',   /* of the innermost slice */
	TRACE_INSTANT = 'i',
};

/* clock: what the times are, in words. */
void trace_events_open(struct trace_events *events, FILE *out, const char *clock);
void trace_events_close(struct trace_events *events);

/* How a process and a thread are shown: by name, in the order of their numbers. */
void trace_process_name(struct trace_events *events, unsigned int process, const char *name);
void trace_thread_name(struct trace_events *events, struct track track, const char *name);

/* Picoseconds. Behind it come its arguments, then trace_event_end(). */
void trace_event(struct trace_events *events, enum trace_phase phase, struct track track,
		 uint64_t time, const char *category, const char *name);
void trace_number(struct trace_events *events, const char *key, uint64_t value);
void trace_text(struct trace_events *events, const char *key, const char *value);
void trace_event_end(struct trace_events *events);

#endif
