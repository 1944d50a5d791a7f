/* SPDX-License-Identifier: MIT */
/* Layout words: numbers of pages and names, where syscalls have bytes and bits. */
#include "lmt_layout.h"

#include "lmt_form.h"

/* Constants of the kernel's ABI (include/uapi), x86 where architectures differ. */
enum {
	ABI_PROT_READ = 0x1,
	ABI_PROT_WRITE = 0x2,
	ABI_PROT_EXEC = 0x4,
	ABI_MREMAP_MAYMOVE = 0x1,
	ABI_MREMAP_FIXED = 0x2,
	ABI_CLONE_VM = 0x100,
	ABI_CLONE_THREAD = 0x10000,
};

static const struct {
	const char *name;
	uint64_t advice;
} advices[] = {
	{ "normal", 0 },	   { "random", 1 },	    { "sequential", 2 },
	{ "willneed", 3 },	   { "dontneed", 4 },	    { "free", 8 },
	{ "remove", 9 },	   { "dontfork", 10 },	    { "dofork", 11 },
	{ "mergeable", 12 },	   { "unmergeable", 13 },   { "hugepage", 14 },
	{ "nohugepage", 15 },	   { "dontdump", 16 },	    { "dodump", 17 },
	{ "wipeonfork", 18 },	   { "keeponfork", 19 },    { "cold", 20 },
	{ "pageout", 21 },	   { "populate_read", 22 }, { "populate_write", 23 },
	{ "dontneed_locked", 24 }, { "collapse", 25 },
};

/* A number of pages as bytes. */
static bool length(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	if (!lmt_count(call, i, value))
		return false;
	if (*value > UINT64_MAX >> call->page_shift)
		return text_fail(call->mistake, call->field[i].p, "too many pages");
	*value <<= call->page_shift;
	return true;
}

/* Letters r, w and x, '-' for none of them. */
static bool protection(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	struct text text = call->field[i];

	*value = 0;
	for (; text.p < text.end; text.p++) {
		if (*text.p == 'r')
			*value |= ABI_PROT_READ;
		else if (*text.p == 'w')
			*value |= ABI_PROT_WRITE;
		else if (*text.p == 'x')
			*value |= ABI_PROT_EXEC;
		else if (*text.p != '-')
			return text_fail(call->mistake, text.p, "expected letters of \"rwx\"");
	}
	return true;
}

static void enter(struct lmt_call *call, enum syscall_nr syscall)
{
	struct event *event = &call->event[call->nr_events++];

	event->kind = EVENT_SYS_ENTER;
	event->syscall = syscall;
}

static void leave(struct lmt_call *call, enum syscall_nr syscall, uint64_t result)
{
	struct event *event = &call->event[call->nr_events++];

	event->kind = EVENT_SYS_EXIT;
	event->syscall = syscall;
	event->arg[0] = result;
}

bool lmt_map(struct lmt_call *call)
{
	uint64_t *arg = call->event[0].arg;
	struct text kind = { "", "" };

	if (!lmt_address(call, 0, &arg[0]) || !length(call, 1, &arg[1]) ||
	    !protection(call, 2, &arg[2]))
		return false;
	if (call->nr_fields > 3)
		kind = call->field[3];
	arg[3] = MAPPING_PRIVATE | MAPPING_FIXED;
	if (!text_is(kind, "file"))
		arg[3] |= MAPPING_ANONYMOUS;
	arg[4] = text_is(kind, "file") ? 0 : UINT64_MAX;
	enter(call, SYSCALL_MMAP);
	leave(call, SYSCALL_MMAP, arg[0]);
	return true;
}

bool lmt_unmap(struct lmt_call *call)
{
	uint64_t *arg = call->event[0].arg;

	if (!lmt_address(call, 0, &arg[0]) || !length(call, 1, &arg[1]))
		return false;
	enter(call, SYSCALL_MUNMAP);
	leave(call, SYSCALL_MUNMAP, 0);
	return true;
}

bool lmt_prot(struct lmt_call *call)
{
	uint64_t *arg = call->event[0].arg;

	if (!lmt_address(call, 0, &arg[0]) || !length(call, 1, &arg[1]) ||
	    !protection(call, 2, &arg[2]))
		return false;
	enter(call, SYSCALL_MPROTECT);
	leave(call, SYSCALL_MPROTECT, 0);
	return true;
}

bool lmt_remap(struct lmt_call *call)
{
	uint64_t *arg = call->event[0].arg;

	if (!lmt_address(call, 0, &arg[0]) || !length(call, 1, &arg[1]) ||
	    !lmt_address(call, 2, &arg[4]) || !length(call, 3, &arg[2]))
		return false;
	arg[3] = ABI_MREMAP_MAYMOVE | (arg[4] == arg[0] ? 0 : ABI_MREMAP_FIXED);
	enter(call, SYSCALL_MREMAP);
	leave(call, SYSCALL_MREMAP, arg[4]);
	return true;
}

static bool advice(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	struct text text = call->field[i];

	for (size_t n = 0; n < sizeof(advices) / sizeof(advices[0]); n++) {
		if (text_is(text, advices[n].name)) {
			*value = advices[n].advice;
			return true;
		}
	}
	if (text_dec(&text, value) && text.p == text.end)
		return true;
	return text_fail(call->mistake, call->field[i].p, "unknown advice");
}

bool lmt_advise(struct lmt_call *call)
{
	uint64_t *arg = call->event[0].arg;

	if (!lmt_address(call, 0, &arg[0]) || !length(call, 1, &arg[1]) ||
	    !advice(call, 2, &arg[2]))
		return false;
	enter(call, SYSCALL_MADVISE);
	leave(call, SYSCALL_MADVISE, 0);
	return true;
}

bool lmt_brk(struct lmt_call *call)
{
	if (!lmt_address(call, 0, &call->event[0].arg[0]))
		return false;
	enter(call, SYSCALL_BRK);
	leave(call, SYSCALL_BRK, call->event[0].arg[0]);
	return true;
}

/* The call, the new task, the result. */
static bool new_task(struct lmt_call *call, enum syscall_nr syscall, uint64_t flags)
{
	struct event *fork = &call->event[1];

	if (!lmt_tid(call, 0, &fork->arg[1]))
		return false;
	enter(call, syscall);
	call->event[0].arg[0] = flags;
	fork->kind = EVENT_FORK;
	fork->arg[0] = fork->tid < 0 ? 0 : (uint64_t)fork->tid;
	call->nr_events++;
	leave(call, syscall, fork->arg[1]);
	return true;
}

bool lmt_fork(struct lmt_call *call)
{
	return new_task(call, SYSCALL_FORK, 0);
}

bool lmt_vfork(struct lmt_call *call)
{
	return new_task(call, SYSCALL_VFORK, 0);
}

bool lmt_thread(struct lmt_call *call)
{
	return new_task(call, SYSCALL_CLONE, ABI_CLONE_VM | ABI_CLONE_THREAD);
}

bool lmt_exec(struct lmt_call *call)
{
	enter(call, SYSCALL_EXECVE);
	call->event[call->nr_events++].kind = EVENT_EXEC;
	leave(call, SYSCALL_EXECVE, 0);
	return true;
}

/* exit() of one task: it never returns. */
bool lmt_exit(struct lmt_call *call)
{
	struct event *event;

	enter(call, SYSCALL_EXIT);
	event = &call->event[call->nr_events++];
	event->kind = EVENT_EXIT;
	event->arg[0] = event->tid < 0 ? 0 : (uint64_t)event->tid;
	return true;
}
