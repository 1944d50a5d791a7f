/* SPDX-License-Identifier: MIT */
/* A child process between a trace.dat and its reader. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "dat.h"

#include "dat_text.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char magic[] = "\x17\x08\x44tracing";

enum { MAGIC_SIZE = sizeof(magic) - 1 };

struct dat {
	int fd; /* its text comes out here */
	pid_t child;
	const char *message;
};

bool dat_starts(struct text bytes)
{
	return text_starts(bytes, magic);
}

static int write_all(FILE *file, const char *bytes, size_t size)
{
	return fwrite(bytes, 1, size, file) == size ? 0 : -errno;
}

/* The library seeks: a copy of what was read and of the rest. */
static int copy_to_file(struct stream *stream, struct text bytes, FILE *file)
{
	enum { BLOCK_SIZE = 64 * 1024 };
	char block[BLOCK_SIZE];
	size_t got;
	int error = write_all(file, bytes.p, text_size(bytes));

	do {
		int damage = stream_read(stream, block, sizeof(block), &got);
		if (!error)
			error = write_all(file, block, got);
		if (!error)
			error = damage;
	} while (!error && got);
	if (!error && fflush(file))
		error = -errno;
	return error;
}

/* A descriptor of the file itself if it is a trace.dat as it stands on the disk. */
static int own_file(const struct stream *stream)
{
	char bytes[MAGIC_SIZE];
	int fd = stream_fd(stream);

	if (pread(fd, bytes, MAGIC_SIZE, 0) != MAGIC_SIZE || memcmp(bytes, magic, MAGIC_SIZE) != 0)
		return -1;
	return dup(fd);
}

/* A descriptor, or -errno. */
static int seekable_file(struct stream *stream, struct text bytes)
{
	int fd = own_file(stream);

	if (fd >= 0)
		return fd;
	FILE *file = tmpfile();
	if (!file)
		return -errno;
	int error = copy_to_file(stream, bytes, file);
	fd = error ? error : dup(fileno(file));
	if (fd == -1)
		fd = -errno;
	fclose(file);
	return fd;
}

/*
 * No file may take all memory. Under a sanitizer, which holds more from the start on, there is no
 * limit.
 */
static void limit_memory(void)
{
	enum { PROBE_SIZE = 1 << 20 };
	const rlim_t limit = (rlim_t)2 << 30;
	struct rlimit before, now;

	if (getrlimit(RLIMIT_DATA, &before))
		return;
	now = before;
	if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > limit)
		now.rlim_cur = limit;
	setrlimit(RLIMIT_DATA, &now);
	void *probe =
		mmap(NULL, PROBE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (probe == MAP_FAILED)
		setrlimit(RLIMIT_DATA, &before);
	else
		munmap(probe, PROBE_SIZE);
}

/* What the library prints is for nobody, and what it dumps either. */
static void run_child(int fd, int text_fd)
{
	const struct rlimit no_core = { 0, 0 };
	int null = open("/dev/null", O_RDWR);
	FILE *out = fdopen(text_fd, "w");

	if (null < 0 || !out || lseek(fd, 0, SEEK_SET))
		_exit(EXIT_FAILURE);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGPIPE, SIG_DFL);
	limit_memory();
	bool good = dat_print(fd, out) && fflush(out) == 0;
	_exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
}

static int start_child(struct dat *dat, int fd)
{
	int ends[2];

	if (pipe(ends))
		return -errno;
	dat->child = fork();
	if (dat->child < 0) {
		int error = errno;
		close(ends[0]);
		close(ends[1]);
		return -error;
	}
	if (dat->child == 0) {
		close(ends[0]);
		run_child(fd, ends[1]);
	}
	close(ends[1]);
	dat->fd = ends[0];
	return 0;
}

int dat_open(struct stream *stream, struct text bytes, struct dat **ret)
{
	struct dat *dat = calloc(1, sizeof(*dat));
	int fd = dat ? seekable_file(stream, bytes) : -ENOMEM;
	int error = fd < 0 ? fd : start_child(dat, fd);

	if (fd >= 0)
		close(fd);
	if (error)
		free(dat);
	else
		*ret = dat;
	return error;
}

/* Whether the child said all that there is. */
static bool reap(struct dat *dat)
{
	int status = 0;
	pid_t child = dat->child;

	dat->child = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

void dat_close(struct dat *dat)
{
	if (!dat)
		return;
	close(dat->fd); /* a child that still writes ends by that */
	if (dat->child)
		reap(dat);
	free(dat);
}

int dat_read(struct dat *dat, char *into, size_t size, size_t *got)
{
	ssize_t n;

	do {
		n = read(dat->fd, into, size);
	} while (n < 0 && errno == EINTR);
	*got = n > 0 ? (size_t)n : 0;
	if (n < 0) {
		dat->message = strerror(errno);
		return -errno;
	}
	if (n > 0 || !dat->child || reap(dat))
		return 0;
	dat->message = "the trace.dat is damaged, libtracecmd cannot read it on";
	return -EBADMSG;
}

const char *dat_error(const struct dat *dat)
{
	return dat->message;
}
