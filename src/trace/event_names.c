/* SPDX-License-Identifier: MIT */
/* The table, sorted by name. */
#include "event_names.h"
#include "cause.h"
#include "effect.h"

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

enum { NR_EVENT_NAMES = sizeof(event_names) / sizeof(event_names[0]) };

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

const struct event_name *event_name_find(const struct event_index *index, struct text name)
{
	size_t size = text_size(name);
	const struct event_slot *slot;

	for (uint8_t at = hash_name(name.p, size); (slot = &index->slots[at])->event; at++) {
		if (slot->size == size && memcmp(name.p, slot->event->name, size) == 0)
			return slot->event;
	}
	return NULL;
}
