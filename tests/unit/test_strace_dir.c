/* SPDX-License-Identifier: MIT */
/* Directories of strace -ff: one recording, in which order, and what is wrong with them. */
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader.h"
#include "strace_dir.h"

enum { MAX_TIDS = 4096 };

struct bed {
	char path[64];
	int tids[MAX_TIDS]; /* of entries, in their order */
	uint64_t args[MAX_TIDS];
	size_t nr;
	struct diag diag; /* the last message */
	char file[256];
	unsigned int messages;
	uint64_t bad;
};

static int setup(void **state)
{
	static struct bed bed;

	bed = (struct bed){ .nr = 0 };
	snprintf(bed.path, sizeof(bed.path), "strace-dir.%ld", (long)getpid());
	*state = &bed;
	return mkdir(bed.path, 0700);
}

static int teardown(void **state)
{
	const struct bed *bed = *state;
	DIR *dir = opendir(bed->path);
	char path[512];

	for (struct dirent *entry; (entry = readdir(dir));) {
		snprintf(path, sizeof(path), "%s/%s", bed->path, entry->d_name);
		unlink(path);
	}
	closedir(dir);
	return rmdir(bed->path);
}

static void put(const struct bed *bed, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", bed->path, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void keep_message(const struct diag *diag, void *data)
{
	struct bed *bed = data;

	bed->messages++;
	bed->diag = *diag;
	snprintf(bed->file, sizeof(bed->file), "%s", diag->file ? diag->file : "");
}

/* brk(N) in the files says which line it is. */
static void read_all(struct bed *bed)
{
	const struct reader_options options = { .report = keep_message, .data = bed };
	struct reader *reader;
	struct event event;
	struct diag diag;
	int got;

	assert_int_equal(reader_open(bed->path, &options, &reader, &diag), 0);
	assert_int_equal(reader_format(reader), FORMAT_STRACE);
	while ((got = reader_next(reader, &event)) > 0) {
		if (event.kind != EVENT_SYS_ENTER)
			continue;
		assert_true(bed->nr < MAX_TIDS);
		bed->tids[bed->nr] = event.tid;
		bed->args[bed->nr++] = event.arg[0];
	}
	assert_int_equal(got, 0);
	bed->bad = reader_bad_lines(reader);
	reader_close(reader);
}

static void expect_order(const struct bed *bed, const uint64_t *args, size_t nr)
{
	assert_int_equal(bed->nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_true(bed->args[i] == args[i]);
}

static void test_by_time(void **state)
{
	static const uint64_t order[] = { 1, 2, 3, 4, 5, 6 };
	struct bed *bed = *state;

	put(bed, "x.10",
	    "10:00:00.000001 brk(0x1) = 0\n10:00:00.000004 brk(0x4) = 0\n"
	    "10:00:00.000006 brk(0x6) = 0\n");
	put(bed, "x.9",
	    "10:00:00.000002 brk(0x2) = 0\n > frame(main+0x1) [0x1]\n"
	    "10:00:00.000005 brk(0x5) = 0\n");
	put(bed, "x.200.gz", "10:00:00.000003 brk(0x3) = 0\n"); /* its content says it is plain */
	put(bed, "README", "no recording\n");
	read_all(bed);
	expect_order(bed, order, 6);
	assert_int_equal(bed->tids[0], 10);
	assert_int_equal(bed->tids[1], 9);
	assert_int_equal(bed->tids[2], 200);
	assert_int_equal(bed->messages, 0);
}

/* Lines of one second stay together; a clock that was set back does not hold a file up. */
static void test_equal_times(void **state)
{
	static const uint64_t order[] = { 1, 2, 3, 4, 5, 6 };
	struct bed *bed = *state;

	put(bed, "x.9", "10:00:00 brk(0x1) = 0\n10:00:00 brk(0x2) = 0\n09:59:58 brk(0x3) = 0\n");
	put(bed, "x.10", "10:00:00 brk(0x4) = 0\n10:00:01 brk(0x5) = 0\n10:00:00 brk(0x6) = 0\n");
	read_all(bed);
	expect_order(bed, order, 6);
}

static void test_midnight(void **state)
{
	static const uint64_t order[] = { 1, 2, 3, 4, 5 };
	struct bed *bed = *state;

	put(bed, "x.9", "23:59:59 brk(0x1) = 0\n00:00:01 brk(0x3) = 0\n00:00:05 brk(0x5) = 0\n");
	put(bed, "x.8", "00:00:00 brk(0x2) = 0\n00:00:04 brk(0x4) = 0\n");
	read_all(bed);
	expect_order(bed, order, 5);
}

/* A child runs where its parent makes it; one that nobody makes comes by its number. */
static void test_without_times(void **state)
{
	/* Arguments of brk(), flags of clone(), nothing for fork(). */
	static const uint64_t order[] = { 1, 17, 2, 0x100, 3, 0, 4, 5, 6 };
	struct bed *bed = *state;

	put(bed, "x.20",
	    "brk(0x1) = 0\nclone(child_stack=NULL, flags=SIGCHLD) = 30\n"
	    "clone3({flags=CLONE_VM}, 88) = 25\nbrk(0x5) = 0\n");
	put(bed, "x.30", "brk(0x2) = 0\n");
	put(bed, "x.25", "brk(0x3) = 0\nfork() = 40\nbrk(0x4) = 0\n");
	put(bed, "x.50", "brk(0x6) = 0\n");
	put(bed, "x.40", "");
	read_all(bed);
	expect_order(bed, order, 9);
}

/* More files at a time than are held open. */
static void test_many_files(void **state)
{
	enum { NR_FILES = STRACE_MAX_OPEN_FILES + 40, NR_LINES = 5 };
	struct bed *bed = *state;
	char name[32], text[512];

	for (int i = 0; i < NR_FILES; i++) {
		size_t size = 0;

		for (int line = 0; line < NR_LINES; line++)
			size += (size_t)snprintf(text + size, sizeof(text) - size,
						 "10:00:%02d.%06d brk(0x%x) = 0\n", line, i,
						 line * NR_FILES + i);
		snprintf(name, sizeof(name), "x.%d", 1000 - i);
		put(bed, name, text);
	}
	read_all(bed);
	assert_int_equal(bed->nr, NR_FILES * NR_LINES);
	for (size_t i = 0; i < bed->nr; i++) {
		assert_true(bed->args[i] == i);
		assert_int_equal(bed->tids[i], 1000 - (int)(i % NR_FILES));
	}
}

static void test_messages_name_the_file(void **state)
{
	struct bed *bed = *state;

	put(bed, "x.9", "10:00:00 brk(0x1) = 0\n10:00:03 brk(0x4) = 0\n");
	put(bed, "x.10", "10:00:01 brk(0x2) = 0\n10:00:02 brk(zero) = 0\n");
	read_all(bed);
	assert_int_equal(bed->messages, 1);
	assert_int_equal(bed->bad, 1);
	assert_string_equal(bed->file, "x.10");
	assert_int_equal(bed->diag.line, 2);
	assert_int_equal(bed->diag.column, 14);
}

/* A damaged file does not take the others with it. */
static void test_damaged_file(void **state)
{
	struct bed *bed = *state;

	put(bed, "x.9", "10:00:00 brk(0x1) = 0\n10:00:03 brk(0x4) = 0\n");
	put(bed, "x.10.gz", "\x1f\x8b broken");
	read_all(bed);
	assert_int_equal(bed->nr, 2);
	assert_int_equal(bed->bad, 1);
	assert_string_equal(bed->file, "x.10.gz");
}

static void expect_refused(struct bed *bed, const char *cause)
{
	struct reader *reader;
	struct diag diag;

	assert_int_equal(reader_open(bed->path, NULL, &reader, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, cause));
}

static void test_refused(void **state)
{
	struct bed *bed = *state;

	expect_refused(bed, "no files PREFIX.PID");
	put(bed, "x.9", "10:00:00 brk(0x1) = 0\n");
	put(bed, "x.9.gz", "10:00:00 brk(0x1) = 0\n");
	expect_refused(bed, "two files of one task");
	put(bed, "y.10", "10:00:00 brk(0x1) = 0\n");
	expect_refused(bed, "more than one recording");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_by_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_equal_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_midnight, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_messages_name_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
