/* SPDX-License-Identifier: MIT */
/*
 * `args) = result`. Arguments that nobody needs may hold anything, so that their end is where the
 * parentheses, strings, comments and paths are closed.
 */
#include "strace_call.h"
#include "strace_line.h"
#include "strace_names.h"
#include "strace_value.h"

enum { MAX_ERRNO = 4095 };

/* `{addr=`: old_mmap takes a struct. */
static void skip_key(struct text *text)
{
	struct text rest = *text;

	text_skip(&rest, "{");
	while (rest.p < rest.end && ((*rest.p >= 'a' && *rest.p <= 'z') || *rest.p == '_'))
		rest.p++;
	if (text_skip(&rest, "="))
		*text = rest;
}

/* `3</path>`, `3<socket:[1]>`, `3</dev/null<char 1:3>>`, `3</path>(deleted)` */
static void skip_path(struct text *text)
{
	while (text->p < text->end && *text->p == '<') {
		const char *end = memchr(text->p, '>', text_size(*text));

		text->p = end ? end + 1 : text->end;
		while (text_skip(text, ">"))
			;
	}
	text_skip(text, "(deleted)");
}

static bool at_end_of_arguments(struct text text)
{
	return text.p == text.end || *text.p == ')' || text_starts(text, " <");
}

static bool values(struct strace_syscall syscall, struct strace_flag_memory *memory,
		   struct text *rest, struct event *event, struct mistake *mistake)
{
	for (unsigned int i = 0; i < syscall.nr_args; i++) {
		if (i >= syscall.nr_needed && at_end_of_arguments(*rest))
			return true;
		if (i && !text_skip(rest, ", "))
			return text_fail(mistake, rest->p, "expected \", \" and another argument");
		if (rest->p < rest->end &&
		    ((*rest->p >= 'a' && *rest->p <= 'z') || *rest->p == '{'))
			skip_key(rest);
		if (!strace_value(memory, rest, &event->arg[i]))
			return text_fail(mistake, rest->p, "expected a number or flags");
		if (rest->p < rest->end && *rest->p == '<')
			skip_path(rest);
	}
	return true;
}

static bool flags_field(struct strace_flag_memory *memory, struct text *rest, struct event *event,
			struct mistake *mistake)
{
	if (!text_find(rest, "flags="))
		return event->syscall == SYSCALL_CLONE3 ||
		       text_fail(mistake, rest->p, "expected \"flags=\"");
	event->syscall = SYSCALL_CLONE;
	return strace_value(memory, rest, &event->arg[0]) ||
	       text_fail(mistake, rest->p, "expected flags of clone()");
}

bool strace_arguments(struct strace_syscall syscall, struct strace_flag_memory *memory,
		      struct text *rest, struct event *event, struct mistake *mistake)
{
	event->kind = EVENT_SYS_ENTER;
	event->syscall = syscall.nr;
	switch (syscall.form) {
	case STRACE_VALUES:
		return values(syscall, memory, rest, event, mistake);
	case STRACE_FLAGS_FIELD:
		return flags_field(memory, rest, event, mistake);
	case STRACE_NOT_READ:
	default:
		return true;
	}
}

/* Behind the string that begins at p; NULL: it does not end. */
static const char *skip_string(const char *p, const char *end)
{
	const char *escape, *quote;

	p++;
	quote = memchr(p, '"', (size_t)(end - p));
	while (quote && (escape = memchr(p, '\\', (size_t)(quote - p)))) {
		p = escape + 2;
		if (p > quote) /* it was the quote that is escaped */
			quote = memchr(p, '"', (size_t)(end - p));
	}
	return quote ? quote + 1 : NULL;
}

static const char *skip_to(const char *p, const char *end, const char *word)
{
	struct text text = { p, end };

	return text_find(&text, word) ? text.p : NULL;
}

/* What may open or close something in arguments. */
static const bool is_special[256] = {
	['"'] = true, ['('] = true, [')'] = true, ['/'] = true, ['<'] = true,
};

/* Behind the ')' that ends the arguments; NULL: there is none. */
static const char *end_of_arguments(const char *p, const char *end)
{
	unsigned int depth = 0;

	if (p < end && *p == ')')
		return p + 1;
	while (p) {
		while (p < end && !is_special[(unsigned char)*p])
			p++;
		if (p == end)
			return NULL;
		switch (*p) {
		case '"':
			p = skip_string(p, end);
			break;
		case '/': /* not in a path, which is in '<' '>' or in a string */
			p = end - p > 1 && p[1] == '*' ? skip_to(p, end, "*/") : p + 1;
			break;
		case '<': /* `3</path>`: a path may hold any parenthesis */
			p = end - p > 1 && p[1] == '/' ? skip_to(p, end, ">") : p + 1;
			break;
		case '(':
			depth++;
			p++;
			break;
		case ')':
			p++;
			if (depth-- == 0)
				return p;
			break;
		default:
			p++;
		}
	}
	return NULL;
}

/* What strace writes where a call did not end in the line. */
static bool is_unfinished(const char *p, const char *end)
{
	struct text rest = { p, end };

	if (end - p < 5 || memcmp(end - 5, " ...>", 5) != 0)
		return false;
	return strace_ends(rest, "<unfinished ...>") || text_find(&rest, "<detached ...>") ||
	       text_find(&rest, "<pid changed to ");
}

/* ` ENOMEM (Cannot allocate memory)`, ` (errno 530)`. 0: no error is named. */
static uint64_t error_result(struct text rest)
{
	struct text name;
	uint64_t number;
	int error;

	if (text_skip(&rest, " (errno ") && text_dec(&rest, &number) && number <= MAX_ERRNO)
		return (uint64_t) - (int64_t)number;
	if (!text_starts(rest, " E"))
		return 0;
	name = text_word(&rest);
	error = strace_errno(name);
	return (uint64_t) - (int64_t)(error ? error : MAX_ERRNO);
}

/* Results begin in column 40 of the line, unless -a says otherwise. */
static void skip_padding(struct text *rest)
{
	while (text_size(*rest) >= 8 && memcmp(rest->p, "        ", 8) == 0)
		rest->p += 8;
	text_skip_blanks(rest);
}

static enum strace_end torn(struct mistake *mistake, const char *at, const char *cause)
{
	text_fail(mistake, at, cause);
	return STRACE_TORN;
}

enum strace_end strace_call_end(struct text rest, uint64_t *result, struct mistake *mistake)
{
	const char *end;
	uint64_t error;

	if (is_unfinished(rest.p, rest.end))
		return STRACE_UNFINISHED;
	end = end_of_arguments(rest.p, rest.end);
	if (!end)
		return torn(mistake, rest.end, "the line ends inside the arguments");
	rest.p = end;
	skip_padding(&rest);
	if (!text_skip(&rest, "= "))
		return torn(mistake, rest.p, "expected \"= \" and the result");
	if (text_skip(&rest, "?")) {
		*result = error_result(rest);
		return *result ? STRACE_RETURNED : STRACE_NO_RETURN;
	}
	if (!strace_number(&rest, result) && !text_number(&rest, result))
		return torn(mistake, rest.p, "expected the result");
	if (*result == UINT64_MAX) {
		error = error_result(rest);
		*result = error ? error : *result;
	}
	return STRACE_RETURNED;
}
