/* SPDX-License-Identifier: MIT */
#include "strace_tally.h"

enum { CLONE_VM_BIT = 0x100 };

const char *const tally_names[NR_TALLY_COLUMNS] = {
	[TALLY_CALLS] = "calls",       [TALLY_FAILED] = "failed",
	[TALLY_EXECVE] = "execve",     [TALLY_FORK] = "fork",
	[TALLY_CLONE_VM] = "clone_vm", [TALLY_MMAP] = "mmap",
	[TALLY_BRK] = "brk",	       [TALLY_MPROTECT] = "mprotect",
	[TALLY_MUNMAP] = "munmap",     [TALLY_MADV_LAZY] = "madv_lazy",
	[TALLY_SIGNALS] = "signals",   [TALLY_UNFINISHED] = "unfinished",
	[TALLY_RESUMED] = "resumed",   [TALLY_TORN] = "torn",
	[TALLY_IGNORED] = "ignored",   [TALLY_BAD] = "bad",
};

/* DONTNEED, FREE, COLD, PAGEOUT. */
static bool is_lazy_advice(uint64_t advice)
{
	return advice == 4 || advice == 8 || advice == 20 || advice == 21;
}

static void count_entry(const struct event *event, struct tally *tally)
{
	switch ((int)event->syscall) {
	case SYSCALL_EXECVE:
		tally->n[TALLY_EXECVE]++;
		break;
	case SYSCALL_CLONE:
		tally->n[event->arg[0] & CLONE_VM_BIT ? TALLY_CLONE_VM : TALLY_FORK]++;
		break;
	case SYSCALL_FORK:
		tally->n[TALLY_FORK]++;
		break;
	case SYSCALL_VFORK:
		tally->n[TALLY_CLONE_VM]++;
		break;
	case SYSCALL_MMAP:
		tally->n[TALLY_MMAP]++;
		break;
	case SYSCALL_BRK:
		tally->n[TALLY_BRK]++;
		break;
	case SYSCALL_MPROTECT:
		tally->n[TALLY_MPROTECT]++;
		break;
	case SYSCALL_MUNMAP:
		tally->n[TALLY_MUNMAP]++;
		break;
	case SYSCALL_MADVISE:
		tally->n[TALLY_MADV_LAZY] += is_lazy_advice(event->arg[2]);
		break;
	default:
		break;
	}
}

static void count_lines(const struct reader *reader, struct tally *tally)
{
	const struct strace_counts *counts = &reader_facts(reader)->strace;

	tally->n[TALLY_CALLS] = counts->calls;
	tally->n[TALLY_FAILED] = counts->failed;
	tally->n[TALLY_SIGNALS] = counts->signals;
	tally->n[TALLY_UNFINISHED] = counts->unfinished;
	tally->n[TALLY_RESUMED] = counts->resumed;
	tally->n[TALLY_TORN] = counts->torn;
	tally->n[TALLY_IGNORED] = counts->ignored;
	tally->n[TALLY_BAD] = reader_bad_lines(reader);
}

int tally_read(const char *path, struct tally *ret)
{
	struct tally tally = { { 0 } };
	struct reader *reader;
	struct event event;
	struct diag diag;
	int got = reader_open(path, NULL, &reader, &diag);

	if (got)
		return got;
	while ((got = reader_next(reader, &event)) > 0) {
		if (event.kind == EVENT_SYS_ENTER)
			count_entry(&event, &tally);
	}
	count_lines(reader, &tally);
	if (got == 0)
		*ret = tally;
	reader_close(reader);
	return got;
}
