/* SPDX-License-Identifier: MIT */
/* lazymmu convert FILE */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lmt_write.h"
#include "output.h"
#include "progress.h"

enum {
	EVENTS_PER_LOOK = 1024, /* at signals and the clock */
	MAX_BAD_LINE_MESSAGES = 20,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

struct conversion {
	const char *path;
	const char *output_path; /* NULL: standard output */
	struct reader *reader;
	struct output output;
	uint64_t messages;
	uint64_t events;
};

static void report_bad_line(const struct diag *diag, void *data)
{
	struct conversion *conversion = data;

	if (conversion->messages++ < MAX_BAD_LINE_MESSAGES)
		cmd_diag(conversion->path, diag);
}

/* False: a signal asked to stop, or nothing more can be written. */
static bool go_on(struct conversion *conversion, struct progress *progress)
{
	if (ferror(conversion->output.file))
		return false;
	return ++conversion->events % EVENTS_PER_LOOK ||
	       progress_lines(progress, reader_lines(conversion->reader));
}

/* 0: to the end, or to where it had to stop; -errno: the input cannot be read on. */
static int copy_events(struct conversion *conversion)
{
	struct progress progress;
	struct lmt_writer writer;
	struct event event;
	int got;

	progress_init(&progress, 0);
	progress.is_shown &= conversion->output_path != NULL;
	snprintf(progress.label, sizeof(progress.label), "%s", conversion->path);
	lmt_write_init(&writer, conversion->output.file);
	while ((got = reader_next(conversion->reader, &event)) > 0) {
		lmt_write_event(&writer, &event, conversion->reader);
		if (!go_on(conversion, &progress))
			break;
	}
	progress_erase(&progress);
	/* Of damaged input the part before the damage stands, of what is none there is nothing. */
	if (reader_format(conversion->reader) != FORMAT_UNKNOWN)
		lmt_write_end(&writer, conversion->reader);
	return got < 0 ? got : 0;
}

static int input_status(const struct conversion *conversion, int error)
{
	if (error)
		cmd_diag(conversion->path, reader_error(conversion->reader));
	if (conversion->messages > MAX_BAD_LINE_MESSAGES)
		cmd_error("%s: %llu more bad lines", conversion->path,
			  (unsigned long long)(conversion->messages - MAX_BAD_LINE_MESSAGES));
	if (error == -ENOMEM || (error && reader_format(conversion->reader) == FORMAT_UNKNOWN))
		return cmd_input_status(error);
	return error || reader_bad_lines(conversion->reader) ? EXIT_USAGE : EXIT_CLEAN;
}

static int convert(struct conversion *conversion)
{
	const char *name = conversion->output_path ? conversion->output_path : "stdout";
	int error = output_open(conversion->output_path, &conversion->output);

	if (error) {
		cmd_error("%s: %s", name, strerror(-error));
		return EXIT_COULD_NOT_RUN;
	}
	int status = input_status(conversion, copy_events(conversion));
	bool keep = reader_format(conversion->reader) != FORMAT_UNKNOWN && !was_interrupted();
	error = output_close(&conversion->output, keep);
	if (error && error != -EPIPE)
		cmd_error("%s: %s", name, strerror(-error));
	if (error)
		return EXIT_COULD_NOT_RUN;
	return was_interrupted() ? EXIT_INTERRUPTED : status;
}

static int convert_file(const char *path, const char *output_path)
{
	struct conversion conversion = { .path = path, .output_path = output_path };
	struct reader_options options = { .report = report_bad_line,
					  .data = &conversion,
					  .times = true };
	struct diag diag = { 0 };

	int err = reader_open(path, &options, &conversion.reader, &diag);
	if (err) {
		cmd_diag(path, &diag);
		return cmd_input_status(err);
	}
	int status = convert(&conversion);
	reader_close(conversion.reader);
	return status;
}

static int run(int argc, char **argv)
{
	const char *output_path = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "o:", long_options, NULL)) != -1) {
		if (option != 'o') {
			cmd_error(
				"convert: unknown option or missing value: '%s' (lazymmu help convert)",
				argv[optind - 1]);
			return EXIT_USAGE;
		}
		output_path = optarg;
	}
	if (optind == argc) {
		cmd_error("convert: no recording given ('-' is standard input)");
		return EXIT_USAGE;
	}
	if (argc - optind > 1) {
		cmd_error("convert: one recording at a time");
		return EXIT_USAGE;
	}
	return convert_file(argv[optind], output_path);
}

const struct cmd cmd_convert = {
	.name = "convert",
	.summary = "write a recording as native text",
	.help = "usage: lazymmu convert [OPTION...] FILE\n"
		"\n"
		"Reads a recording of any format and writes the same events as native text,\n"
		"lazymmu-trace(5), which replays to the same answers. '-' is standard input.\n"
		"\n"
		"  -o, --output FILE          instead of standard output; there when it is complete\n"
		"\n"
		"exit status: 0 converted; 2 usage or malformed input (what could be read is converted);\n"
		"3 could not run; 130 interrupted (a file is not left half written)\n",
	.run = run,
};
