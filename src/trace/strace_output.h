/* SPDX-License-Identifier: MIT */
/* On a terminal: what the program printed in front of a line of strace, and into it. */
#ifndef LAZYMMU_TRACE_STRACE_OUTPUT_H
#define LAZYMMU_TRACE_STRACE_OUTPUT_H

#include "strace_line.h"

/*
 * The program printed no line end, and strace went on behind its output: the text begins where a
 * line of strace does, by its number, its time (when lines are timed), or else a syscall that
 * matters. False: no line of strace is in it; the text stays.
 */
bool strace_skip_output(struct text *text, bool timed, struct strace_line *line);

/*
 * The program printed between the arguments and the end of the call: rest becomes the last `) = `
 * of the line. False: there is none.
 */
bool strace_skip_to_result(struct text *rest);

#endif
