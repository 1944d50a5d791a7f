/* SPDX-License-Identifier: MIT */
/*
 * From a name and its arguments to an event. Tracepoints and probes alike are found by their names;
 * "(function+offset/size)" of a probe is passed over, arguments are found by their names.
 */
#include "decode.h"
#include "cause.h"
#include "effect.h"
#include "probe.h"
#include "syscall.h"

#include <stdlib.h>

/* Names that are not in the table. */
static const struct {
	const char *prefix;
	enum event_kind kind;
	bool (*effect)(struct text args, struct event *event);
	const char *arch;
} name_families[] = {
	{ "xen_", EVENT_EFFECT_OTHER, NULL, "xen" },
	{ "k_", EVENT_EFFECT_OTHER, NULL, NULL },
	{ "f_", EVENT_EFFECT_OTHER, NULL, NULL },
	{ "lpar_", EVENT_EFFECT_OTHER, NULL, "powerpc" },
	{ "enter_", EVENT_PPC_ENTER, effect_batch_probe, NULL },
	{ "leave_", EVENT_PPC_LEAVE, effect_batch_probe, NULL },
};

enum { NR_NAME_FAMILIES = sizeof(name_families) / sizeof(name_families[0]) };

static void tell_arch(struct reader_facts *facts, const char *arch, uint64_t line)
{
	if (!arch || facts->shows_arch)
		return;
	if (!facts->arch) {
		facts->arch = arch;
		facts->arch_line = line;
	}
	facts->shows_arch = strcmp(facts->arch, arch) == 0;
}

static void decode_family(const struct ftrace_body *body, struct event *event,
			  struct reader_facts *facts)
{
	for (size_t i = 0; i < NR_NAME_FAMILIES; i++) {
		if (*body->name.p != *name_families[i].prefix ||
		    !text_starts(body->name, name_families[i].prefix))
			continue;
		event->kind = name_families[i].kind;
		if (name_families[i].effect && !name_families[i].effect(body->args, event))
			event->kind = EVENT_OTHER;
		tell_arch(facts, name_families[i].arch, event->line);
		return;
	}
}

/* sys_NAME(...), sys_NAME -> value, sys_enter_NAME: ..., sys_exit_NAME: value. */
static bool decode_syscall(const struct ftrace_body *body, struct event *event,
			   struct mistake *mistake)
{
	struct text name = body->name;

	text_skip(&name, "sys_");
	if (text_starts(body->args, "(") || text_starts(body->args, "-> "))
		return syscall_named(name, body->args, event, mistake);
	if (text_skip(&name, "enter_"))
		return syscall_enter_args(name, body->args, event, mistake);
	if (text_skip(&name, "exit_"))
		return syscall_exit_value(name, body->args, event, mistake);
	return true;
}

/*
 * ASSUME: system-call numbers are those of powerpc64, the one backend whose recordings need them,
 * unless the recording says more. The report tells where nothing did.
 */
static enum syscall_numbers numbers_of(struct reader_facts *facts, uint64_t line)
{
	if (facts->is_other_machine)
		return NUMBERS_OF_OTHERS;
	if (facts->is_x86_64 || (facts->arch && strcmp(facts->arch, "xen") == 0))
		return NUMBERS_OF_X86_64;
	if (!facts->arch && !facts->numbers_line)
		facts->numbers_line = line;
	return !facts->arch || strcmp(facts->arch, "powerpc") == 0 ? NUMBERS_OF_POWERPC
								   : NUMBERS_OF_OTHERS;
}

/* A system call by its number. */
static bool decode_number(const struct ftrace_body *body, struct event *event,
			  struct reader_facts *facts, struct mistake *mistake)
{
	enum syscall_numbers numbers = numbers_of(facts, event->line);

	return event->kind == EVENT_SYS_ENTER
		       ? syscall_raw_enter(body->args, numbers, event, mistake)
		       : syscall_raw_exit(body->args, numbers, event, mistake);
}

static bool decode_known(const struct event_name *entry, const struct ftrace_body *body,
			 struct event *event, struct reader_facts *facts, struct mistake *mistake)
{
	event->kind = entry->kind;
	tell_arch(facts, entry->arch, event->line);
	facts->is_x86_64 |= entry->is_x86;
	/* A kernel with 64K pages inserts 4K ones too, for demoted segments. */
	if (entry->page_shift > facts->page_shift)
		facts->page_shift = entry->page_shift;
	if (entry->effect && !entry->effect(body->args, event))
		event->kind = EVENT_EFFECT_OTHER;
	if (entry->kind == EVENT_SYS_ENTER || entry->kind == EVENT_SYS_EXIT)
		return decode_number(body, event, facts, mistake);
	return !entry->cause || entry->cause(body->args, event, mistake);
}

/* What is not in the table as the name stands: it may begin with what is. */
static __attribute__((noinline)) const struct event_name *
find_split(const struct event_index *index, struct ftrace_body *body)
{
	return ftrace_split_name(body) ? event_name_find(index, body->name) : NULL;
}

/*
 * A probe that a tool named after its function: p_FUNCTION_OFFSET (Linux
 * kernel/trace/trace_kprobe.c, where no name is given), FUNCTION_N (tools/perf/util/probe-event.c,
 * get_new_event_name(), where the name is taken: the instances of an inline function, above all).
 * The lines of perf and trace-cmd have its address alone, and the place of an inline function is
 * its caller.
 */
static const struct event_name *find_probe(const struct event_index *index,
					   const struct ftrace_body *body)
{
	struct text name = body->name, function;
	const char *end = name.end;

	while (end > name.p && end[-1] >= '0' && end[-1] <= '9')
		end--;
	if (end == name.end || end - name.p < 2 || end[-1] != '_' ||
	    probe_place(body->args, &function) == PLACE_RETURN)
		return NULL;
	name.end = end - 1;
	text_skip(&name, "p_");
	const struct event_name *entry = event_name_find(index, name);
	return entry && event_is_effect(entry->kind) && !entry->is_vague ? entry : NULL;
}

/* exit() is spelled as the event at the end of every syscall: `sys_exit(error_code: 0)`. */
static bool is_exit_call(const struct event_name *entry, const struct ftrace_body *body)
{
	return entry->kind == EVENT_SYS_EXIT && text_starts(body->args, "(");
}

/* A function that is known by its name shows an effect; of causes the arguments are needed. */
static void decode_function(const struct event_index *index, struct text function,
			    const struct ftrace_body *body, struct event *event,
			    struct reader_facts *facts)
{
	const struct event_name *entry = event_name_find(index, probe_symbol(function));
	struct mistake mistake;

	if (entry && event_is_effect(entry->kind) && !entry->is_vague)
		decode_known(entry, body, event, facts, &mistake);
}

/* The name says nothing, or little (then entry is set): perhaps the place of the probe does. */
static void decode_unnamed(const struct event_index *index, const struct event_name *entry,
			   const struct ftrace_body *body, struct event *event,
			   struct reader_facts *facts)
{
	struct text function;
	struct mistake mistake;
	enum probe_place place = probe_place(body->args, &function);

	if (place == PLACE_FUNCTION)
		decode_function(index, function, body, event, facts);
	else if (entry)
		decode_known(entry, body, event, facts, &mistake);
}

/* Options sym-offset and sym-addr: "tracing_mark_write+0x8a/0x170 <ffffffff8149ab1a>: ..." */
static bool decode_marker(const struct ftrace_body *body, struct event *event,
			  struct mistake *mistake)
{
	struct text text = body->args;

	event->kind = EVENT_MARKER;
	if (text_starts(text, "<"))
		text_find(&text, ">: ");
	return cause_marker(text, event, mistake);
}

/* "name: ..." is an event; a syscall or a function of the function tracer has no colon. */
static bool has_colon(const struct ftrace_body *body)
{
	return body->name.end < body->args.p && *body->name.end == ':';
}

/* Whatever is not a name of the table with its colon. */
static __attribute__((noinline)) bool decode_other(const struct event_index *index,
						   const struct event_name *entry,
						   const struct ftrace_body *body,
						   struct event *event, struct reader_facts *facts,
						   struct mistake *mistake)
{
	struct ftrace_body split;

	if (!entry) {
		split = *body;
		entry = find_split(index, &split);
		body = &split;
	}
	event->kind = EVENT_OTHER;
	if (entry ? is_exit_call(entry, body) : text_starts(body->name, "sys_"))
		return decode_syscall(body, event, mistake);
	if ((!entry || !has_colon(body)) && text_starts(body->name, "tracing_mark_write"))
		return decode_marker(body, event, mistake);
	if (!has_colon(body)) {
		decode_function(index, body->name, body, event, facts);
		return true;
	}
	if (!entry)
		entry = find_probe(index, body);
	if (!entry)
		decode_family(body, event, facts);
	if (!entry || entry->is_vague) {
		if (event->kind == EVENT_OTHER)
			decode_unnamed(index, entry, body, event, facts);
		return true;
	}
	return decode_known(entry, body, event, facts, mistake);
}

bool decode_event(const struct event_index *index, const struct ftrace_body *body,
		  struct event *event, struct reader_facts *facts, struct mistake *mistake)
{
	const struct event_name *entry = event_name_find(index, body->name);

	if (!entry || entry->is_vague || !has_colon(body) || is_exit_call(entry, body))
		return decode_other(index, entry, body, event, facts, mistake);
	return decode_known(entry, body, event, facts, mistake);
}
