/* SPDX-License-Identifier: MIT */
/* Native text: what is read is written again, byte for byte, and every kind of event has a word. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lmt_write.h"

#define HEAD "#lmt 1\n#source test\n"

struct reading {
	char text[16 * 1024]; /* written again */
	struct event events[256];
	size_t nr_events;
	char message[DIAG_SIZE]; /* of the first bad line */
	struct diag first;
	uint64_t bad_lines;
	struct reader_facts facts;
};

static void keep_first(const struct diag *diag, void *data)
{
	struct reading *reading = data;

	if (!reading->first.line)
		reading->first = *diag;
}

static void read_text(const char *text, struct reading *ret)
{
	struct reader_options options = { .report = keep_first, .data = ret, .times = true };
	char path[] = "native-text-XXXXXX";
	int file = mkstemp(path);
	struct lmt_writer writer;
	struct reader *reader;
	struct event event;
	struct diag diag;

	memset(ret, 0, sizeof(*ret));
	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
	assert_int_equal(reader_open(path, &options, &reader, &diag), 0);
	unlink(path);
	FILE *out = fmemopen(ret->text, sizeof(ret->text), "w");
	assert_non_null(out);
	lmt_write_init(&writer, out);
	while (reader_next(reader, &event) > 0) {
		assert_true(ret->nr_events < sizeof(ret->events) / sizeof(ret->events[0]));
		ret->events[ret->nr_events++] = event;
		lmt_write_event(&writer, &event, reader);
	}
	lmt_write_end(&writer, reader);
	fclose(out);
	ret->bad_lines = reader_bad_lines(reader);
	ret->facts = *reader_facts(reader);
	reader_close(reader);
}

static void assert_same_text(const char *text)
{
	struct reading reading;

	read_text(text, &reading);
	if (reading.bad_lines)
		fail_msg("line %llu: %s", (unsigned long long)reading.first.line,
			 reading.first.text);
	assert_string_equal(reading.text, text);
}

static void assert_becomes(const char *text, const char *written)
{
	struct reading reading;

	read_text(text, &reading);
	assert_int_equal(reading.bad_lines, 0);
	assert_string_equal(reading.text, written);
}

/* Each word with all its arguments, some with the fewest, in the one way in which it is written. */
static const char every_word[] =
	HEAD "#line 1\n"
	     ". - - other\n"
	     "0.000001 0 7 sys mmap 7f0000000000 2000 3 22 ffffffffffffffff\n"
	     ". 0 7 ret 7f0000000000 mmap\n"
	     ". 0 7 sys munmap 1000 1000\n"
	     ". 0 7 ret -12 munmap\n"
	     ". 0 7 sys other\n"
	     ". 0 7 ret fffffffffffff000 other\n"
	     ". 0 7 ret -4095 kernel_memory\n"
	     ". 0 7 sys file_pages\n"
	     ". 0 7 sys unmodelled\n"
	     ". 0 7 sys mremap 1 2 3 4 5 6\n"
	     "#faults yes\n"
	     ". 0 7 fault 401000 r\n"
	     ". 0 7 fault 401000 wp 12\n"
	     ". 0 7 fault 401000 x\n"
	     ". 0 7 fault 401000 wxp\n"
	     ". 0 7 fault 401000 ?\n"
	     ". 0 7 kfault ffff800000000000 w\n"
	     ". 0 7 handle_mm_fault 1 2 3 4 5\n"
	     ". 0 7 filemap_map_pages 1 2 3 4\n"
	     ". 0 7 hash_page 1 8000000000000006\n"
	     ". 0 7 hash_fault 1 2\n"
	     ". 0 7 vm_mmap_pgoff 0 400000 1000 5 12\n"
	     ". 0 7 vm_brk_flags 400000 1000\n"
	     ". 0 7 mapping 400000 1000 5 2\n"
	     ". 0 7 begin_new_exec\n"
	     ". 0 7 sched_process_exec\n"
	     ". 0 7 sched_process_fork 7 8\n"
	     ". 0 7 task_newtask 8 3d0f00\n"
	     ". 0 7 sched_process_exit 7\n"
	     ". 0 7 switch 8\n"
	     ". 0 7 switch 8 9\n"
	     ". 0 7 switch 8 7 S\n"
	     ". 0 7 irq enter\n"
	     ". 0 7 irq exit\n"
	     ". 0 7 softirq enter\n"
	     ". 0 7 softirq exit\n"
	     ". 0 7 mark M a phase\n"
	     ". 0 7 mark\n"
	     ". 0 7 mark %20a %23b %3B 100%25%20\n"
	     ". 0 7 enter\n"
	     ". 0 7 leave vmap_pages_range\n"
	     ". 0 7 pause %23%3B\n"
	     ". 0 7 resume\n"
	     ". 0 7 flush\n"
	     ". 0 7 set 1000 3 wrprotect\n"
	     ". 0 7 set 1000 3 raw=ff\n"
	     ". 0 7 clear 1000 1\n"
	     ". 0 7 get 1000 1\n"
	     ". 0 7 kset 1000 2 clear\n"
	     ". 0 7 set_pte ffff000003ad7a40 1 0 set_ptes\n"
	     ". 0 7 clear_pte ffff000003ad7a40 1\n"
	     ". 0 7 switched 1\n"
	     ". 0 7 call f\n"
	     ". 0 7 xen_mc_batch\n"
	     ". 0 7 xen_mc_issue 2\n"
	     ". 0 7 xen_mc_entry 1\n"
	     ". 0 7 xen_mc_entry_alloc 16\n"
	     ". 0 7 xen_mc_extend_args 1 16 2\n"
	     ". 0 7 xen_mc_flush_reason ARGS\n"
	     ". 0 7 xen_mc_flush 1 496 0\n"
	     ". 0 7 xen_mmu_set_pte\n"
	     ". 0 7 xen_mmu_ptep_modify_prot_commit\n"
	     ". 0 7 xen_mmu_flush_tlb_one_user\n"
	     ". 0 7 xen_enter_lazy_mmu\n"
	     ". 0 7 xen_leave_lazy_mmu\n"
	     ". 0 7 hpte_need_flush 1 191\n"
	     ". 0 7 flush_tlb_pending 192\n"
	     ". 0 7 flush_hash_page\n"
	     ". 0 7 flush_hash_range 3\n"
	     ". 0 7 ppc_enter 1\n"
	     ". 0 7 ppc_leave 0\n"
	     ". 0 7 probe_enter\n"
	     ". 0 7 probe_update\n"
	     ". 0 7 probe_flush\n"
	     ". 0 7 probe_leave\n"
	     ". 0 7 arm64_pending f\n"
	     ". 0 7 arm64_test_pending f\n"
	     ". 0 7 arm64_barrier_pair f\n"
	     ". 0 7 arm64_tlbi\n"
	     ". 0 7 effect\n"
	     ". 0 7 expect flushes == 2\n";

static void test_every_word_is_written_as_it_is_read(void **state)
{
	(void)state;
	assert_same_text(every_word);
}

static void test_every_kind_has_a_word(void **state)
{
	bool seen[NR_EVENT_KINDS] = { false };
	struct reading reading;

	(void)state;
	read_text(every_word, &reading);
	for (size_t i = 0; i < reading.nr_events; i++)
		seen[reading.events[i].kind] = true;
	for (size_t kind = 0; kind < NR_EVENT_KINDS; kind++) {
		if (!seen[kind])
			fail_msg("kind %zu has no line above", kind);
	}
}

static void test_every_syscall_has_a_name(void **state)
{
	struct reading reading;

	(void)state;
	for (unsigned int nr = 0; nr < NR_SYSCALLS; nr++) {
		struct event event = { .kind = EVENT_SYS_ENTER, .syscall = (enum syscall_nr)nr };
		struct lmt_buffer buffer = { 0 };
		char text[256];
		lmt_put_form(&buffer, &event, lmt_word_of(&event));
		snprintf(text, sizeof(text), "#lmt 1\n. 0 7 sys%.*s\n", (int)buffer.size,
			 buffer.bytes);
		read_text(text, &reading);
		assert_int_equal(reading.nr_events, 1);
		assert_int_equal(reading.events[0].syscall, nr);
	}
}

static void test_columns(void **state)
{
	struct reading reading;
	const struct event *event = reading.events;

	(void)state;
	assert_same_text(HEAD "#line 1\n"
			      "1.500000 3/dNH2 5/7 other\n"
			      "1.500001 3/..s. 7 other\n"
			      ". 3/..hf 7 other\n"
			      "1.500001001 3/.... 7 other\n"
			      "1.500000 - - other\n");
	read_text("#lmt 1\n2 1/DBZ3f 5/7:name other\n+0.5 - - other\n. - 8 other\n", &reading);
	assert_int_equal(reading.bad_lines, 0);
	assert_int_equal(event[0].time, 2000000000);
	assert_int_equal(event[0].cpu, 1);
	assert_int_equal(event[0].tgid, 5);
	assert_int_equal(event[0].tid, 7);
	assert_true(event[0].has_flags && event[0].irqs_off && event[0].need_resched &&
		    event[0].hardirq && !event[0].softirq);
	assert_int_equal(event[0].preempt_depth, 3);
	assert_int_equal(event[1].time, 2500000000);
	assert_false(event[1].has_flags);
	assert_int_equal(event[2].time, 2500000000);
	assert_int_equal(event[2].tgid, -1);
}

static void test_units_of_time(void **state)
{
	static const struct {
		const char *text;
		uint64_t time;
	} clocks[] = {
		{ "#clock mono ns\n12 ", 12 },
		{ "#clock mono us\n12.5 ", 12500 },
		{ "#clock mono ms\n12.5 ", 12500000 },
		{ "#clock mono s\n12.000000001 ", 12000000001 },
		{ "#clock x86-tsc ns\n9999999999999999999 ", 9999999999999999999u },
		{ "9999999999999999999 ", UINT64_MAX },
	};
	struct reading reading;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		snprintf(text, sizeof(text), "#lmt 1\n%s- - other\n", clocks[i].text);
		read_text(text, &reading);
		assert_int_equal(reading.bad_lines, 0);
		assert_true(reading.events[0].time == clocks[i].time);
	}
}

/* Several events of a line, lines of what was converted, facts where they became known. */
static void test_lines_and_facts(void **state)
{
	struct reading reading;

	(void)state;
	assert_same_text(HEAD "#arch xen\n#cpus 2\n#faults yes\n#lost 3\n#line 12\n"
			      ". 0 7 sys brk ; ret 1000 brk\n"
			      "#page 4096\n"
			      ". 0 7 other\n"
			      "#line 20\n"
			      ". 0 7 other\n"
			      "#lost 4\n"
			      ". 0 7 other\n"
			      "#lost 5\n");
	read_text("#lmt 1\n. 0 7 enter\n# nothing\n#line 9\n\n. 0 7 enter ; leave\n. 0 7 leave\n"
		  "#lost 1\n. 0 7 other ; other\n",
		  &reading);
	assert_int_equal(reading.nr_events, 6);
	assert_int_equal(reading.events[0].line, 2);
	assert_int_equal(reading.events[1].line, 9);
	assert_int_equal(reading.events[2].line, 9);
	assert_int_equal(reading.events[2].kind, EVENT_SECTION_LEAVE);
	assert_int_equal(reading.events[3].line, 10);
	assert_true(reading.events[4].after_loss);
	assert_false(reading.events[5].after_loss);
}

static void test_a_header_of_facts_stays(void **state)
{
	(void)state;
	assert_same_text(HEAD "# lazymmu: kernel 6.18.1 SMP\n# lazymmu: cpus 2\n"
			      "#cpus 2\n#line 5\n. 0 7 other\n");
	assert_becomes("# lazymmu: machine aarch64\n# lazymmu: tool ftrace\n# tracer: nop\n"
		       "t-7 [001] .... 2.000000: x:\n",
		       "#lmt 1\n#source ftrace\n"
		       "# lazymmu: machine aarch64\n# lazymmu: tool ftrace\n"
		       "#line 4\n2.000000 1/.... 7 other\n");
}

static void test_layout_words_become_syscalls(void **state)
{
	(void)state;
	assert_becomes("#lmt 1\n"
		       "1 0 7 map 1000 2 rw\n"
		       "+1 0 7 unmap 1000 1\n"
		       ". 0 7 fork 8\n",
		       "#lmt 1\n#source lmt\n#line 2\n"
		       "1.000000 0 7 sys mmap 1000 2000 3 32 ffffffffffffffff ; ret 1000 mmap\n"
		       "2.000000 0 7 sys munmap 1000 1000 ; ret 0 munmap\n"
		       ". 0 7 sys fork ; sched_process_fork 7 8 ; ret 8 fork\n");
	assert_becomes("#lmt 1\n. 0 7 fault 1000 r ; set 1000 1 set ; ret 0\n",
		       "#lmt 1\n#source lmt\n#faults yes\n#line 2\n"
		       ". 0 7 fault 1000 r ; set 1000 1 set ; ret 0 other\n");
	assert_becomes("#lmt 1\n. 0 7 sys munmap 1000 1000 # comment\n. 0 7 ret 0\n",
		       "#lmt 1\n#source lmt\n#line 2\n"
		       ". 0 7 sys munmap 1000 1000\n. 0 7 ret 0 munmap\n");
}

/* Tools that cannot parse the print format of an event show its fields; in both ways it is one. */
static void test_kernel_text_becomes_native_text(void **state)
{
#define LINE(text) "t-7 [001] d..2 1.500000: " text "\n"
	(void)state;
	assert_becomes(
		"# tracer: nop\n#\n" LINE("xen_mc_entry: op 26(mmuext_op) args [1, 2]") LINE(
			"xen_mc_entry: op=26 nargs=2 args=ARRAY[01]")
			LINE("xen_mc_entry: [FAILED TO PARSE] op=26 nargs=2 args=ARRAY[01]") LINE(
				"xen_mc_extend_args: extending op 1(mmu_update) by 16 bytes res NO_SPACE")
				LINE("xen_mc_extend_args: op=1 args=16 res=2")
					LINE("xen_mc_flush_reason: flush reason ARGS")
						LINE("xen_mc_flush_reason: reason=2")
							LINE("xen_mc_flush_reason: reason=4") LINE(
								"tracing_mark_write: WL a;b begin"),
		"#lmt 1\n#source ftrace\n#arch xen\n#line 3\n"
		"1.500000 1/d..2 7 xen_mc_entry 26\n"
		". 1/d..2 7 xen_mc_entry 26\n"
		". 1/d..2 7 xen_mc_entry 26\n"
		". 1/d..2 7 xen_mc_extend_args 1 16 2\n"
		". 1/d..2 7 xen_mc_extend_args 1 16 2\n"
		". 1/d..2 7 xen_mc_flush_reason ARGS\n"
		". 1/d..2 7 xen_mc_flush_reason ARGS\n"
		". 1/d..2 7 effect\n"
		". 1/d..2 7 mark WL a%3Bb begin\n");
}

/* The second line is bad; nothing of it is an event, and the third is read. */
static void test_mistakes(void **state)
{
	static const struct {
		const char *line;
		unsigned int column;
		const char *cause;
	} mistakes[] = {
		{ "x 0 7 enter", 1, "expected a time" },
		{ "1. 0 7 enter", 1, "expected a time" },
		{ ". x 7 enter", 3, "expected a CPU" },
		{ ". 0/ 7 enter", 3, "expected a CPU" },
		{ ". 0/dN 7 enter", 3, "expected a CPU" },
		{ ". 0 x enter", 5, "expected a task" },
		{ ". 0 7 entr", 7, "did you mean 'enter'?" },
		{ ". 0 7 enter ; leav", 15, "did you mean 'leave'?" },
		{ ". 0 7 fault 1000", 17, "an argument is missing" },
		{ ". 0 7 fault 1000 ; enter", 17, "an argument is missing" },
		{ ". 0 7 fault x r", 13, "expected hex" },
		{ ". 0 7 fault 1000 q", 18, "expected r, w, x or ?" },
		{ ". 0 7 fault 1000 r 0", 20, "at least 1" },
		{ ". 0 7 switched 2", 16, "expected 0 or 1" },
		{ ". 0 7 hpte_need_flush 1 193", 25, "no batch holds as many" },
		{ ". 0 7 set 1000 1 raw=", 22, "expected hex" },
		{ ". 0 7 set 1000 1 unset", 18, "unknown operation on PTEs" },
		{ ". 0 7 irq leave", 11, "expected enter or exit" },
		{ ". 0 7 ret -x", 11, "expected hex or a negative errno" },
		{ ". 0 7 sched_process_exit 2147483648", 26, "expected a task id" },
		{ ". 0 7 enter ; enter ; enter ; enter ; enter ; enter ; enter ; enter ; "
		  "enter ; enter ; enter ; enter ; enter ; enter ; enter",
		  119, "too many events" },
		{ "#faults maybe", 9, "expected yes or no" },
		{ "#line 0", 7, "expected a line number" },
		{ "#clock mono h", 13, "unknown unit of time" },
	};
	struct reading reading;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		snprintf(text, sizeof(text), "#lmt 1\n%s\n. 0 7 resume\n", mistakes[i].line);
		read_text(text, &reading);
		assert_int_equal(reading.bad_lines, 1);
		assert_int_equal(reading.first.line, 2);
		if (!strstr(reading.first.text, mistakes[i].cause) ||
		    reading.first.column != mistakes[i].column)
			fail_msg("%s: column %u: %s", mistakes[i].line, reading.first.column,
				 reading.first.text);
		assert_int_equal(reading.nr_events, 1);
		assert_int_equal(reading.events[0].kind, EVENT_SECTION_RESUME);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_word_is_written_as_it_is_read),
		cmocka_unit_test(test_every_kind_has_a_word),
		cmocka_unit_test(test_every_syscall_has_a_name),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_units_of_time),
		cmocka_unit_test(test_lines_and_facts),
		cmocka_unit_test(test_a_header_of_facts_stays),
		cmocka_unit_test(test_layout_words_become_syscalls),
		cmocka_unit_test(test_kernel_text_becomes_native_text),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
