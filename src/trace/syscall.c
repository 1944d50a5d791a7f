/* SPDX-License-Identifier: MIT */
/*
 * Arguments of syscalls. ftrace prints values of the named form in hex always: without 0x up to
 * 6.12, without 0x below 10 from 6.18, and strings behind some pointers.
 */
#include "syscall.h"

static const struct syscall_name {
	char name[20]; /* sorted */
	enum syscall_nr nr;
	unsigned int nr_args; /* that are read */
} syscall_names[] = {
	{ "bpf", SYSCALL_KERNEL_MEMORY, 0 },
	{ "brk", SYSCALL_BRK, 1 },
	{ "clone", SYSCALL_CLONE, 1 },
	{ "clone3", SYSCALL_CLONE3, 0 },
	{ "delete_module", SYSCALL_KERNEL_MEMORY, 0 },
	{ "execve", SYSCALL_EXECVE, 0 },
	{ "execveat", SYSCALL_EXECVE, 0 },
	{ "exit", SYSCALL_EXIT, 0 },
	{ "exit_group", SYSCALL_EXIT_GROUP, 0 },
	{ "fallocate", SYSCALL_FILE, 0 },
	{ "fdatasync", SYSCALL_FILE, 0 },
	{ "finit_module", SYSCALL_KERNEL_MEMORY, 0 },
	{ "fork", SYSCALL_FORK, 0 },
	{ "fsync", SYSCALL_FILE, 0 },
	{ "ftruncate", SYSCALL_FILE, 0 },
	{ "init_module", SYSCALL_KERNEL_MEMORY, 0 },
	{ "ioctl", SYSCALL_KERNEL_MEMORY, 0 },
	{ "madvise", SYSCALL_MADVISE, 3 },
	{ "mbind", SYSCALL_UNMODELLED, 0 },
	{ "migrate_pages", SYSCALL_UNMODELLED, 0 },
	{ "mlock", SYSCALL_MLOCK, 2 },
	{ "mlock2", SYSCALL_MLOCK2, 3 },
	{ "mlockall", SYSCALL_MLOCKALL, 1 },
	{ "mmap", SYSCALL_MMAP, 6 },
	{ "move_pages", SYSCALL_UNMODELLED, 0 },
	{ "mprotect", SYSCALL_MPROTECT, 3 },
	{ "mremap", SYSCALL_MREMAP, 5 },
	{ "msync", SYSCALL_FILE, 0 },
	{ "munlock", SYSCALL_MUNLOCK, 2 },
	{ "munlockall", SYSCALL_MUNLOCKALL, 0 },
	{ "munmap", SYSCALL_MUNMAP, 2 },
	{ "pkey_mprotect", SYSCALL_UNMODELLED, 0 },
	{ "process_madvise", SYSCALL_UNMODELLED, 0 },
	{ "process_vm_writev", SYSCALL_UNMODELLED, 0 },
	{ "ptrace", SYSCALL_UNMODELLED, 0 },
	{ "pwrite64", SYSCALL_WRITE, 0 },
	{ "remap_file_pages", SYSCALL_UNMODELLED, 0 },
	{ "seccomp", SYSCALL_KERNEL_MEMORY, 0 },
	{ "setsockopt", SYSCALL_KERNEL_MEMORY, 0 },
	{ "shmat", SYSCALL_UNMODELLED, 0 },
	{ "shmdt", SYSCALL_UNMODELLED, 0 },
	{ "truncate", SYSCALL_FILE, 0 },
	{ "vfork", SYSCALL_VFORK, 0 },
	{ "write", SYSCALL_WRITE, 0 },
	{ "writev", SYSCALL_WRITE, 0 },
};

struct syscall_number {
	uint64_t number;
	enum syscall_nr nr;
};

/* arch/x86/entry/syscalls/syscall_64.tbl. */
static const struct syscall_number x86_numbers[] = {
	{ 1, SYSCALL_WRITE },
	{ 9, SYSCALL_MMAP },
	{ 10, SYSCALL_MPROTECT },
	{ 11, SYSCALL_MUNMAP },
	{ 12, SYSCALL_BRK },
	{ 16, SYSCALL_KERNEL_MEMORY },
	{ 18, SYSCALL_WRITE },
	{ 20, SYSCALL_WRITE },
	{ 25, SYSCALL_MREMAP },
	{ 26, SYSCALL_FILE },
	{ 28, SYSCALL_MADVISE },
	{ 30, SYSCALL_UNMODELLED },
	{ 54, SYSCALL_KERNEL_MEMORY },
	{ 56, SYSCALL_CLONE },
	{ 57, SYSCALL_FORK },
	{ 58, SYSCALL_VFORK },
	{ 59, SYSCALL_EXECVE },
	{ 60, SYSCALL_EXIT },
	{ 67, SYSCALL_UNMODELLED },
	{ 74, SYSCALL_FILE },
	{ 75, SYSCALL_FILE },
	{ 76, SYSCALL_FILE },
	{ 77, SYSCALL_FILE },
	{ 101, SYSCALL_UNMODELLED },
	{ 149, SYSCALL_MLOCK },
	{ 150, SYSCALL_MUNLOCK },
	{ 151, SYSCALL_MLOCKALL },
	{ 152, SYSCALL_MUNLOCKALL },
	{ 175, SYSCALL_KERNEL_MEMORY },
	{ 176, SYSCALL_KERNEL_MEMORY },
	{ 216, SYSCALL_UNMODELLED },
	{ 231, SYSCALL_EXIT_GROUP },
	{ 237, SYSCALL_UNMODELLED },
	{ 256, SYSCALL_UNMODELLED },
	{ 279, SYSCALL_UNMODELLED },
	{ 285, SYSCALL_FILE },
	{ 311, SYSCALL_UNMODELLED },
	{ 313, SYSCALL_KERNEL_MEMORY },
	{ 317, SYSCALL_KERNEL_MEMORY },
	{ 321, SYSCALL_KERNEL_MEMORY },
	{ 322, SYSCALL_EXECVE },
	{ 325, SYSCALL_MLOCK2 },
	{ 329, SYSCALL_UNMODELLED },
	{ 435, SYSCALL_CLONE3 },
	{ 440, SYSCALL_UNMODELLED },
};

/* arch/powerpc/kernel/syscalls/syscall.tbl, the 64-bit numbers. */
static const struct syscall_number powerpc_numbers[] = {
	{ 1, SYSCALL_EXIT },
	{ 2, SYSCALL_FORK },
	{ 4, SYSCALL_WRITE },
	{ 11, SYSCALL_EXECVE },
	{ 26, SYSCALL_UNMODELLED },
	{ 45, SYSCALL_BRK },
	{ 54, SYSCALL_KERNEL_MEMORY },
	{ 90, SYSCALL_MMAP },
	{ 91, SYSCALL_MUNMAP },
	{ 92, SYSCALL_FILE },
	{ 93, SYSCALL_FILE },
	{ 118, SYSCALL_FILE },
	{ 120, SYSCALL_CLONE },
	{ 125, SYSCALL_MPROTECT },
	{ 128, SYSCALL_KERNEL_MEMORY },
	{ 129, SYSCALL_KERNEL_MEMORY },
	{ 144, SYSCALL_FILE },
	{ 146, SYSCALL_WRITE },
	{ 148, SYSCALL_FILE },
	{ 150, SYSCALL_MLOCK },
	{ 151, SYSCALL_MUNLOCK },
	{ 152, SYSCALL_MLOCKALL },
	{ 153, SYSCALL_MUNLOCKALL },
	{ 163, SYSCALL_MREMAP },
	{ 180, SYSCALL_WRITE },
	{ 189, SYSCALL_VFORK },
	{ 205, SYSCALL_MADVISE },
	{ 234, SYSCALL_EXIT_GROUP },
	{ 239, SYSCALL_UNMODELLED },
	{ 258, SYSCALL_UNMODELLED },
	{ 259, SYSCALL_UNMODELLED },
	{ 301, SYSCALL_UNMODELLED },
	{ 309, SYSCALL_FILE },
	{ 339, SYSCALL_KERNEL_MEMORY },
	{ 352, SYSCALL_UNMODELLED },
	{ 353, SYSCALL_KERNEL_MEMORY },
	{ 358, SYSCALL_KERNEL_MEMORY },
	{ 361, SYSCALL_KERNEL_MEMORY },
	{ 362, SYSCALL_EXECVE },
	{ 378, SYSCALL_MLOCK2 },
	{ 386, SYSCALL_UNMODELLED },
	{ 397, SYSCALL_UNMODELLED },
	{ 398, SYSCALL_UNMODELLED },
	{ 435, SYSCALL_CLONE3 },
	{ 440, SYSCALL_UNMODELLED },
};

const char *const syscall_class_names[NR_SYSCALLS] = {
	[SYSCALL_OTHER] = "other",
	[SYSCALL_MMAP] = "mmap",
	[SYSCALL_MUNMAP] = "munmap",
	[SYSCALL_MPROTECT] = "mprotect",
	[SYSCALL_MREMAP] = "mremap",
	[SYSCALL_MADVISE] = "madvise",
	[SYSCALL_MLOCK] = "mlock",
	[SYSCALL_MLOCK2] = "mlock2",
	[SYSCALL_MUNLOCK] = "munlock",
	[SYSCALL_MLOCKALL] = "mlockall",
	[SYSCALL_MUNLOCKALL] = "munlockall",
	[SYSCALL_BRK] = "brk",
	[SYSCALL_CLONE] = "clone",
	[SYSCALL_CLONE3] = "clone3",
	[SYSCALL_FORK] = "fork",
	[SYSCALL_VFORK] = "vfork",
	[SYSCALL_EXECVE] = "execve",
	[SYSCALL_EXIT] = "exit",
	[SYSCALL_EXIT_GROUP] = "exit_group",
	[SYSCALL_WRITE] = "write",
	[SYSCALL_KERNEL_MEMORY] = "kernel_memory",
	[SYSCALL_FILE] = "file_pages",
	[SYSCALL_UNMODELLED] = "unmodelled",
};

enum { NR_SYSCALL_NAMES = sizeof(syscall_names) / sizeof(syscall_names[0]) };

/* Four letters as a number, in the order of names. Spelled out, it is one load. */
static uint32_t four_letters(const char *letters)
{
	const unsigned char *p = (const unsigned char *)letters;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t eight_letters(const char *letters)
{
	return (uint64_t)four_letters(letters) << 32 | four_letters(letters + 4);
}

/* Numbers of their first letters are faster to compare than names. */
static const struct syscall_name *find_name(struct text name)
{
	char first[8] = { 0 };
	size_t low = 0, high = NR_SYSCALL_NAMES;

	memcpy(first, name.p, text_size(name) < sizeof(first) ? text_size(name) : sizeof(first));
	const uint64_t wanted = eight_letters(first);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (eight_letters(syscall_names[middle].name) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < NR_SYSCALL_NAMES && eight_letters(syscall_names[low].name) == wanted; low++) {
		if (text_is(name, syscall_names[low].name))
			return &syscall_names[low];
	}
	return NULL;
}

enum syscall_nr syscall_by_name(struct text name)
{
	const struct syscall_name *found = find_name(name);

	return found ? found->nr : SYSCALL_OTHER;
}

const char *syscall_listed(size_t i, enum syscall_nr *nr)
{
	if (i >= NR_SYSCALL_NAMES)
		return NULL;
	*nr = syscall_names[i].nr;
	return syscall_names[i].name;
}

/* One `[C type ]arg: value` in hex, or `arg=value` with 0x or in decimal of the option "fields". */
static bool named_value(struct text *args, uint64_t *value, struct mistake *mistake)
{
	while (args->p < args->end && *args->p != ':' && *args->p != '=')
		args->p++;
	if (args->p == args->end)
		return text_fail(mistake, args->p, "an argument of the syscall is missing");
	bool is_field = *args->p++ == '=';
	text_skip_blanks(args);
	if (!(is_field ? text_number(args, value) : text_hex(args, value)))
		return text_fail(mistake, args->p, "expected a number");
	return true;
}

bool syscall_enter_args(struct text name, struct text args, struct event *event,
			struct mistake *mistake)
{
	const struct syscall_name *found = find_name(name);

	event->kind = EVENT_SYS_ENTER;
	if (!found)
		return true;
	event->syscall = found->nr;
	if (text_starts(args, "__syscall_nr"))
		text_word(&args);
	for (unsigned int i = 0; i < found->nr_args; i++) {
		if (!named_value(&args, &event->arg[i], mistake))
			return false;
	}
	return true;
}

bool syscall_exit_value(struct text name, struct text args, struct event *event,
			struct mistake *mistake)
{
	event->kind = EVENT_SYS_EXIT;
	event->syscall = syscall_by_name(name);
	if (text_find(&args, "ret="))
		return text_number(&args, &event->arg[0]) ||
		       text_fail(mistake, args.p, "expected the result");
	if (!text_hex(&args, &event->arg[0]))
		return text_fail(mistake, args.p, "expected the result in hex");
	return true;
}

bool syscall_named(struct text name, struct text args, struct event *event, struct mistake *mistake)
{
	if (text_skip(&args, "-> "))
		return syscall_exit_value(name, args, event, mistake);
	if (!text_skip(&args, "("))
		return text_fail(mistake, args.p, "expected '(' or \"->\" behind a syscall");
	return syscall_enter_args(name, args, event, mistake);
}

static enum syscall_nr syscall_by_number(const struct syscall_number *list, size_t nr,
					 uint64_t number)
{
	for (size_t i = 0; i < nr; i++) {
		if (list[i].number == number)
			return list[i].nr;
	}
	return SYSCALL_OTHER;
}

/* `NR n`, or `id=n` as a field; a negative number is none. */
static bool raw_number(struct text *args, enum syscall_numbers numbers, struct event *event,
		       struct mistake *mistake)
{
	uint64_t number;

	if (!(text_skip(args, "NR ") || text_skip(args, "id=")) || !text_number(args, &number))
		return text_fail(mistake, args->p, "expected \"NR\" and a decimal number");
	event->syscall = SYSCALL_OTHER;
	if (numbers == NUMBERS_OF_X86_64)
		event->syscall = syscall_by_number(
			x86_numbers, sizeof(x86_numbers) / sizeof(x86_numbers[0]), number);
	else if (numbers == NUMBERS_OF_POWERPC)
		event->syscall = syscall_by_number(
			powerpc_numbers, sizeof(powerpc_numbers) / sizeof(powerpc_numbers[0]),
			number);
	return true;
}

/* arch/powerpc/include/uapi/asm/mman.h has other numbers than x86 for these alone. */
uint64_t map_flags_of_powerpc(uint64_t flags)
{
	const uint64_t noreserve = 0x40, locked = 0x80;
	uint64_t ret = flags & ~(noreserve | locked);

	ret |= flags & noreserve ? MAPPING_NORESERVE : 0;
	return ret | (flags & locked ? MAPPING_LOCKED : 0);
}

/* The option "fields" and `trace-cmd report -R` print no array of arguments. */
static bool lost_arguments(struct text args, const struct event *event, struct mistake *mistake)
{
	if (event->syscall == SYSCALL_OTHER)
		return true;
	text_fail(mistake, args.p, "the arguments of the syscall are not printed");
	mistake->hint = "tracefs option fields off; trace-cmd report without -R";
	return false;
}

bool syscall_raw_enter(struct text args, enum syscall_numbers numbers, struct event *event,
		       struct mistake *mistake)
{
	event->kind = EVENT_SYS_ENTER;
	if (!raw_number(&args, numbers, event, mistake))
		return false;
	if (text_find(&args, " args="))
		return lost_arguments(args, event, mistake);
	if (!text_skip(&args, " ("))
		return text_fail(mistake, args.p, "expected '('");
	for (int i = 0; i < EVENT_MAX_ARGS; i++) {
		if (i && !text_skip(&args, ", "))
			return text_fail(mistake, args.p, "expected six arguments");
		if (!text_hex(&args, &event->arg[i]))
			return text_fail(mistake, args.p, "expected a hex number");
	}
	if (numbers != NUMBERS_OF_POWERPC)
		return true;
	if (event->syscall == SYSCALL_MMAP)
		event->arg[3] = map_flags_of_powerpc(event->arg[3]);
	if (event->syscall == SYSCALL_MLOCKALL)
		event->arg[0] >>= 13; /* MCL_CURRENT is 0x2000 there */
	return true;
}

bool syscall_raw_exit(struct text args, enum syscall_numbers numbers, struct event *event,
		      struct mistake *mistake)
{
	int64_t value;

	event->kind = EVENT_SYS_EXIT;
	if (!raw_number(&args, numbers, event, mistake))
		return false;
	if (text_find(&args, " ret="))
		return text_number(&args, &event->arg[0]) ||
		       text_fail(mistake, args.p, "expected the result");
	if (!text_skip(&args, " = ") || !text_signed(&args, &value))
		return text_fail(mistake, args.p, "expected \"=\" and the signed decimal result");
	event->arg[0] = (uint64_t)value;
	return true;
}
