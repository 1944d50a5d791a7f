/* SPDX-License-Identifier: MIT */
/* Trace events, see trace_events.h. */
#include "trace_events.h"

#include <inttypes.h>

#include "json.h"

enum { PS_PER_NS = 1000, PS_PER_US = 1000000 };

void trace_events_open(struct trace_events *events, FILE *out, const char *clock)
{
	*events = (struct trace_events){ .out = out };
	fputs("{\"displayTimeUnit\": \"ns\",\n"
	      "\"otherData\": {\"schema\": 1, \"command\": \"bench\", \"clock\": ",
	      out);
	json_text(clock, out);
	fputs("},\n\"traceEvents\": [", out);
}

void trace_events_close(struct trace_events *events)
{
	fputs("\n]}\n", events->out);
}

static void begin_line(struct trace_events *events, char phase, struct track track,
		       const char *name)
{
	fprintf(events->out, "%s{\"ph\": \"%c\", \"pid\": %u, \"tid\": %u, \"name\": ",
		events->has_events ? ",\n" : "\n", phase, track.process, track.thread);
	json_text(name, events->out);
	events->has_events = true;
}

static void name_it(struct trace_events *events, struct track track, const char *what,
		    const char *name)
{
	begin_line(events, 'M', track, what);
	fputs(", \"args\": {\"name\": ", events->out);
	json_text(name, events->out);
	fputs("}}", events->out);
}

static void sort_it(struct trace_events *events, struct track track, const char *what,
		    unsigned int index)
{
	begin_line(events, 'M', track, what);
	fprintf(events->out, ", \"args\": {\"sort_index\": %u}}", index);
}

void trace_process_name(struct trace_events *events, unsigned int process, const char *name)
{
	const struct track track = { .process = process };

	name_it(events, track, "process_name", name);
	sort_it(events, track, "process_sort_index", process);
}

void trace_thread_name(struct trace_events *events, struct track track, const char *name)
{
	name_it(events, track, "thread_name", name);
	sort_it(events, track, "thread_sort_index", track.thread);
}

/* The unit of the format is a microsecond: three decimals are nanoseconds. */
void trace_event(struct trace_events *events, enum trace_phase phase, struct track track,
		 uint64_t time, const char *category, const char *name)
{
	begin_line(events, (char)phase, track, name);
	fprintf(events->out, ", \"cat\": \"%s\", \"ts\": %" PRIu64 ".%03" PRIu64 "%s, \"args\": {",
		category, time / PS_PER_US, time % PS_PER_US / PS_PER_NS,
		phase == TRACE_INSTANT ? ", \"s\": \"t\"" : "");
	events->has_args = false;
}

static void begin_arg(struct trace_events *events, const char *key)
{
	fprintf(events->out, "%s\"%s\": ", events->has_args ? ", " : "", key);
	events->has_args = true;
}

void trace_number(struct trace_events *events, const char *key, uint64_t value)
{
	begin_arg(events, key);
	fprintf(events->out, "%" PRIu64, value);
}

void trace_text(struct trace_events *events, const char *key, const char *value)
{
	begin_arg(events, key);
	json_text(value, events->out);
}

void trace_event_end(struct trace_events *events)
{
	fputs("}}", events->out);
}
