/* SPDX-License-Identifier: MIT */
/* Which syscall a name is, and which of its arguments are read. */
#ifndef LAZYMMU_TRACE_STRACE_SYSCALL_H
#define LAZYMMU_TRACE_STRACE_SYSCALL_H

#include "event.h"
#include "text.h"

/* How the arguments of a syscall are printed. */
enum strace_form {
	STRACE_NOT_READ,   /* none is needed */
	STRACE_VALUES,	   /* by place */
	STRACE_FLAGS_FIELD /* "flags=", somewhere */
};

struct strace_syscall {
	enum syscall_nr nr;
	enum strace_form form;
	unsigned int nr_args; /* that are read */
	unsigned int nr_needed;
};

enum { STRACE_NR_NAMES = 64, STRACE_NAME_SIZE = 24 };

/* The last names, by hash: most lines have one of a few. Zeroed it is empty. */
struct strace_syscalls {
	struct strace_syscall_slot {
		unsigned int size; /* of the name; 0: free */
		char name[STRACE_NAME_SIZE];
		struct strace_syscall syscall;
	} slots[STRACE_NR_NAMES];
};

struct strace_syscall strace_find_syscall(struct strace_syscalls *syscalls, struct text name);

/* Where the text ends with the name of a syscall that changes mappings or makes tasks; NULL. */
const char *strace_layout_name(struct text text);

#endif
