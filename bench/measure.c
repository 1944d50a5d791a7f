/* SPDX-License-Identifier: MIT */
/*
 * measure PROGRAM [ARGUMENT...]: runs it with stdout thrown away and prints its processor time in
 * microseconds and its maximum resident size in KiB. A small program of our own, because a child
 * counts what its parent had resident when it was forked.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_child(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static long long microseconds(const struct timeval *time)
{
	return (long long)time->tv_sec * 1000000 + time->tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: measure PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	pid_t child = fork();
	if (child == 0)
		run_child(argv + 1);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1 || getrusage(RUSAGE_CHILDREN, &usage)) {
		fprintf(stderr, "measure: %s did not run to its end\n", argv[1]);
		return 3;
	}
	printf("%lld %ld\n", microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime),
	       usage.ru_maxrss);
	return 0;
}
