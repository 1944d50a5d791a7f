/* SPDX-License-Identifier: MIT */
/* Scenarios as text: what is written is read back as the same scenario. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "scenario_parse.h"
#include "scenario_write.h"
#include "shipped.h"

/* Every statement, every kind of operand. */
static const char everything[] =
	"#lmt 1\n"
	"# A story.\n"
	"#\n"
	"#  indented\n"
	"scenario all.of-it_1 ; cpus 3 ; preempt rt ; page-size 65536\n"
	"config debug_vm kpkeys\n"
	"arch powerpc-radix ; kernel v7.0\n"
	"mm A ; mm B\n"
	"child C mm B { nop }\n"
	"task T1 {\n"
	"  loop 3 { enable ; loop { if r2 7 { exit } ; cond-resched } }\n"
	"  set k3 9 ; set u0 ; set-ptes w1 4 ; get u1 r0 ; get k2 ; flush-range u0 8 ; fork C\n"
	"}\n"
	"task T2 mm B { unmap u2 }\n"
	"irq tick at-most 2 { set k4 }\n"
	"softirq net { raw k0 }\n"
	"nmi watch { access k1 }\n"
	"expect xen v6.1..v7.0 finding kernel-bug,kernel-warn steps 6\n"
	"expect s390-with-ptes v7.3 bounded\n"
	"expect generic * n/a\n"
	"expect * * clean\n"
	"schedule { switch 0 T1 ; T1 4 ; switch 0 idle ; idle 0 2 ; irq 1 tick ; refill 2 w5 ; T2 * }\n";

static struct scenario *parse(const char *text)
{
	struct scenario *scenario;
	struct diag diag;

	int err = scenario_parse((struct text){ text, text + strlen(text) }, &scenario, &diag);
	if (err)
		print_error("%lu:%u: %s\n", (unsigned long)diag.line, diag.column, diag.text);
	assert_int_equal(err, 0);
	return scenario;
}

static char *write(const struct scenario *scenario)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	scenario_write(scenario, out);
	fclose(out);
	return text;
}

/* Where things stand in the file is all that may differ. */
static void check_same_move(const struct move *x, const struct move *y)
{
	assert_int_equal(x->kind, y->kind);
	assert_int_equal(x->cpu, y->cpu);
	assert_int_equal(x->task, y->task);
	assert_int_equal(x->count, y->count);
	assert_int_equal(x->space, y->space);
	assert_int_equal(x->page, y->page);
}

static void check_same(const struct scenario *a, const struct scenario *b)
{
	assert_int_equal(a->nr_ops, b->nr_ops);
	assert_int_equal(a->nr_moves, b->nr_moves);
	for (size_t i = 0; i < a->nr_moves; i++)
		check_same_move(&a->moves[i], &b->moves[i]);
	for (unsigned int i = 0; i < a->nr_ops; i++) {
		const struct op *x = &a->ops[i], *y = &b->ops[i];
		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->space, y->space);
		assert_int_equal(x->page, y->page);
		assert_int_equal(x->value, y->value);
		assert_int_equal(x->reg, y->reg);
		assert_int_equal(x->target, y->target);
	}
}

static void check_round_trip(const char *text)
{
	struct scenario *first = parse(text);
	char *written = write(first);
	struct scenario *second = parse(written);
	char *again = write(second);

	assert_string_equal(written, again);
	check_same(first, second);
	assert_int_equal(first->nr_cpus, second->nr_cpus);
	assert_int_equal(first->config, second->config);
	assert_int_equal(first->page_shift, second->page_shift);
	assert_string_equal(first->story, second->story);
	assert_int_equal(first->nr_tasks, second->nr_tasks);
	assert_int_equal(first->nr_programs, second->nr_programs);
	assert_memory_equal(first->nr_pages, second->nr_pages, sizeof(first->nr_pages));
	for (unsigned int i = 0; i < first->nr_programs; i++) {
		assert_int_equal(first->programs[i].mm, second->programs[i].mm);
		assert_int_equal(first->programs[i].at_most, second->programs[i].at_most);
		assert_int_equal(first->programs[i].first, second->programs[i].first);
		assert_int_equal(first->programs[i].nr, second->programs[i].nr);
		assert_int_equal(first->programs[i].is_child, second->programs[i].is_child);
	}
	free(written);
	free(again);
	scenario_destroy(first);
	scenario_destroy(second);
}

static void all_statements_come_back(void **state)
{
	(void)state;
	check_round_trip(everything);
}

static void the_text_is_what_was_meant(void **state)
{
	struct scenario *scenario = parse(everything);
	char *text = write(scenario);
	static const char *const pieces[] = {
		"#lmt 1\n# A story.\n#\n#  indented\nscenario all.of-it_1\ncpus 3\npreempt rt\n",
		"config debug_vm kpkeys\npage-size 65536\narch powerpc-radix\nkernel v7.0\nmm A\n",
		"child C mm B {\n\tnop\n}\n",
		"\tloop 3 {\n\t\tenable\n\t\tloop {\n\t\t\tif r2 7 {\n\t\t\t\texit\n\t\t\t}\n",
		"\tset k3 9\n\tset u0\n\tset-ptes w1 4\n\tget u1 r0\n\tget k2\n\tflush-range u0 8\n",
		"irq tick at-most 2 {\n",
		"expect xen v6.1..v7.0 finding kernel-bug,kernel-warn steps 6\n",
		"expect * * clean\nschedule {\n\tswitch 0 T1\n\tT1 4\n\tswitch 0 idle\n\tidle 0 2\n",
		"\tirq 1 tick\n\trefill 2 w5\n\tT2 *\n}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		if (!strstr(text, pieces[i]))
			fail_msg("no '%s' in:\n%s", pieces[i], text);
	}
	free(text);
	scenario_destroy(scenario);
}

static void shipped_scenarios_are_sorted_and_come_back(void **state)
{
	(void)state;
	assert_non_null(shipped_scenarios[0].name);
	for (const struct shipped_scenario *each = shipped_scenarios; each->name; each++) {
		struct scenario *scenario = parse(each->text);
		assert_string_equal(scenario->name, each->name);
		assert_true(scenario->story[0] != '\0');
		assert_true(scenario->nr_expectations > 0);
		if (each[1].name)
			assert_true(strcmp(each->name, each[1].name) < 0);
		scenario_destroy(scenario);
		check_round_trip(each->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_statements_come_back),
		cmocka_unit_test(the_text_is_what_was_meant),
		cmocka_unit_test(shipped_scenarios_are_sorted_and_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
