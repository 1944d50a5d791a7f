/* SPDX-License-Identifier: MIT */
/* The program: finds the command and runs it. */
#include "cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static int usage(void)
{
	fputs("usage: lazymmu COMMAND [OPTION...] [ARGUMENT...]\n\n", stderr);
	for (const struct cmd *const *cmd = cmds; *cmd; cmd++)
		fprintf(stderr, "  %-8s %s\n", (*cmd)->name, (*cmd)->summary);
	fputs("\nlazymmu help COMMAND says more.\n", stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return usage();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help.run(1, argv + 1);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("lazymmu " LAZYMMU_VERSION);
		return cmd_finish(EXIT_CLEAN);
	}
	const struct cmd *cmd = cmd_find(argv[1]);
	if (!cmd) {
		cmd_error("unknown command '%s' (lazymmu help lists them)", argv[1]);
		return EXIT_USAGE;
	}
	if (argc > 2 && strcmp(argv[2], "--help") == 0) {
		fputs(cmd->help, stdout);
		return cmd_finish(EXIT_CLEAN);
	}
	return cmd->run(argc - 1, argv + 1);
}
