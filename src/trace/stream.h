/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a file, a pipe or memory, plain, gzip or zstd. zlib's inflate() is used directly:
 * gzread() throws away what it has decompressed before damage, and that is what a user wants to
 * see.
 */
#ifndef LAZYMMU_TRACE_STREAM_H
#define LAZYMMU_TRACE_STREAM_H

#include <stddef.h>

struct stream;

/* path "-" is standard input. 0 or -errno. */
int stream_open(const char *path, struct stream **ret);
/* Bytes in memory, which stay the caller's and where they are. 0 or -ENOMEM. */
int stream_open_memory(const void *bytes, size_t size, struct stream **ret);
void stream_close(struct stream *stream);

/*
 * Stores up to size bytes (size > 0), waiting for the first only; *got 0 is the end. 0 or -errno,
 * where the bytes stored before the error count.
 */
int stream_read(struct stream *stream, char *into, size_t size, size_t *got);
/* What failed, after an error. */
const char *stream_error(const struct stream *stream);
/* The file itself, which stream_read() has read from. */
int stream_fd(const struct stream *stream);

#endif
