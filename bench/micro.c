/* SPDX-License-Identifier: MIT */
/*
 * micro [OPTION...] [CASE...]: what the simulator itself costs on this machine, in processor time:
 * PTE writes and sections of every subject beside a plain loop of stores, replay, exploration. Each
 * is repeated until it is stable; results can be kept and compared with later ones.
 */
#include "micro.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

enum status { STATUS_DONE = 0, STATUS_USAGE = 2, STATUS_COULD_NOT_RUN = 3 };

static const char usage[] =
	"usage: micro [OPTION...] [CASE...]\n"
	"\n"
	"CASE is how the name of a case begins, such as xen/ or explore; default: all.\n"
	"\n"
	"  --kernel NAME     of PTE writes and sections; default: v7.0\n"
	"  --recording FILE  a recording to be replayed; may be given several times\n"
	"  --save FILE       the results, to be compared with later ones\n"
	"  --against FILE    earlier results: how many times as long each takes now\n";

enum { OPT_KERNEL = 256, OPT_RECORDING, OPT_SAVE, OPT_AGAINST };

static const struct option options[] = {
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "recording", required_argument, NULL, OPT_RECORDING },
	{ "save", required_argument, NULL, OPT_SAVE },
	{ "against", required_argument, NULL, OPT_AGAINST },
	{ NULL, 0, NULL, 0 },
};

static bool add_recording(struct micro *micro, const char *path)
{
	if (micro->nr_recordings == MAX_RECORDINGS) {
		fprintf(stderr, "micro: more than %d recordings\n", MAX_RECORDINGS);
		return false;
	}
	micro->recordings[micro->nr_recordings++] = path;
	return true;
}

static bool take_option(struct micro *micro, int option)
{
	switch (option) {
	case OPT_KERNEL:
		micro->kernel = kernel_find(optarg);
		if (!micro->kernel)
			fprintf(stderr, "micro: no kernel '%s' (lazymmu list kernels)\n", optarg);
		return micro->kernel;
	case OPT_RECORDING:
		return add_recording(micro, optarg);
	case OPT_SAVE:
		micro->save_path = optarg;
		return true;
	case OPT_AGAINST:
		micro->against_path = optarg;
		return true;
	default: /* getopt_long() has said what is wrong */
		fputs(usage, stderr);
		return false;
	}
}

static bool parse_options(int argc, char **argv, struct micro *micro)
{
	int option;

	micro->kernel = kernel_find("v7.0");
	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (!take_option(micro, option))
			return false;
	}
	micro->wanted = argv + optind;
	micro->nr_wanted = argc - optind;
	return true;
}

static int read_earlier(struct micro *micro)
{
	const char *path = micro->against_path;
	struct diag diag;
	int err = path ? results_read(path, &micro->earlier, &diag) : 0;

	if (!err)
		return STATUS_DONE;
	if (diag.line)
		fprintf(stderr, "micro: %s:%llu:%u: %s\n", path, (unsigned long long)diag.line,
			diag.column, diag.text);
	else
		fprintf(stderr, "micro: %s: %s\n", path, strerror(-err));
	return diag.line ? STATUS_USAGE : STATUS_COULD_NOT_RUN;
}

/* What the earlier run had and this one has not. */
static void print_missing(const struct micro *micro)
{
	for (size_t i = 0; i < micro->earlier.nr; i++) {
		const char *name = micro->earlier.items[i].name;
		if (micro_wants(micro, name) && !results_find(&micro->results, name))
			printf("only in %s: %s\n", micro->against_path, name);
	}
}

static int save(const struct micro *micro)
{
	struct output output;
	int err = micro->save_path ? output_open(micro->save_path, &output) : 0;

	if (!err && micro->save_path) {
		results_write(&micro->results, output.file);
		err = output_close(&output, true);
	}
	if (err)
		fprintf(stderr, "micro: %s: %s\n", micro->save_path, strerror(-err));
	return err ? STATUS_COULD_NOT_RUN : STATUS_DONE;
}

static int run(struct micro *micro)
{
	bool done =
		!results_table_init(&micro->table, micro->against_path ? &micro->earlier : NULL) &&
		micro_run(micro);

	table_text_print(&micro->table.text, stdout);
	table_text_fini(&micro->table.text);
	if (!done)
		return STATUS_COULD_NOT_RUN;
	if (!micro->results.nr) {
		fprintf(stderr, "micro: no case begins like that\n");
		return STATUS_USAGE;
	}
	print_missing(micro);
	return save(micro);
}

int main(int argc, char **argv)
{
	struct micro *micro = calloc(1, sizeof(*micro));
	int status = micro ? STATUS_DONE : STATUS_COULD_NOT_RUN;

	if (micro && !parse_options(argc, argv, micro))
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = read_earlier(micro);
	if (status == STATUS_DONE)
		status = run(micro);
	free(micro);
	if (fflush(stdout) || ferror(stdout))
		status = STATUS_COULD_NOT_RUN;
	return status;
}
