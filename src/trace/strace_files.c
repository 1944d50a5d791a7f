/* SPDX-License-Identifier: MIT */
/* Files of one recording by their names. */
#include "strace_files.h"
#include "strace_line.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* What is in a file is told by its content; the name may say it, too. */
static const char *const suffixes[] = { "", ".gz", ".zst" };

enum { NR_SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

/* PREFIX.PID[SUFFIX]; name becomes the prefix. */
static bool parse_name(struct text *name, struct strace_file *file)
{
	const char *dot;
	struct text digits;
	uint64_t pid;

	for (unsigned char i = NR_SUFFIXES; i-- > 0;) {
		file->suffix = i;
		if (strace_ends(*name, suffixes[i]))
			break;
	}
	name->end -= strlen(suffixes[file->suffix]);
	for (dot = name->end; dot > name->p && dot[-1] != '.';)
		dot--;
	digits = (struct text){ dot, name->end };
	if (dot == name->p || !text_dec(&digits, &pid) || digits.p != digits.end || pid == 0 ||
	    pid >= STRACE_MAX_PID)
		return false;
	file->pid = (int)pid;
	name->end = dot - 1;
	return true;
}

static int add(struct strace_files *files, const struct strace_file *file)
{
	if (files->nr == files->capacity) {
		size_t capacity = files->capacity ? files->capacity * 2 : 64;
		struct strace_file *items = realloc(files->items, capacity * sizeof(*items));

		if (!items)
			return -ENOMEM;
		files->items = items;
		files->capacity = capacity;
	}
	files->items[files->nr++] = *file;
	return 0;
}

static int refuse(struct mistake *mistake, const char *cause, const char *hint)
{
	text_fail(mistake, NULL, cause);
	mistake->hint = hint;
	return -EINVAL;
}

static int add_name(struct strace_files *files, const char *entry, struct mistake *mistake)
{
	struct strace_file file = { .slot = -1 };
	struct text name = { entry, entry + strlen(entry) };

	if (!parse_name(&name, &file))
		return 0;
	if (!files->nr)
		text_copy(files->prefix, sizeof(files->prefix), name);
	if (!text_is(name, files->prefix))
		return refuse(mistake, "files of more than one recording of strace -ff",
			      "give each recording a directory of its own");
	if (files->nr == STRACE_MAX_FILES)
		return refuse(mistake, "more than 1048576 files", NULL);
	return add(files, &file);
}

static int compare_pid(const void *a, const void *b)
{
	const struct strace_file *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int finish(struct strace_files *files, struct mistake *mistake)
{
	if (!files->nr)
		return refuse(mistake, "the directory has no files PREFIX.PID",
			      "`strace -ff -tt -o DIR/PREFIX COMMAND` writes them");
	qsort(files->items, files->nr, sizeof(*files->items), compare_pid);
	for (size_t i = 1; i < files->nr; i++) {
		if (files->items[i].pid == files->items[i - 1].pid)
			return refuse(mistake, "two files of one task", "keep one of them");
	}
	return 0;
}

int strace_files_list(const char *path, struct strace_files *files, struct mistake *mistake)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return errno == ENOMEM ? -ENOMEM : -ENOTDIR;
	if ((size_t)snprintf(files->path, sizeof(files->path), "%s", path) >= sizeof(files->path))
		err = -ENAMETOOLONG;
	while (!err && (entry = readdir(dir)))
		err = add_name(files, entry->d_name, mistake);
	closedir(dir);
	return err ? err : finish(files, mistake);
}

void strace_files_fini(struct strace_files *files)
{
	free(files->items);
}

bool strace_file_name(const struct strace_files *files, const struct strace_file *file, char *name,
		      size_t size)
{
	return (size_t)snprintf(name, size, "%s.%d%s", files->prefix, file->pid,
				suffixes[file->suffix]) < size;
}

bool strace_file_path(const struct strace_files *files, const struct strace_file *file, char *path,
		      size_t size)
{
	return (size_t)snprintf(path, size, "%s/%s.%d%s", files->path, files->prefix, file->pid,
				suffixes[file->suffix]) < size;
}
