/* SPDX-License-Identifier: MIT */
/* Output files. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The mode that open() would give a new file, or that of the file which is replaced. */
static mode_t mode_of(const char *path)
{
	struct stat found;
	mode_t mask;

	if (stat(path, &found) == 0)
		return found.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static char *temporary_name(const char *path)
{
	static const char suffix[] = ".XXXXXX";
	size_t size = strlen(path);
	char *name = malloc(size + sizeof(suffix));

	if (name) {
		memcpy(name, path, size);
		memcpy(name + size, suffix, sizeof(suffix));
	}
	return name;
}

static int open_temporary(const char *path, struct output *output)
{
	int fd = -1;

	output->path = strdup(path);
	if (output->path)
		output->temporary = temporary_name(output->path);
	if (!output->temporary)
		return -ENOMEM;
	fd = mkstemp(output->temporary);
	if (fd < 0)
		return -errno;
	fchmod(fd, mode_of(output->path));
	output->file = fdopen(fd, "w");
	if (output->file)
		return 0;
	int error = errno;
	close(fd);
	unlink(output->temporary);
	return -error;
}

static void forget(struct output *output)
{
	free(output->path);
	free(output->temporary);
	*output = (struct output){ 0 };
}

int output_open(const char *path, struct output *output)
{
	struct stat found;
	int error;

	*output = (struct output){ .file = stdout };
	if (!path || strcmp(path, "-") == 0)
		return 0;
	if (lstat(path, &found) == 0 && !S_ISREG(found.st_mode)) {
		output->file = fopen(path, "w");
		return output->file ? 0 : -errno;
	}
	error = open_temporary(path, output);
	if (error)
		forget(output);
	return error;
}

int output_close(struct output *output, bool keep)
{
	int error = 0;

	if (fflush(output->file) || ferror(output->file))
		error = errno ? -errno : -EIO;
	if (output->file != stdout && fclose(output->file) && !error)
		error = -errno;
	if (output->temporary) {
		keep = keep && !error;
		if (keep && rename(output->temporary, output->path))
			error = -errno;
		if (!keep || error)
			unlink(output->temporary);
	}
	forget(output);
	return error;
}
