/* SPDX-License-Identifier: MIT */
/* The records of a trace.dat as lines of ftrace text; the one user of libtracecmd. */
#ifndef LAZYMMU_TRACE_DAT_TEXT_H
#define LAZYMMU_TRACE_DAT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* fd is the file. False: it is none that the library can read. */
bool dat_print(int fd, FILE *out);

#endif
