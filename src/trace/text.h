/* SPDX-License-Identifier: MIT */
/* A piece of a line and the small parsers that all readers share. Nothing here allocates. */
#ifndef LAZYMMU_TRACE_TEXT_H
#define LAZYMMU_TRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *p;
	const char *end;
};

/* Why a line is bad: where, what is wrong, and what would help. */
struct mistake {
	const char *at; /* in the line; NULL: the whole line */
	const char *cause;
	const char *hint; /* or NULL */
	struct text word; /* what the cause is about; may be empty */
};

static inline size_t text_size(struct text text)
{
	return (size_t)(text.end - text.p);
}

/* Words are constants nearly everywhere: inlined, a comparison is one or two instructions. */
static inline __attribute__((always_inline)) bool text_starts(struct text text, const char *word)
{
	size_t size = strlen(word);

	return text_size(text) >= size && memcmp(text.p, word, size) == 0;
}

static inline __attribute__((always_inline)) bool text_is(struct text text, const char *word)
{
	return text_size(text) == strlen(word) && text_starts(text, word);
}

/* Order of a text and a word, as strcmp() has it. */
int text_compare(struct text text, const char *word);

/* Skips word if the text starts with it. */
static inline __attribute__((always_inline)) bool text_skip(struct text *text, const char *word)
{
	if (!text_starts(*text, word))
		return false;
	text->p += strlen(word);
	return true;
}

/* What is behind the blanks at p. */
static inline const char *behind_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static inline void text_skip_blanks(struct text *text)
{
	text->p = behind_blanks(text->p, text->end);
}

/* The next word, up to a blank; empty at the end. */
struct text text_word(struct text *text);

/* The word that ends before p, not before start; p moves to its start. */
struct text text_word_before(const char *start, const char **p);

/* What is before the first blank. */
static inline struct text text_before_blank(struct text text)
{
	const char *blank = memchr(text.p, ' ', text_size(text));

	return (struct text){ text.p, blank ? blank : text.end };
}

/* One more than the value of a hex digit, 0 for every other byte. */
extern const uint8_t hex_digits[256];

/* Numbers: the cursor moves behind them; false (it stays) if there is none or it is too large. */
bool text_hex(struct text *text, uint64_t *value); /* with or without 0x */
bool text_dec(struct text *text, uint64_t *value);
bool text_signed(struct text *text, int64_t *value); /* decimal */

/* 0x: hex, else signed decimal. */
static inline bool text_number(struct text *text, uint64_t *value)
{
	int64_t number;

	if (text_starts(*text, "0x"))
		return text_hex(text, value);
	if (!text_signed(text, &number))
		return false;
	*value = (uint64_t)number;
	return true;
}

/* Moves behind the first "word" in the text. */
bool text_find(struct text *text, const char *word);

/*
 * Words "key=value". Recordings keep an order, so a search begins where the last one ended; it goes
 * around.
 */
struct fields {
	struct text text;
	const char *at; /* a word starts here */
};

static inline struct fields fields_of(struct text text)
{
	/* Not copied as a whole: its halves were stored one by one, if at all. */
	return (struct fields){ { text.p, text.end }, text.p };
}

/* Looks for the key in every word. */
bool fields_search(struct fields *fields, const char *key, size_t size);

/* The text behind "key" (which ends with '='); it goes on to the end of the line. */
static inline bool fields_find(struct fields *fields, const char *key, struct text *value)
{
	const char *end = fields->text.end;
	size_t size = strlen(key);

	/* A key that the compiler knows is compared without a call. */
	if (((size_t)(end - fields->at) < size || memcmp(fields->at, key, size) != 0) &&
	    !fields_search(fields, key, size))
		return false;
	*value = (struct text){ fields->at + size, end };
	return true;
}

/* The value that was found ends at p: the next search begins behind it. */
static inline void fields_pass(struct fields *fields, const char *p)
{
	if (p < fields->text.end && *p == ' ')
		fields->at = p + 1;
}

/* Copies a piece, cut to size, without control characters. */
void text_copy(char *into, size_t size, struct text text);

static inline bool text_fail(struct mistake *mistake, const char *at, const char *cause)
{
	mistake->at = at;
	mistake->cause = cause;
	mistake->hint = NULL;
	mistake->word = (struct text){ at, at };
	return false;
}

#endif
