/* SPDX-License-Identifier: MIT */
/* Scenarios that are none: each mistake is told with its place. */
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_parse.h"

enum { TEXT_SIZE = 1 << 21 };

static const struct refusal {
	const char *text; /* behind the first two lines */
	unsigned int line, column;
	const char *message;
} refusals[] = {
	{ "", 3, 1, "no task (`task NAME { ... }`)" },
	{ "nonsense", 3, 1, "unknown statement 'nonsense' (scenario, " },
	{ "}", 3, 1, "expected a statement" },
	{ "scenario t", 3, 10, "a second scenario 't' (one in a file)" },
	{ "cpus", 3, 5, "expected a number of CPUs" },
	{ "cpus 0", 3, 6, "no CPU '0' (1 to 8)" },
	{ "cpus 9", 3, 6, "expected a number of CPUs '9' (0 to 8)" },
	{ "cpus 18446744073709551617", 3, 6, "expected a number of CPUs" },
	{ "cpus 2 3", 3, 8, "unexpected word '3' (one ';' too few?)" },
	{ "preempt some", 3, 9, "unknown preemption model 'some'" },
	{ "config fast", 3, 8, "unknown option 'fast'" },
	{ "page-size 4097", 3, 11, "no such page size '4097'" },
	{ "mm A\nmm B\nmm C\nmm D\nmm E", 7, 4, "too many address spaces 'E' (at most 4)" },
	{ "arch vax", 3, 6, "unknown subject 'vax'" },
	{ "kernel v5.0", 3, 8, "unknown kernel 'v5.0'" },
	{ "task", 3, 5, "expected a name" },
	{ "task a/b { }", 3, 6, "bad name 'a/b'" },
	{ "task idle { }", 3, 6, "reserved name 'idle'" },
	{ "task switch { }", 3, 6, "reserved name 'switch'" },
	{ "child irq { }", 3, 7, "reserved name 'irq'" },
	{ "task T { }\nirq refill { }", 4, 5, "reserved name 'refill'" },
	{ "task T mm A { }", 3, 11, "unknown address space 'A'" },
	{ "task T at-most 2 { }", 3, 8, "unknown attribute 'at-most' (mm NAME)" },
	{ "task T { }\nirq H mm A { }", 4, 7, "unknown attribute 'mm' (at-most N)" },
	{ "task T { }\nirq H at-most 256 { }", 4, 15, "expected a number '256' (0 to 255)" },
	{ "task T { }\nirq H { }\ntask U { }", 5, 6, "a task behind a handler 'U'" },
	{ "task T { }\ntask T { }", 4, 6, "a second task or handler of this name 'T'" },
	{ "task T nop", 3, 8, "unknown attribute 'nop'" },
	{ "task T", 3, 7, "expected '{'" },
	{ "task T {", 3, 9, "expected an operation or '}'" },
	{ "task T { nop", 3, 13, "expected an operation or '}'" },
	{ "task T { loop 2 { nop }", 3, 24, "expected an operation or '}'" },
	{ "task T { { } }", 3, 10, "expected an operation or '}'" },
	{ "task T { fly }", 3, 10, "unknown operation 'fly'" },
	{ "task T { nop nop }", 3, 14, "unexpected word 'nop'" },
	{ "task T { set }", 3, 14, "expected a page" },
	{ "task T { set x0 }", 3, 14, "not a page 'x0'" },
	{ "task T { set k64 }", 3, 14, "not a page 'k64'" },
	{ "task T { set k }", 3, 14, "not a page 'k'" },
	{ "task T { get k0 r8 }", 3, 17, "not a register 'r8' (r0 to r7)" },
	{ "task T { if }", 3, 13, "expected a register" },
	{ "task T { if r0 }", 3, 16, "expected a " },
	{ "task T { loop 1 nop }", 3, 17, "unexpected word 'nop'" },
	{ "task T { loop }", 3, 15, "expected '{'" },
	{ "task T { loop { loop { loop { loop { loop { } } } } } }", 3, 38,
	  "blocks too deep 'loop'" },
	{ "task T { fork }", 3, 15, "expected a " },
	{ "task T { fork U }", 3, 15, "unknown task or handler 'U'" },
	{ "expect vax", 3, 8, "unknown backend 'vax'" },
	{ "expect xen v9", 3, 12, "unknown kernel 'v9'" },
	{ "expect xen v6.1..", 3, 12, "unknown kernel 'v6.1..'" },
	{ "expect xen * good", 3, 14, "unknown verdict 'good'" },
	{ "expect xen * finding", 3, 21, "expected a finding" },
	{ "expect xen * finding big-bug", 3, 22, "unknown finding 'big-bug'" },
	{ "expect xen * finding kernel-bug steps", 3, 38, "expected a number of steps" },
	{ "schedule x", 3, 10, "expected '{'" },
	{ "schedule { T 1 }", 3, 12, "unknown task or handler 'T'" },
	{ "task T { }\nschedule { switch 8 T }", 4, 19, "expected a CPU '8' (0 to 7)" },
	{ "task T { }\nschedule { irq 0 T }", 4, 18, "not a handler 'T'" },
	{ "task T { }\nirq H { }\nschedule { switch 0 H }", 5, 21, "not a task 'H'" },
	{ "task T { }\nschedule { T 1", 4, 15, "expected a move or '}'" },
	{ "task T { }\nschedule { T }", 4, 14, "expected a number of steps" },
	{ "task T { }\nschedule { refill 0 T }", 4, 21, "not a page 'T'" },
	{ "task T { set k0 1 }\r\n} ", 4, 1, "expected a statement" },
};

/* The scenario, or NULL and what is wrong. */
static struct scenario *parse(const char *text, size_t size, struct diag *diag)
{
	struct scenario *scenario = NULL;

	return scenario_parse((struct text){ text, text + size }, &scenario, diag) ? NULL
										   : scenario;
}

static void expect_mistake(const char *text, uint64_t line, unsigned int column,
			   const char *message)
{
	struct diag diag;

	assert_null(parse(text, strlen(text), &diag));
	if (diag.line != line || (column && diag.column != column) ||
	    strncmp(diag.text, message, strlen(message)) != 0)
		fail_msg("%.200s\n%lu:%u: %s", text, (unsigned long)diag.line, diag.column,
			 diag.text);
}

static void test_mistakes(void **state)
{
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *refusal = &refusals[i];
		snprintf(text, sizeof(text), "#lmt 1\nscenario s\n%s", refusal->text);
		expect_mistake(text, refusal->line, refusal->column, refusal->message);
	}
}

static void test_first_lines(void **state)
{
	(void)state;
	expect_mistake("", 1, 1, "not native text");
	expect_mistake("#lmt 2\nscenario s\n", 1, 1, "not native text");
	expect_mistake("#lmt 1", 1, 1, "not native text");
	expect_mistake("#lmt 1\n", 2, 1, "no scenario");
	expect_mistake("#lmt 1\r\ntask T { }\r\n", 3, 1, "no scenario");
}

static char *add(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static char *add(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, TEXT_SIZE - used, format, args);
	va_end(args);
	return text;
}

static char *begin(void)
{
	char *text = calloc(1, TEXT_SIZE);

	assert_non_null(text);
	return add(text, "#lmt 1\nscenario s\n");
}

/* As many as there may be are read, and one more is refused where it stands. */
static void expect_limit(char *text, const char *one_more, unsigned int line, const char *message)
{
	size_t size = strlen(text);
	struct diag diag;
	struct scenario *scenario = parse(text, size, &diag);

	if (!scenario)
		fail_msg("%lu:%u: %s", (unsigned long)diag.line, diag.column, diag.text);
	scenario_destroy(scenario);
	expect_mistake(add(text, "%s", one_more), line, 0, message);
	free(text);
}

static void test_limits_of_programs(void **state)
{
	char *text = begin();

	(void)state;
	for (int i = 0; i < MAX_SCENARIO_TASKS; i++)
		add(text, "task T%d { nop }\n", i);
	expect_limit(text, "task U { }\n", 3 + MAX_SCENARIO_TASKS, "too many tasks");

	text = add(begin(), "task T { }\n");
	for (int i = 0; i < MAX_HANDLERS; i++)
		add(text, "irq H%d { }\n", i);
	expect_limit(text, "nmi N { }\n", 4 + MAX_HANDLERS, "too many handlers");
}

/* The moves take the time: a word each. */
static void test_limits_of_lists(void **state)
{
	char *text = add(begin(), "task T {\n");

	(void)state;
	for (int i = 0; i < MAX_OPS; i++)
		add(text, "nop\n");
	expect_limit(add(text, "}\n"), "task U { nop }\n", 5 + MAX_OPS, "too many operations");

	text = add(begin(), "task T { }\n");
	for (int i = 0; i < MAX_EXPECTATIONS; i++)
		add(text, "expect * * clean\n");
	expect_limit(text, "expect * * clean\n", 4 + MAX_EXPECTATIONS, "too many expect lines");

	text = add(begin(), "task T { }\nschedule {\n");
	char *end = text + strlen(text);
	for (int i = 0; i < MAX_MOVES; i++, end += 4)
		memcpy(end, "T 1\n", 5);
	expect_limit(add(text, "}\n"), "schedule { T 1 }\n", 6 + MAX_MOVES, "schedule too long");
}

static void test_long_words(void **state)
{
	char *text = add(begin(), "task %.*s { }\n", SCENARIO_NAME_SIZE - 1,
			 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");

	(void)state;
	expect_limit(text,
		     "task nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn { }", 4,
		     "name too long");
	text = begin();
	memset(text + strlen(text), 'x', TEXT_SIZE / 2);
	expect_mistake(text, 3, 1, "unknown statement 'xxx");
	free(text);
}

/* Bytes that are no text: refused or passed over, never more. */
static void test_odd_bytes(void **state)
{
	static const char with_nul[] = "#lmt 1\nscenario s\0\ntask T { no\0p }\n";
	static const char with_crlf[] =
		"#lmt 1\r\nscenario s\r\ntask T {\r\n nop ; set k0 1\r\n}\r\n";
	struct diag diag;
	struct scenario *scenario;

	(void)state;
	assert_null(parse(with_nul, sizeof(with_nul) - 1, &diag));
	assert_int_equal(diag.line, 3);
	assert_int_equal(diag.column, 10);
	scenario = parse(with_crlf, sizeof(with_crlf) - 1, &diag);
	assert_non_null(scenario);
	assert_int_equal(scenario->nr_ops, 2);
	scenario_destroy(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),	   cmocka_unit_test(test_first_lines),
		cmocka_unit_test(test_limits_of_programs), cmocka_unit_test(test_limits_of_lists),
		cmocka_unit_test(test_long_words),	   cmocka_unit_test(test_odd_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
