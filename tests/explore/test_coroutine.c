/* SPDX-License-Identifier: MIT */
/* Coroutines: many switches, a restart in the middle, a stack that is nearly used up. */
#include "test.h"

#include "coroutine.h"

enum { NR_SWITCHES = 1000000, STACK = 64 * 1024 };

struct counting {
	struct coroutine *coroutine;
	unsigned int begun, count;
	bool deep;
};

static void count_for_ever(void *arg)
{
	struct counting *counting = arg;

	for (counting->begun++;; counting->count++)
		coroutine_yield(counting->coroutine);
}

static void test_switches(void **state)
{
	struct counting counting = { 0 };

	(void)state;
	assert_int_equal(coroutine_create(count_for_ever, &counting, STACK, &counting.coroutine),
			 0);
	for (int i = 0; i <= NR_SWITCHES; i++)
		assert_false(coroutine_resume(counting.coroutine));
	assert_int_equal(counting.count, NR_SWITCHES);
	coroutine_restart(counting.coroutine);
	assert_false(coroutine_resume(counting.coroutine));
	assert_int_equal(counting.begun, 2);
	assert_int_equal(counting.count, NR_SWITCHES);
	coroutine_destroy(counting.coroutine);
}

static unsigned int go_deep(struct counting *counting)
{
	volatile char frame[1024] = { 0 };

	counting->count++;
	counting->deep = coroutine_is_deep(counting->coroutine);
	return counting->deep ? 0 : go_deep(counting) + (unsigned int)frame[0] + 1;
}

static void run_deep(void *arg)
{
	struct counting *counting = arg;

	counting->deep = coroutine_is_deep(counting->coroutine);
	if (!counting->deep)
		go_deep(counting);
}

static void test_depth(void **state)
{
	struct counting counting = { 0 };

	(void)state;
	assert_int_equal(coroutine_create(run_deep, &counting, STACK, &counting.coroutine), 0);
	assert_true(coroutine_resume(counting.coroutine));
	assert_true(counting.deep);
	assert_true(counting.count > 1);
	coroutine_destroy(counting.coroutine);
}

static void test_guard(void **state)
{
	struct counting counting = { 0 };
	char here;

	(void)state;
	assert_int_equal(coroutine_create(count_for_ever, &counting, STACK, &counting.coroutine),
			 0);
	assert_false(coroutine_guards(counting.coroutine, &here));
	assert_false(coroutine_guards(counting.coroutine, NULL));
	coroutine_destroy(counting.coroutine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
