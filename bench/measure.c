/* SPDX-License-Identifier: MIT */
/*
 * measure [-o FILE] PROGRAM [ARGUMENT...]: runs it with stdout thrown away and prints its processor
 * time in microseconds, its maximum resident size in KiB and the microseconds that passed. With -o
 * its stdout goes to FILE, and any exit status will do. A small program of our own, because a child
 * counts what its parent had resident when it was forked.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void run_child(const char *output, char **argv)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static long long microseconds(const struct timeval *time)
{
	return (long long)time->tv_sec * 1000000 + time->tv_usec;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	bool keeps_output = argc > 2 && strcmp(argv[1], "-o") == 0;
	char **program = argv + (keeps_output ? 3 : 1);

	if (program >= argv + argc) {
		fprintf(stderr, "usage: measure [-o FILE] PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	long long start = now();
	pid_t child = fork();
	if (child == 0)
		run_child(keeps_output ? argv[2] : "/dev/null", program);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
	    (!keeps_output && WEXITSTATUS(status) > 1) || getrusage(RUSAGE_CHILDREN, &usage)) {
		fprintf(stderr, "measure: %s did not run to its end\n", program[0]);
		return 3;
	}
	long long end = now();
	printf("%lld %ld %lld\n", microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime),
	       usage.ru_maxrss, end - start);
	return 0;
}
