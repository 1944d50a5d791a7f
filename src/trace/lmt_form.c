/* SPDX-License-Identifier: MIT */
/* Reading arguments of native text by the letters of a form. */
#include "lmt_form.h"
#include "syscall.h"

#include <limits.h>

/* powerpc PPC64_TLB_BATCH_NR: no batch holds more. */
enum { MAX_BATCH = 192 };

const char *const lmt_ptes_op_names[NR_PTES_OPS] = {
	[PTES_SET] = "set",	[PTES_CLEAR] = "clear", [PTES_WRPROTECT] = "wrprotect",
	[PTES_MKOLD] = "mkold", [PTES_MOVE] = "move",	[PTES_SWAP] = "swap",
	[PTES_RAW] = "raw=",	[PTES_GET] = "get",
};

const struct lmt_access_letter lmt_access_letters[NR_ACCESS_LETTERS] = {
	{ 'w', FAULT_WRITE }, { 'x', FAULT_EXEC }, { '?', FAULT_UNTOLD }, { 'p', FAULT_PROT }
};

static bool hex(struct lmt_call *call, struct text field, uint64_t *value, const char *expected)
{
	struct text text = field;

	if (text_hex(&text, value) && text.p == text.end)
		return true;
	return text_fail(call->mistake, field.p, expected);
}

static bool decimal(struct lmt_call *call, struct text field, uint64_t max, uint64_t *value,
		    const char *expected)
{
	struct text text = field;

	if (text_dec(&text, value) && text.p == text.end && *value <= max)
		return true;
	return text_fail(call->mistake, field.p, expected);
}

bool lmt_address(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	return hex(call, call->field[i], value, "expected an address in hex");
}

bool lmt_tid(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	return decimal(call, call->field[i], INT_MAX, value, "expected a task id");
}

bool lmt_count(struct lmt_call *call, unsigned int i, uint64_t *value)
{
	const char *expected = "expected a decimal count, at least 1";

	return decimal(call, call->field[i], UINT64_MAX, value, expected) &&
	       (*value || text_fail(call->mistake, call->field[i].p, expected));
}

/* r, w, x or ?, and p where the page was mapped (a protection fault). */
static bool read_access(struct lmt_call *call, struct text field, uint64_t *bits)
{
	for (; field.p < field.end; field.p++) {
		unsigned int i = 0;
		while (i < NR_ACCESS_LETTERS && lmt_access_letters[i].letter != *field.p)
			i++;
		if (i < NR_ACCESS_LETTERS)
			*bits |= lmt_access_letters[i].bit;
		else if (*field.p != 'r')
			return text_fail(call->mistake, field.p, "expected r, w, x or ?");
	}
	return true;
}

/* The value of raw= is arg[4]. */
static bool read_ptes_op(struct lmt_call *call, struct text field, uint64_t *value)
{
	struct text text = field;

	for (*value = 0; *value < NR_PTES_OPS; ++*value) {
		if (text_is(field, lmt_ptes_op_names[*value]))
			return *value != PTES_RAW ||
			       text_fail(call->mistake, field.end, "expected hex");
	}
	*value = PTES_RAW;
	if (text_skip(&text, lmt_ptes_op_names[PTES_RAW]))
		return hex(call, text, &call->event->arg[4], "expected hex");
	text_fail(call->mistake, field.p, "unknown operation on PTEs");
	call->mistake->hint = "set, clear, wrprotect, mkold, move, swap, get or raw=HEX";
	return false;
}

static bool read_result(struct lmt_call *call, struct text field, uint64_t *value)
{
	const char *expected = "expected hex or a negative errno";
	struct text text = field;

	if (!text_starts(text, "-"))
		return hex(call, field, value, expected);
	return (text_number(&text, value) && text.p == text.end) ||
	       text_fail(call->mistake, field.p, expected);
}

static void read_syscall(struct text field, struct event *event)
{
	event->syscall = SYSCALL_OTHER;
	for (unsigned int nr = 0; nr < NR_SYSCALLS; nr++) {
		if (text_is(field, syscall_class_names[nr])) {
			event->syscall = (enum syscall_nr)nr;
			return;
		}
	}
	event->syscall = syscall_by_name(field);
}

static bool read_direction(struct lmt_call *call, struct text field)
{
	if (text_is(field, "enter"))
		return true;
	if (!text_is(field, "exit"))
		return text_fail(call->mistake, field.p, "expected enter or exit");
	call->event->kind++;
	return true;
}

/* The byte that %XX stands for; '\0': it stands for itself. */
static char escaped(const char *p, const char *end)
{
	if (*p != '%' || end - p < 3)
		return '\0';
	unsigned int high = hex_digits[(unsigned char)p[1]];
	unsigned int low = hex_digits[(unsigned char)p[2]];
	return high && low ? (char)((high - 1) << 4 | (low - 1)) : '\0';
}

static void read_text(struct text field, struct event *event)
{
	char bytes[EVENT_TEXT_SIZE];
	size_t size = 0;

	for (; field.p < field.end && size < sizeof(bytes); size++) {
		char byte = escaped(field.p, field.end);
		bytes[size] = byte ? byte : *field.p;
		field.p += byte ? 3 : 1;
	}
	text_copy(event->text, sizeof(event->text), (struct text){ bytes, bytes + size });
}

/* value is the argument that the letter goes to. */
static bool read_argument(struct lmt_call *call, unsigned int i, char letter, uint64_t *value)
{
	struct text field = call->field[i];

	switch (letter) {
	case 'x':
		return hex(call, field, value, "expected hex");
	case 'd':
		return decimal(call, field, UINT64_MAX, value, "expected a decimal number");
	case 'n':
		return lmt_count(call, i, value);
	case 't':
		return lmt_tid(call, i, value);
	case 'b':
		return decimal(call, field, 1, value, "expected 0 or 1");
	case 'i':
		return decimal(call, field, MAX_BATCH, value, "no batch holds as many");
	case 'a':
		return read_access(call, field, value);
	case 'o':
		return read_ptes_op(call, field, value);
	case 'v':
		return read_result(call, field, value);
	case 'N':
		return lmt_tid(call, i, &call->event->arg[1]);
	case 'P':
		return lmt_tid(call, i, &call->event->arg[0]);
	case 'c':
		read_syscall(field, call->event);
		return true;
	case 'k':
		return read_direction(call, field);
	case 'r':
		field = call->rest;
		break;
	default:
		break;
	}
	read_text(field, call->event);
	return true;
}

bool lmt_has_turn(char letter)
{
	return strchr("xdntbiaov", letter);
}

uint64_t lmt_own_task(const struct event *event)
{
	return event->tid < 0 ? 0 : (uint64_t)event->tid;
}

static void set_default(struct event *event, char letter, uint64_t *value)
{
	if (letter == 'n')
		*value = 1;
	else if (letter == 'P')
		event->arg[0] = lmt_own_task(event);
}

bool lmt_read_form(struct lmt_call *call, const char *form)
{
	uint64_t *value = call->event->arg;

	for (unsigned int i = 0; form[i]; i++) {
		if (i >= call->nr_fields)
			set_default(call->event, form[i], value);
		else if (!read_argument(call, i, form[i], value))
			return false;
		value += lmt_has_turn(form[i]) ? 1 : 0;
	}
	return true;
}
