/* SPDX-License-Identifier: MIT */
/* Names of syscalls, and how strace prints the arguments of those that matter. */
#include "strace_syscall.h"
#include "strace_line.h"
#include "syscall.h"

static const struct {
	const char *name;
	struct strace_syscall syscall;
} known_syscalls[] = {
	{ "_exit", { SYSCALL_EXIT, STRACE_NOT_READ, 0, 0 } }, /* strace before 4.9 */
	{ "brk", { SYSCALL_BRK, STRACE_VALUES, 1, 1 } },
	{ "clone", { SYSCALL_CLONE, STRACE_FLAGS_FIELD, 0, 0 } },
	{ "clone3", { SYSCALL_CLONE3, STRACE_FLAGS_FIELD, 0, 0 } },
	{ "madvise", { SYSCALL_MADVISE, STRACE_VALUES, 3, 3 } },
	{ "mlock", { SYSCALL_MLOCK, STRACE_VALUES, 2, 2 } },
	{ "mlock2", { SYSCALL_MLOCK2, STRACE_VALUES, 3, 3 } },
	{ "mlockall", { SYSCALL_MLOCKALL, STRACE_VALUES, 1, 1 } },
	/* What i386 calls mmap2 counts the offset in pages; nothing depends on the offset. */
	{ "mmap", { SYSCALL_MMAP, STRACE_VALUES, 6, 6 } },
	{ "mmap2", { SYSCALL_MMAP, STRACE_VALUES, 6, 6 } },
	{ "mprotect", { SYSCALL_MPROTECT, STRACE_VALUES, 3, 3 } },
	{ "mremap", { SYSCALL_MREMAP, STRACE_VALUES, 5, 4 } },
	{ "munlock", { SYSCALL_MUNLOCK, STRACE_VALUES, 2, 2 } },
	{ "munmap", { SYSCALL_MUNMAP, STRACE_VALUES, 2, 2 } },
	{ "old_mmap", { SYSCALL_MMAP, STRACE_VALUES, 6, 6 } },
};

/* `execve#64`: the table of another personality. */
static struct text base_name(struct text name)
{
	const char *mark = memchr(name.p, '#', text_size(name));

	return (struct text){ name.p, mark ? mark : name.end };
}

const char *strace_layout_name(struct text text)
{
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(known_syscalls) / sizeof(known_syscalls[0]); i++) {
		const char *name = known_syscalls[i].name;
		size_t size = strlen(name);

		/* The longest: munmap(), not another one that it ends with. */
		if (known_syscalls[i].syscall.form != STRACE_NOT_READ && strace_ends(text, name) &&
		    (!found || text.end - size < found))
			found = text.end - size;
	}
	return found;
}

static const struct strace_syscall *find_known(struct text name)
{
	for (size_t i = 0; i < sizeof(known_syscalls) / sizeof(known_syscalls[0]); i++) {
		if (text_is(name, known_syscalls[i].name))
			return &known_syscalls[i].syscall;
	}
	return NULL;
}

/* On a terminal the program's last word may run into the name: nothing else ends like these. */
static struct strace_syscall look_up(struct text name)
{
	name = base_name(name);
	const struct strace_syscall *known = find_known(name);
	enum syscall_nr nr = known ? known->nr : syscall_by_name(name);

	if (!known && nr == SYSCALL_OTHER && strace_layout_name(name))
		known = find_known((struct text){ strace_layout_name(name), name.end });
	return known ? *known : (struct strace_syscall){ .nr = nr };
}

struct strace_syscall strace_find_syscall(struct strace_syscalls *syscalls, struct text name)
{
	size_t size = text_size(name);

	if (size == 0 || size > STRACE_NAME_SIZE)
		return look_up(name);
	unsigned int hash = (unsigned char)name.p[0] + 4u * (unsigned char)name.p[size / 2] +
			    16u * (unsigned char)name.end[-1] + 7u * (unsigned int)size;
	struct strace_syscall_slot *slot = &syscalls->slots[hash % STRACE_NR_NAMES];
	if (slot->size == size && memcmp(slot->name, name.p, size) == 0)
		return slot->syscall;
	slot->size = (unsigned int)size;
	memcpy(slot->name, name.p, size);
	slot->syscall = look_up(name);
	return slot->syscall;
}
