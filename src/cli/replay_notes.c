/* SPDX-License-Identifier: MIT */
/* What there is to say of a recording as a whole. */
#include "replay_session.h"

#include <string.h>

/* Each assumption about pages that was cut, once. */
static void note_untouched(struct replay_session *session)
{
	bool noted[NR_POPULATIONS] = { false };

	for (size_t i = 0; i < session->replay.nr_runs; i++) {
		const struct run *run = &session->replay.runs[i];
		struct population_limit limit = population_limit(run->population);
		if (!run->untouched || noted[run->population])
			continue;
		noted[run->population] = true;
		replay_note(session, "populate %s went no further than %llu pages (limit %s)",
			    population_names[run->population], (unsigned long long)limit.pages,
			    limit.name);
	}
}

/* System calls by number were taken for those of powerpc64, and nothing has confirmed it. */
static void note_numbers(struct replay_session *session)
{
	const struct reader_facts *facts = reader_facts(session->reader);

	if (facts->numbers_line && !(facts->arch && strcmp(facts->arch, "powerpc") == 0))
		replay_note(
			session,
			"system calls by number (line %llu) are those of powerpc64 (default; of x86 behind a line \"# lazymmu: machine x86_64\")",
			(unsigned long long)facts->numbers_line);
}

void replay_notes(struct replay_session *session)
{
	const struct replay_report *report = &session->report;

	if (was_interrupted())
		replay_note(session, "interrupted after %llu lines",
			    (unsigned long long)report->lines);
	if (report->lost_events)
		replay_note(session, "the recorder lost %llu events",
			    (unsigned long long)report->lost_events);
	if (session->replay.tally.overlaps)
		replay_note(
			session,
			"%llu mmaps returned memory that was mapped: not in the order of effects, or unmapped unseen",
			(unsigned long long)session->replay.tally.overlaps);
	if (session->replay.undone)
		replay_note(session, "%llu calls that failed were taken to succeed",
			    (unsigned long long)session->replay.undone);
	note_untouched(session);
	note_numbers(session);
	if (reader_facts(session->reader)->thp_line)
		replay_note(
			session,
			"transparent huge pages were on (line %llu): they are not modelled, a fault maps one page",
			(unsigned long long)reader_facts(session->reader)->thp_line);
	for (size_t i = 0; i < session->replay.nr_unmodelled; i++) {
		const struct unmodelled *what = &session->replay.unmodelled[i];
		replay_note(session, "%s: %llu time%s, first at line %llu", what->why,
			    (unsigned long long)what->times, what->times == 1 ? "" : "s",
			    (unsigned long long)what->line);
	}
	if (session->replay.phases.dropped)
		replay_note(session, "%llu phases not kept (limit MAX_PHASES, %d)",
			    (unsigned long long)session->replay.phases.dropped, MAX_PHASES);
}
