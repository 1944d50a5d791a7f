/* SPDX-License-Identifier: MIT */
/*
 * The columns in front: `[pid] [time] [(+time)] [[number]] [[instruction pointer]]`, each of them
 * an option of strace.
 */
#include "strace_line.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `<comm>` behind a pid (-Y); strace escapes a '>' in it. */
static void skip_comm(struct text *text)
{
	const char *end;

	if (text->p == text->end || *text->p != '<')
		return;
	end = memchr(text->p, '>', text_size(*text));
	text->p = end ? end + 1 : text->end;
}

/* A number of the first column: a pid, or the start of a time (the text stays). */
static void bare_pid(struct text *text, int *pid)
{
	const char *p = text->p, *end = text->end;
	int number = 0;

	for (; p < end && is_digit(*p) && number < STRACE_MAX_PID; p++)
		number = number * 10 + (*p - '0');
	if (number >= STRACE_MAX_PID || p == end || (*p != ' ' && *p != '<'))
		return;
	struct text rest = { p, end };
	skip_comm(&rest);
	text_skip_blanks(&rest);
	*pid = number;
	*text = rest;
}

static bool bracketed_pid(struct text *text, int *pid)
{
	struct text rest = *text;
	uint64_t number;

	if (!text_skip(&rest, "[pid "))
		return false;
	text_skip_blanks(&rest);
	if (!text_dec(&rest, &number) || number >= STRACE_MAX_PID)
		return false;
	skip_comm(&rest);
	if (!text_skip(&rest, "] "))
		return false;
	*pid = (int)number;
	*text = rest;
	return true;
}

static void time_column(struct text *text, struct text *time)
{
	const char *blank = memchr(text->p, ' ', text_size(*text));

	if (!blank || !is_digit(blank[-1]))
		return;
	*time = (struct text){ text->p, blank };
	text->p = blank;
	text_skip_blanks(text);
}

/* `[  59] ` and `[00007fb686213ad7] `; `[????????????????] ` where there is none. */
static bool skip_bracket_column(struct text *text)
{
	const char *p = text->p + 1;

	while (p < text->end && (*p == ' ' || *p == '?' || hex_digits[(unsigned char)*p]))
		p++;
	if (text->end - p < 2 || p[0] != ']' || p[1] != ' ')
		return false;
	text->p = p + 2;
	return true;
}

/*
 * `PID [TIME] name(`: what -f with -o, perhaps with -tt, writes, and most recordings are. False:
 * the text stays, and there may be anything.
 */
static bool usual_columns(struct text *text, struct strace_line *line)
{
	const char *p = text->p, *end = text->end;
	const char *most = end - p > 8 ? p + 8 : end;
	int pid = 0;

	for (; p < most && is_digit(*p); p++)
		pid = pid * 10 + (*p - '0');
	if (p == text->p || p == end || *p != ' ' || pid >= STRACE_MAX_PID)
		return false;
	while (p < end && *p == ' ')
		p++;
	if (p < end && is_digit(*p)) {
		const char *blank = memchr(p, ' ', (size_t)(end - p));

		if (!blank || !is_digit(blank[-1]))
			return false;
		line->time = (struct text){ p, blank };
		p = blank + 1;
	}
	if (p == end || (*p != '<' && (*p < 'a' || *p > 'z')))
		return false;
	line->pid = pid;
	text->p = p;
	return true;
}

static void columns(struct text *text, struct strace_line *line)
{
	if (is_digit(*text->p))
		bare_pid(text, &line->pid);
	else if (*text->p == '[')
		line->bracketed = bracketed_pid(text, &line->pid);
	/* A relative time is padded with blanks; other lines that begin so have no columns. */
	if (text->p < text->end && *text->p == ' ') {
		struct text padded = *text;

		text_skip_blanks(&padded);
		if (padded.p < padded.end && is_digit(*padded.p))
			*text = padded;
	}
	if (text->p < text->end && is_digit(*text->p))
		time_column(text, &line->time);
	if (text_starts(*text, "(+") && text_find(text, ")"))
		text_skip_blanks(text);
	while (text->p < text->end && *text->p == '[' && skip_bracket_column(text))
		;
}

/* Names have lower case letters; `syscall_0x1b5`, `execve#64` and `????` are names, too. */
static const bool name_chars[256] = {
	['#'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
	['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['?'] = true,
	['_'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
	['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true,
	['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true,
	['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true,
	['x'] = true, ['y'] = true, ['z'] = true,
};

static enum strace_kind call(struct text body, struct strace_line *line)
{
	const char *p = body.p;

	while (p < body.end && name_chars[(unsigned char)*p])
		p++;
	if (p == body.end || p == body.p || *p != '(')
		return STRACE_FOREIGN;
	line->name = (struct text){ body.p, p };
	line->rest = (struct text){ p + 1, body.end };
	return STRACE_CALL;
}

static enum strace_kind resumed(struct text body, struct strace_line *line)
{
	if (!text_skip(&body, "<... "))
		return STRACE_FOREIGN;
	line->name = text_before_blank(body);
	body.p = line->name.end;
	if (!text_skip(&body, " resumed>"))
		return STRACE_FOREIGN;
	line->rest = body;
	return STRACE_RESUMED;
}

static enum strace_kind end_of_task(struct text body, struct strace_line *line)
{
	uint64_t pid;

	if (text_skip(&body, "+++ superseded by execve in pid ")) {
		if (!text_dec(&body, &pid) || pid >= STRACE_MAX_PID)
			return STRACE_FOREIGN;
		line->superseded_pid = (int)pid;
		return STRACE_SUPERSEDED;
	}
	return text_starts(body, "+++ exited with ") || text_starts(body, "+++ killed by ")
		       ? STRACE_EXITED
		       : STRACE_FOREIGN;
}

static enum strace_kind kind_of(struct text body, struct strace_line *line)
{
	switch (*body.p) {
	case '<':
		return resumed(body, line);
	case '-':
		return text_starts(body, "--- ") ? STRACE_SIGNAL : STRACE_FOREIGN;
	case '+':
		return end_of_task(body, line);
	case ' ':
		return text_starts(body, " > ") ? STRACE_NOTE : STRACE_FOREIGN;
	case '[':
		return text_starts(body, "[ Process PID=") ? STRACE_NOTE : STRACE_FOREIGN;
	default:
		return call(body, line);
	}
}

void strace_split(struct text text, struct strace_line *line)
{
	*line = (struct strace_line){ .pid = -1 };
	if (text.p < text.end && !usual_columns(&text, line)) {
		line->time = (struct text){ NULL, NULL };
		columns(&text, line);
	}
	if (text.p < text.end)
		line->kind = kind_of(text, line);
}

/* Digits behind the point, as nanoseconds. */
static uint64_t fraction(struct text text)
{
	uint64_t ns = 0;
	unsigned int digits = 0;

	if (!text_skip(&text, "."))
		return 0;
	for (; digits < 9; digits++) {
		bool more = text.p < text.end && is_digit(*text.p);

		ns = ns * 10 + (more ? (uint64_t)(*text.p++ - '0') : 0);
	}
	return ns;
}

enum strace_clock strace_stamp(struct text time, uint64_t *ns)
{
	const uint64_t second = 1000000000;
	uint64_t number, minutes, seconds;

	if (!text_dec(&time, &number))
		return STRACE_NO_CLOCK;
	if (!text_skip(&time, ":")) {
		if (number <= STRACE_MAX_PID || number > UINT64_MAX / second - 1)
			return STRACE_NO_CLOCK;
		*ns = number * second + fraction(time);
		return STRACE_DATE;
	}
	if (!text_dec(&time, &minutes) || !text_skip(&time, ":") || !text_dec(&time, &seconds) ||
	    number > 23 || minutes > 59 || seconds > 60)
		return STRACE_NO_CLOCK;
	*ns = ((number * 60 + minutes) * 60 + seconds) * second + fraction(time);
	return STRACE_TIME_OF_DAY;
}
