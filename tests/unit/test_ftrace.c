/* SPDX-License-Identifier: MIT */
/* Lines of ftrace text: numbers, fields, and columns that are remembered from line to line. */
#include "test.h"

#include "decode.h"
#include "event_queue.h"
#include "ftrace.h"
#include "perf.h"

static struct text text_of(const char *line)
{
	return (struct text){ line, line + strlen(line) };
}

static void test_hex_numbers(void **state)
{
	struct text digits = text_of("ffff0000035d6080"), no_digits = text_of("0x");
	struct text bad = text_of("0xg"), long_one = text_of("0x10000000000000000");
	struct text followed = text_of("0x7fb7 ip");
	uint64_t value = 0;

	(void)state;
	assert_true(text_hex(&digits, &value));
	assert_true(value == UINT64_C(0xffff0000035d6080));
	assert_true(text_hex(&followed, &value));
	assert_true(value == 0x7fb7 && *followed.p == ' ');
	assert_false(text_hex(&no_digits, &value));
	assert_false(text_hex(&bad, &value));
	assert_false(text_hex(&long_one, &value));
}

/* In the order of the line, in another order, and where a word only ends like the key. */
static void test_fields(void **state)
{
	struct fields fields = fields_of(text_of("vm_flags=8 flags=1 start=0x20, flags=3"));
	struct text value = text_of("");

	(void)state;
	assert_true(fields_find(&fields, "flags=", &value));
	assert_int_equal(*value.p, '1');
	fields_pass(&fields, value.p + 1);
	assert_true(fields_find(&fields, "start=", &value));
	fields_pass(&fields, value.p + 4); /* a comma: the next word starts behind a blank */
	assert_true(fields_find(&fields, "vm_flags=", &value));
	assert_int_equal(*value.p, '8');
	assert_false(fields_find(&fields, "art=", &value));
	assert_false(fields_find(&fields, "missing_key_that_is_longer_than_the_line=", &value));
}

/* Every line read with a memory of those before it, and alone. */
static void test_remembered_starts_say_the_same(void **state)
{
	static const char *const lines[] = {
		"              wl-375     [000] d..2.    55.071281: xen_mc_batch: start",
		"              wl-375     [000] d..2.    55.071282: xen_mc_batch: start",
		"              wl-375     [000] dNh1.    55.071283: tlbie:",
		"              wl-375     [001] d..2.    55.071284: xen_mc_batch: start",
		"              wl-375     [000] d..2.  1355.071281: xen_mc_batch: start",
		"              wl-375     [000] d..2.     5.071281: xen_mc_batch: start",
		"              wl-375     [000] d..2. x  55.071281: xen_mc_batch: start",
		"              wl-376     [000] d..2.    55.071281: xen_mc_batch: start",
		"             gcc-5836    (   5836) [001] d....  1348.6: sys_brk(brk: 0)",
		"             gcc-5836    (   5837) [001] d....  1348.6: sys_brk(brk: 0)",
		"    [0] a-b [1] x-77    [002]    55.071281: sys_brk -> 0x1",
		"    [0] a-b [1] x-77    [002] .....    55.071281: sys_brk -> 0x1",
		"wl-375 [000] d..2. 55.07",
		"t-1 [0] 5: e:",
	};
	struct line_starts kept = { 0 };
	struct mistake mistake;
	unsigned int good = 0;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(lines) / sizeof(lines[0]); i++) {
		struct text line = text_of(lines[i / 2]);
		struct event event, alone;
		struct line_starts none = { 0 };
		struct ftrace_body body, other;
		memset(&event, 0, sizeof(event));
		memset(&alone, 0, sizeof(alone));
		bool split = ftrace_split(line, &kept, &event, &body, &mistake);
		assert_int_equal(split, ftrace_split(line, &none, &alone, &other, &mistake));
		if (!split)
			continue;
		good++;
		assert_memory_equal(&event, &alone, sizeof(event));
		assert_memory_equal(&body, &other, sizeof(body));
	}
	assert_int_equal(good, 2 * 12);
}

/* The same for perf script, whose columns may be missing, and whose fraction is checked anew. */
static void test_remembered_starts_of_perf_say_the_same(void **state)
{
	static const char *const lines[] = {
		"             gcc  5836 [001]  1348.672668: tlb:tlb_flush: pages:1",
		"             gcc  5836 [001]  1348.672669: syscalls:sys_exit_brk: 0x1",
		"             gcc  5836  1348.672670:          1 page-faults:  7f25c000",
		"             gcc  5836 [001]  1348.672671123: tlb:tlb_flush: pages:1",
		"             gcc  5836 [001]  1348.6726711: tlb:tlb_flush: pages:1",
		"             gcc  5836 [001]  1348.672671:tlb:tlb_flush: pages:1",
		"             gcc  5836 [001]  1348.672671",
		"             gcc  5836 [000]  1348.672671: tlb:tlb_flush: pages:1",
		"             gcc  5837 [000]  1348.672671: tlb:tlb_flush: pages:1",
		"             gcc  5837/5838  [000]  1348.672671: tlb:tlb_flush: pages:1",
		"  5.000000: 1    5838  [000]  1348.672671: tlb:tlb_flush: pages:1",
		"a 1 1.5",
	};
	struct line_starts kept = { 0 };
	struct mistake mistake;
	unsigned int good = 0;

	(void)state;
	for (size_t i = 0; i < 4 * sizeof(lines) / sizeof(lines[0]); i++) {
		struct text line = text_of(lines[i / 2 % (sizeof(lines) / sizeof(lines[0]))]);
		struct line_starts none = { 0 };
		struct event event, alone;
		struct text rest, other;
		memset(&event, 0, sizeof(event));
		memset(&alone, 0, sizeof(alone));
		bool split = perf_split(line, &kept, &event, &rest, &mistake);
		assert_int_equal(split, perf_split(line, &none, &alone, &other, &mistake));
		if (!split)
			continue;
		good++;
		assert_memory_equal(&event, &alone, sizeof(event));
		assert_memory_equal(&rest, &other, sizeof(rest));
	}
	assert_int_equal(good, 4 * 8);
}

/* Many enough that the queue grows; texts of every length. */
static void test_events_come_back_from_the_queue(void **state)
{
	struct event_queue queue = { 0 };
	struct event event;
	size_t cursor = 0;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		event = (struct event){ .line = i, .kind = EVENT_FAULT, .tid = (int)i };
		memset(event.text, 'x', i % EVENT_TEXT_SIZE);
		assert_int_equal(event_queue_add(&queue, &cursor, &event), 0);
	}
	for (unsigned int i = 0; i < 700; i++)
		assert_true(event_queue_next(&queue, &cursor, &event));
	/* What was returned makes room. */
	event = (struct event){ .line = 1000, .kind = EVENT_FAULT, .tid = 1000 };
	assert_int_equal(event_queue_add(&queue, &cursor, &event), 0);
	assert_int_equal(cursor, 0);
	for (unsigned int i = 700; i <= 1000; i++) {
		assert_true(event_queue_next(&queue, &cursor, &event));
		assert_int_equal(event.line, i);
		assert_int_equal(event.tid, i);
		assert_int_equal(strlen(event.text), i < 1000 ? i % EVENT_TEXT_SIZE : 0);
	}
	assert_false(event_queue_next(&queue, &cursor, &event));
	event_queue_fini(&queue);
}

/* The call exit(), and the event at the end of every syscall: one word, two things. */
static void test_exit_is_a_call_and_an_event(void **state)
{
	static const struct {
		const char *line;
		enum event_kind kind;
		enum syscall_nr syscall;
	} lines[] = {
		{ "t-5 [000] ..... 1.5: sys_exit(error_code: 0)", EVENT_SYS_ENTER, SYSCALL_EXIT },
		{ "t-5 [000] ..... 1.5: sys_exit(int error_code: 0x2)", EVENT_SYS_ENTER,
		  SYSCALL_EXIT },
		{ "t-5 [000] ..... 1.5: sys_exit_group(error_code: 0)", EVENT_SYS_ENTER,
		  SYSCALL_EXIT_GROUP },
		{ "t-5 [000] ..... 1.5: sys_exit: NR 91 = 0", EVENT_SYS_EXIT, SYSCALL_MUNMAP },
		{ "t-5 [000] ..... 1.5: sys_munmap -> 0x0", EVENT_SYS_EXIT, SYSCALL_MUNMAP },
	};
	struct event_index index;

	(void)state;
	event_index_init(&index);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct line_starts starts = { 0 };
		struct reader_facts facts = { 0 };
		struct event event = { 0 };
		struct ftrace_body body;
		struct mistake mistake;

		assert_true(ftrace_split(text_of(lines[i].line), &starts, &event, &body, &mistake));
		assert_true(decode_event(&index, &body, &event, &facts, &mistake));
		assert_int_equal(event.kind, lines[i].kind);
		assert_int_equal(event.syscall, lines[i].syscall);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex_numbers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_remembered_starts_say_the_same),
		cmocka_unit_test(test_remembered_starts_of_perf_say_the_same),
		cmocka_unit_test(test_events_come_back_from_the_queue),
		cmocka_unit_test(test_exit_is_a_call_and_an_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
