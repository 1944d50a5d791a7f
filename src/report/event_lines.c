/* SPDX-License-Identifier: MIT */
/* Events as JSON lines. */
#include "event_lines.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "lmt_put.h"

static void write_number(FILE *out, const char *key, int number)
{
	if (number < 0)
		fprintf(out, ", \"%s\": null", key);
	else
		fprintf(out, ", \"%s\": %d", key, number);
}

/* The arguments behind the word, which blanks keep apart. */
static void write_args(FILE *out, struct lmt_buffer *buffer)
{
	const char *separator = "";
	char *word = buffer->bytes;

	buffer->bytes[buffer->size < sizeof(buffer->bytes) ? buffer->size : buffer->size - 1] =
		'\0';
	fputs(", \"args\": [", out);
	while (*(word += strspn(word, " "))) {
		char *end = word + strcspn(word, " ");
		bool is_last = !*end;
		*end = '\0';
		fputs(separator, out);
		json_text(word, out);
		separator = ", ";
		word = is_last ? end : end + 1;
	}
	fputs("]", out);
}

/* Of a maximum there is no difference. */
static void write_work(struct event_lines *lines, const struct replay *replay)
{
	const uint64_t *now = replay->watched->machine->total.n;
	const char *separator = "";

	fputs(", \"work\": {", lines->out);
	for (int i = 0; i < NR_PUBLIC_COUNTERS; i++) {
		if (i == COUNT_MAX_DEPTH || now[i] == lines->before[i])
			continue;
		fprintf(lines->out, "%s\"%s\": %" PRIu64, separator, counter_names[i],
			now[i] - lines->before[i]);
		separator = ", ";
	}
	fputs("}", lines->out);
	memcpy(lines->before, now, sizeof(lines->before));
}

void event_line(struct event_lines *lines, const struct replay *replay, const struct event *event)
{
	const struct lmt_word *word = lmt_word_of(event);
	struct lmt_buffer buffer = { 0 };

	putc('{', lines->out);
	if (lines->file) {
		fputs("\"file\": ", lines->out);
		json_text(lines->file, lines->out);
		fputs(", ", lines->out);
	}
	fprintf(lines->out, "\"line\": %" PRIu64, event->line);
	if (event->time != EVENT_NO_TIME)
		fprintf(lines->out, ", \"time_ns\": %" PRIu64, event->time);
	else
		fputs(", \"time_ns\": null", lines->out);
	write_number(lines->out, "cpu", event->cpu);
	write_number(lines->out, "tid", event->tid);
	write_number(lines->out, "tgid", event->tgid);
	fputs(", \"event\": ", lines->out);
	json_text(word->name, lines->out);
	lmt_put_form(&buffer, event, word);
	write_args(lines->out, &buffer);
	write_work(lines, replay);
	fputs("}\n", lines->out);
}
