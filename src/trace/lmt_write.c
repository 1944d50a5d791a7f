/* SPDX-License-Identifier: MIT */
/* Events as lines of native text, facts as directives. */
#include "lmt_write.h"

#include "stamp.h"

#include <inttypes.h>

/* A line of as many events is short and never too much for who reads it. */
enum { MAX_EVENTS_ON_LINE = 4 };

void lmt_write_init(struct lmt_writer *writer, FILE *out)
{
	*writer = (struct lmt_writer){ .out = out, .time = EVENT_NO_TIME };
}

static void end_line(struct lmt_writer *writer)
{
	if (writer->columns[0])
		putc('\n', writer->out);
	writer->columns[0] = '\0';
}

static void start(struct lmt_writer *writer, const struct reader *reader)
{
	const struct reader_facts *facts = reader_facts(reader);

	if (writer->started)
		return;
	writer->started = true;
	fprintf(writer->out, "#lmt 1\n#source %s\n%s",
		facts->source[0] ? facts->source : recording_format_names[reader_format(reader)],
		facts->header);
}

static void write_facts(struct lmt_writer *writer, const struct reader_facts *facts)
{
	const struct reader_facts *told = &writer->told;
	bool new_arch = facts->shows_arch != told->shows_arch;
	bool new_cpus = facts->nr_cpus != told->nr_cpus;
	bool new_page = facts->page_shift != told->page_shift;
	bool new_faults = facts->has_faults != told->has_faults;
	bool new_loss = facts->lost_events != told->lost_events;

	if (!new_arch && !new_cpus && !new_page && !new_faults && !new_loss)
		return;
	end_line(writer);
	if (new_arch)
		fprintf(writer->out, "#arch %s\n", facts->arch);
	if (new_cpus)
		fprintf(writer->out, "#cpus %d\n", facts->nr_cpus);
	if (new_page)
		fprintf(writer->out, "#page %u\n", 1u << facts->page_shift);
	if (new_faults)
		fprintf(writer->out, "#faults yes\n");
	if (new_loss)
		fprintf(writer->out, "#lost %" PRIu64 "\n", facts->lost_events);
	writer->told = *facts;
}

/* The flags column of ftrace: what is not said in four letters, nobody asks for. */
static void put_flags(struct lmt_buffer *buffer, const struct event *event)
{
	unsigned int depth = event->preempt_depth < 15 ? event->preempt_depth : 15;

	lmt_put(buffer, event->irqs_off ? "/d" : "/.");
	lmt_put(buffer, event->need_resched ? "N" : ".");
	lmt_put(buffer, event->hardirq && event->softirq ? "H"
			: event->hardirq		 ? "h"
			: event->softirq		 ? "s"
							 : ".");
	if (depth)
		lmt_put_number(buffer, depth, 16);
	else
		lmt_put(buffer, ".");
}

static void put_column_number(struct lmt_buffer *buffer, int number)
{
	if (number < 0)
		lmt_put(buffer, "-");
	else
		lmt_put_number(buffer, (uint64_t)number, 10);
}

/* CPU and task. */
static void put_columns(struct lmt_buffer *buffer, const struct event *event)
{
	put_column_number(buffer, event->cpu);
	if (event->has_flags)
		put_flags(buffer, event);
	lmt_put(buffer, " ");
	if (event->tgid >= 0) {
		put_column_number(buffer, event->tgid);
		lmt_put(buffer, "/");
	}
	put_column_number(buffer, event->tid);
}

/* Microseconds, or nanoseconds where those say more. */
static void write_time(struct lmt_writer *writer, uint64_t time)
{
	uint64_t seconds = time / NSEC_PER_SEC, rest = time % NSEC_PER_SEC;

	if (time == EVENT_NO_TIME || time == writer->time)
		fputs(".", writer->out);
	else if (rest % 1000)
		fprintf(writer->out, "%" PRIu64 ".%09" PRIu64, seconds, rest);
	else
		fprintf(writer->out, "%" PRIu64 ".%06" PRIu64, seconds, rest / 1000);
	writer->time = time == EVENT_NO_TIME ? writer->time : time;
}

/* Lines that hold no event are not in the text: then it has other numbers than the original. */
static void write_line_number(struct lmt_writer *writer, uint64_t line)
{
	if (!writer->renumbers || line != writer->next_line)
		fprintf(writer->out, "#line %" PRIu64 "\n", line);
	writer->renumbers = true;
	writer->next_line = line + 1;
}

static bool goes_on(const struct lmt_writer *writer, const struct event *event, const char *columns)
{
	return strcmp(writer->columns, columns) == 0 && writer->line == event->line &&
	       (event->time == EVENT_NO_TIME || event->time == writer->time) &&
	       writer->nr_events < MAX_EVENTS_ON_LINE;
}

void lmt_write_event(struct lmt_writer *writer, const struct event *event,
		     const struct reader *reader)
{
	const struct lmt_word *word = lmt_word_of(event);
	struct lmt_buffer buffer = { 0 };
	char columns[LMT_COLUMNS_SIZE];

	start(writer, reader);
	write_facts(writer, reader_facts(reader));
	put_columns(&buffer, event);
	snprintf(columns, sizeof(columns), "%.*s", (int)buffer.size, buffer.bytes);
	buffer.size = 0;
	if (goes_on(writer, event, columns)) {
		fputs(" ; ", writer->out);
		writer->nr_events++;
	} else {
		end_line(writer);
		write_line_number(writer, event->line);
		write_time(writer, event->time);
		fprintf(writer->out, " %s ", columns);
		memcpy(writer->columns, columns, sizeof(columns));
		writer->line = event->line;
		writer->nr_events = 1;
	}
	lmt_put(&buffer, word->name);
	lmt_put_form(&buffer, event, word);
	fwrite(buffer.bytes, 1, buffer.size, writer->out);
}

void lmt_write_end(struct lmt_writer *writer, const struct reader *reader)
{
	start(writer, reader);
	end_line(writer);
	write_facts(writer, reader_facts(reader));
}
