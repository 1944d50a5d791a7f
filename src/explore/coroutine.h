/* SPDX-License-Identifier: MIT */
/*
 * Stacks for simulated tasks: ordinary C code that can stop in the middle and go on later, all
 * within one OS thread. makecontext() makes a stack, a setjmp()/longjmp() pair switches; under
 * AddressSanitizer swapcontext() does, which it can follow.
 */
#ifndef LAZYMMU_EXPLORE_COROUTINE_H
#define LAZYMMU_EXPLORE_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

struct coroutine;

/*
 * A coroutine of entry(arg) that has not begun; its stack ends in guard pages. 0, -ENOMEM.
 * stack_size is rounded up to pages.
 */
int coroutine_create(void (*entry)(void *arg), void *arg, size_t stack_size,
		     struct coroutine **ret);
void coroutine_destroy(struct coroutine *coroutine);

/* Runs it until it yields; true: entry has returned, it can only be restarted. */
bool coroutine_resume(struct coroutine *coroutine);
/* Back to whoever resumed this coroutine; only from within. */
void coroutine_yield(struct coroutine *coroutine);
/* Forgets where it stopped: the next resume calls entry again. Not from within. */
void coroutine_restart(struct coroutine *coroutine);

/* Asked from within: little of the stack is left. */
bool coroutine_is_deep(const struct coroutine *coroutine);
/* The address lies in its guard pages: the stack has overflown. */
bool coroutine_guards(const struct coroutine *coroutine, const void *address);

enum { SIGNAL_STACK_SIZE = 64 * 1024 };

/* Signals of this thread are handled on that stack; NULL: where they happen. */
void signal_stack_use(void *stack);

#endif
