/* SPDX-License-Identifier: MIT */
/* The header of facts: what its lines tell, which lines are wrong, and that every format has it. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "facts.h"
#include "kernel.h"

static bool take(const char *line, struct reader_facts *facts, struct mistake *mistake)
{
	return facts_line((struct text){ line, line + strlen(line) }, 7, facts, mistake);
}

static void test_values(void **state)
{
	struct reader_facts facts = { 0 };
	struct mistake mistake;

	(void)state;
	assert_true(take("# lazymmu: machine aarch64", &facts, &mistake));
	assert_true(take("# lazymmu: page-size 65536", &facts, &mistake));
	assert_true(take("# lazymmu: cpus 12", &facts, &mistake));
	assert_true(take("# lazymmu: faults yes", &facts, &mistake));
	assert_true(take("# lazymmu: kernel 6.18.44-amd64", &facts, &mistake));
	assert_int_equal(facts.kernel_major, 6);
	assert_int_equal(facts.kernel_minor, 18);
	assert_int_equal(facts.kernel_line, 7);
	assert_string_equal(facts.arch, "arm64");
	assert_int_equal(facts.arch_line, 7);
	assert_int_equal(facts.page_shift, 16);
	assert_int_equal(facts.nr_cpus, 12);
	assert_int_equal(facts.nr_cpus_line, 7);
	assert_true(facts.has_faults);
	assert_int_equal(facts.faults_line, 7);
}

/* The release that is not newer; never a series or a candidate. */
static void test_kernel_of_version(void **state)
{
	(void)state;
	assert_string_equal(kernel_of_version(5, 10)->name, "v6.1");
	assert_string_equal(kernel_of_version(6, 1)->name, "v6.1");
	assert_string_equal(kernel_of_version(6, 11)->name, "v6.6");
	assert_string_equal(kernel_of_version(6, 17)->name, "v6.12");
	assert_string_equal(kernel_of_version(6, 18)->name, "v6.18");
	assert_string_equal(kernel_of_version(7, 2)->name, "v7.1");
	assert_string_equal(kernel_of_version(8, 0)->name, "v7.3");
}

static void test_machines(void **state)
{
	static const struct {
		const char *line;
		const char *arch;
	} machines[] = {
		{ "# lazymmu: machine x86_64", NULL },
		{ "# lazymmu: machine i686", NULL },
		{ "# lazymmu: machine riscv64", NULL },
		{ "# lazymmu: machine aarch64", "arm64" },
		{ "# lazymmu: machine ppc64le", "powerpc" },
		{ "# lazymmu: machine ppc64", "powerpc" },
		{ "# lazymmu: machine sparc64", "sparc" },
		{ "# lazymmu: machine s390x", "s390" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct reader_facts facts = { 0 };
		struct mistake mistake;

		assert_true(take(machines[i].line, &facts, &mistake));
		if (machines[i].arch)
			assert_string_equal(facts.arch, machines[i].arch);
		else
			assert_null(facts.arch);
	}
}

/* What was told before stands: the header of a second recording behind it changes nothing. */
static void test_first_stands(void **state)
{
	struct reader_facts facts = {
		.arch = "xen", .page_shift = 12, .nr_cpus = 2, .faults_line = 3
	};
	struct mistake mistake;

	(void)state;
	assert_true(take("# lazymmu: machine aarch64", &facts, &mistake));
	assert_true(take("# lazymmu: page-size 65536", &facts, &mistake));
	assert_true(take("# lazymmu: cpus 12", &facts, &mistake));
	assert_true(take("# lazymmu: faults yes", &facts, &mistake));
	assert_string_equal(facts.arch, "xen");
	assert_int_equal(facts.page_shift, 12);
	assert_int_equal(facts.nr_cpus, 2);
	assert_false(facts.has_faults);
}

static void test_no_faults(void **state)
{
	struct reader_facts facts = { 0 };
	struct mistake mistake;

	(void)state;
	assert_true(take("# lazymmu: faults no", &facts, &mistake));
	assert_false(facts.has_faults);
	assert_int_equal(facts.faults_line, 7);
}

static void test_wrong(void **state)
{
	static const char *const lines[] = {
		"# lazymmu:",
		"# lazymmu: ",
		"# lazymmu: cpus",
		"# lazymmu: cpus ",
		"# lazymmu: cpus 0",
		"# lazymmu: kernel",
		"# lazymmu: kernel next",
		"# lazymmu: kernel 6",
		"# lazymmu: cpus -1",
		"# lazymmu: cpus 2 or so",
		"# lazymmu: cpus 99999999999",
		"# lazymmu: page-size 4K",
		"# lazymmu: page-size 5000",
		"# lazymmu: page-size 131072",
		"# lazymmu: page-size 0",
		"# lazymmu: faults sometimes",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct reader_facts facts = { 0 };
		struct mistake mistake;

		assert_false(take(lines[i], &facts, &mistake));
		assert_non_null(mistake.cause);
		assert_true(mistake.at >= lines[i] && mistake.at <= lines[i] + strlen(lines[i]));
		assert_int_equal(facts.page_shift, 0);
		assert_int_equal(facts.nr_cpus, 0);
		assert_int_equal(facts.faults_line, 0);
	}
}

static void test_unknown_keys(void **state)
{
	struct reader_facts facts = { 0 };
	const struct reader_facts nothing = { 0 };
	struct mistake mistake;

	(void)state;
	assert_true(take("# lazymmu: tool perf version 6.1", &facts, &mistake));
	assert_true(take("# lazymmu: weather rain, later snow", &facts, &mistake));
	assert_string_equal(facts.header, "# lazymmu: tool perf version 6.1\n"
					  "# lazymmu: weather rain, later snow\n");
	memset(facts.header, 0, sizeof(facts.header));
	assert_memory_equal(&facts, &nothing, sizeof(facts));
}

/* Reads a recording with a header before it; its first event's line is returned. */
static uint64_t read_text(const char *text, struct reader **reader)
{
	char path[] = "/tmp/lazymmu-facts-XXXXXX";
	int fd = mkstemp(path);
	struct diag diag;
	struct event event;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(reader_open(path, NULL, reader, &diag), 0);
	unlink(path);
	assert_int_equal(reader_next(*reader, &event), 1);
	return event.line;
}

static void test_reader(void **state)
{
	static const char *const recordings[] = {
		"# lazymmu: machine ppc64le\n# lazymmu: cpus 3\n# lazymmu: page-size 65536\n"
		"# lazymmu: faults no\n# tracer: nop\n"
		"  bash-5797  [001] .....  1347.373226: sys_brk(brk: 0)\n",
		"# lazymmu: machine ppc64le\n# lazymmu: cpus 3\n# lazymmu: page-size 65536\n"
		"# lazymmu: faults no\n#lmt 1\n1 0 1 enter\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
		struct reader *reader;

		assert_int_equal(read_text(recordings[i], &reader), 6);
		const struct reader_facts *facts = reader_facts(reader);
		assert_string_equal(facts->arch, "powerpc");
		assert_int_equal(facts->arch_line, 1);
		assert_int_equal(facts->nr_cpus, 3);
		assert_int_equal(facts->nr_cpus_line, 2);
		assert_int_equal(facts->page_shift, 16);
		assert_int_equal(facts->faults_line, 4);
		assert_int_equal(reader_bad_lines(reader), 0);
		reader_close(reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),	     cmocka_unit_test(test_kernel_of_version),
		cmocka_unit_test(test_machines),     cmocka_unit_test(test_first_stands),
		cmocka_unit_test(test_no_faults),    cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_unknown_keys), cmocka_unit_test(test_reader),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
