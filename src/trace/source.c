/* SPDX-License-Identifier: MIT */
/* Lines: large blocks, and a line is a piece of one. */
#include "source.h"
#include "reader.h"
#include "stream.h"

#include <errno.h>
#include <stdlib.h>

enum { BUFFER_SIZE = 4 * MAX_LINE_SIZE };

struct source {
	struct stream *stream;
	uint64_t lines;
	struct text unread; /* in buffer */
	bool at_end;
	int error;
	char buffer[BUFFER_SIZE];
};

int source_open(const char *path, struct source **ret)
{
	struct source *source = calloc(1, sizeof(*source));
	int error;

	if (!source)
		return -ENOMEM;
	error = stream_open(path, &source->stream);
	if (error) {
		free(source);
		return error;
	}
	source->unread = (struct text){ source->buffer, source->buffer };
	*ret = source;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	stream_close(source->stream);
	free(source);
}

/* Moves the unread rest to the start of the buffer and reads behind it. */
static void refill(struct source *source)
{
	size_t rest = text_size(source->unread);
	size_t got;

	memmove(source->buffer, source->unread.p, rest);
	source->error =
		stream_read(source->stream, source->buffer + rest, BUFFER_SIZE - rest, &got);
	source->at_end = source->error || got == 0;
	source->unread.p = source->buffer;
	source->unread.end = source->buffer + rest + got;
}

/* Takes the line that ends at end (its line feed, or the end of input). */
static inline void take(struct source *source, const char *end, struct line *line)
{
	const char *start = source->unread.p;

	source->unread.p = end;
	line->too_long = end - start > MAX_LINE_SIZE;
	if (line->too_long)
		end = start + MAX_LINE_SIZE;
	else if (end > start && end[-1] == '\r')
		end--;
	line->text = (struct text){ start, end };
	line->number = ++source->lines;
}

/* The buffer is full of one line: drop what follows of it. Its start need not stay. */
static void take_endless(struct source *source, struct line *line)
{
	const char *end = NULL;

	while (!end && !source->at_end) {
		source->unread.p = source->unread.end;
		refill(source);
		end = memchr(source->unread.p, '\n', text_size(source->unread));
	}
	source->unread.p = end ? end + 1 : source->unread.end;
	line->text = (struct text){ source->buffer, source->buffer };
	line->number = ++source->lines;
	line->too_long = true;
}

/* The line feed that ends the next line; NULL: it is not in the buffer. */
static inline const char *line_feed(const struct source *source)
{
	return memchr(source->unread.p, '\n', text_size(source->unread));
}

/* No line of the buffer is left: reads on. */
static __attribute__((noinline)) int next_block(struct source *source, struct line *line)
{
	const char *end = NULL;

	while (!end && !source->at_end) {
		if (text_size(source->unread) == BUFFER_SIZE) {
			take_endless(source, line);
			return 1;
		}
		refill(source);
		end = line_feed(source);
	}
	if (end) {
		take(source, end, line);
		source->unread.p = end + 1;
		return 1;
	}
	if (source->error)
		return source->error;
	if (text_size(source->unread) == 0)
		return 0;
	take(source, source->unread.end, line);
	return 1;
}

int source_next(struct source *source, struct line *line)
{
	const char *end = line_feed(source);

	if (!end)
		return next_block(source, line);
	take(source, end, line);
	source->unread.p = end + 1;
	return 1;
}

const char *source_error(const struct source *source)
{
	return stream_error(source->stream);
}

uint64_t source_lines(const struct source *source)
{
	return source->lines;
}
