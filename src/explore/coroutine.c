/* SPDX-License-Identifier: MIT */
/* One stack each; a fortified longjmp() would take a switch to another stack for an attack. */
#undef _FORTIFY_SOURCE
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_STACK */
#include "coroutine.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef HAVE_VALGRIND
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(HAS_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
enum { UNDER_ASAN = 1 };
#else
enum { UNDER_ASAN = 0 };
#define __sanitizer_start_switch_fiber(fake, bottom, size) ((void)0)
#define __sanitizer_finish_switch_fiber(fake, bottom, size) ((void)0)
#define __asan_unpoison_memory_region(start, size) ((void)0)
#endif

enum { GUARD_SIZE = 64 * 1024 /* bytes: larger than a frame */ };
enum { MIN_LEFT = 16 * 1024 /* bytes: what the deepest primitive and its findings need */ };

struct coroutine {
	void (*entry)(void *arg);
	void *arg;
	char *mapping; /* guard pages, then the stack */
	size_t guard_size;
	size_t stack_size;
	unsigned int valgrind_id;
	bool is_done;
	bool is_fresh; /* the next resume begins entry */

	jmp_buf inside;	 /* where it stopped */
	jmp_buf start;	 /* where every run of entry begins */
	jmp_buf outside; /* who resumed it */

	ucontext_t inside_context; /* the same, for makecontext() and ASan */
	ucontext_t outside_context;
	const void *outside_stack; /* ASan: the resumer's stack */
	size_t outside_size;
};

static char *stack_of(const struct coroutine *coroutine)
{
	return coroutine->mapping + coroutine->guard_size;
}

/* Leaves the coroutine's stack; does not return before it is resumed. */
static void leave(struct coroutine *coroutine)
{
	if (UNDER_ASAN) {
		void *fake_stack = NULL;
		__sanitizer_start_switch_fiber(&fake_stack, coroutine->outside_stack,
					       coroutine->outside_size);
		swapcontext(&coroutine->inside_context, &coroutine->outside_context);
		__sanitizer_finish_switch_fiber(fake_stack, &coroutine->outside_stack,
						&coroutine->outside_size);
		(void)fake_stack;
	} else if (_setjmp(coroutine->inside) == 0) {
		_longjmp(coroutine->outside, 1);
	}
}

/* The first frame of every stack. makecontext() passes ints: the pointer comes in halves. */
static void first_frame(unsigned int high, unsigned int low)
{
	struct coroutine *coroutine = (struct coroutine *)((uintptr_t)high << 32 | low);

	if (UNDER_ASAN)
		__sanitizer_finish_switch_fiber(NULL, &coroutine->outside_stack,
						&coroutine->outside_size);
	else if (_setjmp(coroutine->start) == 0) /* in this frame, which never ends */
		_longjmp(coroutine->outside, 1);
	for (;;) {
		coroutine->entry(coroutine->arg);
		coroutine->is_done = true;
		leave(coroutine);
	}
}

static void make_context(struct coroutine *coroutine)
{
	uintptr_t address = (uintptr_t)coroutine;

	__asan_unpoison_memory_region(stack_of(coroutine), coroutine->stack_size);
	getcontext(&coroutine->inside_context);
	coroutine->inside_context.uc_stack.ss_sp = stack_of(coroutine);
	coroutine->inside_context.uc_stack.ss_size = coroutine->stack_size;
	coroutine->inside_context.uc_link = NULL;
	makecontext(&coroutine->inside_context, (void (*)(void))first_frame, 2,
		    (unsigned int)(address >> 32), (unsigned int)address);
}

/* Enters the stack with the context that makecontext() or swapcontext() left. */
static void swap_in(struct coroutine *coroutine)
{
	void *fake_stack = NULL;

	__sanitizer_start_switch_fiber(&fake_stack, stack_of(coroutine), coroutine->stack_size);
	swapcontext(&coroutine->outside_context, &coroutine->inside_context);
	__sanitizer_finish_switch_fiber(fake_stack, NULL, NULL);
	(void)fake_stack;
}

int coroutine_create(void (*entry)(void *arg), void *arg, size_t stack_size, struct coroutine **ret)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct coroutine *coroutine = calloc(1, sizeof(*coroutine));
	if (!coroutine)
		return -ENOMEM;

	coroutine->entry = entry;
	coroutine->arg = arg;
	coroutine->guard_size = GUARD_SIZE > page ? GUARD_SIZE : page;
	coroutine->stack_size = (stack_size + page - 1) / page * page;
	coroutine->is_fresh = true;
	coroutine->mapping =
		mmap(NULL, coroutine->guard_size + coroutine->stack_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (coroutine->mapping == MAP_FAILED) {
		free(coroutine);
		return -ENOMEM;
	}
	coroutine->valgrind_id = (unsigned int)VALGRIND_STACK_REGISTER(
		stack_of(coroutine), stack_of(coroutine) + coroutine->stack_size);
	if (mprotect(coroutine->mapping, coroutine->guard_size, PROT_NONE)) {
		coroutine_destroy(coroutine);
		return -ENOMEM;
	}
	make_context(coroutine);
	/* Up to the place where every run of entry begins. */
	if (!UNDER_ASAN && _setjmp(coroutine->outside) == 0)
		swap_in(coroutine);
	*ret = coroutine;
	return 0;
}

void coroutine_destroy(struct coroutine *coroutine)
{
	if (!coroutine)
		return;
	VALGRIND_STACK_DEREGISTER(coroutine->valgrind_id);
	munmap(coroutine->mapping, coroutine->guard_size + coroutine->stack_size);
	free(coroutine);
}

bool coroutine_resume(struct coroutine *coroutine)
{
	bool is_fresh = coroutine->is_fresh;

	coroutine->is_fresh = false;
	if (UNDER_ASAN)
		swap_in(coroutine);
	else if (_setjmp(coroutine->outside) == 0)
		_longjmp(is_fresh ? coroutine->start : coroutine->inside, 1);
	return coroutine->is_done;
}

void coroutine_yield(struct coroutine *coroutine)
{
	leave(coroutine);
}

void coroutine_restart(struct coroutine *coroutine)
{
	if (coroutine->is_fresh)
		return;
	coroutine->is_fresh = true;
	coroutine->is_done = false;
	if (UNDER_ASAN)
		make_context(coroutine);
}

bool coroutine_is_deep(const struct coroutine *coroutine)
{
	const char *here = __builtin_frame_address(0);

	/* Under ASan locals may live elsewhere, but frames do not. */
	return here - stack_of(coroutine) < MIN_LEFT;
}

bool coroutine_guards(const struct coroutine *coroutine, const void *address)
{
	const char *at = address;

	return at >= coroutine->mapping && at < stack_of(coroutine);
}

void signal_stack_use(void *stack)
{
	const stack_t use = { .ss_sp = stack,
			      .ss_size = SIGNAL_STACK_SIZE,
			      .ss_flags = stack ? 0 : SS_DISABLE };

	sigaltstack(&use, NULL);
}
