/* SPDX-License-Identifier: MIT */
/* lazymmu replay FILE... */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_lines.h"
#include "progress.h"
#include "replay_report.h"
#include "replay_request.h"

enum {
	MAX_BAD_LINE_MESSAGES = 20,
	EVENTS_PER_LOOK = 1024, /* at signals and the clock */
};

/* One recording on its way through. */
struct session {
	const struct replay_request *request;
	const char *path;
	struct reader *reader;
	struct replay replay;
	struct replay_report report;
	struct arch_choice archs; /* what runs, the recorded backend first */
	struct ahead ahead;
	struct progress *progress;
	struct event_lines event_lines;
	bool has_pages; /* sections or PTE writes are among them */
	uint64_t messages;
	char failure[DIAG_SIZE]; /* why nothing of it can be reported; "": it can */
};

static void note(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct session *session, const char *format, ...)
{
	struct replay_report *report = &session->report;
	va_list args;

	if (report->nr_notes == MAX_NOTES)
		return;
	va_start(args, format);
	vsnprintf(report->notes[report->nr_notes++], NOTE_SIZE, format, args);
	va_end(args);
}

static void give_up(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void give_up(struct session *session, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(session->failure, sizeof(session->failure), format, args);
	va_end(args);
	cmd_error("%s: %s", session->path, session->failure);
}

/* The same, and the input says where. */
static void give_up_at(struct session *session, const struct diag *diag)
{
	snprintf(session->failure, sizeof(session->failure), "%s", diag->text);
	cmd_diag(session->path, diag);
}

static void report_bad_line(const struct diag *diag, void *data)
{
	struct session *session = data;

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
static int prefetch(struct session *session)
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

/* Given, else detected, else generic: a recording without a backend asks what each would do. */
static const struct arch *choose_archs(struct session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);
	const struct arch_choice *given = &session->request->archs;
	const struct arch *detected = facts->arch ? arch_find(facts->arch) : NULL;
	const struct arch *recorded = detected;

	if (detected)
		note(session, "recorded on %s (detected, line %llu)", detected->name,
		     (unsigned long long)facts->arch_line);
	else if (given->nr == 1)
		recorded = given->items[0];
	if (given->nr == 0) {
		session->archs.items[0] = detected ? detected : arch_find("generic");
		session->archs.nr = 1;
		if (!detected)
			note(session, "backend generic (default: the recording does not say)");
		return recorded;
	}
	/* The recorded machine comes first, so that it is what the recording is compared with. */
	for (size_t i = 0; i < given->nr; i++) {
		if (given->items[i] == recorded)
			session->archs.items[session->archs.nr++] = recorded;
	}
	for (size_t i = 0; i < given->nr; i++) {
		if (given->items[i] != recorded)
			session->archs.items[session->archs.nr++] = given->items[i];
	}
	return recorded;
}

/* Whose page tables the syscalls of the recording were about. ASSUME: x86 when nothing says it. */
static const struct arch *recording_machine(const struct session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	return arch_find(facts->arch ? facts->arch : "generic");
}

static int choose_cpus(struct session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (session->request->nr_cpus) {
		note(session, "%d CPU%s (given)", session->request->nr_cpus,
		     session->request->nr_cpus == 1 ? "" : "s");
		return session->request->nr_cpus;
	}
	if (facts->nr_cpus > 0 && facts->nr_cpus <= MAX_CPUS) {
		note(session, "%d CPU%s (line %llu)", facts->nr_cpus,
		     facts->nr_cpus == 1 ? "" : "s", (unsigned long long)facts->nr_cpus_line);
		return facts->nr_cpus;
	}
	note(session, "%d CPUs at most (default: the recording does not say)", MAX_CPUS);
	return MAX_CPUS;
}

static unsigned int choose_page_shift(struct session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (session->request->kernel.page_shift) {
		note(session, "%u-byte pages (given)", 1u << session->request->kernel.page_shift);
		return session->request->kernel.page_shift;
	}
	if (facts->page_shift)
		note(session, "%u-byte pages (detected), the default of a backend without such",
		     1u << facts->page_shift);
	else
		note(session, "page size: the default of each backend");
	return facts->page_shift;
}

static struct kernel_choice choose_kernels(struct session *session)
{
	struct kernel_choice kernel = session->request->kernel.kernels;

	const struct reader_facts *facts = reader_facts(session->reader);

	if (kernel.nr == 0 && facts->kernel_line) {
		kernel.items[kernel.nr++] =
			kernel_of_version(facts->kernel_major, facts->kernel_minor);
		note(session, "kernel %s (for %u.%u, line %llu)", kernel.items[0]->name,
		     facts->kernel_major, facts->kernel_minor,
		     (unsigned long long)facts->kernel_line);
	} else if (kernel.nr == 0) {
		kernel.items[kernel.nr++] = &kernels[KERNEL_NEWEST];
		note(session, "kernel %s (default: the newest)", kernel.items[0]->name);
	} else {
		note(session, "kernel %s (given)", kernel.items[0]->name);
	}
	return kernel;
}

/*
 * Given, else what the recording knows. One that says nothing of pages gets both bounds; one with a
 * backend's own events, or with PTE writes in it, tells enough.
 */
static void choose_populations(struct session *session, struct replay_options *options)
{
	const struct replay_request *request = session->request;
	const struct reader_facts *facts = reader_facts(session->reader);
	bool given = request->nr_populations > 0;

	options->has_faults = facts->has_faults;

	if (given) {
		memcpy(options->populations, request->populations, sizeof(options->populations));
		options->nr_populations = request->nr_populations;
	} else if (facts->shows_arch || facts->has_faults || session->has_pages) {
		options->populations[options->nr_populations++] = POPULATION_FAULTS;
	} else {
		options->populations[options->nr_populations++] = POPULATION_NONE;
		options->populations[options->nr_populations++] = POPULATION_ALL;
	}
	for (size_t i = 0; i < options->nr_populations; i++)
		note(session, "populate %s (%s): %s", population_names[options->populations[i]],
		     given			   ? "given"
		     : facts->has_faults	   ? "faults are recorded"
		     : options->nr_populations > 1 ? "a bound: no faults are recorded"
						   : "default",
		     population_meanings[options->populations[i]]);
}

static void note_machine(struct session *session)
{
	const struct replay_request *request = session->request;

	note(session, "preemption %s (%s)", preempt_model_names[request->kernel.preempt],
	     request->kernel.has_preempt ? "given" : "default");
	if (request->kernel.radix)
		note(session, "radix MMU (given)");
	if (request->kernel.config_names)
		note(session, "configuration %s (given)", request->kernel.config_names);
}

/* The first run is the recorded machine; of powerpc, recordings show effects of the hash MMU. */
static bool first_run_is_recorded(const struct session *session, const struct arch *recorded)
{
	const struct replay_request *request = session->request;

	return recorded && request->lazy && request->by == GROUP_BY_PHASE &&
	       session->replay.runs[0].arch == recorded &&
	       !(request->kernel.radix && recorded == arch_find("powerpc"));
}

static int start(struct session *session)
{
	const struct replay_request *request = session->request;
	const struct arch *recorded = choose_archs(session);
	struct kernel_choice kernel = choose_kernels(session);
	struct replay_options options = {
		.archs = session->archs.items,
		.nr_archs = session->archs.nr,
		.kernels = kernel.items,
		.nr_kernels = kernel.nr,
		.by = request->by,
		.lazy = request->lazy,
		.immediate = request->immediate,
		.watched = request->events,
		.page_shift = choose_page_shift(session),
		.page_shift_is_asked = request->kernel.page_shift != 0,
		.recorded_arch = recorded ? recorded->name : NULL,
		.geometry = recording_machine(session),
		.in_order = reader_facts(session->reader)->shows_arch,
		.config = { .preempt = request->kernel.preempt,
			    .config = request->kernel.config,
			    .radix = request->kernel.radix,
			    .nr_cpus = choose_cpus(session) },
	};

	note_machine(session);
	choose_populations(session, &options);
	if (request->by != GROUP_BY_PHASE)
		note(session, "divided by %s: nothing is compared with what was recorded",
		     group_by_names[request->by]);
	int err = replay_create(&options, &session->replay);
	if (err == -EINVAL)
		give_up(session, "no backend that was asked for has %u-byte pages",
			1u << options.page_shift);
	else if (err)
		give_up(session, "%s", strerror(-err));
	if (!err && session->replay.skipped_runs)
		note(session, "%zu runs left out: their backend has no such page size",
		     session->replay.skipped_runs);
	session->replay.ahead = &session->ahead;
	session->report.is_recorded = !err && first_run_is_recorded(session, recorded);
	return err;
}

static int replay_one(struct session *session, const struct event *event)
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
static int feed(struct session *session)
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

/* Each assumption about pages that was cut, once. */
static void note_untouched(struct session *session)
{
	bool noted[NR_POPULATIONS] = { false };

	for (size_t i = 0; i < session->replay.nr_runs; i++) {
		const struct run *run = &session->replay.runs[i];
		struct population_limit limit = population_limit(run->population);
		if (!run->untouched || noted[run->population])
			continue;
		noted[run->population] = true;
		note(session, "populate %s went no further than %llu pages (limit %s)",
		     population_names[run->population], (unsigned long long)limit.pages,
		     limit.name);
	}
}

/* System calls by number were taken for those of powerpc64, and nothing has confirmed it. */
static void note_numbers(struct session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (facts->numbers_line && !(facts->arch && strcmp(facts->arch, "powerpc") == 0))
		note(session,
		     "system calls by number (line %llu) are those of powerpc64 (default; of x86 behind a line \"# lazymmu: machine x86_64\")",
		     (unsigned long long)facts->numbers_line);
}

static const char *shown_path(const struct session *session)
{
	return strcmp(session->path, "-") == 0 ? "(standard input)" : session->path;
}

static void fill_report(struct session *session)
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
	if (was_interrupted())
		note(session, "interrupted after %llu lines", (unsigned long long)report->lines);
	if (report->lost_events)
		note(session, "the recorder lost %llu events",
		     (unsigned long long)report->lost_events);
	if (session->replay.tally.overlaps)
		note(session,
		     "%llu mmaps returned memory that was mapped: not in the order of effects, or unmapped unseen",
		     (unsigned long long)session->replay.tally.overlaps);
	if (session->replay.undone)
		note(session, "%llu calls that failed were taken to succeed",
		     (unsigned long long)session->replay.undone);
	note_untouched(session);
	note_numbers(session);
	if (reader_facts(session->reader)->thp_line)
		note(session,
		     "transparent huge pages were on (line %llu): they are not modelled, a fault maps one page",
		     (unsigned long long)reader_facts(session->reader)->thp_line);
	for (size_t i = 0; i < session->replay.nr_unmodelled; i++) {
		const struct unmodelled *what = &session->replay.unmodelled[i];
		note(session, "%s: %llu time%s, first at line %llu", what->why,
		     (unsigned long long)what->times, what->times == 1 ? "" : "s",
		     (unsigned long long)what->line);
	}
	if (session->replay.phases.dropped)
		note(session, "%llu phases not kept (limit MAX_PHASES, %d)",
		     (unsigned long long)session->replay.phases.dropped, MAX_PHASES);
}

/* Only the recorded machine decides the status; what other backends would have done does not. */
static int status_of(const struct session *session)
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

static void give_up_memory(struct session *session)
{
	const char *limit = replay_limit(&session->replay);

	if (limit)
		give_up(session, "the limit %s is reached", limit);
	else
		give_up(session, "out of memory");
}

static int print_report(struct session *session, struct json *json)
{
	if (session->request->events)
		return status_of(session);
	int err = json ? replay_report_json(&session->report, json)
		       : replay_report_text(&session->report, stdout);

	if (err == -ENOMEM)
		cmd_error("%s: out of memory", session->path);
	return err ? EXIT_COULD_NOT_RUN : status_of(session);
}

static int replay_stream(struct session *session, struct json *json)
{
	int err = prefetch(session);

	if (err == -ENOMEM)
		goto out_memory;
	bool damaged = err < 0;
	if (damaged && reader_format(session->reader) == FORMAT_UNKNOWN) {
		give_up_at(session, reader_error(session->reader));
		return cmd_input_status(err);
	}
	err = start(session);
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
static void report_failure(struct session *session, struct json *json)
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

static int replay_file(const struct replay_request *request, const char *path, struct json *json,
		       struct progress *progress)
{
	struct session session = { .request = request,
				   .path = path,
				   .progress = progress,
				   .event_lines = { .out = stdout } };
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
		status = worse(status, replay_file(request, paths[i],
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
