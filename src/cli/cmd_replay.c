/* SPDX-License-Identifier: MIT */
/* lazymmu replay FILE... */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_session.h"

enum {
	MAX_BAD_LINE_MESSAGES = 20,
	EVENTS_PER_LOOK = 1024, /* at signals and the clock */
};

/* Nothing of it can be reported, and the input says where. */
static void give_up_at(struct replay_session *session, const struct diag *diag)
{
	snprintf(session->failure, sizeof(session->failure), "%s", diag->text);
	cmd_diag(session->path, diag);
}

static void report_bad_line(const struct diag *diag, void *data)
{
	struct replay_session *session = data;

	if (session->messages++ < MAX_BAD_LINE_MESSAGES)
		cmd_diag(session->path, diag);
}

/*
 * Nothing more to wait for: the backend is known, and that its pages are of the largest size it
 * has; a kernel with large pages has events of smaller ones, too.
 */
static bool is_decided(const struct reader_facts *facts)
{
	const struct arch *arch = facts->shows_arch ? arch_find(facts->arch) : NULL;
	unsigned int largest = 0;

	if (!arch)
		return false;
	for (size_t i = 0; i < arch->nr_geometries; i++) {
		if (arch->geometries[i].page_shift > largest)
			largest = arch->geometries[i].page_shift;
	}
	return arch->nr_geometries == 1 || facts->page_shift >= largest;
}

/* Reads until the recording tells its machine, which it does in its first lines. */
static int prefetch(struct replay_session *session)
{
	struct event event;

	for (int i = 0; i < AHEAD_MAX; i++) {
		int got = ahead_read(&session->ahead, &event);
		if (got <= 0)
			return got;
		session->has_pages |=
			event.kind >= EVENT_SECTION_ENTER && event.kind <= EVENT_CLEAR_PTE;
		if (is_decided(reader_facts(session->reader)))
			break;
	}
	return 0;
}

static int replay_one(struct replay_session *session, const struct event *event)
{
	int err = replay_event(&session->replay, event);

	if (!err && session->request->events)
		event_line(&session->event_lines, &session->replay, event);
	return err;
}

/*
 * 0: to the end, or to where a signal asked to stop; 1: damage on the way, what came before stands;
 * -errno: it cannot go on.
 */
static int feed(struct replay_session *session)
{
	struct progress *progress = session->progress;
	struct event event;
	int got;

	snprintf(progress->label, sizeof(progress->label), "%s", session->path);
	while ((got = ahead_next(&session->ahead, &event)) > 0) {
		int err = replay_one(session, &event);
		if (err)
			return err;
		if (session->replay.events % EVENTS_PER_LOOK == 0 &&
		    !progress_lines(progress, reader_lines(session->reader)))
			break;
	}
	progress_erase(progress);
	return got < 0 ? 1 : 0;
}

static const char *shown_path(const struct replay_session *session)
{
	return strcmp(session->path, "-") == 0 ? "(standard input)" : session->path;
}

static void fill_report(struct replay_session *session)
{
	struct replay_report *report = &session->report;

	report->path = shown_path(session);
	report->format = recording_format_names[reader_format(session->reader)];
	report->lines = reader_lines(session->reader);
	report->bad_lines = reader_bad_lines(session->reader) + session->replay.bad_cpus;
	report->lost_events = reader_facts(session->reader)->lost_events;
	report->replay = &session->replay;
	report->top = session->request->top;
	report->has_faults = reader_facts(session->reader)->has_faults;
	if (session->replay.bad_cpus)
		cmd_error("%s: %llu lines are of CPUs that a machine of %d does not have (--cpus)",
			  session->path, (unsigned long long)session->replay.bad_cpus,
			  session->replay.nr_cpus);
	replay_notes(session);
}

/* Only the recorded machine decides the status; what other backends would have done does not. */
static int status_of(const struct replay_session *session)
{
	const struct replay_report *report = &session->report;
	const struct replay *replay = &session->replay;
	size_t run = report->recorded_run;

	if (report->bad_lines || report->read_error)
		return EXIT_USAGE;
	if (replay_report_verdict(report) == REPLAY_MISMATCH)
		return EXIT_FINDING;
	for (size_t i = 0; i < replay->nr_expectations; i++) {
		if (!replay->expectations[i].met)
			return EXIT_FINDING;
	}
	return report->is_recorded && replay->runs[run].machine->findings.total ? EXIT_FINDING
										: EXIT_CLEAN;
}

static void give_up_memory(struct replay_session *session)
{
	const char *limit = replay_limit(&session->replay);

	if (limit)
		replay_give_up(session, "the limit %s is reached", limit);
	else
		replay_give_up(session, "out of memory");
}

static int print_report(struct replay_session *session, struct json *json)
{
	if (session->request->events)
		return status_of(session);
	int err = json ? replay_report_json(&session->report, json)
		       : replay_report_text(&session->report, stdout);

	if (err == -ENOMEM)
		cmd_error("%s: out of memory", session->path);
	return err ? EXIT_COULD_NOT_RUN : status_of(session);
}

static int replay_stream(struct replay_session *session, struct json *json)
{
	int err = prefetch(session);

	if (err == -ENOMEM)
		goto out_memory;
	bool damaged = err < 0;
	if (damaged && reader_format(session->reader) == FORMAT_UNKNOWN) {
		give_up_at(session, reader_error(session->reader));
		return cmd_input_status(err);
	}
	err = replay_session_start(session);
	if (err)
		return err == -EINVAL ? EXIT_USAGE : EXIT_COULD_NOT_RUN;
	err = feed(session);
	if (err < 0)
		goto out_memory;
	if (replay_finish(&session->replay))
		goto out_memory;
	if (damaged || err > 0) {
		session->report.read_error = reader_error(session->reader)->text;
		cmd_diag(session->path, reader_error(session->reader));
	}
	if (session->messages > MAX_BAD_LINE_MESSAGES)
		cmd_error("%s: %llu more bad lines", session->path,
			  (unsigned long long)(session->messages - MAX_BAD_LINE_MESSAGES));
	fill_report(session);
	return print_report(session, json);
out_memory:
	give_up_memory(session);
	return EXIT_COULD_NOT_RUN;
}

/* A program that reads the report finds the same keys, with no runs and with the reason. */
static void report_failure(struct replay_session *session, struct json *json)
{
	struct replay_report *report = &session->report;

	replay_destroy(&session->replay);
	report->path = shown_path(session);
	report->format = recording_format_names[session->reader ? reader_format(session->reader)
								: FORMAT_UNKNOWN];
	report->lines = session->reader ? reader_lines(session->reader) : 0;
	report->replay = &session->replay;
	report->is_recorded = false;
	report->read_error = session->failure;
	replay_report_json(report, json);
}

static int replay_file(const struct replay_request *request, const char *path, bool is_alone,
		       struct json *json, struct progress *progress)
{
	struct replay_session session = {
		.request = request,
		.path = path,
		.progress = progress,
		.event_lines = { .out = stdout, .file = is_alone ? NULL : path },
	};
	struct reader_options options = { .report = report_bad_line,
					  .data = &session,
					  .times = request->events };
	struct diag diag = { 0 };
	int err = reader_open(path, &options, &session.reader, &diag);
	int status;

	if (err) {
		give_up_at(&session, &diag);
		status = cmd_input_status(err);
	} else {
		ahead_init(&session.ahead, session.reader);
		status = replay_stream(&session, json);
	}
	if (json && session.failure[0])
		report_failure(&session, json);
	replay_destroy(&session.replay);
	reader_close(session.reader);
	ahead_fini(&session.ahead);
	return status;
}

/* The gravest of several: could not run, then malformed input, then a finding. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int replay_files(const struct replay_request *request, char **paths, int nr)
{
	struct json json = { .out = stdout };
	struct progress progress;
	int status = EXIT_CLEAN;

	progress_init(&progress, 0);
	if (request->kernel.json) {
		json_open(&json, NULL, '{');
		json_number(&json, "schema", 1);
		json_string(&json, "command", "replay");
		if (nr > 1)
			json_open(&json, "files", '[');
	}
	for (int i = 0; i < nr && !was_interrupted(); i++) {
		if (request->kernel.json && nr > 1)
			json_open(&json, NULL, '{');
		else if (i && !request->events)
			putchar('\n');
		status = worse(status, replay_file(request, paths[i], nr == 1,
						   request->kernel.json ? &json : NULL, &progress));
		if (request->kernel.json && nr > 1)
			json_close(&json, '}');
	}
	if (request->kernel.json && nr > 1)
		json_close(&json, ']');
	if (request->kernel.json)
		json_close(&json, '}');
	return cmd_finish(was_interrupted() ? EXIT_INTERRUPTED : status);
}

static int run(int argc, char **argv)
{
	struct replay_request request;

	if (!replay_request_parse(argc, argv, &request))
		return EXIT_USAGE;
	return replay_files(&request, argv + optind, argc - optind);
}

const struct cmd cmd_replay = {
	.name = "replay",
	.summary = "replay recordings and compare predicted with recorded effects",
	.help = replay_help,
	.run = run,
};
