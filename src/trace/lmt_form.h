/* SPDX-License-Identifier: MIT */
/*
 * Arguments of native text, read here and written by lmt_put.c, by the letters of a word's form.
 * The first five go to arg[0], arg[1], ... of the event in their order:
 *
 *   x  a number or an address, hex without 0x
 *   d  a decimal number
 *   n  a decimal count, at least 1, and 1 if it is left out
 *   t  a task
 *   b  0 or 1
 *   i  entries of a powerpc batch
 *   a  a way of access, letters of enum fault_bit
 *   o  an operation on PTEs
 *   v  the result of a syscall: hex, or a negative errno
 *
 * The others have a place of their own:
 *
 *   c  a syscall
 *   k  enter or exit: the kind of event, or the kind behind it
 *   N  the next task of a switch, arg[1]
 *   P  the task before it, arg[0]; the line's own if it is left out
 *   s  the text, one word
 *   r  the text, up to the end of the line
 *
 * A text has its blanks, "#", ";" and "%" as %XX.
 */
#ifndef LAZYMMU_TRACE_LMT_FORM_H
#define LAZYMMU_TRACE_LMT_FORM_H

#include "lmt_words.h"

/* Fills the event from the fields; those that are missing at the end have their defaults. */
bool lmt_read_form(struct lmt_call *call, const char *form);

/* True for letters that take the next argument of the event. */
bool lmt_has_turn(char letter);
/* Task of the line, 0 if it is not said. */
uint64_t lmt_own_task(const struct event *event);

enum { NR_PTES_OPS = PTES_GET + 1, NR_ACCESS_LETTERS = 4 };

extern const char *const lmt_ptes_op_names[NR_PTES_OPS];
extern const struct lmt_access_letter {
	char letter;
	uint64_t bit; /* enum fault_bit */
} lmt_access_letters[NR_ACCESS_LETTERS];

/* Parts of layout words. */
bool lmt_address(struct lmt_call *call, unsigned int i, uint64_t *value);
bool lmt_count(struct lmt_call *call, unsigned int i, uint64_t *value); /* at least 1 */
bool lmt_tid(struct lmt_call *call, unsigned int i, uint64_t *value);

#endif
