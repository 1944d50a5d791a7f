/* SPDX-License-Identifier: MIT */
/*
 * Makes the n-th allocation fail, and counts what is not freed. The linker puts it in the place of
 * malloc() and its like (--wrap) for what is linked statically: all of lazymmu, not the C library.
 */
#ifndef LAZYMMU_TESTS_FAULTS_ALLOCATOR_H
#define LAZYMMU_TESTS_FAULTS_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* From here on the n-th allocation fails, counted from 0. */
void allocator_fail_at(size_t n);
/* No more failures. Returns whether one was delivered. */
bool allocator_stop(void);
/* What is allocated now. */
long allocator_live(void);

/*
 * Runs attempt with the first allocation failing, then with the second, and so on, until it needs
 * no more of them. Each must leave nothing allocated and pass check, which prints what is wrong.
 */
int allocator_each(const char *name, void (*attempt)(void *data),
		   bool (*check)(void *data, bool failed, size_t n), void *data);

#endif
