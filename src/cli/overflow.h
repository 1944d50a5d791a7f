/* SPDX-License-Identifier: MIT */
/* A simulated task that overflows its stack is told by name: a message, and exit status 3. */
#ifndef LAZYMMU_CLI_OVERFLOW_H
#define LAZYMMU_CLI_OVERFLOW_H

#include <signal.h>

struct overflow_watch {
	void *stack; /* of the handler: the task's own is used up */
	struct sigaction before;
};

/* Watches the tasks of this thread's machine; without memory for a stack it does not. */
void overflow_watch_begin(struct overflow_watch *watch);
void overflow_watch_end(struct overflow_watch *watch);

#endif
