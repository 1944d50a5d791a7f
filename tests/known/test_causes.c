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

static const char older[] = "what was mapped there before";

/* The recording starts in the middle of a program: what it had mapped is not known. */
static void test_memory_older_than_the_recording_is_not_decided(void **state)
{
	(void)state;
	assert_phase(PHASE("x", MPROTECT("10000000", "2000", "1", "0")), 0, 0, older);
	assert_phase(PHASE("x", MUNMAP("10000000", "2000")), 0, 0, older);
	assert_phase(PHASE("x", MADVISE("10000000", "2000", "4", "0")), 0, 0, older);
	assert_phase(PHASE("x", MMAP("10000000", "2000", "3", "32")), 0, 0, older);
	/* Not over anything: nothing was there. */
	assert_phase(PHASE("x", MMAP("10000000", "2000", "3", "22")), 0, 0, NULL);
	assert_phase(MMAP("10000000", "2000", "3", "22") WRITE("10000")
			     PHASE("x", MPROTECT("10000000", "2000", "1", "0")),
		     1, 1, NULL);
}

#define EXECVE SYSCALL("execve", "filename: 1000, argv: 2000, envp: 3000", "0")

/* execve maps a program, and what it maps is only seen when it is touched. */
static void test_a_first_write_is_decided_in_a_new_program(void **state)
{
	(void)state;
	assert_phase(EXECVE PHASE("x", WRITE("10000")), 0, 1, NULL);
	assert_phase(EXECVE PHASE("x", READ("10000")), 0, 1, older);
	assert_phase(EXECVE PHASE("x", FAULT("10000", "0x7")), 0, 2, older);
	assert_phase(EXECVE READ("10000") PHASE("x", FAULT("10000", "0x7")), 0, 2, NULL);
	assert_phase(EXECVE WRITE("10000") PHASE("x", MPROTECT("10000000", "1000", "1", "0")), 1, 1,
		     older);
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "2000", "3", "32")), 0, 0, NULL);
}

/* As EXECVE, and one page that a child shares until either writes to it. */
#define CHILD                                                     \
	EXECVE MMAP("10000000", "1000", "3", "22") WRITE("10000") \
		SYSCALL("clone", "clone_flags: 11, newsp: 0", "2")

#define DEATH                                                                              \
	"sched_switch: prev_comm=t prev_pid=2 prev_prio=120 prev_state=Z ==> next_comm=t " \
	"next_pid=1 next_prio=120"

/* With its last sharer gone, a page is written to as it is. */
static void test_a_task_leaves_its_pages_however_it_ends(void **state)
{
	(void)state;
	const char *unseen = "execve mapped";

	assert_phase(CHILD PHASE("x", FAULT("10000", "0x7")), 0, 2, NULL);
	assert_phase(CHILD LINE_OF("2", "....", "sys_exit_group(error_code: 0)")
			     PHASE("x", FAULT("10000", "0x7")),
		     0, 1, NULL);
	assert_phase(CHILD LINE_OF("2", "....", "sched_process_exit: comm=t pid=2 prio=120")
			     PHASE("x", FAULT("10000", "0x7")),
		     0, 1, NULL);
	assert_phase(CHILD LINE_OF("2", "d..2", DEATH) PHASE("x", FAULT("10000", "0x7")), 0, 1,
		     NULL);
	assert_phase(CHILD LINE_OF("2", "....", "tracing_mark_write: WL x begin")
			     LINE_OF("2", "d..2", DEATH),
		     1, 1, unseen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_need_resched_is_not_the_lazy_flag),
		cmocka_unit_test(test_memory_older_than_the_recording_is_not_decided),
		cmocka_unit_test(test_a_first_write_is_decided_in_a_new_program),
		cmocka_unit_test(test_a_task_leaves_its_pages_however_it_ends),
	};

	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
