/* SPDX-License-Identifier: MIT */
/* What system calls and faults of a recording do, and where the causes do not decide. */
#include "test.h"

#include "causes.h"

/* A program whose memory is new, but for what execve mapped. */
#define EXECVE SYSCALL("execve", "filename: 1000, argv: 2000, envp: 3000", "0")

/* Two pages, a munmap that is asked to reschedule: letter is the second column. */
#define ZAP_UNDER(letter)                                                                         \
	EXECVE MMAP("10000000", "2000", "3", "22") WRITE("10000") WRITE("10001") PHASE(           \
		"x", LINE("sys_munmap(addr: 10000000, len: 2000)")                                \
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
	/* Its protection is known then, what it holds still is not. */
	assert_phase(MPROTECT("10000000", "2000", "1", "0")
			     PHASE("x", MPROTECT("10000000", "2000", "3", "0")),
		     0, 0, older); /* The end of a process of which nothing is known. */
	assert_phase(LINE("tracing_mark_write: WL x begin") LINE("sys_exit_group(error_code: 0)"),
		     0, 0, older);
	/* Not over anything: nothing was there. */
	assert_phase(PHASE("x", MMAP("10000000", "2000", "3", "22")), 0, 0, NULL);
	assert_phase(MMAP("10000000", "2000", "3", "22") WRITE("10000")
			     PHASE("x", MPROTECT("10000000", "2000", "1", "0")),
		     1, 1, NULL);
	/* ... but page tables may have been there. */
	assert_phase(MMAP("10000000", "2000", "3", "22") PHASE("x", WRITE("10000")), 0, 1,
		     "page tables");
}

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

/* Two pages, a hole of one, one page; each written to. */
#define TWO_AND_ONE                                                                    \
	EXECVE MMAP("10000000", "2000", "3", "22") MMAP("10003000", "1000", "3", "22") \
		WRITE("10000") WRITE("10001") WRITE("10003")

#define FILE_PAGES \
	EXECVE MMAP("10000000", "3000", "3", "12") WRITE("10000") WRITE("10001") WRITE("10002")

/* One VMA again: one section; two mappings side by side stay two. */
static void test_pieces_of_a_file_mapping_become_one_again(void **state)
{
	(void)state;
	assert_phase(FILE_PAGES MPROTECT("10001000", "1000", "1", "0")
			     PHASE("x", MUNMAP("10000000", "3000")),
		     3, 3, NULL);
	assert_phase(FILE_PAGES MPROTECT("10001000", "1000", "1", "0")
			     MPROTECT("10001000", "1000", "3", "0")
				     PHASE("x", MUNMAP("10000000", "3000")),
		     1, 3, NULL);
	assert_phase(EXECVE MMAP("10000000", "1000", "3", "12") MMAP("10001000", "1000", "3", "12")
			     WRITE("10000") WRITE("10001") PHASE("x", MUNMAP("10000000", "2000")),
		     2, 2, NULL);
}

static void test_a_failed_mprotect_changed_what_lies_before_the_hole(void **state)
{
	(void)state;
	assert_phase(TWO_AND_ONE PHASE("x", MPROTECT("10000000", "4000", "1", MINUS_ENOMEM)), 1, 2,
		     NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MPROTECT("10002000", "2000", "1", MINUS_ENOMEM)), 0, 0,
		     NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MPROTECT("10000000", "2000", "1", MINUS_EINVAL)), 0, 0,
		     NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MPROTECT("10000000", "2000", "3", MINUS_EACCES)), 0, 0,
		     NULL);
	assert_phase(TWO_AND_ONE MPROTECT("10001000", "1000", "1", "0")
			     PHASE("x", MPROTECT("10000000", "2000", "3", MINUS_EACCES)),
		     0, 0, "which VMA refused");
	/* A hole that may hold something older. */
	assert_phase(MMAP("10000000", "1000", "3", "22") WRITE("10000")
			     PHASE("x", MPROTECT("10000000", "2000", "1", MINUS_ENOMEM)),
		     1, 1, older);
}

static void test_a_failed_madvise_passed_over_holes(void **state)
{
	(void)state;
	assert_phase(TWO_AND_ONE PHASE("x", MADVISE("10000000", "4000", "4", MINUS_ENOMEM)), 2, 3,
		     NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MADVISE("10000000", "2000", "4", MINUS_EINVAL)), 0, 0,
		     NULL);
}

static void test_locked_memory_refuses_to_go(void **state)
{
	(void)state;
	const char *lock_second = TWO_AND_ONE SYSCALL("mlock", "start: 10001000, len: 1000", "0")
		PHASE("x", MADVISE("10000000", "2000", "4", MINUS_EINVAL));

	assert_phase(lock_second, 1, 1, NULL);
	/* MADV_DONTNEED_LOCKED: two VMAs, because one half is locked. */
	assert_phase(TWO_AND_ONE SYSCALL("mlock", "start: 10001000, len: 1000", "0")
			     PHASE("x", MADVISE("10000000", "2000", "18", "0")),
		     2, 2, NULL);
	assert_phase(TWO_AND_ONE SYSCALL("mlock", "start: 10001000, len: 1000", "0")
			     SYSCALL("munlock", "start: 10001000, len: 1000", "0")
				     PHASE("x", MADVISE("10000000", "2000", "4", "0")),
		     1, 2, NULL);
}

static void test_memory_is_populated_without_a_fault(void **state)
{
	(void)state;
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "4000", "3", "8022")), 0, 4, NULL);
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "4000", "3", "8021")), 0, 4, NULL);
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "4000", "3", "2022")), 0, 4, NULL);
	/* MAP_NONBLOCK, or nothing that may be touched. */
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "4000", "3", "18022")), 0, 0, NULL);
	assert_phase(EXECVE PHASE("x", MMAP("10000000", "4000", "0", "8022")), 0, 0, NULL);
	assert_phase(EXECVE MMAP("10000000", "4000", "3", "22")
			     PHASE("x", SYSCALL("mlock", "start: 10001000, len: 2000", "0")),
		     0, 2, NULL);
	assert_phase(EXECVE MMAP("10000000", "4000", "3", "22")
			     PHASE("x", MADVISE("10001000", "2000", "17", "0")),
		     0, 2, NULL);
	assert_phase(EXECVE MMAP("10000000", "4000", "3", "22")
			     PHASE("x", MADVISE("10001000", "2000", "17", MINUS_ENOMEM)),
		     0, 0, "how much was populated");
	assert_phase(EXECVE SYSCALL("mlockall", "flags: 2", "0")
			     PHASE("x", MMAP("10000000", "4000", "3", "22")),
		     0, 4, NULL);
	assert_phase(EXECVE PHASE("x", SYSCALL("mlockall", "flags: 1", "0")), 0, 0, "mlockall");
}

/* One page of two VMAs; advice decides what becomes of the second. */
#define FORK_AFTER(advice)                                                             \
	EXECVE MMAP("10000000", "1000", "3", "22") MMAP("20000000", "1000", "3", "22") \
		WRITE("10000") WRITE("20000")                                          \
			advice PHASE("x", SYSCALL("clone", "clone_flags: 11, newsp: 0", "2"))

static void test_advice_keeps_memory_from_a_child(void **state)
{
	(void)state;
	const char *unseen = "execve mapped";

	assert_phase(FORK_AFTER(""), 2, 4, unseen);
	assert_phase(FORK_AFTER(MADVISE("20000000", "1000", "a", "0")), 1, 2, unseen);
	assert_phase(FORK_AFTER(MADVISE("20000000", "1000", "12", "0")), 1, 2, unseen);
	assert_phase(FORK_AFTER(MADVISE("20000000", "1000", "a", "0")
					MADVISE("20000000", "1000", "b", "0")),
		     2, 4, unseen);
}

/* Advice for a part of a VMA splits it, and one section is two. */
static void test_advice_keeps_vmas_apart(void **state)
{
	(void)state;
	assert_phase(TWO_AND_ONE MADVISE("10000000", "1000", "2", "0")
			     PHASE("x", MUNMAP("10000000", "2000")),
		     2, 2, NULL);
	assert_phase(TWO_AND_ONE MADVISE("10000000", "1000", "2", "0")
			     MADVISE("10000000", "1000", "0", "0")
				     PHASE("x", MUNMAP("10000000", "2000")),
		     1, 2, NULL);
}

#define MREMAP(addr, old_len, new_len, flags, result)                                       \
	SYSCALL("mremap",                                                                   \
		"addr: " addr ", old_len: " old_len ", new_len: " new_len ", flags: " flags \
		", new_addr: " result,                                                      \
		result)

static void test_mremap_in_all_its_ways(void **state)
{
	(void)state;
	/* A move: a section for the PTEs, one for the unmap of the old place. */
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "2000", "2000", "3", "20000000")), 2,
		     4, NULL);
	/* MREMAP_DONTUNMAP: nothing is unmapped, and a second move finds nothing. */
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "2000", "2000", "5", "20000000")), 1,
		     4, NULL);
	/* Onto something: its page goes first. */
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "1000", "1000", "3", "10003000")), 3,
		     3, NULL);
	/* In place: shorter, longer. */
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "2000", "1000", "0", "10000000")), 1,
		     1, NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10003000", "1000", "2000", "0", "10003000")), 0,
		     0, NULL);
	/* An old length of 0 moves no page; two VMAs are two moves. */
	assert_phase(EXECVE MMAP("10000000", "1000", "3", "21") WRITE("10000")
			     PHASE("x", MREMAP("10000000", "0", "1000", "1", "20000000")),
		     0, 0, NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "4000", "4000", "3", "20000000")), 4,
		     6, NULL);
	assert_phase(TWO_AND_ONE PHASE("x", MREMAP("10000000", "2000", "2000", "3", "10001000")), 0,
		     0, "makes no sense");
	assert_phase(TWO_AND_ONE LINE("sys_mremap(addr: 10000000, old_len: 1000, new_len: 1000, "
				      "flags: 3, new_addr: 10003000)")
			     PHASE("x", LINE("sys_mremap -> 0x" MINUS_ENOMEM)),
		     0, 0, "may have unmapped its target");
}

static void test_a_stack_grows_down_to_a_fault(void **state)
{
	(void)state;
	assert_phase(EXECVE MMAP("10004000", "1000", "3", "122") WRITE("10004") WRITE("10002")
			     WRITE("10003") PHASE("x", MUNMAP("10002000", "3000")),
		     1, 3, NULL);
}

static void test_what_is_not_modelled_is_said(void **state)
{
	(void)state;
	const char *other = "not modelled";

	assert_phase(TWO_AND_ONE PHASE("x", SYSCALL("shmdt", "shmaddr: 10000000", "0")), 0, 0,
		     other);
	assert_phase(TWO_AND_ONE PHASE("x", SYSCALL("shmdt", "shmaddr: 10000000", MINUS_EINVAL)), 0,
		     0, NULL);
	assert_phase(TWO_AND_ONE PHASE("x", SYSCALL("pkey_mprotect", "start: 10000000", "0")), 0, 0,
		     other);
	assert_phase(TWO_AND_ONE PHASE("x", MADVISE("10000000", "2000", "9", "0")), 0, 0, other);
	assert_phase(TWO_AND_ONE PHASE("x", MMAP("40000000", "200000", "3", "40022")), 0, 0, other);
	assert_phase(TWO_AND_ONE PHASE("x", SYSCALL("ftruncate", "fd: 3, length: 0", "0")), 0, 0,
		     NULL);
	assert_phase(TWO_AND_ONE MMAP("20000000", "1000", "3", "1")
			     PHASE("x", SYSCALL("ftruncate", "fd: 3, length: 0", "0")),
		     0, 0, "mapped file");
	/* A first brk() may have shrunk the heap. */
	assert_phase(EXECVE PHASE("x", SYSCALL("brk", "brk: 0", "5000000")), 0, 0, NULL);
	assert_phase(EXECVE PHASE("x", SYSCALL("brk", "brk: 5000000", "5000000")), 0, 0, older);
	/* The kernel gave out a place that should be taken. */
	assert_phase(TWO_AND_ONE PHASE("x", MMAP("10000000", "1000", "3", "22")), 1, 1,
		     "something not recorded");
	assert_phase(TWO_AND_ONE PHASE("x", SYSCALL("mmap",
						    "addr: 10000000, len: 1000, prot: 3, flags: "
						    "32, fd: ffffffff, off: 0",
						    MINUS_ENOMEM)),
		     0, 0, "may have unmapped its place");
}

#define NEWTASK(flags) LINE("task_newtask: pid=2 comm=t clone_flags=" flags " oom_score_adj=0")
#define CLONE3(between)                                                  \
	EXECVE MMAP("10000000", "1000", "3", "22") WRITE("10000") PHASE( \
		"x", LINE("sys_clone3(uargs: 1000, size: 58)") between LINE("sys_clone3 -> 0x2"))

/* The flags of clone3() are in memory; task_newtask says them. A thread shares every page. */
static void test_clone3_is_what_task_newtask_says(void **state)
{
	(void)state;
	assert_phase(CLONE3(""), 0, 0, "flags of clone3");
	assert_phase(CLONE3(NEWTASK("3d0f00")), 0, 0, NULL);
	assert_phase(CLONE3(NEWTASK("1200000")), 1, 2, "execve mapped");
}

static void test_half_of_a_syscall_decides_nothing(void **state)
{
	(void)state;
	const char *half = "not in the recording";
	assert_phase(EXECVE PHASE("x", LINE("sys_munmap -> 0x0")), 0, 0, half);
	assert_phase(EXECVE PHASE("x", LINE("sys_clone -> 0x0")), 0, 0, NULL);
	assert_phase(EXECVE PHASE("x", LINE("sys_mmap -> 0x10000000")), 0, 0, half);
	assert_phase(EXECVE PHASE("x", LINE("sys_munmap(addr: 10000000, len: 1000)")
					       LINE("sys_getpid()") LINE("sys_getpid -> 0x1")),
		     0, 0, half);
	assert_phase(EXECVE PHASE("x", LINE("sys_getpid -> 0x1")), 0, 0, NULL);
}

/* A write fault on a mapped page of a shared mapping: its file system wants to see first writes. */
static void test_a_file_system_that_wants_notice_is_found_out(void **state)
{
	(void)state;
#define SHARED_FILE EXECVE MMAP("10000000", "2000", "3", "1") READ("10000")

	assert_phase(SHARED_FILE PHASE("x", FAULT("10000", "0x7") FAULT("10001", "0x7")), 0, 2,
		     NULL);
	/* Known now: a read maps pages read-only, so that mprotect to read-only changes nothing. */
	assert_phase(SHARED_FILE FAULT("10000", "0x7")
			     PHASE("x", MPROTECT("10000000", "2000", "1", "0")
						MPROTECT("10000000", "2000", "3", "0")),
		     2, 4, NULL);
}

static void test_shared_memory_is_in_the_page_cache(void **state)
{
	(void)state;
	const char *cache = "page cache";

	assert_phase(EXECVE MMAP("10000000", "2000", "3", "21") PHASE("x", READ("10000")), 0, 1,
		     NULL);
	assert_phase(EXECVE MMAP("10000000", "2000", "3", "21") WRITE("10000")
			     MADVISE("10000000", "2000", "4", "0") PHASE("x", READ("10000")),
		     0, 1, cache);
	assert_phase(EXECVE MMAP("10000000", "2000", "3", "21")
			     SYSCALL("clone", "clone_flags: 11, newsp: 0", "2")
				     PHASE("x", READ("10000")),
		     0, 1, cache);
}

/* The MMU of x86 makes a page young without a trace. */
static void test_a_second_look_at_old_pages_is_not_decided(void **state)
{
	(void)state;
	assert_phase(TWO_AND_ONE PHASE("x", MADVISE("10000000", "2000", "8", "0")), 1, 4, NULL);
	assert_phase(TWO_AND_ONE MADVISE("10000000", "2000", "8", "0")
			     PHASE("x", MADVISE("10000000", "2000", "8", "0")),
		     1, 0, "made old");
}

#define ON_CPU1(text) "t-1 [001] .... 1.0: " text "\n"

/* A program ran on CPU 0; then another does. The first one's flush concerns CPU 0 up to v6.12. */
#define MOVED(other)                                                                         \
	EXECVE MMAP("10000000", "1000", "3", "22") WRITE("10000") ON_CPU1("sys_getpid()")    \
		ON_CPU1("sys_getpid -> 0x1") other ON_CPU1("tracing_mark_write: WL x begin") \
			ON_CPU1("sys_mprotect(start: 10000000, len: 1000, prot: 1)")         \
				ON_CPU1("sys_mprotect -> 0x0")                               \
					ON_CPU1("tracing_mark_write: WL x end")

static void test_a_cpu_that_loads_another_mm_needs_no_flush(void **state)
{
	(void)state;
#define ANOTHER LINE_OF("2", "....", "page_fault_user: address=0x5000 ip=0x1 error_code=0x6")

	assert_invlpg(MOVED(""), KERNEL_V6_12, 0);
	assert_invlpg(MOVED(ANOTHER), KERNEL_V6_12, 0);
	assert_invlpg(MOVED(ANOTHER ANOTHER), KERNEL_V6_12, 1);
	assert_invlpg(MOVED(ANOTHER ANOTHER), KERNEL_V6_18, 0);
}

static void test_lost_events_are_of_the_phase_they_are_in(void **state)
{
	(void)state;
#define LOST "CPU:0 [LOST 23 EVENTS]\n"

	assert_phase(EXECVE LOST PHASE("x", WRITE("10000")), 0, 1, NULL);
	assert_phase(EXECVE PHASE("x", WRITE("10000") LOST WRITE("10001")), 0, 2, "lost events");
}

/* Task 1 is recorded like any other, though others have it for a parent. */
static void test_init_may_end(void **state)
{
	(void)state;
	assert_phase(
		LINE("sys_exit_group(error_code: 0)") "t-3 [001] .... 1.0: sys_getpid()\n" EXECVE
			PHASE("x", WRITE("10000")),
		0, 1, NULL);
}

/* mmap(), madvise(MADV_FREE), and the insertion of a page for a store. */
#define HASHED_TWO                                                             \
	LINE("sys_enter: NR 90 (100000000, 2000, 3, 22, ffffffffffffffff, 0)") \
	LINE("sys_exit: NR 90 = 4294967296") STORE("100000000") STORE("100001000")
#define STORE(page) \
	LINE("hash_page_4K: (__hash_page_4K+0xc/0x450) ea=0x" page " access=0x8000000000000006")
#define MADV_FREE_TWO \
	LINE("sys_enter: NR 205 (100000000, 2000, 8, 0, 0, 0)") LINE("sys_exit: NR 205 = 0")

static void test_a_hash_fault_makes_a_page_young(void **state)
{
	(void)state;
	assert_hash_batched(HASHED_TWO PHASE("x", MADV_FREE_TWO), 2);
	assert_hash_batched(HASHED_TWO MADV_FREE_TWO PHASE("x", MADV_FREE_TWO), 0);
	assert_hash_batched(HASHED_TWO MADV_FREE_TWO STORE("100001000") PHASE("x", MADV_FREE_TWO),
			    1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_need_resched_is_not_the_lazy_flag),
		cmocka_unit_test(test_memory_older_than_the_recording_is_not_decided),
		cmocka_unit_test(test_a_first_write_is_decided_in_a_new_program),
		cmocka_unit_test(test_a_task_leaves_its_pages_however_it_ends),
		cmocka_unit_test(test_pieces_of_a_file_mapping_become_one_again),
		cmocka_unit_test(test_a_failed_mprotect_changed_what_lies_before_the_hole),
		cmocka_unit_test(test_a_failed_madvise_passed_over_holes),
		cmocka_unit_test(test_locked_memory_refuses_to_go),
		cmocka_unit_test(test_memory_is_populated_without_a_fault),
		cmocka_unit_test(test_advice_keeps_memory_from_a_child),
		cmocka_unit_test(test_advice_keeps_vmas_apart),
		cmocka_unit_test(test_mremap_in_all_its_ways),
		cmocka_unit_test(test_a_stack_grows_down_to_a_fault),
		cmocka_unit_test(test_what_is_not_modelled_is_said),
		cmocka_unit_test(test_clone3_is_what_task_newtask_says),
		cmocka_unit_test(test_half_of_a_syscall_decides_nothing),
		cmocka_unit_test(test_a_file_system_that_wants_notice_is_found_out),
		cmocka_unit_test(test_shared_memory_is_in_the_page_cache),
		cmocka_unit_test(test_a_second_look_at_old_pages_is_not_decided),
		cmocka_unit_test(test_a_hash_fault_makes_a_page_young),
		cmocka_unit_test(test_init_may_end),
		cmocka_unit_test(test_lost_events_are_of_the_phase_they_are_in),
		cmocka_unit_test(test_a_cpu_that_loads_another_mm_needs_no_flush),
	};

	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
