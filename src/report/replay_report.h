/* SPDX-License-Identifier: MIT */
/* The report of a replay: text for people, JSON for programs, the same facts in both. */
#ifndef LAZYMMU_REPORT_REPLAY_REPORT_H
#define LAZYMMU_REPORT_REPLAY_REPORT_H

#include <stdio.h>

#include "compare.h"
#include "json.h"

enum { MAX_NOTES = 16, NOTE_SIZE = 160 };

struct replay_report {
	const char *path;
	const char *format;
	uint64_t lines;
	uint64_t bad_lines;
	uint64_t lost_events;
	const char *read_error;		  /* the input could not be read to its end; NULL: it was */
	char notes[MAX_NOTES][NOTE_SIZE]; /* what was given, detected or defaulted */
	size_t nr_notes;
	const struct replay *replay;
	size_t recorded_run; /* the run that stands for the recorded machine */
	bool is_recorded;    /* it does: backend and effects fit */
	size_t top;	     /* groups that the text shows of each run; 0: all */
	bool has_faults;     /* page faults were recorded */
};

/* Both return 0, -EIO or -ENOMEM. The JSON one writes the members of an object that is open. */
int replay_report_text(const struct replay_report *report, FILE *out);
int replay_report_json(const struct replay_report *report, struct json *json);

/* Of the recorded machine; no effects when no run stands for it. */
enum replay_verdict replay_report_verdict(const struct replay_report *report);

#endif
