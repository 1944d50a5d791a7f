/* SPDX-License-Identifier: MIT */
/* Decompression of zstd; built without libzstd nothing is recognised as such. */
#ifndef LAZYMMU_TRACE_UNZSTD_H
#define LAZYMMU_TRACE_UNZSTD_H

#include <stdbool.h>
#include <stddef.h>

enum { ZSTD_MAGIC_SIZE = 4 };

struct unzstd;

/* A frame begins; size is that of the bytes at hand, below ZSTD_MAGIC_SIZE at the end only. */
bool unzstd_magic(const unsigned char *bytes, size_t size);

struct unzstd *unzstd_create(void); /* NULL: no memory */
void unzstd_destroy(struct unzstd *unzstd);

struct unzstd_step {
	const unsigned char *in; /* moves on */
	size_t in_size;
	char *into;
	size_t size;
	size_t got;
	const char *message; /* of an error */
};

/* Stores what comes out of the input at hand. 0 or -errno, where the bytes stored count. */
int unzstd_some(struct unzstd *unzstd, struct unzstd_step *step);
/* Nothing is begun and unfinished. */
bool unzstd_at_frame_end(const struct unzstd *unzstd);

#endif
