/* SPDX-License-Identifier: MIT */
/* Running programs. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void held_signals(sigset_t *ret)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD };

	sigemptyset(ret);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(ret, signals[i]);
}

void child_hold_signals(void)
{
	sigset_t held;

	held_signals(&held);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would leave no status to wait for */
	sigprocmask(SIG_BLOCK, &held, NULL);
}

static int look_at(const char *path)
{
	struct stat info;

	if (stat(path, &info))
		return EXIT_NOT_FOUND;
	return S_ISREG(info.st_mode) && access(path, X_OK) == 0 ? 0 : EXIT_NOT_EXECUTABLE;
}

bool child_was_interrupted(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGQUIT) == 1 ||
	       sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGHUP) == 1;
}

int child_look_up(const char *name)
{
	const char *path = getenv("PATH");
	int found = EXIT_NOT_FOUND;

	if (strchr(name, '/'))
		return look_at(name);
	for (path = path ? path : "/bin:/usr/bin"; *name; path++) {
		char file[PATH_MAX];
		int size = (int)strcspn(path, ":");
		int length =
			snprintf(file, sizeof(file), "%.*s%s%s", size, path, size ? "/" : "", name);
		int got = length < (int)sizeof(file) ? look_at(file) : EXIT_NOT_FOUND;
		if (got == 0)
			return 0;
		if (got == EXIT_NOT_EXECUTABLE)
			found = got;
		path += size;
		if (*path == '\0')
			break;
	}
	return found;
}

static int set_up(const struct child_setup *setup)
{
	if (!setup)
		return 0;
	if (setup->output >= 0 && dup2(setup->output, STDOUT_FILENO) < 0)
		return -errno;
	if (setup->errors >= 0 && dup2(setup->errors, STDERR_FILENO) < 0)
		return -errno;
	return setup->before_exec ? setup->before_exec(setup->data) : 0;
}

/* In the child: runs the words, or tells the parent why not. */
static void become(const char *const *words, const struct child_setup *setup, int report)
{
	sigset_t held;
	int err = set_up(setup);

	if (!err) {
		held_signals(&held);
		sigprocmask(SIG_UNBLOCK, &held, NULL);
		signal(SIGPIPE, SIG_DFL);
		execvp(words[0], (char *const *)words);
		err = -errno;
	}
	_exit(write(report, &err, sizeof(err)) == sizeof(err) ? EXIT_NOT_FOUND
							      : EXIT_NOT_EXECUTABLE);
}

/* A pipe that no program inherits; 0 or -errno. */
static int private_pipe(int ends[2])
{
	if (pipe(ends))
		return -errno;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

int child_start(const char *const *words, const struct child_setup *setup, pid_t *ret)
{
	int report[2];
	int err = private_pipe(report);

	if (err)
		return err;
	pid_t pid = fork();
	if (pid == 0)
		become(words, setup, report[1]);
	err = pid < 0 ? -errno : 0;
	close(report[1]);
	/* exec() closes the pipe, so that nothing can be read. */
	if (!err && read(report[0], &err, sizeof(err)) == sizeof(err))
		waitpid(pid, NULL, 0);
	close(report[0]);
	*ret = pid;
	return err;
}

/* strace and perf have the recorded command as their child, and a signal is meant for that. */
static void pass_on(pid_t pid, int signal_nr)
{
	char path[64];
	intmax_t grandchild;
	bool has_any = false;

	snprintf(path, sizeof(path), "/proc/%jd/task/%jd/children", (intmax_t)pid, (intmax_t)pid);
	FILE *children = fopen(path, "re");
	while (children && fscanf(children, "%jd", &grandchild) == 1) {
		kill((pid_t)grandchild, signal_nr);
		has_any = true;
	}
	if (children)
		fclose(children);
	if (!has_any)
		kill(pid, signal_nr);
}

static int shell_status(int status)
{
	return WIFSIGNALED(status) ? EXIT_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

int child_wait(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid ? shell_status(status) : -errno;
}

int child_attend(pid_t pid)
{
	sigset_t held;
	siginfo_t info;
	int status;

	held_signals(&held);
	while (waitpid(pid, &status, WNOHANG) != pid) {
		int signal_nr = sigwaitinfo(&held, &info);
		/* Above 0 are the kernel's own codes: a terminal tells the whole group. */
		if (signal_nr > 0 && signal_nr != SIGCHLD && info.si_code <= 0)
			pass_on(pid, signal_nr);
	}
	return shell_status(status);
}

static void read_start(int fd, char *text, size_t size)
{
	char rest[512];
	size_t used = 0;
	ssize_t got = 1;

	while (got > 0) {
		bool is_full = used == size - 1;
		got = read(fd, is_full ? rest : text + used,
			   is_full ? sizeof(rest) : size - 1 - used);
		if (!is_full && got > 0)
			used += (size_t)got;
	}
	text[used] = '\0';
}

int child_capture(const char *const *words, char *text, size_t size)
{
	int ends[2];
	pid_t pid;
	int err = private_pipe(ends);

	if (err)
		return err;
	const struct child_setup setup = { .output = ends[1], .errors = ends[1] };
	err = child_start(words, &setup, &pid);
	close(ends[1]);
	if (!err)
		read_start(ends[0], text, size);
	close(ends[0]);
	return err ? err : child_wait(pid);
}
