/* SPDX-License-Identifier: MIT */
/* One recording on its way through `lazymmu replay`, and what is chosen for it. */
#ifndef LAZYMMU_CLI_REPLAY_SESSION_H
#define LAZYMMU_CLI_REPLAY_SESSION_H

#include "event_lines.h"
#include "progress.h"
#include "replay_report.h"
#include "replay_request.h"

struct replay_session {
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

/* A line of the report's head. */
void replay_note(struct replay_session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Nothing of it can be reported: a message says why, and the report by failure. */
void replay_give_up(struct replay_session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * What its first lines tell is read: chooses backends, kernels, pages and the rest, says so in
 * notes, and makes the machines. 0, -EINVAL or -ENOMEM.
 */
int replay_session_start(struct replay_session *session);

/* After the last event: what the report says of the recording as a whole. */
void replay_notes(struct replay_session *session);

#endif
