/* SPDX-License-Identifier: MIT */
/* The table of words, and those that are one event each. */
#include "lmt_layout.h"
#include "syscall.h"

/* An optional calling function. */
static bool site(struct lmt_call *call)
{
	if (call->nr_fields)
		text_copy(call->event->text, sizeof(call->event->text), call->field[0]);
	return true;
}

static bool rest_of_line(struct lmt_call *call)
{
	text_copy(call->event->text, sizeof(call->event->text), call->rest);
	return true;
}

/* A way of access: r, w or x, and p where the page was mapped (a protection fault). */
static bool access_bits(struct lmt_call *call, unsigned int i, uint64_t *bits)
{
	struct text text = call->field[i];

	for (; text.p < text.end; text.p++) {
		if (*text.p == 'w')
			*bits |= FAULT_WRITE;
		else if (*text.p == 'x')
			*bits |= FAULT_EXEC;
		else if (*text.p == 'p')
			*bits |= FAULT_PROT;
		else if (*text.p != 'r')
			return text_fail(call->mistake, text.p, "expected r, w or x");
	}
	return true;
}

static bool fault(struct lmt_call *call)
{
	uint64_t *arg = call->event->arg;

	arg[1] = FAULT_USER;
	arg[2] = 1;
	return lmt_address(call, 0, &arg[0]) && access_bits(call, 1, &arg[1]) &&
	       (call->nr_fields < 3 || lmt_count(call, 2, &arg[2]));
}

static bool kernel_fault(struct lmt_call *call)
{
	call->event->arg[2] = 1;
	return lmt_address(call, 0, &call->event->arg[0]);
}

static bool system_call(struct lmt_call *call)
{
	call->event->syscall = syscall_by_name(call->field[0]);
	for (unsigned int i = 1; i < call->nr_fields && i <= EVENT_MAX_ARGS; i++) {
		if (!lmt_address(call, i, &call->event->arg[i - 1]))
			return false;
	}
	return true;
}

/* Hex, or a negative errno in decimal. */
static bool result(struct lmt_call *call)
{
	struct text text = call->field[0];
	bool good = text_starts(text, "-") ? text_number(&text, &call->event->arg[0])
					   : text_hex(&text, &call->event->arg[0]);

	if (good && text.p == text.end)
		return true;
	return text_fail(call->mistake, call->field[0].p, "expected hex or a negative errno");
}

static bool task_switch(struct lmt_call *call)
{
	call->event->arg[0] = call->event->tid < 0 ? 0 : (uint64_t)call->event->tid;
	return lmt_tid(call, 0, &call->event->arg[1]);
}

/* kind is that of "enter"; that of "exit" follows it. */
static bool enter_or_exit(struct lmt_call *call)
{
	if (text_is(call->field[0], "enter"))
		return true;
	if (!text_is(call->field[0], "exit"))
		return text_fail(call->mistake, call->field[0].p, "expected enter or exit");
	call->event->kind =
		call->event->kind == EVENT_IRQ_ENTER ? EVENT_IRQ_EXIT : EVENT_SOFTIRQ_EXIT;
	return true;
}

static const char *const ptes_op_names[] = {
	[PTES_SET] = "set",	[PTES_CLEAR] = "clear", [PTES_WRPROTECT] = "wrprotect",
	[PTES_MKOLD] = "mkold", [PTES_MOVE] = "move",	[PTES_SWAP] = "swap",
};

static bool ptes_op(struct lmt_call *call, unsigned int i, struct event *event)
{
	struct text text = call->field[i];

	for (unsigned int op = 0; op < sizeof(ptes_op_names) / sizeof(ptes_op_names[0]); op++) {
		if (text_is(text, ptes_op_names[op])) {
			event->arg[2] = op;
			return true;
		}
	}
	event->arg[2] = PTES_RAW;
	if (text_skip(&text, "raw=") && text_hex(&text, &event->arg[4]) && text.p == text.end)
		return true;
	text_fail(call->mistake, call->field[i].p, "unknown operation on PTEs");
	call->mistake->hint = "set, clear, wrprotect, mkold, move, swap or raw=HEX";
	return false;
}

static bool run_of_ptes(struct lmt_call *call)
{
	return lmt_address(call, 0, &call->event->arg[0]) &&
	       lmt_count(call, 1, &call->event->arg[1]);
}

static bool set(struct lmt_call *call)
{
	return run_of_ptes(call) && ptes_op(call, 2, call->event);
}

static bool kernel_set(struct lmt_call *call)
{
	call->event->arg[3] = 1;
	return set(call);
}

static bool clear(struct lmt_call *call)
{
	call->event->arg[2] = PTES_CLEAR;
	return run_of_ptes(call);
}

static bool get(struct lmt_call *call)
{
	call->event->arg[2] = PTES_GET;
	return run_of_ptes(call);
}

static const struct lmt_word words[] = {
	{ "advise", 3, EVENT_OTHER, lmt_advise },
	{ "arch_enter", 0, EVENT_OTHER, NULL },
	{ "arch_leave", 0, EVENT_OTHER, NULL },
	{ "brk", 1, EVENT_OTHER, lmt_brk },
	{ "clear", 2, EVENT_PTES, clear },
	{ "enter", 0, EVENT_SECTION_ENTER, site },
	{ "exec", 0, EVENT_OTHER, lmt_exec },
	{ "exit", 0, EVENT_OTHER, lmt_exit },
	{ "expect", 3, EVENT_EXPECT, rest_of_line },
	{ "fault", 2, EVENT_FAULT, fault },
	{ "flush", 0, EVENT_SECTION_FLUSH, site },
	{ "fork", 1, EVENT_OTHER, lmt_fork },
	{ "get", 2, EVENT_PTES, get },
	{ "huge", 1, EVENT_OTHER, NULL },
	{ "irq", 1, EVENT_IRQ_ENTER, enter_or_exit },
	{ "kfault", 1, EVENT_FAULT, kernel_fault },
	{ "kset", 3, EVENT_PTES, kernel_set },
	{ "leave", 0, EVENT_SECTION_LEAVE, site },
	{ "map", 3, EVENT_OTHER, lmt_map },
	{ "mark", 1, EVENT_MARKER, rest_of_line },
	{ "pause", 0, EVENT_SECTION_PAUSE, site },
	{ "preempt", 1, EVENT_OTHER, NULL },
	{ "prot", 3, EVENT_OTHER, lmt_prot },
	{ "remap", 4, EVENT_OTHER, lmt_remap },
	{ "resume", 0, EVENT_SECTION_RESUME, site },
	{ "ret", 1, EVENT_SYS_EXIT, result },
	{ "set", 3, EVENT_PTES, set },
	{ "softirq", 1, EVENT_SOFTIRQ_ENTER, enter_or_exit },
	{ "switch", 1, EVENT_SWITCH, task_switch },
	{ "sys", 1, EVENT_SYS_ENTER, system_call },
	{ "thread", 1, EVENT_OTHER, lmt_thread },
	{ "tlb", 2, EVENT_EFFECT_OTHER, NULL },
	{ "unmap", 2, EVENT_OTHER, lmt_unmap },
	{ "vfork", 1, EVENT_OTHER, lmt_vfork },
};

enum {
	NR_WORDS = sizeof(words) / sizeof(words[0]),
	LONGEST_WORD = 12,
	NEAR = 2, /* edits between a word and a hint */
};

/* Insertions, removals and replacements that turn text into word; rows of the usual table. */
static size_t distance(struct text text, const char *word)
{
	size_t row[LONGEST_WORD + 1];
	size_t size = strlen(word);

	for (size_t j = 0; j <= size; j++)
		row[j] = j;
	for (size_t i = 0; i < text_size(text); i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < size; j++) {
			size_t best = diagonal + (text.p[i] != word[j]);

			diagonal = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (diagonal + 1 < best)
				best = diagonal + 1;
			row[j + 1] = best;
		}
	}
	return row[size];
}

const struct lmt_word *lmt_find_word(struct text name, const char **near)
{
	size_t best = NEAR + 1;

	*near = NULL;
	for (size_t i = 0; i < NR_WORDS; i++) {
		if (text_is(name, words[i].name))
			return &words[i];
	}
	if (text_size(name) > LONGEST_WORD)
		return NULL;
	for (size_t i = 0; i < NR_WORDS; i++) {
		size_t edits = distance(name, words[i].name);

		if (edits < best && edits < text_size(name)) {
			best = edits;
			*near = words[i].name;
		}
	}
	return NULL;
}
