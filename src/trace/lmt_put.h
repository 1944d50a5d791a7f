/* SPDX-License-Identifier: MIT */
/* Words and arguments as native text, into a buffer. */
#ifndef LAZYMMU_TRACE_LMT_PUT_H
#define LAZYMMU_TRACE_LMT_PUT_H

#include "lmt_words.h"

/* Bytes that grow; what does not fit is dropped, and no event comes near. */
struct lmt_buffer {
	size_t size;
	char bytes[2048];
};

void lmt_put(struct lmt_buffer *buffer, const char *text);
void lmt_put_number(struct lmt_buffer *buffer, uint64_t value, unsigned int base);
/*
 * Arguments by the word's form, each behind a blank. From min_args on those at the end that have
 * their defaults are left out.
 */
void lmt_put_form(struct lmt_buffer *buffer, const struct event *event,
		  const struct lmt_word *word);

#endif
