/* SPDX-License-Identifier: MIT */
/* Where bytes come from, and zlib or libzstd in between where the content asks for it. */
#include "stream.h"
#include "unzstd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
	INPUT_SIZE = 128 * 1024,
	GZIP_WINDOW = 15 + 16, /* the largest window, gzip header required */
};

struct stream {
	int fd;			     /* -1: memory */
	const unsigned char *memory; /* what is left of it */
	size_t memory_size;
	bool at_end; /* of the file */
	bool started;
	bool is_gzip;
	bool in_member;	       /* gzip: a member is not complete */
	struct unzstd *unzstd; /* NULL: the content is not zstd */
	const char *message;
	z_stream zlib; /* next_in and avail_in are the unread input, plain too */
	unsigned char input[INPUT_SIZE];
};

int stream_open(const char *path, struct stream **ret)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	bool is_stdin = strcmp(path, "-") == 0;

	if (!stream)
		return -ENOMEM;
	stream->fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (stream->fd < 0) {
		int error = errno;

		free(stream);
		return -error;
	}
	*ret = stream;
	return 0;
}

int stream_open_memory(const void *bytes, size_t size, struct stream **ret)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return -ENOMEM;
	stream->fd = -1;
	stream->memory = bytes;
	stream->memory_size = size;
	*ret = stream;
	return 0;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	if (stream->is_gzip)
		inflateEnd(&stream->zlib);
	unzstd_destroy(stream->unzstd);
	if (stream->fd >= 0)
		close(stream->fd);
	free(stream);
}

static int fail(struct stream *stream, int error, const char *message)
{
	stream->message = message;
	return error;
}

static int copy_some(struct stream *stream, void *into, size_t size, size_t *got)
{
	*got = stream->memory_size < size ? stream->memory_size : size;
	stream->at_end = *got == 0;
	if (stream->at_end)
		return 0;
	memcpy(into, stream->memory, *got);
	stream->memory += *got;
	stream->memory_size -= *got;
	return 0;
}

static int read_some(struct stream *stream, void *into, size_t size, size_t *got)
{
	ssize_t n;

	if (stream->fd < 0)
		return copy_some(stream, into, size, got);
	*got = 0;
	do {
		n = read(stream->fd, into, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(stream, -errno, strerror(errno));
	stream->at_end = n == 0;
	*got = (size_t)n;
	return 0;
}

/* Reads behind the unread input, which is short. */
static int fill(struct stream *stream)
{
	size_t rest = stream->zlib.avail_in;
	size_t got;

	if (rest)
		memmove(stream->input, stream->zlib.next_in, rest);
	int error = read_some(stream, stream->input + rest, INPUT_SIZE - rest, &got);
	if (error)
		return error;
	stream->zlib.next_in = stream->input;
	stream->zlib.avail_in = (unsigned int)(rest + got);
	return 0;
}

static bool at_gzip_magic(const struct stream *stream)
{
	return stream->zlib.avail_in >= 2 && stream->zlib.next_in[0] == 0x1f &&
	       stream->zlib.next_in[1] == 0x8b;
}

/* Four bytes decide what the file is; a pipe may give them one at a time. */
static int start(struct stream *stream)
{
	while (stream->zlib.avail_in < ZSTD_MAGIC_SIZE && !stream->at_end) {
		int error = fill(stream);

		if (error)
			return error;
	}
	stream->started = true;
	if (unzstd_magic(stream->zlib.next_in, stream->zlib.avail_in)) {
		stream->unzstd = unzstd_create();
		return stream->unzstd ? 0 : fail(stream, -ENOMEM, "out of memory");
	}
	if (!at_gzip_magic(stream))
		return 0;
	if (inflateInit2(&stream->zlib, GZIP_WINDOW) != Z_OK)
		return fail(stream, -ENOMEM, "out of memory");
	stream->is_gzip = true;
	stream->in_member = true;
	return 0;
}

/* What start() read to look at it, then the file itself. */
static int read_plain(struct stream *stream, char *into, size_t size, size_t *got)
{
	size_t held = stream->zlib.avail_in < size ? stream->zlib.avail_in : size;

	if (!held)
		return stream->at_end ? 0 : read_some(stream, into, size, got);
	memcpy(into, stream->zlib.next_in, held);
	stream->zlib.next_in += held;
	stream->zlib.avail_in -= (unsigned int)held;
	*got = held;
	return 0;
}

static void skip_padding(struct stream *stream)
{
	while (stream->zlib.avail_in && stream->zlib.next_in[0] == 0) {
		stream->zlib.next_in++;
		stream->zlib.avail_in--;
	}
}

/*
 * Between two members: another one may follow, and zeros are padding, as gzip(1) has it. It drops
 * other bytes with a warning; here they may be the rest of a recording.
 */
static int next_member(struct stream *stream)
{
	skip_padding(stream);
	while (stream->zlib.avail_in < 2 && !stream->at_end) {
		int error = fill(stream);

		if (error)
			return error;
		skip_padding(stream);
	}
	if (at_gzip_magic(stream)) {
		stream->in_member = true;
		return inflateReset(&stream->zlib) == Z_OK ? 0 : -EIO;
	}
	return stream->zlib.avail_in
		       ? fail(stream, -EIO, "what follows the compressed data is not of gzip")
		       : 0;
}

static int inflate_some(struct stream *stream)
{
	switch (inflate(&stream->zlib, Z_NO_FLUSH)) {
	case Z_OK:
	case Z_BUF_ERROR:
		return 0;
	case Z_STREAM_END:
		stream->in_member = false;
		return 0;
	case Z_MEM_ERROR:
		return fail(stream, -ENOMEM, "out of memory");
	default:
		return fail(stream, -EIO, "the compressed data is damaged");
	}
}

static int read_gzip(struct stream *stream, char *into, size_t size, size_t *got)
{
	int error = 0;

	stream->zlib.next_out = (unsigned char *)into;
	stream->zlib.avail_out = (unsigned int)size;
	while (!error && stream->zlib.avail_out == size) {
		if (!stream->in_member) {
			if (stream->at_end && stream->zlib.avail_in == 0)
				break;
			error = next_member(stream);
			continue;
		}
		if (stream->zlib.avail_in == 0) {
			if (stream->at_end)
				return fail(stream, -EIO, "the compressed data ends too early");
			error = fill(stream);
			continue;
		}
		error = inflate_some(stream);
	}
	*got = size - stream->zlib.avail_out;
	return error;
}

static int unzstd_held(struct stream *stream, char *into, size_t size, size_t *got)
{
	struct unzstd_step step = {
		.in = stream->zlib.next_in,
		.in_size = stream->zlib.avail_in,
		.into = into,
		.size = size,
	};
	int error = unzstd_some(stream->unzstd, &step);

	stream->zlib.next_in += stream->zlib.avail_in - step.in_size;
	stream->zlib.avail_in = (unsigned int)step.in_size;
	*got = step.got;
	return error ? fail(stream, error, step.message) : 0;
}

/* What is held comes first: it may come out without any further input. */
static int read_zstd(struct stream *stream, char *into, size_t size, size_t *got)
{
	int error;

	while (!(error = unzstd_held(stream, into, size, got)) && *got == 0) {
		if (stream->zlib.avail_in)
			continue;
		if (stream->at_end) {
			if (unzstd_at_frame_end(stream->unzstd))
				return 0;
			return fail(stream, -EIO, "the compressed data ends too early");
		}
		error = fill(stream);
		if (error)
			return error;
	}
	return error;
}

int stream_read(struct stream *stream, char *into, size_t size, size_t *got)
{
	int error = stream->started ? 0 : start(stream);

	*got = 0;
	if (error)
		return error;
	if (stream->unzstd)
		return read_zstd(stream, into, size, got);
	return stream->is_gzip ? read_gzip(stream, into, size, got)
			       : read_plain(stream, into, size, got);
}

const char *stream_error(const struct stream *stream)
{
	return stream->message ? stream->message : "read error";
}

int stream_fd(const struct stream *stream)
{
	return stream->fd;
}
