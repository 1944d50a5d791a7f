/* SPDX-License-Identifier: MIT */
/* Lines: large blocks, and a line is a piece of one. */
#include "source.h"
#include "dat.h"
#include "reader.h"
#include "stream.h"

#include <errno.h>
#include <stdlib.h>

enum { BUFFER_SIZE = 4 * MAX_LINE_SIZE };

struct source {
	struct stream *stream;
	struct dat *dat;     /* NULL: the stream has the lines */
	const char *message; /* why there is none where there should be one */
	uint64_t lines;
	struct text unread; /* in buffer */
	bool has_nul; /* somewhere in buffer: nearly never, so that no line need be searched */
	bool at_end;
	int error;
	char buffer[BUFFER_SIZE];
};

/* The stream becomes the source's, or is closed. */
static int create(struct stream *stream, struct source **ret)
{
	struct source *source = calloc(1, sizeof(*source));

	if (!source) {
		stream_close(stream);
		return -ENOMEM;
	}
	source->stream = stream;
	source->unread = (struct text){ source->buffer, source->buffer };
	*ret = source;
	return 0;
}

int source_open(const char *path, struct source **ret)
{
	struct stream *stream;
	int error = stream_open(path, &stream);

	return error ? error : create(stream, ret);
}

int source_open_memory(const void *bytes, size_t size, struct source **ret)
{
	struct stream *stream;
	int error = stream_open_memory(bytes, size, &stream);

	return error ? error : create(stream, ret);
}

void source_close(struct source *source)
{
	if (!source)
		return;
	dat_close(source->dat);
	stream_close(source->stream);
	free(source);
}

static int read_some(struct source *source, size_t at, size_t *got)
{
	char *into = source->buffer + at;

	return source->dat ? dat_read(source->dat, into, BUFFER_SIZE - at, got)
			   : stream_read(source->stream, into, BUFFER_SIZE - at, got);
}

/* The stream turns out to be no text: what makes text of it takes over. */
static int become_dat(struct source *source, size_t *got)
{
	int error = dat_open(source->stream, source->unread, &source->dat);

	if (error)
		source->message = strerror(-error);
	return error ? error : read_some(source, 0, got);
}

/* Moves the unread rest to the start of the buffer and reads behind it. */
static void refill(struct source *source)
{
	size_t rest = text_size(source->unread);
	size_t got;

	memmove(source->buffer, source->unread.p, rest);
	source->error = read_some(source, rest, &got);
	source->unread.p = source->buffer;
	source->unread.end = source->buffer + rest + got;
	if (!source->error && !source->dat && !source->lines && dat_starts(source->unread)) {
		source->error = become_dat(source, &got);
		source->unread.end = source->buffer + got;
	}
	source->has_nul = memchr(source->unread.p, '\0', text_size(source->unread));
	source->at_end = source->error || got == 0;
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
	line->nul = source->has_nul ? memchr(start, '\0', text_size(line->text)) : NULL;
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
	line->nul = NULL;
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
	if (source->message)
		return source->message;
	return source->dat ? dat_error(source->dat) : stream_error(source->stream);
}

uint64_t source_lines(const struct source *source)
{
	return source->lines;
}
