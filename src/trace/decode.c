/* SPDX-License-Identifier: MIT */
/*
 * The one table of event names. Tracepoints and probes alike are found by the name of the event;
 * "(function+offset/size)" of a probe is passed over, arguments are found by their names.
 */
#include "decode.h"
#include "cause.h"
#include "effect.h"
#include "probe.h"
#include "syscall.h"

#include <stdlib.h>

struct event_name {
	const char *name; /* sorted */
	enum event_kind kind;
	/* Causes: a failure makes a bad line. */
	bool (*cause)(struct text args, struct event *event, struct mistake *mistake);
	/* Effects: a failure makes an EVENT_EFFECT_OTHER. Neither: no argument is read. */
	bool (*effect)(struct text args, struct event *event);
	const char *arch; /* the only backend with such an event, or NULL */
	unsigned int page_shift;
	/* x86 has it, on Xen or not; page faults since v6.16 riscv too (arch/riscv/mm/fault.c). */
	bool is_x86;
	bool is_vague; /* a name that people give to probes: the function there decides, if named */
};

static const struct event_name event_names[] = {
	{ .name = "__flush_tlb_pending",
	  .kind = EVENT_FLUSH_TLB_PENDING,
	  .effect = effect_flush_tlb_pending,
	  .arch = "powerpc" },
	{ .name = "arch_enter_lazy_mmu_mode", .kind = EVENT_PROBE_ENTER, .effect = effect_call },
	{ .name = "arch_leave_lazy_mmu_mode", .kind = EVENT_PROBE_LEAVE, .effect = effect_call },
	{ .name = "begin_new_exec", .kind = EVENT_NEW_EXEC },
	{ .name = "enter", .kind = EVENT_PROBE_ENTER, .effect = effect_call, .is_vague = true },
	{ .name = "filemap_map_pages", .kind = EVENT_FAULT_AROUND, .cause = cause_fault_around },
	{ .name = "flush_hash_page", .kind = EVENT_FLUSH_HASH_PAGE, .arch = "powerpc" },
	{ .name = "flush_hash_range",
	  .kind = EVENT_FLUSH_HASH_RANGE,
	  .effect = effect_flush_hash_range,
	  .arch = "powerpc" },
	{ .name = "flush_tlb_pending",
	  .kind = EVENT_FLUSH_TLB_PENDING,
	  .effect = effect_flush_tlb_pending },
	{ .name = "handle_mm_fault", .kind = EVENT_MM_FAULT, .cause = cause_mm_fault },
	{ .name = "hash_fault",
	  .kind = EVENT_HASH_FAULT,
	  .cause = cause_hash_fault,
	  .arch = "powerpc" },
	{ .name = "hash_page_4K",
	  .kind = EVENT_HASH_PAGE,
	  .cause = cause_hash_page,
	  .arch = "powerpc",
	  .page_shift = 12 },
	{ .name = "hash_page_64K",
	  .kind = EVENT_HASH_PAGE,
	  .cause = cause_hash_page,
	  .arch = "powerpc",
	  .page_shift = 16 },
	{ .name = "hash_tlb_flush", .kind = EVENT_EFFECT_OTHER, .arch = "powerpc" },
	{ .name = "hcall_entry", .kind = EVENT_EFFECT_OTHER, .arch = "powerpc" },
	{ .name = "hcall_exit", .kind = EVENT_EFFECT_OTHER, .arch = "powerpc" },
	{ .name = "hpte_need_flush",
	  .kind = EVENT_HPTE_NEED_FLUSH,
	  .effect = effect_hpte_need_flush,
	  .arch = "powerpc" },
	{ .name = "irq_handler_entry", .kind = EVENT_IRQ_ENTER },
	{ .name = "irq_handler_exit", .kind = EVENT_IRQ_EXIT },
	{ .name = "k_paravirt_enter_lazy_mmu", .kind = EVENT_XEN_PROBE_ENTER, .arch = "xen" },
	{ .name = "k_xen_enter_lazy_mmu", .kind = EVENT_XEN_PROBE_ENTER, .arch = "xen" },
	{ .name = "k_xen_leave_lazy_mmu", .kind = EVENT_XEN_PROBE_LEAVE, .arch = "xen" },
	{ .name = "lazy_mmu:barrier_pair",
	  .kind = EVENT_ARM64_BARRIER_PAIR,
	  .effect = effect_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:call",
	  .kind = EVENT_CALL,
	  .cause = cause_calling_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:clear_pte",
	  .kind = EVENT_CLEAR_PTE,
	  .cause = cause_clear_pte,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:enter",
	  .kind = EVENT_SECTION_ENTER,
	  .cause = cause_calling_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:leave",
	  .kind = EVENT_SECTION_LEAVE,
	  .cause = cause_calling_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:pending",
	  .kind = EVENT_ARM64_PENDING,
	  .effect = effect_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:set_pte",
	  .kind = EVENT_SET_PTE,
	  .cause = cause_set_pte,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:switch",
	  .kind = EVENT_TASK_SWITCHED,
	  .cause = cause_task_switched,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:test_pending",
	  .kind = EVENT_ARM64_TEST_PENDING,
	  .effect = effect_function,
	  .arch = "arm64" },
	{ .name = "lazy_mmu:tlbi", .kind = EVENT_ARM64_TLBI, .arch = "arm64" },
	{ .name = "lazy_mmu_mode_disable", .kind = EVENT_PROBE_LEAVE, .effect = effect_call },
	{ .name = "lazy_mmu_mode_enable", .kind = EVENT_PROBE_ENTER, .effect = effect_call },
	{ .name = "lazy_mmu_mode_pause", .kind = EVENT_EFFECT_OTHER },
	{ .name = "lazy_mmu_mode_resume", .kind = EVENT_EFFECT_OTHER },
	{ .name = "leave", .kind = EVENT_PROBE_LEAVE, .effect = effect_call, .is_vague = true },
	{ .name = "page_fault_kernel",
	  .kind = EVENT_FAULT,
	  .cause = cause_page_fault,
	  .is_x86 = true },
	{ .name = "page_fault_user",
	  .kind = EVENT_FAULT,
	  .cause = cause_page_fault,
	  .is_x86 = true },
	{ .name = "paravirt_enter_lazy_mmu",
	  .kind = EVENT_XEN_PROBE_ENTER,
	  .effect = effect_call,
	  .arch = "xen" },
	{ .name = "print", .kind = EVENT_MARKER, .cause = cause_print },
	{ .name = "sched_process_exec", .kind = EVENT_EXEC },
	{ .name = "sched_process_exit", .kind = EVENT_EXIT, .cause = cause_task_exit },
	{ .name = "sched_process_fork", .kind = EVENT_FORK, .cause = cause_task_fork },
	{ .name = "sched_switch", .kind = EVENT_SWITCH, .cause = cause_task_switch },
	{ .name = "softirq_entry", .kind = EVENT_SOFTIRQ_ENTER },
	{ .name = "softirq_exit", .kind = EVENT_SOFTIRQ_EXIT },
	{ .name = "sys_enter", .kind = EVENT_SYS_ENTER },
	{ .name = "sys_exit", .kind = EVENT_SYS_EXIT },
	{ .name = "task_newtask", .kind = EVENT_NEW_TASK, .cause = cause_new_task },
	{ .name = "tlb_batch_add",
	  .kind = EVENT_PROBE_UPDATE,
	  .effect = effect_tlb_batch_add,
	  .arch = "sparc" },
	{ .name = "tlb_flush", .kind = EVENT_EFFECT_OTHER, .is_x86 = true },
	{ .name = "tlbie", .kind = EVENT_EFFECT_OTHER, .arch = "powerpc" },
	{ .name = "tracing_mark_write", .kind = EVENT_MARKER, .cause = cause_marker },
	{ .name = "vm_brk_flags", .kind = EVENT_KERNEL_BRK, .cause = cause_kernel_brk },
	{ .name = "vm_mmap_pgoff", .kind = EVENT_KERNEL_MMAP, .cause = cause_kernel_mmap },
	{ .name = "xen_enter_lazy_mmu",
	  .kind = EVENT_XEN_PROBE_ENTER,
	  .effect = effect_call,
	  .arch = "xen" },
	{ .name = "xen_leave_lazy_mmu",
	  .kind = EVENT_XEN_PROBE_LEAVE,
	  .effect = effect_call,
	  .arch = "xen" },
	{ .name = "xen_mc_batch", .kind = EVENT_XEN_BATCH, .arch = "xen" },
	{ .name = "xen_mc_entry",
	  .kind = EVENT_XEN_ENTRY,
	  .effect = effect_xen_entry,
	  .arch = "xen" },
	{ .name = "xen_mc_entry_alloc",
	  .kind = EVENT_XEN_ENTRY_ALLOC,
	  .effect = effect_xen_entry_alloc,
	  .arch = "xen" },
	{ .name = "xen_mc_extend_args",
	  .kind = EVENT_XEN_EXTEND,
	  .effect = effect_xen_extend,
	  .cause = cause_is_spelled,
	  .arch = "xen" },
	{ .name = "xen_mc_flush",
	  .kind = EVENT_XEN_FLUSH,
	  .effect = effect_xen_flush,
	  .arch = "xen" },
	{ .name = "xen_mc_flush_reason",
	  .kind = EVENT_XEN_FLUSH_REASON,
	  .effect = effect_xen_flush_reason,
	  .cause = cause_is_spelled,
	  .arch = "xen" },
	{ .name = "xen_mc_issue",
	  .kind = EVENT_XEN_ISSUE,
	  .effect = effect_xen_issue,
	  .arch = "xen" },
	{ .name = "xen_mmu_flush_tlb_one_user", .kind = EVENT_XEN_INVLPG, .arch = "xen" },
	{ .name = "xen_mmu_ptep_modify_prot_commit", .kind = EVENT_XEN_PROT_COMMIT, .arch = "xen" },
	{ .name = "xen_mmu_set_pte", .kind = EVENT_XEN_SET_PTE, .arch = "xen" },
};

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

enum {
	NR_EVENT_NAMES = sizeof(event_names) / sizeof(event_names[0]),
	NR_NAME_FAMILIES = sizeof(name_families) / sizeof(name_families[0]),
};

/* Names share prefixes, so the hash looks at their length and their last letters. */
static uint8_t hash_name(const char *name, size_t size)
{
	uint32_t tail = 0;

	if (size >= sizeof(tail))
		memcpy(&tail, name + size - sizeof(tail), sizeof(tail));
	return (uint8_t)((tail + (uint32_t)size) * UINT32_C(2654435761) >> 24);
}

_Static_assert(NR_EVENT_NAMES < 256, "a slot stays free");

void event_index_init(struct event_index *index)
{
	*index = (struct event_index){ 0 };
	for (size_t i = 0; i < NR_EVENT_NAMES; i++) {
		const struct event_name *event = &event_names[i];
		size_t size = strlen(event->name);
		uint8_t slot = hash_name(event->name, size);
		while (index->slots[slot].event)
			slot++;
		index->slots[slot] = (struct event_slot){ event, size };
	}
}

static const struct event_name *find_event(const struct event_index *index, struct text name)
{
	size_t size = text_size(name);
	const struct event_slot *slot;

	for (uint8_t at = hash_name(name.p, size); (slot = &index->slots[at])->event; at++) {
		if (slot->size == size && memcmp(name.p, slot->event->name, size) == 0)
			return slot->event;
	}
	return NULL;
}

bool decode_knows(const struct event_index *index, struct text name)
{
	return find_event(index, name);
}

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
	return ftrace_split_name(body) ? find_event(index, body->name) : NULL;
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
	const struct event_name *entry = find_event(index, name);
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
	const struct event_name *entry = find_event(index, probe_symbol(function));
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
	const struct event_name *entry = find_event(index, body->name);

	if (!entry || entry->is_vague || !has_colon(body) || is_exit_call(entry, body))
		return decode_other(index, entry, body, event, facts, mistake);
	return decode_known(entry, body, event, facts, mistake);
}
