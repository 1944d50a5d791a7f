/* SPDX-License-Identifier: MIT */
/* Lines of strace, one rule each. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "strace.h"
#include "strace_line.h"
#include "strace_names.h"
#include "strace_tasks.h"

enum { MAX_EVENTS = 32 };

static struct text text_of(const char *line)
{
	return (struct text){ line, line + strlen(line) };
}

/* Lines in, events out. */
struct bed {
	struct strace *strace;
	struct reader_facts facts;
	struct mistake mistake;
	uint64_t line;
	uint64_t lost;
	struct event events[MAX_EVENTS];
	size_t nr;
	size_t seen;
};

static void begin_event(const struct bed *bed, struct event *event)
{
	memset(event, 0, sizeof(*event));
	event->line = bed->line;
	event->tid = -1;
	event->cpu = -1;
}

static int put(struct bed *bed, const char *line)
{
	struct event *event = &bed->events[bed->nr];

	bed->line++;
	begin_event(bed, event);
	int got = strace_line(bed->strace, text_of(line), -1, event, &bed->facts, &bed->mistake);
	bed->nr += got > 0;
	for (;;) {
		assert_true(bed->nr < MAX_EVENTS);
		begin_event(bed, &bed->events[bed->nr]);
		if (!strace_more(bed->strace, &bed->events[bed->nr]))
			break;
		bed->nr++;
	}
	bed->lost = strace_lost_line(bed->strace);
	return got;
}

/* The next event that was not looked at. */
static const struct event *next(struct bed *bed)
{
	assert_true(bed->seen < bed->nr);
	return &bed->events[bed->seen++];
}

static void expect_enter(struct bed *bed, int tid, enum syscall_nr nr)
{
	const struct event *event = next(bed);

	assert_int_equal(event->kind, EVENT_SYS_ENTER);
	assert_int_equal(event->tid, tid);
	assert_int_equal(event->syscall, nr);
	assert_int_equal(event->cpu, -1);
}

static void expect_exit(struct bed *bed, int tid, enum syscall_nr nr, uint64_t result)
{
	const struct event *event = next(bed);

	assert_int_equal(event->kind, EVENT_SYS_EXIT);
	assert_int_equal(event->tid, tid);
	assert_int_equal(event->syscall, nr);
	assert_true(event->arg[0] == result);
}

static void expect_end(struct bed *bed, int tid)
{
	const struct event *event = next(bed);

	assert_int_equal(event->kind, EVENT_EXIT);
	assert_int_equal(event->tid, tid);
	assert_true(event->arg[0] == (uint64_t)tid);
}

static void expect_nothing(const struct bed *bed)
{
	assert_int_equal(bed->seen, bed->nr);
}

static int setup(void **state)
{
	static struct bed bed;

	bed = (struct bed){ .strace = strace_create(false) };
	*state = &bed;
	return bed.strace ? 0 : -1;
}

static int teardown(void **state)
{
	strace_destroy(((struct bed *)*state)->strace);
	return 0;
}

static uint64_t failure(int error)
{
	return (uint64_t) - (int64_t)error;
}

/* Whatever columns the options give, the call is the same. */
static void test_columns(void **state)
{
	static const char *const lines[] = {
		"1406  munmap(0xf7f48000, 8192) = 0",
		"1406  14:59:16 munmap(0xf7f48000, 8192) = 0",
		"1406  14:59:16.114813 munmap(0xf7f48000, 8192) = 0 <0.000216>",
		"1406  1795359556.103954 munmap(0xf7f48000, 8192) = 0",
		"1406  1795359556.103954123 munmap(0xf7f48000, 8192) = 0 <0.000000216>",
		"1406  1795359556 munmap(0xf7f48000, 8192) = 0",
		"1406       0.000144 munmap(0xf7f48000, 8192) = 0",
		"1406       0 munmap(0xf7f48000, 8192) = 0",
		"1406  1795359556.103954 (+     0.000144) munmap(0xf7f48000, 8192) = 0",
		"1406<a (b> 1795359556.103954 [  11] munmap(0xf7f48000, 8192) = 0",
		"1406  [  11] [00007fb686213ad7] munmap(0xf7f48000, 8192) = 0",
		"1406  [????] [????????????????] munmap(0xf7f48000, 8192)    = 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct strace_line line;

		strace_split(text_of(lines[i]), &line);
		assert_int_equal(line.kind, STRACE_CALL);
		assert_int_equal(line.pid, 1406);
		assert_false(line.bracketed);
		assert_true(text_is(line.name, "munmap"));
		assert_true(text_starts(line.rest, "0xf7f48000, 8192)"));
	}
}

static void test_no_pid_column(void **state)
{
	static const struct {
		const char *text;
		int pid;
		bool timed;
	} rows[] = {
		{ "brk(NULL) = 0x1000", -1, false },
		{ "14:59:16 brk(NULL) = 0x1000", -1, true },
		{ "1795359556.103954 brk(NULL) = 0x1000", -1, true },
		{ "1795359556 brk(NULL) = 0x1000", -1, true },
		{ "     0.000144 brk(NULL) = 0x1000", -1, true },
		{ "[  12] brk(NULL) = 0x1000", -1, false },
		{ "[pid    77] brk(NULL) = 0x1000", 77, false },
		{ "[pid 77<a]b>] 14:59:16 brk(NULL) = 0x1000", 77, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strace_line line;

		strace_split(text_of(rows[i].text), &line);
		assert_int_equal(line.kind, STRACE_CALL);
		assert_int_equal(line.pid, rows[i].pid);
		assert_int_equal(line.bracketed, rows[i].pid >= 0);
		assert_int_equal(text_size(line.time) > 0, rows[i].timed);
		assert_true(text_is(line.name, "brk"));
	}
}

static void test_stamps(void **state)
{
	uint64_t ns = 0;

	(void)state;
	assert_int_equal(strace_stamp(text_of("14:59:16.114813"), &ns), STRACE_TIME_OF_DAY);
	assert_true(ns == UINT64_C(53956114813000));
	assert_int_equal(strace_stamp(text_of("00:00:01"), &ns), STRACE_TIME_OF_DAY);
	assert_true(ns == 1000000000);
	assert_int_equal(strace_stamp(text_of("1795359556.5"), &ns), STRACE_DATE);
	assert_true(ns == UINT64_C(1795359556500000000));
	assert_int_equal(strace_stamp(text_of("0.000144"), &ns), STRACE_NO_CLOCK);
	assert_int_equal(strace_stamp(text_of("24:00:00"), &ns), STRACE_NO_CLOCK);
	assert_int_equal(strace_stamp(text_of(""), &ns), STRACE_NO_CLOCK);
}

/* Symbolic, raw, verbose, and fds with paths that hold anything. */
static void test_arguments(void **state)
{
	static const char *const lines[] = {
		"9 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, "
		"0x26000) = 0x7f00",
		"9 mmap(NULL, 8192, 0x3, 0x32, -1, 0x26000) = 0x7f00",
		"9 mmap(NULL, 8192, 0x3 /* PROT_READ|PROT_WRITE */, 0x32 /* MAP_PRIVATE|... */, -1, "
		"0x26000) = 0x7f00",
		"9 mmap(NULL, 8192, PROT_READ|0x2, MAP_PRIVATE|MAP_FIXED|0x20, 3</a, (b>, 0x26000) = "
		"0x7f00 <0.000010>",
		"9 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|21<<"
		"MAP_HUGE_SHIFT, 3</dev/zero<char 1:5>>, 0x26000) = 0x7f00",
		"9 mmap2(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, "
		"3</x>(deleted), 0x26000) = 0x7f00",
		"9 mmap({addr=NULL, length=8192, prot=PROT_READ|PROT_WRITE, flags=MAP_PRIVATE|MAP_FIXED"
		"|MAP_ANONYMOUS, fd=3, offset=0x26000}) = 0x7f00",
		"9 old_mmap({addr=NULL, len=8192, prot=PROT_WRITE|PROT_READ, flags=MAP_ANON|MAP_PRIVATE"
		"|MAP_FIXED, fd=3, offset=0x26000}) = 0x7f00",
	};
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(put(bed, lines[i]), 1);
		const struct event *event = next(bed);
		assert_int_equal(event->syscall, SYSCALL_MMAP);
		assert_true(event->arg[0] == 0 && event->arg[1] == 8192);
		assert_int_equal(event->arg[2], 3);
		assert_int_equal(event->arg[3],
				 MAPPING_PRIVATE | MAPPING_FIXED | MAPPING_ANONYMOUS);
		assert_true(event->arg[5] == 0x26000);
		expect_exit(bed, 9, SYSCALL_MMAP, 0x7f00);
	}
}

static void test_numbers(void **state)
{
	struct bed *bed = *state;

	/* 0x first: the 0 of 0x7f is no number. */
	put(bed, "9 munmap(0xffffffffff600000, 18446744073709551615) = -1 EINVAL (Invalid)");
	const struct event *event = next(bed);
	assert_true(event->arg[0] == UINT64_C(0xffffffffff600000));
	assert_true(event->arg[1] == UINT64_MAX);
	next(bed);
	put(bed, "9 munmap(0x7f, 9223372036854775808 <unfinished ...>");
	event = next(bed);
	assert_true(event->arg[0] == 0x7f && event->arg[1] == UINT64_C(9223372036854775808));
	assert_int_equal(put(bed, "9 munmap(0x7f, 18446744073709551616) = 0"), -EINVAL);
	assert_int_equal(put(bed, "9 munmap(0x10000000000000000, 1) = 0"), -EINVAL);
}

static void test_other_flags(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 madvise(0x1000, 4096, MADV_DONTNEED) = 0");
	assert_int_equal(next(bed)->arg[2], 4);
	next(bed);
	put(bed, "9 madvise(0x1000, 4096, 0x3039 /* MADV_??? */) = -1 EINVAL (Invalid argument)");
	assert_int_equal(next(bed)->arg[2], 0x3039);
	expect_exit(bed, 9, SYSCALL_MADVISE, failure(EINVAL));
	put(bed, "9 mremap(0x1000, 4096, 8192, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7000) = 0x7000");
	const struct event *event = next(bed);
	assert_int_equal(event->arg[3], 3);
	assert_int_equal(event->arg[4], 0x7000);
	next(bed);
	put(bed, "9 mremap(0x1000, 4096, 8192, MREMAP_MAYMOVE <unfinished ...>");
	assert_int_equal(next(bed)->arg[3], 1);
	put(bed, "9 <... mremap resumed>) = 0x9000");
	expect_exit(bed, 9, SYSCALL_MREMAP, 0x9000);
	put(bed, "9 mlockall(MCL_CURRENT|MCL_FUTURE) = 0");
	assert_int_equal(next(bed)->arg[0], LOCK_CURRENT | LOCK_FUTURE);
}

/* The same flags again, flags that begin like others, and those of another kind. */
static void test_flags_are_remembered(void **state)
{
	static const struct {
		const char *line;
		uint64_t prot;
	} rows[] = {
		{ "9 mprotect(0x1000, 4096, PROT_READ) = 0", 1 },
		{ "9 mprotect(0x1000, 4096, PROT_READ|PROT_WRITE) = 0", 3 },
		{ "9 mprotect(0x1000, 4096, PROT_READ) = 0", 1 },
		{ "9 mprotect(0x1000, 4096, PROT_READ|PROT_EXEC) = 0", 5 },
		{ "9 mprotect(0x1000, 4096, PROT_READ|PROT_WRITE <unfinished ...>", 3 },
		{ "9 mprotect(0x1000, 4096, PROT_NONE) = 0", 0 },
		{ "9 mprotect(0x1000, 4096, PROT_EXEC) = 0", 4 },
		{ "9 mprotect(0x1000, 4096, PROT_READ /* x */|PROT_WRITE) = 0", 3 },
		{ "9 mprotect(0x1000, 4096, PROT_READ) = 0", 1 },
	};
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bed->nr = bed->seen = 0;
		assert_int_equal(put(bed, rows[i].line), 1);
		assert_int_equal(next(bed)->arg[2], rows[i].prot);
	}
}

static void test_clone(void **state)
{
	static const struct {
		const char *line;
		uint64_t flags;
	} rows[] = {
		{ "9 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		  "child_tidptr=0x7f) = 10",
		  0x1200011 },
		{ "9 clone(child_stack=NULL, flags=0x1200000 /* A|B */|17 /* SIGCHLD */, "
		  "child_tidptr=0x7f) = 10",
		  0x1200011 },
		{ "9 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x7f, "
		  "stack_size=0x9000}, 88) = 10<x>",
		  0x4100 },
		{ "9 clone3({flags=0x3d0f00, stack=0x7f} => {parent_tid=[10]}, 88) = 10",
		  0x3d0f00 },
	};
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(bed, rows[i].line);
		const struct event *event = next(bed);
		assert_int_equal(event->syscall, SYSCALL_CLONE);
		assert_int_equal(event->arg[0], rows[i].flags);
		expect_exit(bed, 9, SYSCALL_CLONE, 10);
	}
	/* What strace could not read of the task's memory. */
	put(bed, "9 clone3(0x7f0010, 88) = 10");
	expect_enter(bed, 9, SYSCALL_CLONE3);
}

static void test_results(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 mprotect(0x1000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)");
	expect_enter(bed, 9, SYSCALL_MPROTECT);
	expect_exit(bed, 9, SYSCALL_MPROTECT, failure(ENOMEM));
	put(bed, "9 brk(0) = -1 ENEWERTHANTHIS (Unknown) <0.1>");
	expect_enter(bed, 9, SYSCALL_BRK);
	expect_exit(bed, 9, SYSCALL_BRK, failure(4095));
	put(bed, "9 brk(0) = -1 (errno 530)");
	expect_enter(bed, 9, SYSCALL_BRK);
	expect_exit(bed, 9, SYSCALL_BRK, failure(530));
	put(bed, "9 pause() = ? ERESTARTNOHAND (To be restarted if no handler)");
	expect_enter(bed, 9, SYSCALL_OTHER);
	expect_exit(bed, 9, SYSCALL_OTHER, failure(514));
	put(bed, "9 exit_group(0) = ?");
	expect_enter(bed, 9, SYSCALL_EXIT_GROUP);
	put(bed, "9 _exit(0) = ?");
	expect_enter(bed, 9, SYSCALL_EXIT);
	put(bed, "9 wait4(7,  <unfinished ...>) = ?");
	put(bed, "9 wait4(7, NULL, 0, NULL) = ? <unfinished ...>");
	assert_int_equal(bed->facts.strace.failed, 4);
}

/* Strings and paths may hold what ends the arguments. */
static void test_end_of_arguments(void **state)
{
	static const char *const lines[] = {
		"9 write(1, \") = -1 EINVAL (\\\"\\\\\", 10) = 10",
		"9 close(3</tmp/a) = 5(>) = 10",
		"9 execve(\"/bin/x\", [\"x\", \"(\"], 0x7f /* 37 vars ( */) = 10",
		"9 wait4(7, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 10",
		"9 dup(4<TCP:[127.0.0.1:1->127.0.0.1:2]>) = 10",
		"9 openat(AT_FDCWD</a)>, \"x\", O_RDONLY) = 10</x ...>",
		"9 f() = 10 (DELAYED)",
	};
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		bed->nr = bed->seen = 0;
		assert_int_equal(put(bed, lines[i]), 1);
		next(bed);
		assert_true(next(bed)->arg[0] == 10);
	}
}

static void test_unfinished_and_resumed(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 munmap(0x1000, 4096 <unfinished ...>");
	put(bed, "8 mmap(0x1000, 4096, PROT_NONE, MAP_PRIVATE, 3, 0) = 0x1000");
	put(bed, "9 <... munmap resumed>) = 0");
	put(bed, "9 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f} <unfinished ...>");
	put(bed, "9 <... clone3 resumed> => {parent_tid=[10]}, 88) = 10");
	expect_enter(bed, 9, SYSCALL_MUNMAP);
	expect_enter(bed, 8, SYSCALL_MMAP);
	expect_exit(bed, 8, SYSCALL_MMAP, 0x1000);
	expect_exit(bed, 9, SYSCALL_MUNMAP, 0);
	expect_enter(bed, 9, SYSCALL_CLONE);
	expect_exit(bed, 9, SYSCALL_CLONE, 10);
	put(bed, "9 pause( <detached ...>");
	expect_enter(bed, 9, SYSCALL_OTHER);
	put(bed, "9 execve(\"/x\", [\"x\"], 0x7f /* 3 vars */ <pid changed to 8 ...>");
	expect_enter(bed, 9, SYSCALL_EXECVE);
	assert_int_equal(bed->facts.strace.unfinished, 4);
	assert_int_equal(bed->facts.strace.resumed, 2);
}

static void test_ends_of_tasks(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 +++ killed by SIGABRT (core dumped) +++");
	expect_end(bed, 9);
	put(bed, "8 14:00:00 +++ exited with 0 +++");
	expect_end(bed, 8);
	/* A thread executes a program. */
	put(bed, "22173 <... pause resumed>) = ?");
	put(bed, "22173 +++ superseded by execve in pid 22174 +++");
	put(bed, "22173 <... execve resumed>) = 0");
	expect_end(bed, 22174);
	expect_enter(bed, 22173, SYSCALL_EXECVE);
	expect_exit(bed, 22173, SYSCALL_EXECVE, 0);
	expect_nothing(bed);
}

static void test_notes_are_no_events(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_ACCERR, si_addr=0x10} ---");
	put(bed, "9 --- stopped by SIGSTOP ---");
	put(bed, " > /usr/lib/libc.so.6(brk+0x10) [0x1000]");
	put(bed, "9 [ Process PID=9 runs in 32 bit mode. ]");
	put(bed, "# lazymmu: a header");
	expect_nothing(bed);
	assert_int_equal(bed->facts.strace.signals, 2);
	assert_int_equal(bed->facts.strace.ignored, 0);
}

/* The first task has no number, then one in brackets, and none again when it is the last. */
static void test_first_task(void **state)
{
	struct bed *bed = *state;

	put(bed, "clone(child_stack=NULL, flags=SIGCHLD) = 20");
	put(bed, "strace: Process 20 attached");
	put(bed, "[pid 20] brk(NULL) = 0x1000");
	put(bed, "[pid 10] brk(NULL) = 0x1000");
	put(bed, "[pid 20] +++ exited with 0 +++");
	put(bed, "brk(NULL) = 0x1000");
	expect_enter(bed, STRACE_FIRST_TID, SYSCALL_CLONE);
	expect_exit(bed, STRACE_FIRST_TID, SYSCALL_CLONE, 20);
	expect_enter(bed, 20, SYSCALL_BRK);
	expect_exit(bed, 20, SYSCALL_BRK, 0x1000);
	expect_enter(bed, STRACE_FIRST_TID, SYSCALL_BRK);
	expect_exit(bed, STRACE_FIRST_TID, SYSCALL_BRK, 0x1000);
	expect_end(bed, 20);
	expect_enter(bed, STRACE_FIRST_TID, SYSCALL_BRK);
	assert_int_equal(bed->facts.first_tid, STRACE_FIRST_TID);
	assert_int_equal(bed->facts.first_pid, 10);
}

/* With -q nobody announces a child: it may come before its parent's clone() returns. */
static void test_first_task_without_notes(void **state)
{
	struct bed *bed = *state;

	put(bed, "clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>");
	put(bed, "[pid 20] brk(NULL) = 0x1000");
	put(bed, "[pid 10] <... clone resumed>) = 20");
	expect_enter(bed, STRACE_FIRST_TID, SYSCALL_CLONE);
	expect_enter(bed, 20, SYSCALL_BRK);
	expect_exit(bed, 20, SYSCALL_BRK, 0x1000);
	expect_exit(bed, STRACE_FIRST_TID, SYSCALL_CLONE, 20);
	assert_int_equal(bed->facts.first_pid, 10);
}

/* Numbers come and go, and are used again: only those that live are kept. */
static void test_many_processes(void **state)
{
	enum { NR_PROCESSES = 100000, NR_NUMBERS = 30000 };
	struct bed *bed = *state;
	char line[128];

	put(bed, "brk(NULL) = 0x1000");
	for (int i = 0; i < NR_PROCESSES; i++) {
		int pid = 100 + i % NR_NUMBERS;

		bed->nr = bed->seen = 0;
		snprintf(line, sizeof(line), "fork(strace: Process %d attached", pid);
		put(bed, line);
		snprintf(line, sizeof(line), ") = %d", pid);
		put(bed, line);
		snprintf(line, sizeof(line), "[pid %5d] +++ exited with 0 +++", pid);
		put(bed, line);
		expect_enter(bed, STRACE_FIRST_TID, SYSCALL_FORK);
		expect_exit(bed, STRACE_FIRST_TID, SYSCALL_FORK, (uint64_t)pid);
		expect_end(bed, pid);
	}
}

/* The survivor is another one; an attached task is named from the start. */
static void test_survivor(void **state)
{
	struct bed *bed = *state;

	put(bed, "strace: Process 10 attached");
	put(bed, "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 20 attached");
	put(bed, ", child_tidptr=0x7f) = 20");
	put(bed, "[pid 10] +++ exited with 0 +++");
	put(bed, "brk(NULL) = 0x1000");
	expect_enter(bed, 10, SYSCALL_CLONE);
	expect_exit(bed, 10, SYSCALL_CLONE, 20);
	expect_end(bed, 10);
	expect_enter(bed, 20, SYSCALL_BRK);
	assert_int_equal(bed->facts.first_tid, 0);
}

/* The rest of a torn line has no columns, and begins anywhere behind the arguments of the entry. */
static void test_torn_lines(void **state)
{
	static const struct {
		const char *start;
		const char *rest;
	} rows[] = {
		{ "[pid 9] 10:00:00 munmap(0x1000, 4096/usr/bin/strace: Process 20 attached",
		  ") = 0" },
		{ "[pid 9] 10:00:00 munmap(0x1000, 4096the program says (", ") = 0" },
		{ "[pid 9] 10:00:00 wait4(7, strace: Process 21 attached",
		  "[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 0" },
		{ "[pid 9] 10:00:00 clone3({flags=CLONE_VM}strace: Process 22 attached",
		  " => {parent_tid=[22]}, 88) = 0" },
		{ "[pid 9] 10:00:00 read(3, strace: Process 23 attached", "\"(\", 1) = 0" },
		{ "[pid 9] 10:00:00 wait4(7, strace: Process 24 attached",
		  "0x7ffc9ad0c29c, WNOHANG, NULL) = 0" },
	};
	struct bed *bed = *state;

	put(bed, "10:00:00 brk(NULL) = 0x1000");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bed->nr = bed->seen = 0;
		assert_int_equal(put(bed, rows[i].start), 1);
		assert_int_equal(put(bed, rows[i].rest), 1);
		assert_int_equal(next(bed)->kind, EVENT_SYS_ENTER);
		const struct event *exit = next(bed);
		assert_int_equal(exit->kind, EVENT_SYS_EXIT);
		assert_int_equal(exit->tid, STRACE_FIRST_TID);
		assert_true(exit->arg[0] == 0);
	}
	assert_int_equal(bed->facts.strace.torn, 6);
	assert_int_equal(bed->lost, 0);
}

static void test_torn_line_is_unfinished(void **state)
{
	struct bed *bed = *state;

	put(bed, "vfork(strace: Process 20 attached");
	put(bed, " <unfinished ...>");
	put(bed, "[pid 10] <... vfork resumed>) = 20");
	expect_enter(bed, STRACE_FIRST_TID, SYSCALL_VFORK);
	expect_exit(bed, STRACE_FIRST_TID, SYSCALL_VFORK, 20);
	assert_int_equal(bed->facts.strace.torn, 1);
	assert_int_equal(bed->facts.strace.unfinished, 1);
}

static void test_lost_rest(void **state)
{
	struct bed *bed = *state;

	put(bed, "10:00:00 brk(NULL) = 0x1000");
	put(bed, "10:00:00 munmap(0x1000, 4096");
	put(bed, "the program says something");
	assert_int_equal(bed->lost, 0);
	put(bed, "10:00:00 brk(NULL) = 0x1000");
	assert_int_equal(bed->lost, 2);
	put(bed, "10:00:00 munmap(0x1000, 4096");
	assert_int_equal(bed->lost, 2);
	strace_end(bed->strace, &bed->facts);
	assert_int_equal(strace_lost_line(bed->strace), 5);
	assert_int_equal(bed->facts.strace.lost, 2);
}

/* On a terminal the program's output is no damage, unless it is torn into a line. */
static void test_output_of_the_program(void **state)
{
	struct bed *bed = *state;

	put(bed, "execve(\"./x\", [\"x\"], 0x7f /* 1 var */) = 0");
	assert_int_equal(put(bed, "creating configuration files ... ok"), 0);
	assert_int_equal(put(bed, "printf(x"), 0);
	assert_int_equal(put(bed, ""), 0);
	assert_int_equal(put(bed, "+++ no"), 0);
	assert_int_equal(bed->facts.strace.ignored, 4);
	assert_int_equal(put(bed, "[pid 9] no"), -EINVAL);
	assert_int_equal(put(bed, "munmap(no"), -EINVAL);
	assert_int_equal(put(bed, "ok[pid 9] brk(NULL) = 0x1000"), 1);
	assert_int_equal(bed->facts.strace.ignored, 4);
}

/* No line end, and strace goes on behind it. */
static void test_line_behind_output(void **state)
{
	static const struct {
		const char *first;
		const char *line;
	} rows[] = {
		{ "brk(NULL) = 0x1000", "ok (0:00) [pid [pid    20] munmap(0x1000, 4096) = 0" },
		{ "brk(NULL) = 0x1000", "creating (a) ... munmap(0x1000, 4096) = 0" },
		{ "brk(NULL) = 0x1000", "creatingmunmap(0x1000, 4096) = 0" },
		{ "10:00:00 brk(NULL) = 0x1000", "at 9:00:1 10:00:00 munmap(0x1000, 4096) = 0" },
		{ "10:00:00 brk(NULL) = 0x1000", "ok110:00:00 munmap(0x1000, 4096) = 0" },
		{ "1795359556.1 brk(NULL) = 0x1000",
		  "1.5 ok1795359556.12 munmap(0x1000, 4096) = 0" },
	};
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		teardown(state);
		setup(state);
		bed = *state;
		put(bed, rows[i].first);
		assert_int_equal(put(bed, rows[i].line), 1);
		bed->seen = 2;
		const struct event *event = next(bed);
		assert_int_equal(event->syscall, SYSCALL_MUNMAP);
		assert_true(event->arg[0] == 0x1000 && event->arg[1] == 4096);
		assert_true(next(bed)->arg[0] == 0);
		expect_nothing(bed);
	}
}

/* Output between the arguments and the end of a call, in one line. */
static void test_output_inside_a_call(void **state)
{
	struct bed *bed = *state;

	put(bed, "10:00:00 write(2, \"say (\", 5say () = 5");
	put(bed, "10:00:00 munmap(0x1000, 4096f(1) = 2 (\"x, ) = 0 <0.1>");
	next(bed);
	assert_true(next(bed)->arg[0] == 5);
	assert_true(next(bed)->arg[1] == 4096);
	assert_true(next(bed)->arg[0] == 0);
	expect_nothing(bed);
}

/* A file of strace's own has nothing else in it. */
static void test_damage(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 brk(NULL) = 0x1000");
	assert_int_equal(put(bed, "creating configuration files ... ok"), -EINVAL);
	assert_int_equal(put(bed, "brk(NULL) = 0x1000"), -EINVAL);
	assert_int_equal(put(bed, "9 brk(NULL"), -EINVAL);
	assert_int_equal(put(bed, "9 brk(NULL) 0x1000"), -EINVAL);
	assert_int_equal(put(bed, "9 brk(NULL) = x"), -EINVAL);
	assert_int_equal(put(bed, "9 mprotect(0x1000, 4096) = 0"), -EINVAL);
	assert_int_equal(put(bed, "9 mprotect(0x1000, , PROT_READ) = 0"), -EINVAL);
	assert_int_equal(put(bed, "9 write(1, \"abc"), -EINVAL);
	assert_int_equal(bed->facts.strace.ignored, 0);
}

static void test_summary_at_the_end(void **state)
{
	struct bed *bed = *state;

	put(bed, "9 brk(NULL) = 0x1000");
	assert_int_equal(put(bed, "% time     seconds  usecs/call     calls    errors syscall"), 0);
	assert_int_equal(put(bed, "100.00    0.000277           4        58           total"), 0);
	assert_int_equal(put(bed, "9 brk(NULL) = 0x1000"), 1);
}

static void test_detection(void **state)
{
	static const struct {
		const char *line;
		bool is_strace;
		bool numbered;
	} rows[] = {
		{ "9 brk(NULL) = 0x1000", true, true },
		{ "execve(\"/bin/x\", [\"x\"], 0x7f /* 3 vars */) = 0", true, false },
		{ "10:00:00.123456 wait4(-1,  <unfinished ...>", true, false },
		{ "[pid 9] <... wait4 resumed>NULL, 0, NULL) = 7", true, false },
		{ "strace: Process 9 attached", true, false },
		{ "wait4(-1, strace: Process 9 attached", true, false },
		{ "9 --- SIGSEGV {si_signo=SIGSEGV} ---", true, true },
		{ "+++ exited with 0 +++", true, false },
		{ ", child_tidptr=0x7f) = 20", false, false },
		{ "creating configuration files ... ok", false, false },
		{ "            bash-1977  [000] d..2.    55.071281: sys_brk(brk: 0)", false,
		  false },
		{ "bash 1977 [000] 55.071281: syscalls:sys_enter_brk: brk: 0x0", false, false },
		{ "mmap(NULL, 8192", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool numbered = false;

		if (strace_detect(text_of(rows[i].line), &numbered) != rows[i].is_strace)
			fail_msg("%s", rows[i].line);
		if (rows[i].is_strace)
			assert_int_equal(numbered, rows[i].numbered);
	}
}

/* Both tables are sorted: the first, the last, and those that are near each other. */
static void test_names(void **state)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = {
		{ "E2BIG", E2BIG },
		{ "EACCES", EACCES },
		{ "EAGAIN", EAGAIN },
		{ "EINTR", EINTR },
		{ "EINVAL", EINVAL },
		{ "ENOMEM", ENOMEM },
		{ "EPERM", EPERM },
		{ "ERESTART", 85 },
		{ "ERESTARTNOHAND", 514 },
		{ "ERESTARTSYS", 512 },
		{ "EROFS", EROFS },
		{ "EXFULL", 54 },
		{ "ERESTARTNOINTR", 513 },
		{ "ENOTSUPP", 524 },
		{ "ENOSYS", ENOSYS },
		{ "EOPNOTSUPP", EOPNOTSUPP },
		{ "ENOTCONN", ENOTCONN },
		{ "X", 0 },
		{ "ERESTART_RESTARTBLOCK", 516 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_int_equal(strace_errno(text_of(errors[i].name)), errors[i].error);
	assert_int_equal(strace_flag(text_of("CLONE_VM")), 0x100);
	assert_int_equal(strace_flag(text_of("CLONE_CHILD_CLEARTID")), 0x200000);
	assert_int_equal(strace_flag(text_of("MADV_PAGEOUT")), 21);
	assert_int_equal(strace_flag(text_of("MADV_DONTNEED_LOCKED")), 24);
	assert_int_equal(strace_flag(text_of("MAP_FIXED_NOREPLACE")), MAPPING_FIXED_NOREPLACE);
	assert_int_equal(strace_flag(text_of("MAP_STACK")), 0x20000);
	assert_int_equal(strace_flag(text_of("MREMAP_DONTUNMAP")), 4);
	assert_int_equal(strace_flag(text_of("PROT_EXEC")), 4);
	assert_int_equal(strace_flag(text_of("SIGCHLD")), 17);
	assert_int_equal(strace_flag(text_of("MAP_")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_no_pid_column),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test_setup_teardown(test_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_flags, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flags_are_remembered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_results, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end_of_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unfinished_and_resumed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ends_of_tasks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_notes_are_no_events, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_task, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_task_without_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_processes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_survivor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn_line_is_unfinished, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_output_of_the_program, setup, teardown),
		cmocka_unit_test_setup_teardown(test_line_behind_output, setup, teardown),
		cmocka_unit_test_setup_teardown(test_output_inside_a_call, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_summary_at_the_end, setup, teardown),
		cmocka_unit_test(test_detection),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
