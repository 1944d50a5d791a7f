/* SPDX-License-Identifier: MIT */
/* Arguments of effects: what the kernel did, only ever compared with a prediction. */
#include "effect.h"

/* powerpc PPC64_TLB_BATCH_NR: no batch holds more. */
enum { MAX_BATCH = 192 };

/* 7.2 and later say what was decided; before, the line repeats the mode (xen.h, 5.14 there). */
bool effect_xen_issue(struct text args, struct event *event)
{
	event->arg[0] = 2;
	if (text_skip(&args, "flush: "))
		event->arg[0] = text_starts(args, "yes");
	return true;
}

/* op 1(mmu_update) args [...] */
bool effect_xen_entry(struct text args, struct event *event)
{
	return text_skip(&args, "op ") && text_dec(&args, &event->arg[0]);
}

bool effect_xen_entry_alloc(struct text args, struct event *event)
{
	return text_skip(&args, "alloc entry ") && text_dec(&args, &event->arg[0]);
}

/* extending op 1(mmu_update) by 16 bytes res OK */
bool effect_xen_extend(struct text args, struct event *event)
{
	if (!text_skip(&args, "extending op ") || !text_dec(&args, &event->arg[0]) ||
	    !text_find(&args, ") by ") || !text_dec(&args, &event->arg[1]) ||
	    !text_skip(&args, " bytes res "))
		return false;
	if (text_starts(args, "OK"))
		event->arg[2] = 0;
	else if (text_starts(args, "BAD_OP"))
		event->arg[2] = 1;
	else if (text_starts(args, "NO_SPACE"))
		event->arg[2] = 2;
	else
		return false;
	return true;
}

bool effect_xen_flush_reason(struct text args, struct event *event)
{
	if (!text_skip(&args, "flush reason "))
		return false;
	text_copy(event->text, sizeof(event->text), text_word(&args));
	return true;
}

/* flushing 1 hypercalls, 496 arg bytes, 0 callbacks */
bool effect_xen_flush(struct text args, struct event *event)
{
	return text_skip(&args, "flushing ") && text_dec(&args, &event->arg[0]) &&
	       text_skip(&args, " hypercalls, ") && text_dec(&args, &event->arg[1]) &&
	       text_skip(&args, " arg bytes, ") && text_dec(&args, &event->arg[2]);
}

/* A number behind a key, at most max. */
static inline __attribute__((always_inline)) bool
small_number(struct fields *fields, const char *key, uint64_t max, uint64_t *value)
{
	struct text text;

	if (!fields_find(fields, key, &text) || !text_number(&text, value))
		return false;
	fields_pass(fields, text.p);
	return *value <= max;
}

bool effect_hpte_need_flush(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	return small_number(&fields, "active=", 1, &event->arg[0]) &&
	       small_number(&fields, "index=", MAX_BATCH, &event->arg[1]);
}

bool effect_flush_tlb_pending(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	return small_number(&fields, "index=", MAX_BATCH, &event->arg[0]);
}

bool effect_flush_hash_range(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	return small_number(&fields, "number=", MAX_BATCH, &event->arg[0]);
}

bool effect_batch_probe(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	return small_number(&fields, "active=", 1, &event->arg[0]);
}

bool effect_function_field(struct fields *fields, struct event *event)
{
	struct text function;

	if (!fields_find(fields, "fn=", &function))
		return false;
	text_copy(event->text, sizeof(event->text), text_before_blank(function));
	return true;
}

bool effect_function(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	return effect_function_field(&fields, event);
}
