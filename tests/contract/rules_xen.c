/* SPDX-License-Identifier: MIT */
/* Xen PV: the multicall buffer, what goes through it, and what does not. */
#include "contract.h"

#include <string.h>

#include "sched.h"
#include "syscalls.h"
#include "xen/multicalls.h"

enum { OTHER_TID = 100, USER_BITS = PTE_WRITE | PTE_YOUNG | PTE_USER };

static bool is_xen(const struct bed *bed)
{
	return strcmp(bed->subject->name, "xen") == 0;
}

static bool is_stateless_xen(const struct bed *bed)
{
	return is_xen(bed) && bed->kernel->api == API_STATELESS;
}

static bool nests_by_cpu(const struct bed *bed)
{
	return is_xen(bed) && bed->kernel->xen_hooks == XEN_HOOKS_NEST;
}

static bool forbids_nests(const struct bed *bed)
{
	return is_stateless_xen(bed) && !nests_by_cpu(bed);
}

static bool sets_directly(const struct bed *bed)
{
	return is_xen(bed) && !bed->kernel->set_ptes_section;
}

static void updates_per_hypercall(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 31);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 0, "hypercalls after 31 updates");
	write_page(bed, 31);
	expect_equal(bed, flushed_for(FLUSH_ARGS), 1, "flushes for argument space");
	expect_equal(bed, counted(COUNT_PTE_HYPERCALLS), 1, "hypercalls after 32 updates");
	expect_equal(bed, pending_writes(), 1, "updates queued");
	section_leave();
	expect_equal(bed, counted(COUNT_PTE_HYPERCALLS), 2, "hypercalls");
	/* The last entry was extended each time, so that none of them is a multicall. */
	expect_equal(bed, counted(COUNT_MULTICALL_ENTRIES), 0, "multicall entries");
	expect_visible(bed, 31);
}

/* New tables in a pinned mm queue calls without arguments: entries run out before bytes. */
static void entries_per_multicall(struct bed *bed)
{
	section_enter(bed);
	for (unsigned int i = 1; i <= 16; i++)
		pte_alloc(init_mm(), bed->base + ((vaddr_t)i << 21));
	expect_equal(bed, flushed_for(FLUSH_BATCH), 1, "flushes for entries");
	expect_equal(bed, counted(COUNT_MULTICALL_ENTRIES), MC_BATCH, "multicall entries");
	section_leave();
}

/* Of a user's mm the second root has the entry, too. */
static void root_entries(struct bed *bed)
{
	const vaddr_t addr = UINT64_C(100) << 39;
	const struct histogram *updates = &current_task()->counters->batch_sizes;
	struct mm *mm = fixture_user_mm();
	uint64_t before = histogram_sum(updates);

	pte_alloc(init_mm(), addr);
	expect_equal(bed, histogram_sum(updates) - before, 3, "updates for tables of the kernel");
	before = histogram_sum(updates);
	pte_alloc(mm, addr);
	expect_equal(bed, histogram_sum(updates) - before, 4, "updates for tables of a user");
	expect_clean(bed);
}

/* The unpin of a table does not join the TLB flush before it. */
static void table_unpin_has_an_entry(struct bed *bed)
{
	struct mm *mm = fixture_user_mm();
	struct table *table = pte_alloc(mm, bed->base);
	const struct arch_ops *ops = bed->machine->ops;

	section_enter(bed);
	uint64_t before = counted(COUNT_MULTICALL_ENTRIES);
	flush_tlb_mm(mm);
	ops->release_table(mm, table);
	section_leave();
	expect_equal(bed, counted(COUNT_MULTICALL_ENTRIES) - before, 3, "multicall entries");
}

static void callbacks_per_flush(struct bed *bed)
{
	struct mc_buffer buffer = { 0 };

	preempt_disable();
	for (int i = 0; i < 32; i++)
		xen_mc_callback(&buffer);
	expect_equal(bed, buffer.cbidx, 32, "callbacks queued");
	xen_mc_callback(&buffer);
	preempt_enable();
	expect_equal(bed, buffer.cbidx, 1, "callbacks after the 33rd");
	expect_clean(bed);
}

static void prot_commit_is_queued(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);
	pte_t *ptep = page_pte(bed, 0);
	pte_t old = hw_read_pte(ptep);

	section_enter(bed);
	ptep_modify_prot_start(bed->mm, addr, ptep);
	expect(bed, pte_same(hw_read_pte(ptep), old), "start writes");
	expect_equal(bed, pending_writes(), 0, "updates queued by start");
	ptep_modify_prot_commit(bed->mm, addr, ptep, pte_clear_bits(old, PTE_WRITE));
	expect_equal(bed, pending_writes(), 1, "updates queued by commit");
	section_leave();
	expect_equal(bed, hw_read_pte(ptep).val, pte_clear_bits(old, PTE_WRITE).val, "PTE");
	ptep_modify_prot_start(bed->mm, addr, ptep);
	ptep_modify_prot_commit(bed->mm, addr, ptep, old);
	expect_equal(bed, flushed_for(FLUSH_ISSUE), 1, "commits issued outside a section");
	expect_equal(bed, hw_read_pte(ptep).val, old.val, "PTE outside a section");
	expect_equal(bed, counted(COUNT_DIRECT_SET_PTE), 0, "direct set_pte");
	expect_clean(bed);
}

/* Unlike ptep_get_and_clear(), which traps. */
static void pte_clear_is_queued(struct bed *bed)
{
	section_enter(bed);
	pte_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, pending_writes(), 1, "updates queued");
	section_leave();
	expect(bed, pte_none(hw_read_pte(page_pte(bed, 0))), "not none after leave");
	pte_clear(bed->mm, page_addr(bed, 1), page_pte(bed, 1));
	expect_equal(bed, counted(COUNT_DIRECT_SET_PTE), 1, "direct set_pte outside a section");
	expect_equal(bed, counted(COUNT_EMULATED_WRITES), 0, "emulated writes");
	expect_clean(bed);
}

/* What the MMU marks between start and hypercall survives; set_pte() overwrites it. */
static void prot_commit_preserves_ad(struct bed *bed)
{
	const unsigned int marks = PTE_YOUNG | PTE_DIRTY;
	vaddr_t addr = page_addr(bed, 0);
	pte_t *ptep = page_pte(bed, 0);

	hw_write_pte(ptep, pte_clear_bits(hw_read_pte(ptep), marks));
	section_enter(bed);
	pte_t old = ptep_modify_prot_start(bed->mm, addr, ptep);
	pte_t new = pte_clear_bits(old, PTE_WRITE);
	ptep_modify_prot_commit(bed->mm, addr, ptep, new);
	hw_drop_tlb_mm(bed->mm, true);
	hw_access(bed->mm, addr, true);
	section_leave();
	expect_equal(bed, hw_read_pte(ptep).val, pte_set(new, marks).val, "PTE of a commit");
	section_enter(bed);
	set_pte_at(bed->mm, addr, ptep, new);
	section_leave();
	expect_equal(bed, hw_read_pte(ptep).val, new.val, "PTE of a set_pte()");
	expect_clean(bed);
}

/* Clears, write-protects and young bits: trapped and emulated at once on a pinned table. */
static void native_writes_are_emulated(struct bed *bed)
{
	section_enter(bed);
	ptep_get_and_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, counted(COUNT_EMULATED_WRITES), 1, "emulated clears");
	ptep_set_wrprotect(bed->mm, page_addr(bed, 1), page_pte(bed, 1));
	expect_equal(bed, counted(COUNT_EMULATED_WRITES), 2, "emulated with a write-protect");
	ptep_test_and_clear_young(bed->mm, page_addr(bed, 2), page_pte(bed, 2));
	expect_equal(bed, counted(COUNT_EMULATED_WRITES), 3, "emulated with a young bit");
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
	expect(bed, pte_none(hw_read_pte(page_pte(bed, 0))), "the clear is not in memory");
	section_leave();
	expect_clean(bed);
}

/* A table that is not pinned is plain memory, but set_pte() does not ask. */
static void unpinned_is_memory(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);
	struct mm_struct *mm = mm_create(bed->machine);

	page_map(&mm->mm, addr, USER_BITS);
	ptep_get_and_clear(&mm->mm, addr, fixture_pte(&mm->mm, addr));
	expect_equal(bed, counted(COUNT_EMULATED_WRITES), 0, "emulated writes");
	expect_equal(bed, counted(COUNT_HYPERCALLS), 0, "hypercalls");
	set_pte_at(&mm->mm, addr, fixture_pte(&mm->mm, addr), make_pte(1, PTE_PRESENT));
	expect_equal(bed, counted(COUNT_HYPERCALLS), 1, "hypercalls of set_pte()");
	mm_put(mm);
}

static void direct_outside(struct bed *bed)
{
	write_pages(bed, 0, 3);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 3, "hypercalls");
	expect_equal(bed, counted(COUNT_DIRECT_SET_PTE), 3, "direct set_pte");
	expect_equal(bed, counted(COUNT_FLUSHES), 0, "flushes of the buffer");
	expect_visible(bed, 2);
}

/* Nothing of a task stays in the buffer of a CPU that it leaves; the mode comes back with it. */
static void switch_flushes(struct bed *bed)
{
	struct task *task = current_task();
	struct task *other = task_fork(bed->machine->cpus[1].idle, OTHER_TID);

	section_enter(bed);
	write_pages(bed, 0, 2);
	fixture_switched_out(other);
	switch_to(this_cpu(), other);
	expect_visible(bed, 0);
	expect_visible(bed, 1);
	switch_to(this_cpu(), task);
	write_page(bed, 2);
	expect_equal(bed, pending_writes(), 1, "updates queued after the switch");
	section_leave();
	expect_clean(bed);
}

/* A child of a task that is in a section is in none. */
static void fork_in_section(struct bed *bed)
{
	struct task *task = current_task();

	section_enter(bed);
	switch_to(this_cpu(), task_fork(task, OTHER_TID));
	expect_equal(bed, current_task()->lazy_mmu_state.enable_count, 0, "enable_count");
	expect_equal(bed, current_task()->lazy_mmu_state.nesting_level, 0, "nesting level");
	expect_equal(bed, current_task()->lazy_mmu_state.pause_count, 0, "pause_count");
	expect_clean(bed);
	switch_to(this_cpu(), task);
	section_leave();
}

/* Memory keeps the old PTE until the hypercall, for this CPU too. */
static void read_hazard(struct bed *bed)
{
	pte_t old = hw_read_pte(page_pte(bed, 0));

	section_enter(bed);
	write_page(bed, 0);
	expect_equal(bed, hw_read_pte(page_pte(bed, 0)).val, old.val, "PTE before the hypercall");
	section_leave();
	expect_visible(bed, 0);
}

/* The mode word has its BUG_ONs: a leave without an enter. */
static void leave_without_enter(struct bed *bed)
{
	bed->machine->ops->leave();
	expect_equal(bed, found(FINDING_KERNEL_BUG), 1, "kernel-bug");
}

static void enter_twice(struct bed *bed)
{
	bed->machine->ops->enter();
	expect_clean(bed);
	bed->machine->ops->enter();
	expect_equal(bed, found(FINDING_KERNEL_BUG), 1, "kernel-bug");
}

/* v6.6: as many leaves as enters, and every one of them flushes. */
static void levels_are_counted(struct bed *bed)
{
	for (int i = 0; i < 3; i++)
		section_enter(bed);
	for (int i = 0; i < 3; i++) {
		write_page(bed, 0);
		expect_equal(bed, pending_writes(), 1, "updates queued in the section");
		section_leave();
		expect_visible(bed, 0);
	}
	expect_clean(bed);
	bed->machine->ops->leave();
	expect_equal(bed, found(FINDING_KERNEL_BUG), 1, "kernel-bug of the fourth leave");
}

/* v6.6: outside a section too, set_pte_at() goes through the buffer, which its leave sends. */
static void set_pte_has_a_section(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);

	set_pte_at(bed->mm, addr, page_pte(bed, 0), make_pte(1, PTE_PRESENT | PTE_SPECIAL));
	expect_equal(bed, counted(COUNT_DIRECT_SET_PTE), 0, "direct set_pte");
	expect_equal(bed, flushed_for(FLUSH_LEAVE), 1, "flushes of the buffer");
	section_enter(bed);
	set_pte_at(bed->mm, addr, page_pte(bed, 0), make_pte(2, PTE_PRESENT | PTE_SPECIAL));
	expect_equal(bed, pending_writes(), 0, "updates queued after a set");
	write_page(bed, 0);
	expect_equal(bed, pending_writes(), 1, "updates queued after a change of protection");
	section_leave();
	expect_clean(bed);
}

static void flush_pages(struct bed *bed, unsigned int nr)
{
	flush_tlb_range(bed->mm, page_addr(bed, 0), page_addr(bed, nr));
}

/* arch/x86/mm/tlb.c: 33 pages one by one, more as a whole, several CPUs in one call. */
static void flush_ceiling(struct bed *bed)
{
	bed_prepare(bed, LEVER_SET, fixture_user_mm(), bed->base);
	uint64_t before = counted(COUNT_HYPERCALLS);
	flush_pages(bed, 33);
	expect_equal(bed, counted(COUNT_INVLPG), 33, "INVLPG for 33 pages");
	expect_equal(bed, counted(COUNT_HYPERCALLS) - before, 33, "hypercalls for 33 pages");
	flush_pages(bed, 34);
	expect_equal(bed, counted(COUNT_INVLPG), 33, "INVLPG with 34 pages more");
	expect_equal(bed, counted(COUNT_HYPERCALLS) - before, 34, "hypercalls with 34 pages more");
}

static void flush_of_several_cpus(struct bed *bed)
{
	bed_prepare(bed, LEVER_SET, fixture_user_mm(), bed->base);
	bed->mm->cpumask = 3;
	uint64_t before = counted(COUNT_HYPERCALLS);
	flush_pages(bed, 5);
	expect_equal(bed, counted(COUNT_INVLPG), 0, "INVLPG");
	expect_equal(bed, counted(COUNT_HYPERCALLS) - before, 1, "hypercalls");
}

/* In a section the flush waits behind the updates, in order. */
static void flush_is_queued(struct bed *bed)
{
	bed_prepare(bed, LEVER_SET, fixture_user_mm(), bed->base);
	section_enter(bed);
	write_page(bed, 0);
	uint64_t before = counted(COUNT_HYPERCALLS);
	flush_pages(bed, 1);
	expect_equal(bed, counted(COUNT_HYPERCALLS), before, "hypercalls in the section");
	expect_equal(bed, counted(COUNT_INVLPG), 0, "INVLPG in the section");
	section_leave();
	expect_equal(bed, counted(COUNT_HYPERCALLS), before + 1, "hypercalls");
	expect_equal(bed, counted(COUNT_INVLPG), 1, "INVLPG");
	expect_visible(bed, 0);
}

/* flush_tlb_one_kernel() and __flush_tlb_all(): one hypercall, in a section behind its updates. */
static void local_flushes(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);

	flush_tlb_local(bed->mm, addr, addr + page_size(bed->mm));
	expect_equal(bed, counted(COUNT_INVLPG), 1, "INVLPG of one page");
	expect_equal(bed, counted(COUNT_HYPERCALLS), 1, "hypercalls for one page");
	expect(bed, !translation_find(&bed->mm->translations, HOLDER_TLB, 0, addr),
	       "the page is still translated");
	section_enter(bed);
	write_page(bed, 1);
	flush_tlb_local(bed->mm, 0, ~(vaddr_t)0);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 1, "hypercalls in a section");
	section_leave();
	expect_equal(bed, counted(COUNT_INVLPG), 1, "INVLPG of everything");
	expect_equal(bed, counted(COUNT_HYPERCALLS), 2, "hypercalls for everything");
	expect_clean(bed);
}

static void expect_switch(struct bed *bed, struct task *next, uint64_t hypercalls, uint64_t loads)
{
	uint64_t before = bed->machine->total.n[COUNT_HYPERCALLS];
	uint64_t loaded = bed->machine->total.reasons[FLUSH_CTX_SWITCH];

	switch_to(this_cpu(), next);
	expect_equal(bed, bed->machine->total.n[COUNT_HYPERCALLS] - before, hypercalls,
		     "hypercalls of a switch");
	expect_equal(bed, bed->machine->total.reasons[FLUSH_CTX_SWITCH] - loaded, loads,
		     "address spaces that leave with the end hook");
}

/* Each switch names the next stack; page tables are loaded when they are not there yet. */
static void switch_costs(struct bed *bed)
{
	struct task *task = current_task();
	struct task *thread = task_fork(task, OTHER_TID);
	struct task *child;

	fixture_user_mm();
	child = mm_fork(OTHER_TID + 1, false);
	expect_switch(bed, thread, 1, 0);
	expect_switch(bed, task, 1, 0);
	expect_switch(bed, child, 2, 1);
	expect_switch(bed, thread, 1, 0);
	expect_switch(bed, child, 1, 0);
	expect_switch(bed, task, 2, 1);
	expect_not_found(bed, FINDING_KERNEL_BUG);
}

/* The mm that execve makes is loaded at once; exit loads init_mm's page tables before they go. */
static void exec_and_exit_load(struct bed *bed)
{
	struct mm_struct *mm = mm_create(bed->machine);

	mm->mm.pinned = true;
	bed->machine->ops->activate_mm(&mm->mm);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 1, "hypercalls of a load");
	bed->machine->ops->activate_mm(&mm->mm);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 1, "hypercalls when it is loaded");
	mm->mm.pinned = false;
	mm_put(mm);
	expect_equal(bed, counted(COUNT_HYPERCALLS), 2, "hypercalls at exit");
}

static const struct rule rules[] = {
	{ "xen-31-updates-per-hypercall", is_xen, updates_per_hypercall },
	{ "xen-32-entries-per-multicall", is_xen, entries_per_multicall },
	{ "xen-root-entries", is_xen, root_entries },
	{ "xen-table-unpin-has-an-entry", is_xen, table_unpin_has_an_entry },
	{ "xen-32-callbacks-per-flush", is_xen, callbacks_per_flush },
	{ "xen-pte-clear-is-queued", is_xen, pte_clear_is_queued },
	{ "xen-prot-commit-is-queued", is_xen, prot_commit_is_queued },
	{ "xen-prot-commit-preserves-ad", is_xen, prot_commit_preserves_ad },
	{ "xen-native-writes-are-emulated", is_xen, native_writes_are_emulated },
	{ "xen-unpinned-is-memory", is_xen, unpinned_is_memory },
	{ "xen-direct-outside", sets_directly, direct_outside },
	{ "xen-switch-flushes", is_xen, switch_flushes },
	{ "xen-fork-in-section", is_xen, fork_in_section },
	{ "xen-read-hazard", is_xen, read_hazard },
	{ "xen-leave-without-enter", is_stateless_xen, leave_without_enter },
	{ "xen-enter-twice", forbids_nests, enter_twice },
	{ "xen-levels-are-counted", nests_by_cpu, levels_are_counted },
	{ "xen-set-pte-has-a-section", nests_by_cpu, set_pte_has_a_section },
	{ "xen-flush-ceiling", is_xen, flush_ceiling },
	{ "xen-flush-of-several-cpus", is_xen, flush_of_several_cpus },
	{ "xen-switch-costs", is_xen, switch_costs },
	{ "xen-exec-and-exit-load", is_xen, exec_and_exit_load },
	{ "xen-local-flushes", is_xen, local_flushes },
	{ "xen-flush-is-queued", is_xen, flush_is_queued },
};

const struct rule_list xen_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
