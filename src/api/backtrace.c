/* SPDX-License-Identifier: MIT */
/* The C functions that lead to an opened section. The only file that knows libunwind. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr() */
#endif

#include "api.h"

#ifdef HAVE_LIBUNWIND

#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <stdio.h>

enum {
	MAX_FRAMES = 32, /* looked at */
	MAX_SHOWN = 8,
	NAME_SIZE = 64,
};

/* Where the object that contains an address is loaded, NULL: unknown. */
static const void *object_of(uintptr_t address)
{
	Dl_info info;

	return dladdr((void *)address, &info) ? info.dli_fbase : NULL;
}

/* Appends "name+0xoffset"; false when there is no room for more. */
static bool append_frame(unw_cursor_t *cursor, char *text, size_t size, size_t *length)
{
	char name[NAME_SIZE];
	unw_word_t offset = 0;
	int result = unw_get_proc_name(cursor, name, sizeof(name), &offset);
	if (result && result != -UNW_ENOMEM) /* that is a name cut short */
		snprintf(name, sizeof(name), "?");

	int written = snprintf(text + *length, size - *length, "%s%s+0x%lx", *length ? " < " : "",
			       name, (unsigned long)offset);
	if (written < 0 || (size_t)written >= size - *length) {
		text[*length] = '\0';
		return false;
	}
	*length += (size_t)written;
	return true;
}

void backtrace_opener(char *text, size_t size)
{
	const void *library = object_of((uintptr_t)backtrace_opener);
	unw_context_t context;
	unw_cursor_t cursor;
	size_t length = 0;
	int shown = 0;
	bool is_own = true;

	text[0] = '\0';
	if (unw_getcontext(&context) || unw_init_local(&cursor, &context))
		return;
	for (int i = 0; i < MAX_FRAMES && shown < MAX_SHOWN && unw_step(&cursor) > 0; i++) {
		unw_word_t ip = 0;
		unw_get_reg(&cursor, UNW_REG_IP, &ip);
		/* The innermost frames are the library's; they say nothing about the caller. */
		is_own = is_own && object_of(ip) == library;
		if (is_own)
			continue;
		if (!append_frame(&cursor, text, size, &length))
			return;
		shown++;
	}
}

#else

void backtrace_opener(char *text, size_t size)
{
	if (size)
		text[0] = '\0';
}

#endif
