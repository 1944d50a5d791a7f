/* SPDX-License-Identifier: MIT */
#include "strace_output.h"
#include "strace_syscall.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Splits the text from p on; true: it is a line of strace from there. */
static bool begins_at(struct text *text, const char *p, struct strace_line *line)
{
	struct text from = { p, text->end };

	strace_split(from, line);
	if (line->kind == STRACE_FOREIGN || line->kind == STRACE_NOTE)
		return false;
	*text = from;
	return true;
}

static bool at_number(struct text *text, struct strace_line *line)
{
	struct text rest = *text;

	while (text_find(&rest, "[pid ")) {
		if (begins_at(text, rest.p - strlen("[pid "), line) && line->bracketed)
			return true;
	}
	return false;
}

/* HH:MM:SS around its first colon. */
static bool is_time_of_day(struct text text, const char *colon)
{
	static const char form[] = "00:00:00";
	const char *p = colon - 2;

	if (colon - text.p < 2 || text.end - p < (ptrdiff_t)sizeof(form))
		return false;
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == ':' ? p[i] != ':' : !is_digit(p[i]))
			return false;
	}
	return true;
}

static bool at_time_of_day(struct text *text, struct strace_line *line)
{
	const char *colon = text->p;

	while ((colon = memchr(colon, ':', (size_t)(text->end - colon)))) {
		if (is_time_of_day(*text, colon) && begins_at(text, colon - 2, line))
			return true;
		colon++;
	}
	return false;
}

/* Seconds since 1970 have ten digits. */
static bool at_date(struct text *text, struct strace_line *line)
{
	enum { NR_DIGITS = 10 };
	const char *point = text->p;

	while ((point = memchr(point, '.', (size_t)(text->end - point)))) {
		int digits = 0;

		while (digits < NR_DIGITS && point - digits > text->p &&
		       is_digit(point[-digits - 1]))
			digits++;
		if (digits == NR_DIGITS && begins_at(text, point - NR_DIGITS, line))
			return true;
		point++;
	}
	return false;
}

/* `...mmap(`: the program's last word may run into the name. */
static bool at_syscall(struct text *text, struct strace_line *line)
{
	const char *end = text->p;

	while ((end = memchr(end, '(', (size_t)(text->end - end)))) {
		const char *name = strace_layout_name((struct text){ text->p, end });

		if (name && begins_at(text, name, line))
			return true;
		end++;
	}
	return false;
}

bool strace_skip_output(struct text *text, bool timed, struct strace_line *line)
{
	if (at_number(text, line))
		return true;
	if (timed)
		return at_time_of_day(text, line) || at_date(text, line);
	return at_syscall(text, line);
}

bool strace_skip_to_result(struct text *rest)
{
	for (const char *p = rest->end; p - rest->p > 2; p--) {
		if (p[-1] != '=' || p[-2] != ' ')
			continue;
		const char *close = p - 2;

		while (close > rest->p && close[-1] == ' ')
			close--;
		if (close > rest->p && close[-1] == ')') {
			rest->p = close - 1;
			return true;
		}
	}
	return false;
}
