/* SPDX-License-Identifier: MIT */
/*
 * The files of a directory in one order: a heap of files by the stamp of the next line. Without
 * clock stamps are ranks: a file that waits, one that was begun, and below it its children.
 */
#include "strace_dir.h"
#include "strace_files.h"
#include "strace_heap.h"
#include "strace_line.h"

#include <errno.h>
#include <stdlib.h>

#define NS_OF_HOUR (UINT64_C(3600) * 1000000000)

enum { NR_HOURS = 24, MAX_LINES_WITHOUT_STAMP = 8 };

static const uint64_t rank_waiting = UINT64_MAX / 2;
static const uint64_t rank_begun = UINT64_MAX / 4;

struct slot {
	struct source *source; /* NULL: free */
	struct strace_file *file;
	struct line head; /* the next line of the file */
};

struct strace_dir {
	struct strace_files files;
	enum strace_clock clock;
	struct strace_heap heap;
	uint32_t births;
	struct slot slots[STRACE_MAX_OPEN_FILES];
	int pid;
	uint64_t lines;
	const char *error;
	char name[STRACE_NAME_MAX]; /* of the last line's file */
};

static void close_slot(struct slot *slot)
{
	slot->file->slot = -1;
	source_close(slot->source);
	*slot = (struct slot){ 0 };
}

/* The file has no more lines. */
static void drop(struct strace_dir *dir, struct strace_file *file)
{
	if (file->slot >= 0)
		close_slot(&dir->slots[file->slot]);
	strace_heap_remove(&dir->heap, file);
}

/* The file whose turn is farthest away makes room. */
static int free_slot(struct strace_dir *dir)
{
	int farthest = 0;

	for (int i = 0; i < STRACE_MAX_OPEN_FILES; i++) {
		if (!dir->slots[i].source)
			return i;
		if (strace_heap_before(&dir->heap, dir->slots[farthest].file, dir->slots[i].file))
			farthest = i;
	}
	close_slot(&dir->slots[farthest]);
	return farthest;
}

/* 1: the file has a next line, 0: it has none, -errno. */
static int read_head(struct strace_dir *dir, struct slot *slot)
{
	int got = source_next(slot->source, &slot->head);

	if (got < 0)
		dir->error = source_error(slot->source);
	return got;
}

/* Opens the file at its next line. As read_head(). */
static int open_file(struct strace_dir *dir, struct strace_file *file)
{
	char path[PATH_MAX];
	int at = free_slot(dir);
	struct slot *slot = &dir->slots[at];
	int got = strace_file_path(&dir->files, file, path, sizeof(path))
			  ? source_open(path, &slot->source)
			  : -ENAMETOOLONG;

	if (got) {
		dir->error = strerror(-got);
		return got;
	}
	slot->file = file;
	file->slot = at;
	for (uint64_t i = 0; i <= file->lines; i++) {
		got = read_head(dir, slot);
		if (got <= 0)
			return got;
	}
	return 1;
}

/*
 * Times go on: a clock that was set back is not believed, a day that ended is. A line without a
 * stamp has that of the line before.
 */
static void read_stamp(struct strace_dir *dir, struct strace_file *file)
{
	const uint64_t day = NR_HOURS * NS_OF_HOUR;
	struct strace_line line;
	uint64_t stamp;

	strace_split(dir->slots[file->slot].head.text, &line);
	if (dir->clock == STRACE_NO_CLOCK || strace_stamp(line.time, &stamp) != dir->clock)
		return;
	if (dir->clock == STRACE_TIME_OF_DAY) {
		stamp += file->stamp / day * day;
		if (stamp + day / 2 < file->stamp)
			stamp += day;
	}
	if (stamp > file->stamp)
		file->stamp = stamp;
}

/* The first stamp of the file. 0 or -ENOMEM. */
static int first_stamp(struct strace_dir *dir, struct strace_file *file)
{
	struct strace_line line;
	enum strace_clock clock = STRACE_NO_CLOCK;
	int got = open_file(dir, file);

	for (int i = 0; i < MAX_LINES_WITHOUT_STAMP && got > 0 && clock == STRACE_NO_CLOCK; i++) {
		strace_split(dir->slots[file->slot].head.text, &line);
		clock = strace_stamp(line.time, &file->stamp);
		got = read_head(dir, &dir->slots[file->slot]);
	}
	if (dir->clock == STRACE_NO_CLOCK)
		dir->clock = clock;
	if (file->slot >= 0)
		close_slot(&dir->slots[file->slot]);
	return got == -ENOMEM ? got : 0;
}

/*
 * Files of one night: where no file begins for 18 hours around the clock, the recording begins
 * behind that gap, and hours that are smaller are of the next day.
 */
static void part_days(struct strace_dir *dir)
{
	bool begins[NR_HOURS] = { false };
	unsigned int empty = 0;
	uint64_t first = 0;

	for (size_t i = 0; i < dir->files.nr; i++)
		begins[dir->files.items[i].stamp / NS_OF_HOUR % NR_HOURS] = true;
	for (unsigned int hour = 0; hour < 2 * NR_HOURS; hour++) {
		if (begins[hour % NR_HOURS] && empty >= 18)
			first = hour % NR_HOURS;
		empty = begins[hour % NR_HOURS] ? 0 : empty + 1;
	}
	for (size_t i = 0; i < dir->files.nr; i++) {
		if (dir->files.items[i].stamp < first * NS_OF_HOUR)
			dir->files.items[i].stamp += NR_HOURS * NS_OF_HOUR;
	}
}

static int fill(struct strace_dir *dir)
{
	int err = strace_heap_init(&dir->heap, dir->files.nr);

	for (size_t i = 0; i < dir->files.nr && !err; i++)
		err = first_stamp(dir, &dir->files.items[i]);
	if (err)
		return err;
	if (dir->clock == STRACE_TIME_OF_DAY)
		part_days(dir);
	for (size_t i = 0; i < dir->files.nr; i++) {
		struct strace_file *file = &dir->files.items[i];

		if (dir->clock == STRACE_NO_CLOCK)
			file->stamp = rank_waiting;
		strace_heap_add(&dir->heap, file);
	}
	return 0;
}

int strace_dir_open(const char *path, struct strace_dir **ret, struct mistake *mistake)
{
	struct strace_dir *dir = calloc(1, sizeof(*dir));
	int err = dir ? strace_files_list(path, &dir->files, mistake) : -ENOMEM;

	if (!err)
		err = fill(dir);
	if (err) {
		strace_dir_close(dir);
		return err;
	}
	*ret = dir;
	return 0;
}

void strace_dir_close(struct strace_dir *dir)
{
	if (!dir)
		return;
	for (int i = 0; i < STRACE_MAX_OPEN_FILES; i++)
		source_close(dir->slots[i].source);
	strace_files_fini(&dir->files);
	strace_heap_fini(&dir->heap);
	free(dir);
}

/* Beyond the line that was returned. */
static int advance(struct strace_dir *dir)
{
	struct strace_file *file = dir->heap.current;
	int got = read_head(dir, &dir->slots[file->slot]);

	if (got <= 0) {
		drop(dir, file);
		return got;
	}
	read_stamp(dir, file);
	strace_heap_settle(&dir->heap, file);
	return 1;
}

static void enter(struct strace_dir *dir, struct strace_file *file)
{
	strace_heap_prefer(&dir->heap, file);
	dir->pid = file->pid;
	strace_file_name(&dir->files, file, dir->name, sizeof(dir->name));
	if (file->stamp == rank_waiting && dir->clock == STRACE_NO_CLOCK)
		file->stamp = rank_begun;
}

int strace_dir_next(struct strace_dir *dir, struct line *line)
{
	int got = dir->heap.current ? advance(dir) : 0;

	while (got >= 0 && dir->heap.nr) {
		struct strace_file *file = dir->heap.items[0];

		if (file != dir->heap.current)
			enter(dir, file);
		got = file->slot >= 0 ? 1 : open_file(dir, file);
		if (got > 0) {
			*line = dir->slots[file->slot].head;
			file->lines++;
			dir->lines++;
			return 1;
		}
		drop(dir, file);
	}
	return got;
}

const char *strace_dir_error(const struct strace_dir *dir)
{
	return dir->error;
}

const char *strace_dir_file(const struct strace_dir *dir)
{
	return dir->name;
}

int strace_dir_pid(const struct strace_dir *dir)
{
	return dir->pid;
}

static int compare_pid(const void *key, const void *item)
{
	int pid = *(const int *)key, other = ((const struct strace_file *)item)->pid;

	return (pid > other) - (pid < other);
}

void strace_dir_born(struct strace_dir *dir, int pid)
{
	struct strace_file *child;

	if (!dir->heap.current)
		return;
	child = bsearch(&pid, dir->files.items, dir->files.nr, sizeof(*child), compare_pid);
	if (!child || child->lines || child->birth)
		return;
	child->birth = ++dir->births;
	if (child->stamp == rank_waiting && dir->clock == STRACE_NO_CLOCK)
		child->stamp = dir->heap.current->stamp - 1;
	strace_heap_settle(&dir->heap, child);
}

uint64_t strace_dir_lines(const struct strace_dir *dir)
{
	return dir->lines;
}
