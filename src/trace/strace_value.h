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
};

/*
 * `NULL`, a number, or names and numbers joined by '|', with the comments of -X verbose behind
 * them; the text moves behind it. False: there is no value.
 */
bool strace_value(struct strace_flag_memory *memory, struct text *text, uint64_t *value);

/* A number without a sign, all 64 bits of it: hex behind 0x, else decimal. */
bool strace_number(struct text *text, uint64_t *value);

#endif
