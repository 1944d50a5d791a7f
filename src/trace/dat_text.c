/* SPDX-License-Identifier: MIT */
/* Records as text: columns as trace_print_context() has them, and what libtraceevent makes of the
 * event's print format; where it cannot, the fields by their names. */
#define _GNU_SOURCE /* the library's headers name cpu_set_t */
#include "dat_text.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#include <trace-cmd.h>

enum {
	MAX_BUFFERS = 64,
	MAX_TEXT = 4096, /* of an event */
	/* Processor time that so many records may take; more is a library that does not end. */
	RECORDS_WATCHED = 64 * 1024,
	SECONDS_WATCHED = 60,
};

/* include/linux/trace_events.h, enum trace_flag_type. */
enum {
	RECORD_IRQS_OFF = 0x01,
	RECORD_NEED_RESCHED = 0x04,
	RECORD_HARDIRQ = 0x08,
	RECORD_SOFTIRQ = 0x10,
	RECORD_NMI = 0x40,
};

struct printer {
	FILE *out;
	struct trace_seq seq;
	unsigned long nr_records;
};

static void watch(void)
{
	struct rlimit limit;
	struct rusage used;

	if (getrlimit(RLIMIT_CPU, &limit) || getrusage(RUSAGE_SELF, &used))
		return;
	limit.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + SECONDS_WATCHED;
	setrlimit(RLIMIT_CPU, &limit);
}

static char depth_digit(int depth)
{
	return depth ? "0123456789abcdef"[depth & 15] : '.';
}

static char context_letter(int flags)
{
	bool hard = flags & RECORD_HARDIRQ, soft = flags & RECORD_SOFTIRQ;

	if (flags & RECORD_NMI)
		return 'z';
	return hard && soft ? 'H' : hard ? 'h' : soft ? 's' : '.';
}

static void print_columns(struct printer *printer, struct tep_handle *tep,
			  struct tep_record *record)
{
	int flags = tep_data_flags(tep, record);

	fprintf(printer->out, "<...>-%d [%03d] %c%c%c%c %llu.%09llu: ", tep_data_pid(tep, record),
		record->cpu, flags & RECORD_IRQS_OFF ? 'd' : '.',
		flags & RECORD_NEED_RESCHED ? 'N' : '.', context_letter(flags),
		depth_digit(tep_data_preempt_count(tep, record) & 15), record->ts / 1000000000,
		record->ts % 1000000000);
}

/* What the kernel or a program wrote: "FUNCTION: TEXT". */
static bool is_message(const struct tep_event *event)
{
	return strcmp(event->system, "ftrace") == 0 &&
	       (strcmp(event->name, "print") == 0 || strcmp(event->name, "bprint") == 0 ||
		strcmp(event->name, "bputs") == 0);
}

/* Without the kernel's symbols it is "ADDRESS: TEXT": that of who writes markers, most likely. */
static void print_message(const char *text, FILE *out)
{
	size_t digits = strspn(text, "0123456789abcdefx");

	if (digits && strncmp(text + digits, ": ", 2) == 0) {
		fputs("tracing_mark_write", out);
		text += digits;
	}
	fputs(text, out);
}

/* One line, whatever the event holds. */
static const char *one_line(struct trace_seq *seq)
{
	unsigned int size = seq->len < MAX_TEXT ? seq->len : MAX_TEXT;

	trace_seq_terminate(seq);
	for (unsigned int i = 0; i < size; i++) {
		if (seq->buffer[i] == '\n' || seq->buffer[i] == '\r' || seq->buffer[i] == '\0')
			seq->buffer[i] = ' ';
	}
	while (size && seq->buffer[size - 1] == ' ')
		size--;
	seq->buffer[size] = '\0';
	return seq->buffer;
}

static const char *event_text(struct printer *printer, struct tep_handle *tep,
			      struct tep_record *record, const char *what)
{
	trace_seq_reset(&printer->seq);
	tep_print_event(tep, &printer->seq, record, "%s", what);
	const char *text = one_line(&printer->seq);
	return text + strspn(text, " ");
}

/* The library does not know what an enum's names stand for: formats have "??" for other values. */
static void print_event(struct printer *printer, struct tep_handle *tep, struct tep_event *event,
			struct tep_record *record)
{
	const char *text = event_text(printer, tep, record, TEP_PRINT_INFO);

	if (is_message(event)) {
		print_message(text, printer->out);
	} else {
		if ((unsigned int)event->flags & TEP_EVENT_FL_FAILED || strstr(text, "??"))
			text = event_text(printer, tep, record, TEP_PRINT_INFO_RAW);
		fprintf(printer->out, "%s: %s", event->name, text);
	}
	putc('\n', printer->out);
}

/* In text they are no events: they belong to the one before. */
static bool is_stack(const struct tep_event *event)
{
	return strcmp(event->name, "kernel_stack") == 0 || strcmp(event->name, "user_stack") == 0;
}

static void print_loss(const struct tep_record *record, FILE *out)
{
	if (record->missed_events > 0)
		fprintf(out, "CPU:%d [LOST %lld EVENTS]\n", record->cpu, record->missed_events);
	else if (record->missed_events < 0)
		fprintf(out, "CPU:%d [EVENTS DROPPED]\n", record->cpu);
}

/* Not 0: the text is not wanted any more. */
static int print_record(struct tracecmd_input *input, struct tep_record *record, int cpu,
			void *data)
{
	struct printer *printer = data;
	struct tep_handle *tep = tracecmd_get_tep(input);
	struct tep_event *event = tep_find_event_by_record(tep, record);

	(void)cpu;
	if (++printer->nr_records % RECORDS_WATCHED == 0)
		watch();
	print_loss(record, printer->out);
	if (event && is_stack(event))
		return 0;
	print_columns(printer, tep, record);
	if (event)
		print_event(printer, tep, event, record);
	else
		fputs("unknown_event:\n", printer->out);
	return ferror(printer->out);
}

/*
 * The main buffer and those of all instances, in the order of time. An event that was recorded into
 * two of them is there twice.
 */
static bool print_buffers(struct tracecmd_input *input, struct printer *printer)
{
	struct tracecmd_input *buffers[MAX_BUFFERS] = { input };
	int nr_instances = tracecmd_buffer_instances(input);
	int nr = 1;

	for (int i = 0; i < nr_instances && nr < MAX_BUFFERS; i++) {
		buffers[nr] = tracecmd_buffer_instance_handle(input, i);
		if (!buffers[nr])
			return false;
		nr++;
	}
	return tracecmd_iterate_events_multi(buffers, nr, print_record, printer) == 0;
}

bool dat_print(int fd, FILE *out)
{
	struct printer printer = { .out = out };

	watch();
	tep_set_loglevel(TEP_LOG_NONE);
	tracecmd_set_loglevel(TEP_LOG_NONE);
	struct tracecmd_input *input = tracecmd_open_fd(fd, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!input)
		return false;
	fprintf(out, "# trace.dat\ncpus=%d\n", tep_get_cpus(tracecmd_get_tep(input)));
	trace_seq_init(&printer.seq);
	bool good = print_buffers(input, &printer);
	trace_seq_destroy(&printer.seq);
	tracecmd_close(input);
	return good;
}
