/* SPDX-License-Identifier: MIT */
/* A task that overflows its stack: the program says which one and ends with status 3. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explore.h"
#include "overflow.h"
#include "scenario_parse.h"

static const char text[] = "#lmt 1\nscenario s\ntask deep { nop }\ntask other { nop }\n";

static unsigned int go_deep(unsigned int depth)
{
	volatile char frame[1000];

	frame[0] = (char)depth;
	return depth == UINT32_MAX ? 0 : go_deep(depth + 1) + (unsigned int)frame[0];
}

/* Asked on the stack of whoever is at a schedule point: of the idle task first. */
static int choose(void *data, const struct choice_point *point)
{
	(void)data;
	(void)point;
	return current_task()->tid < 0 ? 0 : (int)(go_deep(0) & 1);
}

static struct scenario *parse(void)
{
	struct scenario *scenario;
	struct diag diag;

	if (scenario_parse((struct text){ text, text + strlen(text) }, &scenario, &diag))
		_exit(1);
	return scenario;
}

/* Never returns. */
static void overflow(void)
{
	const struct execution_setup setup = { .scenario = parse(),
					       .subject = subject_find("xen"),
					       .kernel = &kernels[KERNEL_NEWEST],
					       .preempt = PREEMPT_FULL,
					       .nr_cpus = 1 };
	struct execution *execution;
	struct overflow_watch watch;

	if (execution_create(&setup, &execution))
		_exit(1);
	execution->choose = choose;
	execution->asks_always = true;
	overflow_watch_begin(&watch);
	execution_run(execution);
	_exit(1);
}

static void test_overflow(void **state)
{
	char said[1024] = "";
	int ends[2], status;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		overflow();
	}
	close(ends[1]);
	for (size_t used = 0; used < sizeof(said) - 1;) {
		ssize_t got = read(ends[0], said + used, sizeof(said) - 1 - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* A sanitizer may have said something of its own before. */
	assert_non_null(strstr(said, "lazymmu: task deep used up its stack\n"));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
}

static void test_nothing_is_left_behind(void **state)
{
	struct overflow_watch watch;
	struct sigaction action;

	(void)state;
	sigaction(SIGSEGV, NULL, &action);
	void (*before)(int) = action.sa_handler;
	overflow_watch_begin(&watch);
	assert_null(execution_overflown(&watch));
	overflow_watch_end(&watch);
	sigaction(SIGSEGV, NULL, &action);
	assert_ptr_equal(action.sa_handler, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_nothing_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
