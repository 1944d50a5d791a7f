/* SPDX-License-Identifier: MIT */
/* Recordings of strace: what the reader makes of them is what scripts counted in them. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "strace_tally.h"

enum { LINE_SIZE = 1024, MAX_TASKS = 16, NR_COUNTED = TALLY_BAD };

static const char *directory;

static void path_of(const char *file, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", directory, file);
}

/* `FILE n n n...` */
static void check_file(char *line)
{
	char path[LINE_SIZE];
	char *file = strtok(line, " \n");
	struct tally tally;

	path_of(file, path, sizeof(path));
	assert_int_equal(tally_read(path, &tally), 0);
	for (size_t i = 0; i < NR_COUNTED; i++) {
		unsigned long long known;
		assert_int_equal(sscanf(strtok(NULL, " \n"), "%llu", &known), 1);
		if (tally.n[i] != known)
			fail_msg("%s, %s: %llu, known %llu", file, tally_names[i],
				 (unsigned long long)tally.n[i], known);
	}
	if (tally.n[TALLY_BAD])
		fail_msg("%s: %llu bad lines", file, (unsigned long long)tally.n[TALLY_BAD]);
}

static void test_counts(void **state)
{
	char path[LINE_SIZE], line[LINE_SIZE];
	unsigned int files = 0;

	(void)state;
	path_of("expected.txt", path, sizeof(path));
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		if (line[0] == '#')
			continue;
		check_file(line);
		files++;
	}
	fclose(in);
	assert_int_equal(files, 31);
}

/* What one task did, as one number: a program does the same in every recording. */
struct history {
	int tid;
	uint64_t hash;
};

struct histories {
	struct history tasks[MAX_TASKS]; /* by first line */
	size_t nr;
};

static struct history *history_of(struct histories *histories, int tid)
{
	for (size_t i = 0; i < histories->nr; i++) {
		if (histories->tasks[i].tid == tid)
			return &histories->tasks[i];
	}
	assert_true(histories->nr < MAX_TASKS);
	histories->tasks[histories->nr] = (struct history){ .tid = tid };
	return &histories->tasks[histories->nr++];
}

static void mix(struct history *history, uint64_t value)
{
	history->hash = (history->hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	history->hash ^= history->hash >> 29;
}

/* Addresses and numbers of tasks differ from run to run. */
static void add_event(struct histories *histories, const struct event *event)
{
	bool layout = event->syscall == SYSCALL_MMAP || event->syscall == SYSCALL_MPROTECT ||
		      event->syscall == SYSCALL_MADVISE || event->syscall == SYSCALL_MREMAP;

	if (event->syscall == SYSCALL_OTHER || event->syscall == SYSCALL_WRITE ||
	    event->syscall == SYSCALL_FILE || event->syscall == SYSCALL_KERNEL_MEMORY)
		return;
	struct history *history = history_of(histories, event->tid);
	mix(history, (uint64_t)event->kind);
	mix(history, (uint64_t)event->syscall);
	if (event->kind == EVENT_SYS_EXIT)
		mix(history, (int64_t)event->arg[0] < 0 && (int64_t)event->arg[0] >= -4095
				     ? event->arg[0]
				     : 0);
	else if (event->kind == EVENT_SYS_ENTER && layout)
		mix(history, event->arg[1] ^ event->arg[2] << 32);
	if (event->kind == EVENT_SYS_ENTER && event->syscall == SYSCALL_MMAP)
		mix(history, event->arg[3]);
	if (event->kind == EVENT_SYS_ENTER && event->syscall == SYSCALL_CLONE)
		mix(history, event->arg[0]);
}

static void read_histories(const char *file, struct histories *ret)
{
	char path[LINE_SIZE];
	struct reader *reader;
	struct event event;
	struct diag diag;

	*ret = (struct histories){ .nr = 0 };
	path_of(file, path, sizeof(path));
	assert_int_equal(reader_open(path, NULL, &reader, &diag), 0);
	while (reader_next(reader, &event) > 0)
		add_event(ret, &event);
	assert_int_equal(reader_format(reader), FORMAT_STRACE);
	reader_close(reader);
}

static void expect_same(const char *const *files, size_t nr)
{
	struct histories first, other;

	read_histories(files[0], &first);
	for (size_t i = 1; i < nr; i++) {
		read_histories(files[i], &other);
		if (other.nr != first.nr)
			fail_msg("%s: %zu tasks, not %zu", files[i], other.nr, first.nr);
		for (size_t t = 0; t < first.nr; t++) {
			if (first.tasks[t].hash != other.tasks[t].hash)
				fail_msg("%s: task %zu does something else", files[i], t);
		}
	}
}

static void test_one_program_with_any_options(void **state)
{
	static const char *const files[] = {
		"sigs_f_tt.strace.gz",	  "sigs_Xverbose.strace.gz", "sigs_all_k.strace.gz",
		"sigs_v_i_n_Y.strace.gz", "sigs_stderr.strace.gz",
	};

	(void)state;
	expect_same(files, sizeof(files) / sizeof(files[0]));
}

/* On a terminal with notes that tear lines, without them, and in a file. */
static void test_one_program_on_terminal_and_in_file(void **state)
{
	static const char *const files[] = {
		"Xraw_all.strace.gz",
		"ns_r_y.strace.gz",
		"quiet_stderr.strace.gz",
		"output_stderr.strace.gz",
	};

	(void)state;
	expect_same(files, sizeof(files) / sizeof(files[0]));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_one_program_with_any_options),
		cmocka_unit_test(test_one_program_on_terminal_and_in_file),
	};

	if (argc != 2)
		return 2;
	directory = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
