/* SPDX-License-Identifier: MIT */
/* Syscalls by name and by number, as the recordings spell them. */
#ifndef LAZYMMU_TRACE_SYSCALL_H
#define LAZYMMU_TRACE_SYSCALL_H

#include "event.h"
#include "text.h"

/* One name for each class, by enum syscall_nr; of those that stand for several no real one. */
extern const char *const syscall_class_names[NR_SYSCALLS];

/* By name without "sys_"; unknown ones are SYSCALL_OTHER. */
enum syscall_nr syscall_by_name(struct text name);
/* The i-th name that is known, and what it is; NULL behind the last. */
const char *syscall_listed(size_t i, enum syscall_nr *nr);

/* `NAME(arg: value, ...)`, `NAME -> 0xVALUE`: name has lost its "sys_", args begins behind it. */
bool syscall_named(struct text name, struct text args, struct event *event,
		   struct mistake *mistake);
/* `arg: value, ...` of an event sys_enter_NAME. */
bool syscall_enter_args(struct text name, struct text args, struct event *event,
			struct mistake *mistake);
/* `0xVALUE` of an event sys_exit_NAME. */
bool syscall_exit_value(struct text name, struct text args, struct event *event,
			struct mistake *mistake);

/* Whose numbers syscalls have; of others each is SYSCALL_OTHER. */
enum syscall_numbers { NUMBERS_OF_OTHERS, NUMBERS_OF_X86_64, NUMBERS_OF_POWERPC };

/* Events sys_enter and sys_exit: `NR n (six bare hex)`, `NR n = signed decimal`. */
bool syscall_raw_enter(struct text args, enum syscall_numbers numbers, struct event *event,
		       struct mistake *mistake);
bool syscall_raw_exit(struct text args, enum syscall_numbers numbers, struct event *event,
		      struct mistake *mistake);

/* mmap flags of powerpc as enum map_flag. */
uint64_t map_flags_of_powerpc(uint64_t flags);

#endif
