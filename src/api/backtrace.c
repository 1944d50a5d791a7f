/* SPDX-License-Identifier: MIT */
/*
 * The C functions that lead to an opened section. A name costs a look into the symbol table of a
 * file, an address next to nothing, and few sections end up in a finding: what is kept when a
 * section opens are addresses in hex behind RAW_MARK; naming replaces them. The only file that
 * knows libunwind.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr() */
#endif

#include "api.h"

#ifdef HAVE_LIBUNWIND

#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	RAW_MARK = '@',
	MAX_FRAMES = 24, /* fit into FINDING_ORIGIN_SIZE in hex */
	MAX_NAMED = 8,
	NAME_SIZE = 64,
};

void backtrace_opener(char *text, size_t size)
{
	void *frames[MAX_FRAMES];
	int nr = unw_backtrace(frames, MAX_FRAMES);
	size_t length = 1;

	text[0] = RAW_MARK;
	text[1] = '\0';
	for (int i = 0; i < nr && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%lx ",
					   (unsigned long)(uintptr_t)frames[i]);
}

/* Where the object that contains an address is loaded, NULL: unknown. */
static const void *object_of(uintptr_t address)
{
	Dl_info info;

	return dladdr((void *)address, &info) ? info.dli_fbase : NULL;
}

/*
 * Appends "name+0xoffset"; false when there is no room for more. libunwind names the address that a
 * cursor is at, so the cursor is put there.
 */
static bool append_name(unw_cursor_t *cursor, uintptr_t address, char *text, size_t size,
			size_t *length)
{
	char name[NAME_SIZE] = "";
	unw_word_t offset = 0;

	/* A return address may already belong to the next function. */
	int result = unw_set_reg(cursor, UNW_REG_IP, address - 1);
	if (!result)
		result = unw_get_proc_name(cursor, name, sizeof(name), &offset);
	if (result && result != -UNW_ENOMEM) /* that is a name cut short */
		snprintf(name, sizeof(name), "?");

	int written = snprintf(text + *length, size - *length, "%s%s+0x%lx", *length ? " < " : "",
			       name, (unsigned long)offset + 1);
	if (written < 0 || (size_t)written >= size - *length) {
		text[*length] = '\0';
		return false;
	}
	*length += (size_t)written;
	return true;
}

/*
 * How many frames are left without those of the explorer, which calls an explored function: its
 * stack begins in the library, behind one frame of libc (makecontext()).
 */
static size_t drop_explorer(const uintptr_t *frames, size_t nr, const void *library)
{
	if (nr < 2 || object_of(frames[nr - 2]) != library)
		return nr;
	for (nr--; nr && object_of(frames[nr - 1]) == library;)
		nr--;
	return nr;
}

void backtrace_name(char *text, size_t size)
{
	const void *library = object_of((uintptr_t)backtrace_name);
	uintptr_t frames[MAX_FRAMES];
	size_t nr = 0, length = 0;
	unw_context_t context;
	unw_cursor_t cursor;

	if (text[0] != RAW_MARK)
		return;
	for (char *next = text + 1; *next != '\0' && nr < MAX_FRAMES; next++)
		frames[nr++] = strtoul(next, &next, 16);
	text[0] = '\0';
	nr = drop_explorer(frames, nr, library);
	if (unw_getcontext(&context) || unw_init_local(&cursor, &context))
		return;
	/* The innermost frames are the library's own; they say nothing about the caller. */
	size_t first = 0;
	while (first < nr && object_of(frames[first]) == library)
		first++;
	for (size_t i = first; i < nr && i - first < MAX_NAMED; i++) {
		if (!append_name(&cursor, frames[i], text, size, &length))
			break;
	}
}

#else

void backtrace_opener(char *text, size_t size)
{
	if (size)
		text[0] = '\0';
}

void backtrace_name(char *text, size_t size)
{
	(void)text;
	(void)size;
}

#endif
