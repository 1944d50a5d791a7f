/* SPDX-License-Identifier: MIT */
/* The table of words. Kernel events have their kernel's names. */
#include "lmt_layout.h"

#include <stdlib.h>

static bool user_fault(struct lmt_call *call)
{
	call->event->arg[1] |= FAULT_USER;
	return true;
}

static bool kernel_set(struct lmt_call *call)
{
	call->event->arg[3] = 1;
	return true;
}

static bool clear(struct lmt_call *call)
{
	call->event->arg[2] = PTES_CLEAR;
	return true;
}

static bool get(struct lmt_call *call)
{
	call->event->arg[2] = PTES_GET;
	return true;
}

static const struct lmt_word words[] = {
	{ "advise", 3, EVENT_OTHER, NULL, lmt_advise },
	{ "arch_enter", 0, EVENT_OTHER, NULL, NULL },
	{ "arch_leave", 0, EVENT_OTHER, NULL, NULL },
	{ "arm64_barrier_pair", 0, EVENT_ARM64_BARRIER_PAIR, "s", NULL },
	{ "arm64_pending", 0, EVENT_ARM64_PENDING, "s", NULL },
	{ "arm64_test_pending", 0, EVENT_ARM64_TEST_PENDING, "s", NULL },
	{ "arm64_tlbi", 0, EVENT_ARM64_TLBI, "s", NULL },
	{ "begin_new_exec", 0, EVENT_NEW_EXEC, "", NULL },
	{ "brk", 1, EVENT_OTHER, NULL, lmt_brk },
	{ "call", 0, EVENT_CALL, "s", NULL },
	{ "clear", 2, EVENT_PTES, "xn", clear },
	{ "clear_pte", 2, EVENT_CLEAR_PTE, "xbs", NULL },
	{ "effect", 0, EVENT_EFFECT_OTHER, "", NULL },
	{ "enter", 0, EVENT_SECTION_ENTER, "s", NULL },
	{ "exec", 0, EVENT_OTHER, NULL, lmt_exec },
	{ "exit", 0, EVENT_OTHER, NULL, lmt_exit },
	{ "expect", 3, EVENT_EXPECT, "r", NULL },
	{ "fault", 2, EVENT_FAULT, "xan", user_fault },
	{ "filemap_map_pages", 4, EVENT_FAULT_AROUND, "xxxx", NULL },
	{ "flush", 0, EVENT_SECTION_FLUSH, "s", NULL },
	{ "flush_hash_page", 0, EVENT_FLUSH_HASH_PAGE, "", NULL },
	{ "flush_hash_range", 1, EVENT_FLUSH_HASH_RANGE, "i", NULL },
	{ "flush_tlb_pending", 1, EVENT_FLUSH_TLB_PENDING, "i", NULL },
	{ "fork", 1, EVENT_OTHER, NULL, lmt_fork },
	{ "get", 2, EVENT_PTES, "xn", get },
	{ "handle_mm_fault", 5, EVENT_MM_FAULT, "xxxxx", NULL },
	{ "hash_fault", 2, EVENT_HASH_FAULT, "xx", NULL },
	{ "hash_page", 2, EVENT_HASH_PAGE, "xx", NULL },
	{ "hpte_need_flush", 2, EVENT_HPTE_NEED_FLUSH, "bi", NULL },
	{ "huge", 1, EVENT_OTHER, NULL, NULL },
	{ "irq", 1, EVENT_IRQ_ENTER, "k", NULL },
	{ "kfault", 1, EVENT_FAULT, "xan", NULL },
	{ "kset", 3, EVENT_PTES, "xno", kernel_set },
	{ "leave", 0, EVENT_SECTION_LEAVE, "s", NULL },
	{ "map", 3, EVENT_OTHER, NULL, lmt_map },
	{ "mapping", 4, EVENT_MAPPING, "xxxx", NULL },
	{ "mark", 0, EVENT_MARKER, "r", NULL },
	{ "other", 0, EVENT_OTHER, "", NULL },
	{ "pause", 0, EVENT_SECTION_PAUSE, "s", NULL },
	{ "ppc_enter", 1, EVENT_PPC_ENTER, "b", NULL },
	{ "ppc_leave", 1, EVENT_PPC_LEAVE, "b", NULL },
	{ "preempt", 1, EVENT_OTHER, NULL, NULL },
	{ "probe_enter", 0, EVENT_PROBE_ENTER, "", NULL },
	{ "probe_flush", 0, EVENT_PROBE_FLUSH, "", NULL },
	{ "probe_leave", 0, EVENT_PROBE_LEAVE, "", NULL },
	{ "probe_update", 0, EVENT_PROBE_UPDATE, "", NULL },
	{ "prot", 3, EVENT_OTHER, NULL, lmt_prot },
	{ "remap", 4, EVENT_OTHER, NULL, lmt_remap },
	{ "resume", 0, EVENT_SECTION_RESUME, "s", NULL },
	{ "ret", 1, EVENT_SYS_EXIT, "vc", NULL },
	{ "sched_process_exec", 0, EVENT_EXEC, "", NULL },
	{ "sched_process_exit", 1, EVENT_EXIT, "t", NULL },
	{ "sched_process_fork", 2, EVENT_FORK, "tt", NULL },
	{ "set", 3, EVENT_PTES, "xno", NULL },
	{ "set_pte", 3, EVENT_SET_PTE, "xbbs", NULL },
	{ "softirq", 1, EVENT_SOFTIRQ_ENTER, "k", NULL },
	{ "switch", 1, EVENT_SWITCH, "NPs", NULL },
	{ "switched", 1, EVENT_TASK_SWITCHED, "b", NULL },
	{ "sys", 1, EVENT_SYS_ENTER, "cxxxxxx", NULL },
	{ "task_newtask", 2, EVENT_NEW_TASK, "tx", NULL },
	{ "thread", 1, EVENT_OTHER, NULL, lmt_thread },
	{ "tlb", 2, EVENT_EFFECT_OTHER, NULL, NULL },
	{ "unmap", 2, EVENT_OTHER, NULL, lmt_unmap },
	{ "vfork", 1, EVENT_OTHER, NULL, lmt_vfork },
	{ "vm_brk_flags", 2, EVENT_KERNEL_BRK, "xx", NULL },
	{ "vm_mmap_pgoff", 5, EVENT_KERNEL_MMAP, "xxxxx", NULL },
	{ "xen_enter_lazy_mmu", 0, EVENT_XEN_PROBE_ENTER, "", NULL },
	{ "xen_leave_lazy_mmu", 0, EVENT_XEN_PROBE_LEAVE, "", NULL },
	{ "xen_mc_batch", 0, EVENT_XEN_BATCH, "", NULL },
	{ "xen_mc_entry", 1, EVENT_XEN_ENTRY, "d", NULL },
	{ "xen_mc_entry_alloc", 1, EVENT_XEN_ENTRY_ALLOC, "d", NULL },
	{ "xen_mc_extend_args", 3, EVENT_XEN_EXTEND, "ddd", NULL },
	{ "xen_mc_flush", 3, EVENT_XEN_FLUSH, "ddd", NULL },
	{ "xen_mc_flush_reason", 0, EVENT_XEN_FLUSH_REASON, "s", NULL },
	{ "xen_mc_issue", 1, EVENT_XEN_ISSUE, "d", NULL },
	{ "xen_mmu_flush_tlb_one_user", 0, EVENT_XEN_INVLPG, "", NULL },
	{ "xen_mmu_ptep_modify_prot_commit", 0, EVENT_XEN_PROT_COMMIT, "", NULL },
	{ "xen_mmu_set_pte", 0, EVENT_XEN_SET_PTE, "", NULL },
};

enum {
	NR_WORDS = sizeof(words) / sizeof(words[0]),
	LONGEST_WORD = 32,
	NEAR = 2, /* edits between a word and a hint */
};

static int compare_word(const void *name, const void *word)
{
	return text_compare(*(const struct text *)name, ((const struct lmt_word *)word)->name);
}

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
	const struct lmt_word *found =
		bsearch(&name, words, NR_WORDS, sizeof(words[0]), compare_word);
	size_t best = NEAR + 1;

	*near = NULL;
	if (found || text_size(name) > LONGEST_WORD)
		return found;
	for (size_t i = 0; i < NR_WORDS; i++) {
		size_t edits = distance(name, words[i].name);

		if (edits < best && edits < text_size(name)) {
			best = edits;
			*near = words[i].name;
		}
	}
	return NULL;
}

/* Where several words stand for one kind of event. */
static const char *name_of(const struct event *event)
{
	if (event->kind == EVENT_FAULT)
		return event->arg[1] & FAULT_USER ? "fault" : "kfault";
	if (event->kind != EVENT_PTES)
		return NULL;
	if (event->arg[3])
		return "kset";
	return event->arg[2] == PTES_CLEAR ? "clear" : event->arg[2] == PTES_GET ? "get" : "set";
}

/* Kinds that "exit" of a word stands for are written by it. */
static enum event_kind entry_kind(enum event_kind kind)
{
	return kind == EVENT_IRQ_EXIT	    ? EVENT_IRQ_ENTER
	       : kind == EVENT_SOFTIRQ_EXIT ? EVENT_SOFTIRQ_ENTER
					    : kind;
}

const struct lmt_word *lmt_word_of(const struct event *event)
{
	enum event_kind kind = entry_kind(event->kind);
	const char *name = name_of(event);

	for (size_t i = 0; i < NR_WORDS; i++) {
		if (words[i].form && words[i].kind == kind &&
		    (!name || strcmp(words[i].name, name) == 0))
			return &words[i];
	}
	return NULL;
}
