/* SPDX-License-Identifier: MIT */
/*
 * Where a machine takes its memory from: the C library (NULL), or an arena whose contents can be
 * kept and brought back as they were, at the same addresses. An exploration starts every execution
 * that way.
 */
#ifndef LAZYMMU_MACHINE_MEMORY_H
#define LAZYMMU_MACHINE_MEMORY_H

#include <stddef.h>

struct memory;

/* An arena of at most size bytes. NULL: no memory. */
struct memory *memory_create(size_t size);
void memory_destroy(struct memory *memory);

/* Zeroed. NULL: no memory. */
void *memory_alloc(struct memory *memory, size_t size);
/* As realloc(); what is new is not zeroed. */
void *memory_resize(struct memory *memory, void *block, size_t old_size, size_t size);
void memory_free(struct memory *memory, void *block);

/* Keeps a copy of all that is in the arena now. 0 or -ENOMEM. */
int memory_keep(struct memory *memory);
/* Everything is as it was when it was kept; what was allocated since is gone. */
void memory_restore(struct memory *memory);

#endif
