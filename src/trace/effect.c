/* SPDX-License-Identifier: MIT */
/* Arguments of effects: what the kernel did, only ever compared with a prediction. */
#include "effect.h"
#include "probe.h"

/* powerpc PPC64_TLB_BATCH_NR: no batch holds more. */
enum { MAX_BATCH = 192 };

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

/* 7.2 and later say what was decided; before, the line repeats the mode (xen.h, 5.14 there). */
bool effect_xen_issue(struct text args, struct event *event)
{
	event->arg[0] = 2;
	if (text_skip(&args, "flush: "))
		event->arg[0] = text_starts(args, "yes");
	else if (text_skip(&args, "flush="))
		event->arg[0] = text_starts(args, "1") || text_starts(args, "(1)");
	return true;
}

/*
 * Where the words of the kernel are missing (option "fields", `trace-cmd report -R`, "[FAILED TO
 * PARSE]") the fields are there.
 */
static inline bool op_number(struct text *args, const char *words, uint64_t *op)
{
	struct text field = *args;

	if (text_skip(args, words))
		return text_dec(args, op);
	return text_find(&field, "op=") && text_number(&field, op);
}

/* op 1(mmu_update) args [...] */
bool effect_xen_entry(struct text args, struct event *event)
{
	return op_number(&args, "op ", &event->arg[0]);
}

bool effect_xen_entry_alloc(struct text args, struct event *event)
{
	if (text_skip(&args, "args="))
		return text_number(&args, &event->arg[0]);
	return text_skip(&args, "alloc entry ") && text_dec(&args, &event->arg[0]);
}

static bool extend_result(struct text word, uint64_t *result)
{
	static const char *const words[] = { "OK", "BAD_OP", "NO_SPACE" };

	for (*result = 0; *result < 3; ++*result) {
		if (text_starts(word, words[*result]))
			return true;
	}
	return false;
}

/* extending op 1(mmu_update) by 16 bytes res OK */
bool effect_xen_extend(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	if (!op_number(&args, "extending op ", &event->arg[0]))
		return false;
	if (text_find(&args, ") by "))
		return text_dec(&args, &event->arg[1]) && text_skip(&args, " bytes res ") &&
		       extend_result(args, &event->arg[2]);
	return small_number(&fields, "args=", UINT64_MAX, &event->arg[1]) &&
	       small_number(&fields, "res=", 2, &event->arg[2]);
}

/* arch/x86/xen/multicalls.h, enum xen_mc_flush_reason. */
bool effect_xen_flush_reason(struct text args, struct event *event)
{
	static const char *const reasons[] = { "NONE", "BATCH", "ARGS", "CALLBACK" };
	struct fields fields = fields_of(args);
	uint64_t reason;

	if (text_skip(&args, "flush reason ")) {
		if (text_starts(args, "?"))
			return false;
		text_copy(event->text, sizeof(event->text), text_word(&args));
		return true;
	}
	if (!small_number(&fields, "reason=", 3, &reason))
		return false;
	strcpy(event->text, reasons[reason]);
	return true;
}

/* flushing 1 hypercalls, 496 arg bytes, 0 callbacks */
bool effect_xen_flush(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	if (text_skip(&args, "flushing "))
		return text_dec(&args, &event->arg[0]) && text_skip(&args, " hypercalls, ") &&
		       text_dec(&args, &event->arg[1]) && text_skip(&args, " arg bytes, ") &&
		       text_dec(&args, &event->arg[2]);
	return small_number(&fields, "mcidx=", UINT64_MAX, &event->arg[0]) &&
	       small_number(&fields, "argidx=", UINT64_MAX, &event->arg[1]) &&
	       small_number(&fields, "cbidx=", UINT64_MAX, &event->arg[2]);
}

bool effect_call(struct text args, struct event *event)
{
	struct text function;

	(void)event;
	return probe_place(args, &function) != PLACE_RETURN;
}

/* arch/sparc/mm/tlb.c: an address space that goes as a whole puts no entry off. */
bool effect_tlb_batch_add(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);
	uint64_t fullmm;

	return effect_call(args, event) &&
	       !(small_number(&fields, "fullmm=", 1, &fullmm) && fullmm);
}

static bool is_call(enum event_kind kind, struct text args, struct event *event)
{
	event->kind = kind;
	return effect_call(args, event);
}

bool effect_hpte_need_flush(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	if (small_number(&fields, "active=", 1, &event->arg[0]) &&
	    small_number(&fields, "index=", MAX_BATCH, &event->arg[1]))
		return true;
	return is_call(EVENT_PROBE_UPDATE, args, event);
}

bool effect_flush_tlb_pending(struct text args, struct event *event)
{
	struct fields fields = fields_of(args);

	if (small_number(&fields, "index=", MAX_BATCH, &event->arg[0]))
		return true;
	return is_call(EVENT_PROBE_FLUSH, args, event);
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
