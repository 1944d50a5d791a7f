/* SPDX-License-Identifier: MIT */
/* Values: names of flags, numbers, and what stands between them. */
#include "strace_value.h"
#include "strace_names.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '?';
}

static struct text upper_case_word(struct text *text)
{
	struct text word = { text->p, text->p };

	while (word.end < text->end && is_name_char(*word.end))
		word.end++;
	text->p = word.end;
	return word;
}

/* A name or a number; `21<<MAP_HUGE_SHIFT` is for large pages alone, which are not looked at. */
static bool term(struct text *text, uint64_t *value)
{
	struct text name;

	if (text->p < text->end && (*text->p == '-' || is_digit(*text->p))) {
		if (!text_number(text, value))
			return false;
		if (text_skip(text, "<<")) {
			upper_case_word(text);
			*value = 0;
		}
		return true;
	}
	name = upper_case_word(text);
	*value = strace_flag(name);
	return text_size(name) > 0;
}

/* A comment that does not end is the end of the line. */
static void skip_comment(struct text *text)
{
	if (text_starts(*text, " /*") && !text_find(text, "*/"))
		text->p = text->end;
}

static bool flags(struct text *text, uint64_t *value)
{
	uint64_t one;

	*value = 0;
	do {
		if (!term(text, &one))
			return false;
		*value |= one;
		skip_comment(text);
	} while (text_skip(text, "|"));
	return true;
}

/* What stands behind a whole value: `, `, `)`, `}` or ` <unfinished ...>`. */
static bool ends_value(const char *p, const char *end)
{
	return p < end &&
	       (*p == ',' || *p == ')' || *p == '}' || (*p == ' ' && end - p > 1 && p[1] == '<'));
}

static bool is_known(const struct strace_flag_text *known, struct text text)
{
	return known->size && text_size(text) >= known->size &&
	       memcmp(text.p, known->text, known->size) == 0 &&
	       ends_value(text.p + known->size, text.end);
}

static bool remembered(struct strace_flag_memory *memory, unsigned int kind, struct text *text,
		       uint64_t *value)
{
	unsigned int at = memory->last[kind];

	for (unsigned int i = 0; i < STRACE_NR_FLAG_TEXTS; i++) {
		const struct strace_flag_text *known = &memory->texts[kind][at];

		if (is_known(known, *text)) {
			text->p += known->size;
			*value = known->value;
			memory->last[kind] = at;
			return true;
		}
		at = (at + 1) % STRACE_NR_FLAG_TEXTS;
	}
	return false;
}

static bool flags_or_remembered(struct strace_flag_memory *memory, struct text *text,
				uint64_t *value)
{
	struct text start = *text;
	unsigned int kind =
		((unsigned char)start.p[0] + (unsigned char)start.p[2]) % STRACE_NR_FLAG_KINDS;

	if (remembered(memory, kind, text, value))
		return true;
	if (!flags(text, value))
		return false;
	start.end = text->p;
	if (text_size(start) <= STRACE_FLAG_TEXT_SIZE && ends_value(text->p, text->end)) {
		struct strace_flag_text *kept =
			&memory->texts[kind][memory->next[kind]++ % STRACE_NR_FLAG_TEXTS];

		kept->size = (unsigned int)text_size(start);
		memcpy(kept->text, start.p, kept->size);
		kept->value = *value;
	}
	return true;
}

bool strace_value(struct strace_flag_memory *memory, struct text *text, uint64_t *value)
{
	if (text->p < text->end && is_digit(*text->p)) {
		struct text rest = *text;

		if (strace_number(&rest, value) && ends_value(rest.p, rest.end)) {
			text->p = rest.p;
			return true;
		}
	}
	/* Names are not shorter, but for NULL. */
	if (text_size(*text) > 5 && *text->p > '9') {
		if (memcmp(text->p, "NULL,", 5) == 0) {
			text->p += 4;
			*value = 0;
			return true;
		}
		return flags_or_remembered(memory, text, value);
	}
	return flags(text, value);
}
