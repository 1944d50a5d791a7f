/* SPDX-License-Identifier: MIT */
/* What is replayed on which machines: given, else told by the recording, else a default. */
#include "replay_session.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cmd.h"

void replay_note(struct replay_session *session, const char *format, ...)
{
	struct replay_report *report = &session->report;
	va_list args;

	if (report->nr_notes == MAX_NOTES)
		return;
	va_start(args, format);
	vsnprintf(report->notes[report->nr_notes++], NOTE_SIZE, format, args);
	va_end(args);
}

void replay_give_up(struct replay_session *session, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(session->failure, sizeof(session->failure), format, args);
	va_end(args);
	cmd_error("%s: %s", session->path, session->failure);
}

/* Given, else detected, else generic: a recording without a backend asks what each would do. */
static const struct arch *choose_archs(struct replay_session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);
	const struct arch_choice *given = &session->request->archs;
	const struct arch *detected = facts->arch ? arch_find(facts->arch) : NULL;
	const struct arch *recorded = detected;

	if (detected)
		replay_note(session, "recorded on %s (detected, line %llu)", detected->name,
			    (unsigned long long)facts->arch_line);
	else if (given->nr == 1)
		recorded = given->items[0];
	if (given->nr == 0) {
		session->archs.items[0] = detected ? detected : arch_find("generic");
		session->archs.nr = 1;
		if (!detected)
			replay_note(session,
				    "backend generic (default: the recording does not say)");
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
static const struct arch *recording_machine(const struct replay_session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	return arch_find(facts->arch ? facts->arch : "generic");
}

static int choose_cpus(struct replay_session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (session->request->nr_cpus) {
		replay_note(session, "%d CPU%s (given)", session->request->nr_cpus,
			    session->request->nr_cpus == 1 ? "" : "s");
		return session->request->nr_cpus;
	}
	if (facts->nr_cpus > 0 && facts->nr_cpus <= MAX_CPUS) {
		replay_note(session, "%d CPU%s (line %llu)", facts->nr_cpus,
			    facts->nr_cpus == 1 ? "" : "s",
			    (unsigned long long)facts->nr_cpus_line);
		return facts->nr_cpus;
	}
	replay_note(session, "%d CPUs at most (default: the recording does not say)", MAX_CPUS);
	return MAX_CPUS;
}

static unsigned int choose_page_shift(struct replay_session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (session->request->kernel.page_shift) {
		replay_note(session, "%u-byte pages (given)",
			    1u << session->request->kernel.page_shift);
		return session->request->kernel.page_shift;
	}
	if (facts->page_shift)
		replay_note(session,
			    "%u-byte pages (detected), the default of a backend without such",
			    1u << facts->page_shift);
	else
		replay_note(session, "page size: the default of each backend");
	return facts->page_shift;
}

static struct kernel_choice choose_kernels(struct replay_session *session)
{
	struct kernel_choice kernel = session->request->kernel.kernels;

	const struct reader_facts *facts = reader_facts(session->reader);

	if (kernel.nr == 0 && facts->kernel_line) {
		kernel.items[kernel.nr++] =
			kernel_of_version(facts->kernel_major, facts->kernel_minor);
		replay_note(session, "kernel %s (for %u.%u, line %llu)", kernel.items[0]->name,
			    facts->kernel_major, facts->kernel_minor,
			    (unsigned long long)facts->kernel_line);
	} else if (kernel.nr == 0) {
		kernel.items[kernel.nr++] = &kernels[KERNEL_NEWEST];
		replay_note(session, "kernel %s (default: the newest)", kernel.items[0]->name);
	} else {
		replay_note(session, "kernel %s (given)", kernel.items[0]->name);
	}
	return kernel;
}

/*
 * Given, else what the recording knows. One that says nothing of pages gets both bounds; one with a
 * backend's own events, or with PTE writes in it, tells enough.
 */
static void choose_populations(struct replay_session *session, struct replay_options *options)
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
		replay_note(session, "populate %s (%s): %s",
			    population_names[options->populations[i]],
			    given			  ? "given"
			    : facts->has_faults		  ? "faults are recorded"
			    : options->nr_populations > 1 ? "a bound: no faults are recorded"
							  : "default",
			    population_meanings[options->populations[i]]);
}

static void note_machine(struct replay_session *session)
{
	const struct replay_request *request = session->request;

	replay_note(session, "preemption %s (%s)", preempt_model_names[request->kernel.preempt],
		    request->kernel.has_preempt ? "given" : "default");
	if (request->kernel.radix)
		replay_note(session, "radix MMU (given)");
	if (request->kernel.config_names)
		replay_note(session, "configuration %s (given)", request->kernel.config_names);
}

/* The first run is the recorded machine; of powerpc, recordings show effects of the hash MMU. */
static bool first_run_is_recorded(const struct replay_session *session, const struct arch *recorded)
{
	const struct replay_request *request = session->request;

	return recorded && request->lazy && request->by == GROUP_BY_PHASE &&
	       session->replay.runs[0].arch == recorded &&
	       !(request->kernel.radix && recorded == arch_find("powerpc"));
}

int replay_session_start(struct replay_session *session)
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
		replay_note(session, "divided by %s: nothing is compared with what was recorded",
			    group_by_names[request->by]);
	int err = replay_create(&options, &session->replay);
	if (err == -EINVAL)
		replay_give_up(session, "no backend that was asked for has %u-byte pages",
			       1u << options.page_shift);
	else if (err)
		replay_give_up(session, "%s", strerror(-err));
	if (!err && session->replay.skipped_runs)
		replay_note(session, "%zu runs left out: their backend has no such page size",
			    session->replay.skipped_runs);
	session->replay.ahead = &session->ahead;
	session->report.is_recorded = !err && first_run_is_recorded(session, recorded);
	return err;
}
