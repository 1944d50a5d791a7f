/* SPDX-License-Identifier: MIT */
/* Writing arguments of native text by the letters of a form. */
#include "lmt_put.h"
#include "syscall.h"

#include "lmt_form.h"

void lmt_put(struct lmt_buffer *buffer, const char *text)
{
	size_t size = strlen(text);

	if (size > sizeof(buffer->bytes) - buffer->size)
		return;
	memcpy(buffer->bytes + buffer->size, text, size);
	buffer->size += size;
}

void lmt_put_number(struct lmt_buffer *buffer, uint64_t value, unsigned int base)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	*--p = '\0';
	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	lmt_put(buffer, p);
}

static void put_access(struct lmt_buffer *buffer, uint64_t bits)
{
	if (!(bits & (FAULT_WRITE | FAULT_EXEC | FAULT_UNTOLD)))
		lmt_put(buffer, "r");
	for (unsigned int i = 0; i < NR_ACCESS_LETTERS; i++) {
		const char letter[] = { lmt_access_letters[i].letter, '\0' };
		if (bits & lmt_access_letters[i].bit)
			lmt_put(buffer, letter);
	}
}

static void put_result(struct lmt_buffer *buffer, uint64_t value)
{
	enum { MAX_ERRNO = 4095 };

	if (value < (uint64_t)-MAX_ERRNO) {
		lmt_put_number(buffer, value, 16);
		return;
	}
	lmt_put(buffer, "-");
	lmt_put_number(buffer, -value, 10);
}

/* Blanks within a text that goes to the end of the line stay. */
static void put_text(struct lmt_buffer *buffer, const char *text, bool is_rest)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *end = text + strlen(text);

	for (const char *p = text; p < end; p++) {
		unsigned char c = (unsigned char)*p;
		const char plain[] = { *p, '\0' };
		const char coded[] = { '%', digits[c >> 4], digits[c & 15], '\0' };
		bool is_inner_blank = is_rest && c == ' ' && p > text && p + 1 < end;
		bool is_plain = c > ' ' && c != 0x7f && !strchr("%#;", c);
		lmt_put(buffer, is_plain || is_inner_blank ? plain : coded);
	}
}

static bool is_default(const struct event *event, char letter, uint64_t value)
{
	switch (letter) {
	case 'n':
		return value == 1;
	case 'P':
		return event->arg[0] == lmt_own_task(event);
	case 's':
	case 'r':
		return event->text[0] == '\0';
	default:
		return strchr("xdtbi", letter) && value == 0;
	}
}

static void put_argument(struct lmt_buffer *buffer, const struct event *event, char letter,
			 uint64_t value)
{
	switch (letter) {
	case 'x':
		lmt_put_number(buffer, value, 16);
		break;
	case 'a':
		put_access(buffer, value);
		break;
	case 'o':
		lmt_put(buffer, lmt_ptes_op_names[value]);
		if (value == PTES_RAW)
			lmt_put_number(buffer, event->arg[4], 16);
		break;
	case 'v':
		put_result(buffer, value);
		break;
	case 'N':
		lmt_put_number(buffer, event->arg[1], 10);
		break;
	case 'P':
		lmt_put_number(buffer, event->arg[0], 10);
		break;
	case 'c':
		lmt_put(buffer, syscall_class_names[event->syscall]);
		break;
	case 'k':
		lmt_put(buffer, event->kind == EVENT_IRQ_EXIT || event->kind == EVENT_SOFTIRQ_EXIT
					? "exit"
					: "enter");
		break;
	case 's':
	case 'r':
		put_text(buffer, event->text, letter == 'r');
		break;
	default:
		lmt_put_number(buffer, value, 10);
	}
}

void lmt_put_form(struct lmt_buffer *buffer, const struct event *event, const struct lmt_word *word)
{
	const uint64_t *value = event->arg;
	size_t size = buffer->size;

	for (unsigned int i = 0; word->form[i]; i++) {
		lmt_put(buffer, " ");
		put_argument(buffer, event, word->form[i], *value);
		if (i < word->min_args || !is_default(event, word->form[i], *value))
			size = buffer->size;
		value += lmt_has_turn(word->form[i]) ? 1 : 0;
	}
	buffer->size = size;
}
