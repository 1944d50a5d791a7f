/* SPDX-License-Identifier: MIT */
#include "allocator.h"

#include <stdio.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t nr, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static struct {
	bool armed;
	bool delivered;
	size_t left; /* allocations until the one that fails */
	long live;
} allocator;

void allocator_fail_at(size_t n)
{
	allocator.armed = true;
	allocator.delivered = false;
	allocator.left = n;
}

bool allocator_stop(void)
{
	allocator.armed = false;
	return allocator.delivered;
}

long allocator_live(void)
{
	return allocator.live;
}

static bool fails(void)
{
	if (!allocator.armed || allocator.delivered || allocator.left--)
		return false;
	allocator.delivered = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	void *memory = fails() ? NULL : __real_malloc(size);

	allocator.live += memory != NULL;
	return memory;
}

void *__wrap_calloc(size_t nr, size_t size)
{
	void *memory = fails() ? NULL : __real_calloc(nr, size);

	allocator.live += memory != NULL;
	return memory;
}

void *__wrap_realloc(void *old, size_t size)
{
	void *memory = fails() ? NULL : __real_realloc(old, size);

	allocator.live += memory != NULL && old == NULL;
	return memory;
}

void __wrap_free(void *memory)
{
	allocator.live -= memory != NULL;
	__real_free(memory);
}

int allocator_each(const char *name, void (*attempt)(void *data),
		   bool (*check)(void *data, bool failed, size_t n), void *data)
{
	int status = EXIT_SUCCESS;
	bool failed = true;
	size_t n = 0;

	for (; failed; n++) {
		long live = allocator_live();
		allocator_fail_at(n);
		attempt(data);
		failed = allocator_stop();
		bool passed = check(data, failed, n);
		if (allocator_live() != live) {
			fprintf(stderr, "%s, allocation %zu: %ld leaked\n", name, n,
				allocator_live() - live);
			passed = false;
		}
		if (!passed)
			status = EXIT_FAILURE;
	}
	printf("%s: %zu allocations failed, one at a time\n", name, n - 1);
	return status;
}
