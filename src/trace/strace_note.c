/* SPDX-License-Identifier: MIT */
#include "strace_note.h"
#include "strace_line.h"

static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       memchr("/._-", c, 4);
}

/* strace says how it was called, perhaps by a path. */
static const char *start_of_path(const char *p, const char *start)
{
	const char *path = p;

	while (p > start && is_path_char(p[-1])) {
		p--;
		if (*p == '/')
			path = p;
	}
	return path;
}

bool strace_note_take(struct text *text, struct strace_note *note)
{
	static const char in_line[] = "strace: Process ", alone[] = "Process ";
	struct text rest = *text;
	const char *start = text->p;
	uint64_t pid;

	if (!strace_ends(*text, "tached") && !strace_ends(*text, " threads"))
		return false;
	if (text_find(&rest, in_line))
		start = start_of_path(rest.p - strlen(in_line), text->p);
	else if (!text_skip(&rest, alone))
		return false;
	if (!text_dec(&rest, &pid) || pid >= STRACE_MAX_PID)
		return false;
	if (!text_starts(rest, " attached") && !text_starts(rest, " detached"))
		return false;
	note->pid = (int)pid;
	note->detached = text_starts(rest, " detached");
	note->nr_threads = 1;
	if (text_skip(&rest, " attached with "))
		text_dec(&rest, &note->nr_threads);
	text->end = start;
	return true;
}
