/* SPDX-License-Identifier: MIT */
/* Recordings written by hand: lines of a Xen kernel, and what is predicted of their phases. */
#ifndef LAZYMMU_TESTS_KNOWN_CAUSES_H
#define LAZYMMU_TESTS_KNOWN_CAUSES_H

#include "replay.h"

/* One line of a task; flags are the four letters of its columns. */
#define LINE_OF(tid, flags, text) "t-" tid " [000] " flags " 1.0: " text "\n"
#define LINE(text) LINE_OF("1", "....", text)
#define PHASE(name, lines)                            \
	LINE("tracing_mark_write: WL " name " begin") \
	lines LINE("tracing_mark_write: WL " name " end")

/* Faults of user mode; page: hex without the last three digits. */
#define FAULT(page, error_code) \
	LINE("page_fault_user: address=0x" page "000 ip=0x1 error_code=" error_code)
#define WRITE(page) FAULT(page, "0x6")
#define READ(page) FAULT(page, "0x4")

/* A system call and its result, all in hex. */
#define SYSCALL(name, args, result) LINE("sys_" name "(" args ")") LINE("sys_" name " -> 0x" result)
/* mmap() at an address. Flags: 32 private anonymous, 31 shared anonymous, 12 private file. */
#define MMAP(addr, length, prot, flags)                                          \
	SYSCALL("mmap",                                                          \
		"addr: " addr ", len: " length ", prot: " prot ", flags: " flags \
		", fd: ffffffff, off: 0",                                        \
		addr)
#define MUNMAP(addr, length) SYSCALL("munmap", "addr: " addr ", len: " length, "0")
#define MPROTECT(addr, length, prot, result) \
	SYSCALL("mprotect", "start: " addr ", len: " length ", prot: " prot, result)
#define MADVISE(addr, length, advice, result) \
	SYSCALL("madvise", "start: " addr ", len_in: " length ", behavior: " advice, result)

/* Results of failed calls. */
#define MINUS_ENOMEM "fffffffffffffff4"
#define MINUS_EACCES "fffffffffffffff3"
#define MINUS_EINVAL "ffffffffffffffea"

/*
 * On v6.18: phase "x" of text has these sections and PTE writes. why: a part of what the report
 * says about causes that do not decide it, NULL when they do.
 */
void assert_phase(const char *text, uint64_t sections, uint64_t pte_writes, const char *why);
/* Phase "x" of text flushes so many single pages from the TLB of its own CPU. */
void assert_invlpg(const char *text, enum kernel_id kernel, uint64_t nr);

/* On powerpc, v6.18: phase "x" of text adds so many PTEs to batches. */
void assert_hash_batched(const char *text, uint64_t nr);
#endif
