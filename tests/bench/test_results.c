/* SPDX-License-Identifier: MIT */
/* Files of results, and what is made of samples; every answer is worked out by hand. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#include "results.h"

static struct results results;

/* As a file that somebody gives. */
static int read_text(const char *text, size_t size, struct diag *diag)
{
	char path[] = "/tmp/results.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	close(fd);
	int err = results_read(path, &results, diag);
	unlink(path);
	return err;
}

static void test_a_line_is_a_result(void **state)
{
	struct diag diag;
	static const char text[] = "#micro 1\n\n# comment\n  a/b  12.5 0.047 31\r\nc\t3 0 1";

	(void)state;
	assert_int_equal(read_text(text, strlen(text), &diag), 0);
	assert_int_equal(results.nr, 2);
	const struct timing *timing = &results_find(&results, "a/b")->timing;
	assert_int_equal(timing->median, 12500);
	assert_int_equal(timing->spread, 47);
	assert_int_equal(timing->rounds, 31);
	assert_int_equal(results_find(&results, "c")->timing.median, 3000);
	assert_null(results_find(&results, "a"));
}

static void test_what_is_written_is_read(void **state)
{
	static const char wanted[] =
		"#micro 1\n# case, nanoseconds of an operation, spread, rounds\n"
		"x/y 12.005 0.047 31\nz 1234567.000 1.200 301\n";
	char text[sizeof(wanted)];
	struct diag diag;
	FILE *out = tmpfile();

	(void)state;
	assert_non_null(out);
	assert_int_equal(read_text(wanted, strlen(wanted), &diag), 0);
	results_write(&results, out);
	rewind(out);
	assert_int_equal(fread(text, 1, sizeof(text), out), strlen(wanted));
	assert_memory_equal(text, wanted, strlen(wanted));
	fclose(out);
}

static void test_a_bad_line_is_told_where(void **state)
{
#define BAD(text, line, column)                      \
	{                                            \
		text, sizeof(text) - 1, line, column \
	}
	static const struct {
		const char *text;
		size_t size;
		uint64_t line;
		unsigned int column;
	} bad[] = {
		BAD("", 1, 1),
		BAD("x 1 0 1\n", 1, 1),
		BAD("#micro 2\n", 1, 1),
		BAD("#micro 1\nx\n", 2, 2),
		BAD("#micro 1\nx 1.2 0\n", 2, 8),
		BAD("#micro 1\n# ok\nx 1e3 0 1\n", 3, 3),
		BAD("#micro 1\nx -1 0 1\n", 2, 3),
		BAD("#micro 1\nx 1. 0 1\n", 2, 3),
		BAD("#micro 1\nx 1.2345 0 1\n", 2, 3),
		BAD("#micro 1\nx 1234567890 0 1\n", 2, 3),
		BAD("#micro 1\nx 99999999999999999999999 0 1\n", 2, 3),
		BAD("#micro 1\nx 1 nan 1\n", 2, 5),
		BAD("#micro 1\nx 0 0 1\n", 2, 2),
		BAD("#micro 1\nx 1 0 0\n", 2, 2),
		BAD("#micro 1\nx 1 0 1.5\n", 2, 2),
		BAD("#micro 1\nx 1 0 1 y\n", 2, 9),
		BAD("#micro 1\nx 1 0 1\001y\n", 2, 8),
		BAD("#micro 1\nx 1 0 1\ny 1 0 1\nx 1 0 1\n", 4, 1),
		BAD("#micro 1\nx 1 0\0 1\n", 2, 1),
		BAD("#micro 1\n0123456789012345678901234567890123456789012345678901234567890123 1 0 1",
		    2, 1),
	};
#undef BAD

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag diag;
		assert_int_equal(read_text(bad[i].text, bad[i].size, &diag), -EINVAL);
		assert_int_equal(diag.line, bad[i].line);
		assert_int_equal(diag.column, bad[i].column);
		assert_true(diag.text[0]);
	}
}

static void test_a_file_has_a_limit(void **state)
{
	char *text = malloc(16 + (MAX_RESULTS + 1) * 16);
	struct diag diag;
	size_t size;

	(void)state;
	assert_non_null(text);
	size = (size_t)sprintf(text, "#micro 1\n");
	for (int i = 0; i < MAX_RESULTS; i++)
		size += (size_t)sprintf(text + size, "c%d 1 0 1\n", i);
	assert_int_equal(read_text(text, size, &diag), 0);
	size += (size_t)sprintf(text + size, "more 1 0 1\n");
	assert_int_equal(read_text(text, size, &diag), -EINVAL);
	assert_int_equal(diag.line, MAX_RESULTS + 2);
	free(text);
}

/* Of 11 samples the middle half are those from the third to the ninth. */
static void test_samples_have_a_median_and_a_spread(void **state)
{
	uint64_t samples[] = { 120, 90, 100, 1000, 101, 99, 98, 1, 102, 103, 2 };

	(void)state;
	struct timing timing = timing_of(samples, 11);
	assert_int_equal(timing.median, 100);
	assert_int_equal(timing.spread, 130); /* 90 to 103 */
	assert_int_equal(timing.rounds, 11);
	assert_false(timing_is_stable(&timing));
	uint64_t close[] = { 100, 100, 104, 105, 100, 100, 5000 };
	timing = timing_of(close, 7);
	assert_int_equal(timing.median, 100);
	assert_int_equal(timing.spread, 50); /* 100 to 105 */
	assert_true(timing_is_stable(&timing));
}

static uint64_t refuse(void *data)
{
	(void)data;
	return 0;
}

static uint64_t count_runs(void *data)
{
	volatile uint64_t *runs = data;

	for (int i = 0; i < 100000; i++)
		++*runs;
	return 100000;
}

static void count_preparations(void *data)
{
	++*(uint64_t *)data;
}

static void test_cases_take_turns_until_one_cannot_run(void **state)
{
	uint64_t counts[2] = { 0 };
	const struct timed_case cases[] = {
		{ NULL, count_runs, &counts[0] },
		{ count_preparations, count_runs, &counts[1] },
		{ NULL, refuse, NULL },
	};
	struct timing timings[3];

	(void)state;
	assert_int_equal(time_cases(cases, 3, timings), -EIO);
	counts[0] = counts[1] = 0;
	assert_int_equal(time_cases(cases, 2, timings), 0);
	for (int i = 0; i < 2; i++) {
		assert_in_range(timings[i].rounds, MIN_ROUNDS, MAX_ROUNDS);
		assert_true(timings[i].median > 0);
		assert_true(counts[i] / 100000 >= timings[i].rounds);
	}
	assert_int_equal(counts[0] % 100000, 0);
	/* Once before each run. */
	assert_int_equal(counts[1] % 100000, counts[1] / 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_is_a_result),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_a_bad_line_is_told_where),
		cmocka_unit_test(test_a_file_has_a_limit),
		cmocka_unit_test(test_samples_have_a_median_and_a_spread),
		cmocka_unit_test(test_cases_take_turns_until_one_cannot_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
