/* SPDX-License-Identifier: MIT */
/* Notes that strace prints on the terminal, wherever it is in a line: `strace: Process N attached`.
 */
#ifndef LAZYMMU_TRACE_STRACE_NOTE_H
#define LAZYMMU_TRACE_STRACE_NOTE_H

#include "text.h"

struct strace_note {
	int pid;
	bool detached;	     /* else attached */
	uint64_t nr_threads; /* 'attached with N threads': with that many; else 1 */
};

/* "attached", "detached", "with 5 threads": few lines end so. */
static inline bool strace_may_be_note(struct text text)
{
	return text.p < text.end && (text.end[-1] == 'd' || text.end[-1] == 's');
}

/* True: the text ended with a note, and is now what was before it. */
bool strace_note_take(struct text *text, struct strace_note *note);

#endif
