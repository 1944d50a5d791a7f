/* SPDX-License-Identifier: MIT */
/* Notes that strace prints on the terminal, wherever it is in a line: `strace: Process N attached`.
 */
#ifndef LAZYMMU_TRACE_STRACE_NOTE_H
#define LAZYMMU_TRACE_STRACE_NOTE_H

#include "text.h"

struct strace_note {
	int pid;
	bool detached; /* else attached */
};

/* True: the text ended with a note, and is now what was before it. */
bool strace_note_take(struct text *text, struct strace_note *note);

#endif
