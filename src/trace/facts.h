/* SPDX-License-Identifier: MIT */
/*
 * The header of facts that `lazymmu record` puts before a recording, whatever its format: lines
 * `# lazymmu: KEY VALUE` about the machine that was recorded.
 */
#ifndef LAZYMMU_TRACE_FACTS_H
#define LAZYMMU_TRACE_FACTS_H

#include "reader.h"
#include "text.h"

static inline bool facts_is_line(struct text line)
{
	return text_starts(line, "# lazymmu:");
}

/*
 * Takes what a line of the header says; a fact that was told before stands. Keys that nobody asks
 * for are for the human reader. False: the line is no fact, or its value is none of its key.
 */
bool facts_line(struct text line, uint64_t number, struct reader_facts *facts,
		struct mistake *mistake);

/* The same where another header says it; what is no value of the key is nothing. */
void facts_told(const char *key, struct text value, uint64_t number, struct reader_facts *facts);

#endif
