/* SPDX-License-Identifier: MIT */
/* lazymmu record -- COMMAND */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "options.h"
#include "record_header.h"
#include "words.h"

#define DEFAULT_PATH "lazymmu-recording.txt"

enum {
	DEFAULT_BUFFER_KIB = 16384,
	MAX_BUFFER_KIB = 4 * 1024 * 1024,
};

enum { OPT_METHOD = 256, OPT_BUFFER, OPT_PRINT };

static const struct option own_options[] = {
	{ "method", required_argument, NULL, OPT_METHOD },
	{ "output", required_argument, NULL, 'o' },
	{ "buffer", required_argument, NULL, OPT_BUFFER },
	{ "print", no_argument, NULL, OPT_PRINT },
	{ NULL, 0, NULL, 0 },
};

struct session {
	struct recording recording;
	const char *method; /* NULL: the best that works */
	bool print;
};

static bool fits(const struct session *session, const struct recorder *recorder)
{
	return session->method ? strcmp(recorder->method, session->method) == 0
			       : !recorder->is_fallback;
}

static bool parse_method(const char *text, struct session *session)
{
	session->method = strcmp(text, "auto") == 0 ? NULL : text;
	for (const struct recorder *const *each = recorders; *each; each++) {
		if (fits(session, *each))
			return true;
	}
	cmd_error("record: method '%s' is none of auto, ftrace, perf, strace", text);
	return false;
}

static bool parse_buffer(uint64_t *ret)
{
	if (!parse_number("--buffer", optarg, MAX_BUFFER_KIB, ret))
		return false;
	if (*ret == 0)
		cmd_error("--buffer '%s' is not above 0", optarg);
	return *ret > 0;
}

static bool take_option(void *data, int option)
{
	struct session *session = data;

	switch (option) {
	case OPT_METHOD:
		return parse_method(optarg, session);
	case OPT_BUFFER:
		return parse_buffer(&session->recording.buffer_kib);
	case OPT_PRINT:
		session->print = true;
		return true;
	default:
		session->recording.path = optarg;
		return true;
	}
}

static bool ends_in_gz(const char *path)
{
	size_t size = strlen(path);

	return size > 3 && strcmp(path + size - 3, ".gz") == 0;
}

/* What the printed commands write. */
static bool set_paths(struct recording *recording)
{
	bool is_stdout = strcmp(recording->path, "-") == 0;
	size_t size = strlen(recording->path);

	if (size == 0 || size >= MAX_PATH) {
		cmd_error("record: -o '%.20s' is no name of a file", recording->path);
		return false;
	}
	snprintf(recording->plain_path, MAX_PATH, "%.*s",
		 (int)(ends_in_gz(recording->path) ? size - 3 : size), recording->path);
	snprintf(recording->data_path, sizeof(recording->data_path), "%s.data",
		 is_stdout ? "perf" : recording->plain_path);
	if (is_stdout)
		strcpy(recording->plain_path, "/dev/stdout");
	return true;
}

/* The best that works, or that is asked for; NULL with a message. Says why not a better one. */
static const struct recorder *choose(const struct session *session)
{
	char reason[REASON_SIZE];

	for (const struct recorder *const *each = recorders; *each; each++) {
		if (!fits(session, *each))
			continue;
		if ((*each)->probe(&session->recording, reason) == 0)
			return *each;
		if (child_was_interrupted())
			return NULL;
		cmd_error("record: not with %s (%s): %s", (*each)->method, (*each)->records,
			  reason);
	}
	cmd_error("record: nothing that works can record here (lazymmu help record)");
	return NULL;
}

/* NULL with a message. */
static gzFile open_output(const char *path)
{
	const char *mode = ends_in_gz(path) ? "wbe" : "wbTe";
	gzFile output = NULL;

	if (strcmp(path, "-") != 0) {
		output = gzopen(path, mode);
	} else {
		int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
		output = fd < 0 ? NULL : gzdopen(fd, mode);
	}
	if (!output)
		cmd_error("record: %s: %s", path, strerror(errno));
	return output;
}

static int record_with(struct session *session, const struct recorder *recorder)
{
	struct recording *recording = &session->recording;

	recording->output = open_output(recording->path);
	if (!recording->output)
		return EXIT_RECORDER;
	record_header_write(recorder, recording->output);
	int status = recorder->run(recording);
	errno = 0;
	if (gzclose(recording->output) != Z_OK) {
		cmd_error("record: %s: %s", recording->path, strerror(errno));
		return EXIT_RECORDER;
	}
	if (status != EXIT_RECORDER)
		cmd_error("record: %s: %s, with %s; not seen: %s", recording->path,
			  recorder->records, recorder->method, recorder->misses);
	return status;
}

static int record(struct session *session)
{
	const char *name = session->recording.command[0];
	int status = child_look_up(name);

	if (status) {
		cmd_error("record: %s: %s", name,
			  status == EXIT_NOT_FOUND ? "command not found" : "not executable");
		return status;
	}
	child_hold_signals();
	const struct recorder *recorder = choose(session);
	if (child_was_interrupted())
		return EXIT_INTERRUPTED;
	return recorder ? record_with(session, recorder) : EXIT_RECORDER;
}

/* What was asked for is printed whether it works here or not; what is best has to work. */
static int print_commands(struct session *session)
{
	const struct recorder *recorder = NULL;

	if (!session->method)
		recorder = choose(session);
	for (size_t i = 0; session->method && !recorder; i++)
		recorder = fits(session, recorders[i]) ? recorders[i] : NULL;
	if (!recorder)
		return EXIT_RECORDER;
	recorder->print(&session->recording, stdout);
	if (ends_in_gz(session->recording.path)) {
		fputs("gzip -f ", stdout);
		shell_word(session->recording.plain_path, stdout);
		putchar('\n');
	}
	return cmd_finish(EXIT_CLEAN);
}

static int run(int argc, char **argv)
{
	struct session session = {
		.recording = { .path = DEFAULT_PATH, .buffer_kib = DEFAULT_BUFFER_KIB },
	};
	const struct option_set set = { own_options, take_option, &session };

	if (!take_options(argc, argv, &set, 1, true) || !set_paths(&session.recording))
		return EXIT_USAGE;
	if (optind == argc) {
		cmd_error("record: no command given");
		return EXIT_USAGE;
	}
	session.recording.command = argv + optind;
	return session.print ? print_commands(&session) : record(&session);
}

const struct cmd cmd_record = {
	.name = "record",
	.summary = "run a command and record what it does to its memory, for replay",
	.help = "usage: lazymmu record [OPTION...] [--] COMMAND [ARGUMENT...]\n"
		"\n"
		"Runs the command under the best recorder that works here for this user, and says what that could\n"
		"not see. The recording begins with facts about the machine.\n"
		"\n"
		"  --method auto|ftrace|perf|strace\n"
		"                             auto: the first that works of ftrace (root; syscalls, faults, switches),\n"
		"                             perf (root; syscalls, faults, mappings), strace (syscalls alone); perf\n"
		"                             of an ordinary user has faults and mappings\n"
		"  -o, --output FILE          default: lazymmu-recording.txt; compressed if it ends in .gz; '-':\n"
		"                             standard output, where the command's own goes to standard error\n"
		"  --buffer KIB               of ftrace and perf, for each CPU (default 16384)\n"
		"  --print                    only print the commands, for a shell; auto still tries what works\n"
		"\n"
		"exit status: the command's, 128 and the signal's number if one ended it; 125 no recording, or one\n"
		"that could not all be written; 126 the command is not executable; 127 not found; 2 usage; 130\n"
		"interrupted before the command began\n",
	.run = run,
};
