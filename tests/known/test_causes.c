/* SPDX-License-Identifier: MIT */
/* What system calls and faults of a recording do, and where the causes do not decide. */
#include "test.h"

#include "causes.h"

/* Two pages, a munmap that is asked to reschedule: letter is the second column. */
#define ZAP_UNDER(letter)                                                                       \
	MMAP("10000000", "2000", "3", "32")                                                     \
	WRITE("10000")                                                                          \
	WRITE("10001")                                                                          \
	PHASE("x", LINE("sys_munmap(addr: 10000000, len: 2000)")                                \
			   LINE_OF("1", "d" letter "h1", "irq_handler_exit: irq=1 ret=handled") \
				   LINE("sys_munmap -> 0x0"))

static const char stopped[] = "told to reschedule";

static void test_need_resched_is_not_the_lazy_flag(void **state)
{
	(void)state;
	assert_phase(ZAP_UNDER("."), 1, 2, NULL);
	assert_phase(ZAP_UNDER("l"), 1, 2, NULL);
	assert_phase(ZAP_UNDER("L"), 1, 2, NULL);
	assert_phase(ZAP_UNDER("p"), 1, 2, NULL);
	assert_phase(ZAP_UNDER("N"), 2, 2, stopped);
	assert_phase(ZAP_UNDER("n"), 2, 2, stopped);
	assert_phase(ZAP_UNDER("B"), 2, 2, stopped);
	assert_phase(ZAP_UNDER("b"), 2, 2, stopped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_need_resched_is_not_the_lazy_flag),
	};

	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
