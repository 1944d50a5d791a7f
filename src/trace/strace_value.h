/* SPDX-License-Identifier: MIT */
/* Values of arguments as strace prints them. */
#ifndef LAZYMMU_TRACE_STRACE_VALUE_H
#define LAZYMMU_TRACE_STRACE_VALUE_H

#include "text.h"

enum {
	STRACE_NR_FLAG_KINDS = 8, /* PROT_, MAP_, MADV_..., by hash of the start */
	STRACE_NR_FLAG_TEXTS = 4,
	STRACE_FLAG_TEXT_SIZE = 52,
};

/* The last flags of each kind: there are few that differ, and they are long. Zeroed it is empty. */
struct strace_flag_memory {
	struct strace_flag_text {
		unsigned int size; /* 0: free */
		char text[STRACE_FLAG_TEXT_SIZE];
		uint64_t value;
	} texts[STRACE_NR_FLAG_KINDS][STRACE_NR_FLAG_TEXTS];
	unsigned int next[STRACE_NR_FLAG_KINDS]; /* to be replaced */
	unsigned int last[STRACE_NR_FLAG_KINDS]; /* seen last */
};

/*
 * `NULL`, a number, or names and numbers joined by '|', with the comments of -X verbose behind
 * them; the text moves behind it. False: there is no value.
 */
bool strace_value(struct strace_flag_memory *memory, struct text *text, uint64_t *value);

/* A number without a sign, all 64 bits of it: hex behind 0x, else decimal. Every line has some. */
static inline bool strace_number(struct text *text, uint64_t *value)
{
	const char *p = text->p, *end = text->end, *first = p;
	uint64_t sum = 0;
	unsigned int digit;
	bool fits;

	if (end - p > 2 && p[0] == '0' && p[1] == 'x') {
		for (p = first += 2; p < end && (digit = hex_digits[(unsigned char)*p]) > 0; p++)
			sum = (sum << 4) + digit - 1;
		fits = p > first && p - first <= 16;
	} else {
		for (; p < end && (digit = (unsigned int)*p - '0') < 10; p++)
			sum = sum * 10 + digit;
		/* Of twenty digits, those that begin with 1 and did not start anew. */
		fits = p > first && (p - first < 20 || (p - first == 20 && *first == '1' &&
							sum >= UINT64_C(10000000000000000000)));
	}
	if (!fits)
		return false;
	text->p = p;
	*value = sum;
	return true;
}

#endif
