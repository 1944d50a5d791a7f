/* SPDX-License-Identifier: MIT */
/* The operations of scenarios, and what a scenario expects. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

const char *const verdict_names[] = {
	[VERDICT_CLEAN] = "clean",
	[VERDICT_FINDING] = "finding",
	[VERDICT_BOUNDED] = "bounded",
	[VERDICT_NOT_APPLICABLE] = "n/a",
};

const struct op_syntax op_syntax[NR_OPS] = {
	[OP_ENABLE] = { .name = "enable", .summary = "a section begins" },
	[OP_ENABLE_RANGE] = { .name = "enable-range",
			      .has_page = true,
			      .summary = "a section begins, with s390's hint from that page on" },
	[OP_DISABLE] = { .name = "disable", .summary = "the section ends" },
	[OP_PAUSE] = { .name = "pause", .summary = "the section is paused" },
	[OP_RESUME] = { .name = "resume", .summary = "and goes on" },
	[OP_WRITE] = { .name = "write",
		       .has_page = true,
		       .summary = "a write of the kind that the backend holds back" },
	[OP_SET] = { .name = "set",
		     .has_page = true,
		     .value = VALUE_OPTIONAL,
		     .summary = "set_pte_at() to page frame VALUE" },
	[OP_SET_PTES] = { .name = "set-ptes",
			  .has_page = true,
			  .value = VALUE_NEEDED,
			  .summary = "set_ptes() of VALUE consecutive entries" },
	[OP_CLEAR] = { .name = "clear", .has_page = true, .summary = "ptep_get_and_clear()" },
	[OP_WRPROTECT] = { .name = "wrprotect",
			   .has_page = true,
			   .summary = "ptep_set_wrprotect()" },
	[OP_YOUNG] = { .name = "young",
		       .has_page = true,
		       .summary = "ptep_test_and_clear_young()" },
	[OP_PROT] = { .name = "prot",
		      .has_page = true,
		      .summary = "ptep_modify_prot_start() and _commit(), read-only" },
	[OP_GET] = { .name = "get",
		     .has_page = true,
		     .has_register = true,
		     .summary = "ptep_get(); a register takes its page frame" },
	[OP_RAW] = { .name = "raw",
		     .has_page = true,
		     .has_register = true,
		     .summary = "a read through the pointer" },
	[OP_ACCESS] = { .name = "access",
			.has_page = true,
			.summary = "a load through the mapping" },
	[OP_STORE] = { .name = "store",
		       .has_page = true,
		       .summary = "a store through the mapping" },
	[OP_FLUSH_RANGE] = { .name = "flush-range",
			     .has_page = true,
			     .value = VALUE_OPTIONAL,
			     .summary = "flush_tlb_range() of VALUE pages" },
	[OP_FLUSH_PAGE] = { .name = "flush-page", .has_page = true, .summary = "flush_tlb_page()" },
	[OP_UNMAP] = { .name = "unmap",
		       .has_page = true,
		       .summary =
			       "lock, section, clear, gather, flush, free: munmap() of one page" },
	[OP_FREE] = { .name = "free",
		      .has_page = true,
		      .summary = "the page behind the entry is freed" },
	[OP_GUP] = { .name = "gup",
		     .has_page = true,
		     .summary = "a lockless walker takes a writable reference" },
	[OP_WP_BEGIN] = { .name = "wp-begin", .summary = "fork's write_protect_seq begins" },
	[OP_WP_END] = { .name = "wp-end", .summary = "and ends" },
	[OP_ALLOC] = { .name = "alloc", .summary = "a page, GFP_NOWAIT, and back again" },
	[OP_ALLOC_SLEEP] = { .name = "alloc-sleep",
			     .summary = "a page, GFP_KERNEL, and back again" },
	[OP_KASAN_POPULATE] = { .name = "kasan-populate",
				.has_page = true,
				.summary = "shadow memory for a vmalloc area" },
	[OP_KASAN_RELEASE] = { .name = "kasan-release",
			       .has_page = true,
			       .summary = "shadow memory goes" },
	[OP_SET_MEMORY] = { .name = "set-memory",
			    .summary = "set_memory_valid() of a page of the linear map" },
	[OP_LOCK] = { .name = "lock", .has_page = true, .summary = "the page-table lock" },
	[OP_UNLOCK] = { .name = "unlock", .has_page = true, .summary = "the page-table lock" },
	[OP_PREEMPT_OFF] = { .name = "preempt-off", .summary = "preempt_disable()" },
	[OP_PREEMPT_ON] = { .name = "preempt-on", .summary = "preempt_enable()" },
	[OP_BH_OFF] = { .name = "bh-off", .summary = "local_bh_disable()" },
	[OP_BH_ON] = { .name = "bh-on", .summary = "local_bh_enable()" },
	[OP_IRQ_OFF] = { .name = "irq-off", .summary = "local_irq_disable()" },
	[OP_IRQ_ON] = { .name = "irq-on", .summary = "local_irq_enable()" },
	[OP_SLEEP] = { .name = "sleep", .summary = "might_sleep(), then others may run" },
	[OP_COND_RESCHED] = { .name = "cond-resched", .summary = "cond_resched()" },
	[OP_USER] = { .name = "user", .summary = "back in user mode for a moment" },
	[OP_NOP] = { .name = "nop", .summary = "nothing" },
	[OP_FORK] = { .name = "fork", .has_task = true, .summary = "a child task begins" },
	[OP_EXIT] = { .name = "exit", .summary = "the task ends" },
	[OP_LOOP] = { .name = "loop",
		      .value = VALUE_OPTIONAL,
		      .summary = "VALUE times, or for ever, what is in braces" },
	[OP_IF] = { .name = "if",
		    .has_register = true,
		    .value = VALUE_NEEDED,
		    .summary = "what is in braces, where the register equals VALUE" },
	[OP_END] = { .name = "}", .summary = "the end of a block" },
};

const struct expectation *scenario_expectation(const struct scenario *scenario, const char *arch,
					       int kernel)
{
	for (unsigned int i = 0; i < scenario->nr_expectations; i++) {
		const struct expectation *each = &scenario->expectations[i];
		bool fits = strcmp(each->arch, "*") == 0 || strcmp(each->arch, arch) == 0;
		if (fits && each->first_kernel <= kernel && kernel <= each->last_kernel)
			return each;
	}
	return NULL;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

const char *name_fault(struct text name, const char **hint)
{
	*hint = "at most 63 bytes";
	if (text_size(name) >= SCENARIO_NAME_SIZE)
		return "name too long";
	*hint = "letters, digits, '-', '_' and '.'";
	for (const char *p = name.p; p < name.end; p++) {
		if (!is_name_byte(*p))
			return "bad name";
	}
	return text_size(name) ? NULL : "bad name";
}

/* What begins a move of a schedule, or is the target of one, names no task. */
static bool is_reserved(struct text name)
{
	static const char *const reserved[] = { "idle", "switch", "irq", "refill" };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (text_is(name, reserved[i]))
			return true;
	}
	return false;
}

const char *program_name_fault(const struct scenario *scenario, struct text name, const char **hint)
{
	const char *fault = name_fault(name, hint);

	if (fault)
		return fault;
	*hint = "idle, switch, irq and refill are words of a schedule";
	if (is_reserved(name))
		return "reserved name";
	*hint = NULL;
	for (unsigned int i = 0; i < scenario->nr_programs; i++) {
		if (text_is(name, scenario->programs[i].name))
			return "a second task or handler of this name";
	}
	return NULL;
}

void scenario_destroy(struct scenario *scenario)
{
	if (!scenario)
		return;
	free(scenario->moves);
	free(scenario);
}
