/* SPDX-License-Identifier: MIT */
/*
 * trace.dat, trace-cmd's binary recording, as ftrace text. libtracecmd reads it in a process of its
 * own, which may fail on a damaged file in any way that it likes. In a build without the library
 * no file is a trace.dat.
 */
#ifndef LAZYMMU_TRACE_DAT_H
#define LAZYMMU_TRACE_DAT_H

#include <stddef.h>

#include "text.h"

struct dat;
struct stream;

/* True for the first bytes of a trace.dat. */
bool dat_starts(struct text bytes);

/* bytes are those that were read from the stream, from its start on. 0 or -errno. */
int dat_open(struct stream *stream, struct text bytes, struct dat **ret);
void dat_close(struct dat *dat);

/* As stream_read() and stream_error(). */
int dat_read(struct dat *dat, char *into, size_t size, size_t *got);
const char *dat_error(const struct dat *dat);

#endif
