/* SPDX-License-Identifier: MIT */
/* Drawings of runs: what is drawn of a machine whose state the test sets by hand. */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "drawing.h"
#include "fixture.h"

struct sheet {
	struct machine *machine;
	struct counters counters;
	struct trace_events events;
	struct drawing drawing;
	char *text;
	size_t size;
};

static int begin(void **state)
{
	struct sheet *sheet = calloc(1, sizeof(*sheet));

	sheet->machine = fixture_create(&(struct setup){ "generic", KERNEL_V7_0, .nr_cpus = 2 });
	sheet->events.out = open_memstream(&sheet->text, &sheet->size);
	sheet->drawing = (struct drawing){ .events = &sheet->events,
					   .process = 1,
					   .counters = &sheet->counters };
	sheet->drawing.prices.n[PRIMITIVE_PTE_WRITE] = 1000;
	current_task()->counters = &sheet->counters;
	*state = sheet;
	return 0;
}

static int end(void **state)
{
	struct sheet *sheet = *state;

	current_task()->counters = &sheet->machine->total;
	fixture_destroy(sheet->machine);
	fclose(sheet->events.out);
	free(sheet->text);
	counters_fini(&sheet->counters);
	free(sheet);
	return 0;
}

static void look(struct sheet *sheet)
{
	drawing_look(&sheet->drawing, this_cpu());
}

/* "PH NAME" of each event that is no name of a track. */
static void assert_drawn(struct sheet *sheet, const char *wanted)
{
	char drawn[1024] = "";
	const char *line;

	fflush(sheet->events.out);
	for (line = strstr(sheet->text, "{\"ph\""); line; line = strstr(line + 1, "{\"ph\"")) {
		char phase, name[64];
		assert_int_equal(sscanf(line,
					"{\"ph\": \"%c\", \"pid\": 1, \"tid\": %*u, "
					"\"name\": \"%63[^\"]\"",
					&phase, name),
				 2);
		if (phase == 'M')
			continue;
		size_t length = strlen(drawn);
		snprintf(drawn + length, sizeof(drawn) - length, "%s%c %s", length ? ", " : "",
			 phase, name);
	}
	assert_string_equal(drawn, wanted);
}

static bool says(struct sheet *sheet, const char *text)
{
	fflush(sheet->events.out);
	return strstr(sheet->text, text);
}

/* The pause is innermost whatever is opened behind it, and its slice goes on. */
static void test_a_section_in_a_pause_is_around_it(void **state)
{
	struct sheet *sheet = *state;
	struct section_view *section = &current_task()->section;

	section->effective = true;
	section->depth = 1;
	look(sheet);
	section->pauses = 1;
	look(sheet);
	section->depth = 2;
	look(sheet);
	section->depth = 1;
	section->pauses = 0;
	look(sheet);
	section->depth = 0;
	look(sheet);
	assert_drawn(sheet, "B section, B pause, E pause, B nested section, B pause, "
			    "E pause, E nested section, E section");
}

static void test_a_slice_says_what_was_written_in_it(void **state)
{
	struct sheet *sheet = *state;
	struct section_view *section = &current_task()->section;

	sheet->counters.n[COUNT_PTE_WRITES] = 2;
	look(sheet);
	section->depth = 1;
	look(sheet);
	sheet->counters.n[COUNT_PTE_WRITES] = 7;
	sheet->counters.n[COUNT_DEFERRED] = 4;
	section->depth = 0;
	look(sheet);
	assert_drawn(sheet, "B section without effect, E section without effect");
	assert_true(says(sheet, "\"ts\": 0.002, \"args\": {}"));
	assert_true(says(sheet, "\"ts\": 0.007, \"args\": {\"pte_writes\": 5, \"deferred\": 4}"));
}

/* Its sections go with the task, and come again with it. */
static void test_slices_are_of_the_task_that_runs(void **state)
{
	struct sheet *sheet = *state;
	struct task *idle = current_task(), *task = task_with_past(sheet->machine, 7, 0);

	task->counters = &sheet->counters;
	idle->section.effective = true;
	idle->section.depth = 2;
	look(sheet);
	fixture_run(this_cpu(), task);
	look(sheet);
	fixture_run(this_cpu(), idle);
	look(sheet);
	idle->section.depth = 0;
	assert_drawn(sheet, "B section, B nested section, E nested section, E section, i switch, "
			    "i switch, B section, B nested section");
	assert_true(says(sheet, "\"from\": 0, \"to\": 7"));
	assert_true(says(sheet, "\"from\": 7, \"to\": 0"));
}

static void count_release(enum flush_reason reason, uint64_t size)
{
	count_flush(reason, size);
	count(COUNT_HYPERCALLS, 1);
}

static void test_a_flush_has_its_reason_size_and_work(void **state)
{
	struct sheet *sheet = *state;

	count_release(FLUSH_ARGS, 31);
	look(sheet);
	count_release(FLUSH_LEAVE, 2);
	look(sheet);
	count(COUNT_EMULATED_WRITES, 3);
	look(sheet);
	assert_drawn(sheet, "i flush: args, i flush: leave, i emulated_writes");
	assert_true(says(sheet, "{\"reason\": \"args\", \"size\": 31, \"hypercalls\": 1}"));
	assert_true(says(sheet, "{\"reason\": \"leave\", \"size\": 2, \"hypercalls\": 1}"));
	assert_true(says(sheet, "{\"emulated_writes\": 3}"));
}

/* Between two looks nobody can tell which flush released what; none is made up. */
static void test_two_flushes_between_looks_share_a_size(void **state)
{
	struct sheet *sheet = *state;

	count_release(FLUSH_ARGS, 31);
	count_release(FLUSH_LEAVE, 2);
	look(sheet);
	assert_drawn(sheet, "i flush: leave, i flush: args");
	assert_true(says(sheet, "{\"reason\": \"leave\", \"size_of_all\": 33}"));
	assert_true(says(sheet, "{\"reason\": \"args\", \"size_of_all\": 33, \"hypercalls\": 2}"));
}

static void test_other_sinks_are_not_drawn(void **state)
{
	struct sheet *sheet = *state;

	current_task()->counters = &sheet->machine->total;
	current_task()->section.depth = 1;
	count(COUNT_HYPERCALLS, 1);
	look(sheet);
	current_task()->section.depth = 0;
	assert_drawn(sheet, "");
}

static void test_the_end_closes_what_is_open(void **state)
{
	struct sheet *sheet = *state;

	current_task()->section.effective = true;
	current_task()->section.depth = 100;
	current_task()->section.pauses = 1;
	count(COUNT_PTE_WRITES, 3);
	look(sheet);
	drawing_cut(&sheet->drawing, 5);
	count(COUNT_PTE_WRITES, 1);
	drawing_end(&sheet->drawing);
	current_task()->section.depth = current_task()->section.pauses = 0;
	assert_int_equal(sheet->drawing.tracks[0].depth, 0);
	assert_true(says(sheet, "{\"limit\": 5}"));
	assert_true(says(sheet, "\"ts\": 0.004, \"s\": \"t\", \"args\": {\"pte_writes\": 4}}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_section_in_a_pause_is_around_it, begin, end),
		cmocka_unit_test_setup_teardown(test_a_slice_says_what_was_written_in_it, begin,
						end),
		cmocka_unit_test_setup_teardown(test_slices_are_of_the_task_that_runs, begin, end),
		cmocka_unit_test_setup_teardown(test_a_flush_has_its_reason_size_and_work, begin,
						end),
		cmocka_unit_test_setup_teardown(test_two_flushes_between_looks_share_a_size, begin,
						end),
		cmocka_unit_test_setup_teardown(test_other_sinks_are_not_drawn, begin, end),
		cmocka_unit_test_setup_teardown(test_the_end_closes_what_is_open, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
