/* SPDX-License-Identifier: MIT */
/* lazymmu help [COMMAND] */
#include "cmd.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
	if (argc > 2) {
		cmd_error("help: one command at a time");
		return EXIT_USAGE;
	}
	if (argc == 2) {
		const struct cmd *cmd = cmd_find(argv[1]);
		if (!cmd) {
			cmd_error("help: unknown command '%s'", argv[1]);
			return EXIT_USAGE;
		}
		fputs(cmd->help, stdout);
		return cmd_finish(EXIT_CLEAN);
	}
	puts("usage: lazymmu COMMAND [OPTION...] [ARGUMENT...]\n");
	for (const struct cmd *const *cmd = cmds; *cmd; cmd++)
		printf("  %-8s %s\n", (*cmd)->name, (*cmd)->summary);
	puts("\nlazymmu help COMMAND says more, lazymmu(1) everything.\n"
	     "exit status: 0 clean, 1 a finding or a mismatch, 2 usage or malformed input,\n"
	     "3 could not run, 4 stopped at a bound with nothing found, 130 interrupted");
	return cmd_finish(EXIT_CLEAN);
}

const struct cmd cmd_help = {
	.name = "help",
	.summary = "explain a command",
	.help = "usage: lazymmu help [COMMAND]\n",
	.run = run,
};
