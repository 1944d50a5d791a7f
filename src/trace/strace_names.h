/* SPDX-License-Identifier: MIT */
/* Names of flags and errors that strace prints. */
#ifndef LAZYMMU_TRACE_STRACE_NAMES_H
#define LAZYMMU_TRACE_STRACE_NAMES_H

#include "text.h"

/*
 * The bits of a flag of mmap, mprotect, mremap, madvise, mlock, mlockall or clone; 0: not known.
 * strace has more names than are here, but prints bits that it does not know as a number.
 */
uint64_t strace_flag(struct text name);

/* The number of an error; 0: not known. */
int strace_errno(struct text name);

#endif
