/* SPDX-License-Identifier: MIT */
/* Files of a directory by the stamp of their next line, the first on top. */
#ifndef LAZYMMU_TRACE_STRACE_HEAP_H
#define LAZYMMU_TRACE_STRACE_HEAP_H

#include "strace_files.h"

struct strace_heap {
	struct strace_file **items; /* [0] is the first */
	size_t nr;
	struct strace_file *current; /* before others of the same stamp and birth; NULL: none */
};

/* Room for nr files. 0 or -ENOMEM. */
int strace_heap_init(struct strace_heap *heap, size_t nr);
void strace_heap_fini(struct strace_heap *heap);

bool strace_heap_before(const struct strace_heap *heap, const struct strace_file *a,
			const struct strace_file *b);
void strace_heap_add(struct strace_heap *heap, struct strace_file *file);
void strace_heap_remove(struct strace_heap *heap, struct strace_file *file);
/* The stamp of a file that is in the heap is another one now. */
void strace_heap_settle(struct strace_heap *heap, struct strace_file *file);
/* The file is current from now on; it is the first. */
void strace_heap_prefer(struct strace_heap *heap, struct strace_file *file);

#endif
