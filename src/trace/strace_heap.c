/* SPDX-License-Identifier: MIT */
#include "strace_heap.h"

#include <errno.h>
#include <stdlib.h>

int strace_heap_init(struct strace_heap *heap, size_t nr)
{
	*heap = (struct strace_heap){ .items = malloc(nr * sizeof(heap->items[0])) };
	return heap->items ? 0 : -ENOMEM;
}

void strace_heap_fini(struct strace_heap *heap)
{
	free(heap->items);
}

bool strace_heap_before(const struct strace_heap *heap, const struct strace_file *a,
			const struct strace_file *b)
{
	if (a->stamp != b->stamp)
		return a->stamp < b->stamp;
	/* A stamp of a whole second says little: a parent waits for its child more often than not.
	 */
	if (a->birth != b->birth)
		return a->birth > b->birth;
	if (a == heap->current || b == heap->current)
		return a == heap->current;
	return a->pid < b->pid;
}

static void place(struct strace_heap *heap, struct strace_file *file, size_t at)
{
	heap->items[at] = file;
	file->at = (uint32_t)at;
}

static void sift_up(struct strace_heap *heap, struct strace_file *file)
{
	size_t at = file->at;

	while (at > 0 && strace_heap_before(heap, file, heap->items[(at - 1) / 2])) {
		place(heap, heap->items[(at - 1) / 2], at);
		at = (at - 1) / 2;
	}
	place(heap, file, at);
}

static void sift_down(struct strace_heap *heap, struct strace_file *file)
{
	size_t at = file->at;

	for (size_t child; (child = 2 * at + 1) < heap->nr; at = child) {
		if (child + 1 < heap->nr &&
		    strace_heap_before(heap, heap->items[child + 1], heap->items[child]))
			child++;
		if (strace_heap_before(heap, file, heap->items[child]))
			break;
		place(heap, heap->items[child], at);
	}
	place(heap, file, at);
}

void strace_heap_settle(struct strace_heap *heap, struct strace_file *file)
{
	sift_up(heap, file);
	sift_down(heap, file);
}

void strace_heap_add(struct strace_heap *heap, struct strace_file *file)
{
	place(heap, file, heap->nr++);
	sift_up(heap, file);
}

void strace_heap_remove(struct strace_heap *heap, struct strace_file *file)
{
	struct strace_file *last = heap->items[--heap->nr];

	if (last != file) {
		place(heap, last, file->at);
		strace_heap_settle(heap, last);
	}
	if (heap->current == file)
		heap->current = NULL;
}

void strace_heap_prefer(struct strace_heap *heap, struct strace_file *file)
{
	struct strace_file *left = heap->current;

	heap->current = file;
	if (left)
		strace_heap_settle(heap, left);
}
