/* SPDX-License-Identifier: MIT */
/* What the commands share: the table of them, messages, the end of the output. */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"

const struct cmd *const cmds[] = { &cmd_record, &cmd_replay, &cmd_convert, &cmd_explore, &cmd_run,
				   &cmd_matrix, &cmd_bench,  &cmd_list,	   &cmd_help,	 NULL };

const struct cmd *cmd_find(const char *name)
{
	for (const struct cmd *const *cmd = cmds; *cmd; cmd++) {
		if (strcmp((*cmd)->name, name) == 0)
			return *cmd;
	}
	return NULL;
}

void cmd_error(const char *format, ...)
{
	va_list args;

	fputs("lazymmu: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void cmd_diag(const char *path, const struct diag *diag)
{
	const char *slash = diag->file ? "/" : "", *file = diag->file ? diag->file : "";

	if (diag->column)
		fprintf(stderr, "lazymmu: %s%s%s:%llu:%u: %s\n", path, slash, file,
			(unsigned long long)diag->line, diag->column, diag->text);
	else if (diag->line)
		fprintf(stderr, "lazymmu: %s%s%s:%llu: %s\n", path, slash, file,
			(unsigned long long)diag->line, diag->text);
	else
		fprintf(stderr, "lazymmu: %s%s%s: %s\n", path, slash, file, diag->text);
}

int cmd_input_status(int error)
{
	/* -ENOSYS: a trace.dat, and no library that reads it. */
	bool is_malformed = error == -EINVAL || error == -EBADMSG || error == -ENOSYS;

	return is_malformed ? EXIT_USAGE : EXIT_COULD_NOT_RUN;
}

int cmd_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE)
		cmd_error("stdout: %s", strerror(errno));
	return EXIT_COULD_NOT_RUN;
}
