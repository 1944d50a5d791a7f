/* SPDX-License-Identifier: MIT */
/* Parsers of words and numbers. */
#include "text.h"

int text_compare(struct text text, const char *word)
{
	size_t size = text_size(text);

	/* Most words differ in their first letter. */
	if (size && *text.p != *word)
		return (unsigned char)*text.p - (unsigned char)*word;
	size_t other = strlen(word);
	int order = memcmp(text.p, word, size < other ? size : other);

	return order ? order : (size > other) - (size < other);
}

struct text text_word(struct text *text)
{
	struct text word;

	text_skip_blanks(text);
	word.p = text->p;
	/* Control characters end a word, too. */
	while (text->p < text->end && (unsigned char)*text->p > ' ')
		text->p++;
	word.end = text->p;
	return word;
}

const uint8_t hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool text_hex(struct text *text, uint64_t *value)
{
	const char *p = text->p, *end = text->end;
	const char *first;
	uint64_t sum = 0;
	unsigned int digit;

	if (text_size(*text) >= 2 && p[0] == '0' && p[1] == 'x')
		p += 2;
	first = p;
	for (; p < end && (digit = hex_digits[(unsigned char)*p]) > 0; p++)
		sum = (sum << 4) + digit - 1;
	/* Leading zeros are nobody's number. */
	if (p == first || p - first > 16)
		return false;
	text->p = p;
	*value = sum;
	return true;
}

bool text_dec(struct text *text, uint64_t *value)
{
	const char *p = text->p, *end = text->end;
	uint64_t sum = 0;
	unsigned int digit;

	for (; p < end && (digit = (unsigned int)*p - '0') < 10; p++)
		sum = sum * 10 + digit;
	/* Nineteen digits always fit. */
	if (p == text->p || p - text->p > 19)
		return false;
	text->p = p;
	*value = sum;
	return true;
}

bool text_signed(struct text *text, int64_t *value)
{
	struct text rest = *text;
	bool negative = text_skip(&rest, "-");
	uint64_t size;

	if (!text_dec(&rest, &size) || size > INT64_MAX)
		return false;
	*value = negative ? -(int64_t)size : (int64_t)size;
	*text = rest;
	return true;
}

bool text_find(struct text *text, const char *word)
{
	size_t size = strlen(word);
	const char *p = text->p;

	while ((size_t)(text->end - p) >= size) {
		p = memchr(p, word[0], (size_t)(text->end - p) - size + 1);
		if (!p)
			return false;
		if (p[size - 1] == word[size - 1] && memcmp(p, word, size) == 0) {
			text->p = p + size;
			return true;
		}
		p++;
	}
	return false;
}

/* The first word in [p, end) that starts with the key; NULL: none. */
static const char *find_key(const char *p, const char *end, const char *key, size_t size)
{
	while (p && (size_t)(end - p) >= size) {
		if (*p == *key && memcmp(p, key, size) == 0)
			return p;
		p = memchr(p, ' ', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	return NULL;
}

bool fields_search(struct fields *fields, const char *key, size_t size)
{
	const char *found = find_key(fields->at, fields->text.end, key, size);

	if (!found)
		found = find_key(fields->text.p, fields->text.end, key, size);
	if (found)
		fields->at = found;
	return found;
}

void text_copy(char *into, size_t size, struct text text)
{
	size_t n = text_size(text);

	if (n >= size)
		n = size - 1;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		into[i] = c < ' ' || c == 0x7f ? '?' : text.p[i];
	}
	into[n] = '\0';
}

struct text text_word_before(const char *start, const char **p)
{
	struct text word;

	while (*p > start && (*p)[-1] == ' ')
		--*p;
	word.end = *p;
	while (*p > start && (*p)[-1] != ' ')
		--*p;
	word.p = *p;
	return word;
}
