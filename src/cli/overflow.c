/* SPDX-License-Identifier: MIT */
/* SIGSEGV in the guard page of a coroutine. */
#define _DEFAULT_SOURCE /* sigaltstack() */
#include "overflow.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "execution.h"

/* write() may be called in a handler of a signal; a message that is cut off stays cut off. */
static void print(const char *text)
{
	ssize_t written = write(STDERR_FILENO, text, strlen(text));

	(void)written;
}

static void report(int number, siginfo_t *info, void *context)
{
	const char *task = execution_overflown(info->si_addr);

	(void)context;
	if (!task) {
		/* Somebody else's fault: it happens again behind the handler, and ends the program.
		 */
		signal(number, SIG_DFL);
		return;
	}
	print("lazymmu: task ");
	print(task);
	print(" used up its stack\n");
	_exit(EXIT_COULD_NOT_RUN);
}

void overflow_watch_begin(struct overflow_watch *watch)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK };

	*watch = (struct overflow_watch){ .stack = malloc(SIGNAL_STACK_SIZE) };
	if (!watch->stack)
		return;
	signal_stack_use(watch->stack);
	action.sa_sigaction = report;
	sigaction(SIGSEGV, &action, &watch->before);
}

void overflow_watch_end(struct overflow_watch *watch)
{
	if (!watch->stack)
		return;
	sigaction(SIGSEGV, &watch->before, NULL);
	signal_stack_use(NULL);
	free(watch->stack);
}
