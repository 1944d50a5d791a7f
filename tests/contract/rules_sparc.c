/* SPDX-License-Identifier: MIT */
/* sparc64: the batch of user addresses, its keys, and what a flush of it does. */
#include "contract.h"

#include <string.h>

#include "sparc/tlb_batch.h"

enum { USER_BITS = PTE_WRITE | PTE_YOUNG | PTE_USER };

static bool is_sparc(const struct bed *bed)
{
	return strcmp(bed->subject->name, "sparc") == 0;
}

static const struct tlb_batch *batch(void)
{
	return this_cpu()->arch;
}

static void full_at_192(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, TLB_BATCH_NR - 1);
	expect_equal(bed, counted(COUNT_FLUSHES), 0, "flushes after 191 adds");
	write_page(bed, TLB_BATCH_NR - 1);
	expect_equal(bed, flushed_for(FLUSH_FULL), 1, "full flushes after 192 adds");
	expect_equal(bed, counted(COUNT_DEMAPS), TLB_BATCH_NR, "demaps");
	section_leave();
}

static void exec_bit_noted(struct bed *bed)
{
	page_map(bed->mm, page_addr(bed, 1), USER_BITS | PTE_EXEC);
	section_enter(bed);
	write_pages(bed, 0, 2);
	expect_equal(bed, batch()->vaddrs[0], page_addr(bed, 0), "address of a data page");
	expect_equal(bed, batch()->vaddrs[1], page_addr(bed, 1) | 1, "address of a text page");
	section_leave();
	expect_visible(bed, 1);
}

static void keyed_by_page_shift(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 2);
	tlb_batch_add_one(bed->mm, page_addr(bed, 2), false, 22);
	expect_equal(bed, flushed_for(FLUSH_HUGESHIFT), 1, "flushes for another page shift");
	expect_equal(bed, pending_writes(), 1, "entries in the batch");
	section_leave();
}

/* Another mm sends the batch out before anybody asks whether batching is on. */
static void other_mm_flushes_first(struct bed *bed)
{
	struct task *parent = current_task();
	vaddr_t addr = page_addr(bed, 0);

	fixture_run(&bed->machine->cpus[1], task_fork(parent, 100));
	struct mm *mm = fixture_user_mm();
	fixture_run(&bed->machine->cpus[0], parent);
	page_map(mm, addr, USER_BITS);
	section_enter(bed);
	write_pages(bed, 0, 2);
	irq_enter();
	ptep_get_and_clear(mm, addr, fixture_pte(mm, addr));
	irq_exit();
	expect_equal(bed, flushed_for(FLUSH_MM), 1, "flushes for another mm");
	expect(bed, !translation_find(&bed->mm->translations, HOLDER_TLB, 0, page_addr(bed, 0)),
	       "the batch of the first mm is still held back");
	section_leave();
}

static void init_mm_never_batched(struct bed *bed)
{
	vaddr_t addr = UINT64_C(1) << 35;

	page_map(init_mm(), addr, PTE_WRITE | PTE_YOUNG);
	section_enter(bed);
	ptep_get_and_clear(init_mm(), addr, fixture_pte(init_mm(), addr));
	expect_equal(bed, pending_writes(), 0, "entries in the batch");
	section_leave();
	expect_equal(bed, counted(COUNT_DEMAPS), 0, "demaps");
}

static void tsb_and_tlb(struct bed *bed)
{
	struct translations *set = &bed->mm->translations;
	vaddr_t addr = page_addr(bed, 0);

	for (unsigned int page = 0; page < 3; page++)
		translation_insert(set, HOLDER_TSB, -1, page_addr(bed, page),
				   hw_read_pte(page_pte(bed, page)));
	section_enter(bed);
	write_pages(bed, 0, 2);
	expect(bed, translation_find(set, HOLDER_TSB, -1, addr), "TSB flushed too early");
	expect(bed, translation_find(set, HOLDER_TLB, 0, addr), "TLB flushed too early");
	section_leave();
	expect_visible(bed, 0);
	expect_visible(bed, 1);
	write_page(bed, 2);
	expect_visible(bed, 2);
}

/* One cross call for a whole batch; outside a section one for each page. */
static void cross_calls(struct bed *bed)
{
	bed->mm->cpumask = 3;
	section_enter(bed);
	write_pages(bed, 0, 5);
	section_leave();
	expect_equal(bed, counted(COUNT_CROSS_CALLS), 1, "cross calls of a batch");
	expect_equal(bed, counted(COUNT_DEMAPS), 10, "demaps of a batch on two CPUs");
	write_pages(bed, 5, 2);
	expect_equal(bed, counted(COUNT_CROSS_CALLS), 3, "cross calls with two immediate pages");
}

static void one_page_batch(struct bed *bed)
{
	bed->mm->cpumask = 3;
	section_enter(bed);
	write_page(bed, 0);
	section_leave();
	expect_equal(bed, counted(COUNT_CROSS_CALLS), 1, "cross calls");
	expect_equal(bed, counted(COUNT_DEMAPS), 2, "demaps");
	expect_visible(bed, 0);
}

static void gather_drains(struct bed *bed)
{
	struct tlb_range range = { .start = page_addr(bed, 0), .end = page_addr(bed, 5) };

	section_enter(bed);
	write_pages(bed, 0, 5);
	tlb_flush(bed->mm, &range);
	expect_equal(bed, flushed_for(FLUSH_TLB), 1, "flushes by mmu_gather");
	expect_equal(bed, pending_writes(), 0, "entries in the batch");
	section_leave();
}

static void range_flush_is_empty(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 5);
	flush_tlb_range(bed->mm, page_addr(bed, 0), page_addr(bed, 5));
	flush_tlb_mm(bed->mm);
	expect_equal(bed, pending_writes(), 5, "entries in the batch");
	expect_equal(bed, counted(COUNT_DEMAPS), 0, "demaps");
	section_leave();
}

static void mprotect_adds_one(struct bed *bed)
{
	section_enter(bed);
	pte_t old = ptep_modify_prot_start(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, pending_writes(), 1, "adds of start");
	ptep_modify_prot_commit(bed->mm, page_addr(bed, 0), page_pte(bed, 0),
				pte_clear_bits(old, PTE_WRITE));
	expect_equal(bed, pending_writes(), 1, "adds of commit");
	section_leave();
	expect_clean(bed);
}

/* pte_mkold() takes the valid bit: what is old already can be in no TLB. */
static void old_adds_nothing(struct bed *bed)
{
	pte_t *ptep = page_pte(bed, 0);

	section_enter(bed);
	expect(bed, ptep_test_and_clear_young(bed->mm, page_addr(bed, 0), ptep), "was not young");
	expect_equal(bed, pending_writes(), 1, "adds of the young bit");
	ptep_get_and_clear(bed->mm, page_addr(bed, 0), ptep);
	expect_equal(bed, pending_writes(), 1, "adds of an old PTE");
	section_leave();
	expect_clean(bed);
}

static void old_faults(struct bed *bed)
{
	ptep_test_and_clear_young(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect(bed, !hw_access(bed->mm, page_addr(bed, 0), false), "an old PTE was used");
	expect(bed, hw_access(bed->mm, page_addr(bed, 1), false), "a young PTE was not used");
	expect(bed, !hw_access(bed->mm, page_addr(bed, 1), true), "a store through a clean PTE");
}

static bool is_preemptible_sparc(const struct bed *bed)
{
	return is_sparc(bed) && is_preemptible(bed);
}

/* Up to v6.14 a section that moves to another CPU leaves its batch behind. */
static void batch_left_behind(struct bed *bed)
{
	struct machine *machine = bed->machine;
	struct task *task = current_task();
	struct task *other = task_fork(machine->cpus[1].idle, 100);

	section_enter(bed);
	write_page(bed, 0);
	fixture_run(&machine->cpus[0], other);
	fixture_run(&machine->cpus[1], task);
	section_leave();
	expect_equal(bed, found(FINDING_WRONG_CPU), 1, "wrong-cpu");
	run_on(&machine->cpus[0]);
	expect_equal(bed, pending_writes(), 1, "writes left on the old CPU");
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	expect_equal(bed, found(FINDING_WRONG_CPU), 2, "wrong-cpu when somebody else flushes them");
	expect_equal(bed, pending_writes(), 0, "writes left after that");
}

static const struct rule rules[] = {
	{ "sparc-full-at-192", is_sparc, full_at_192 },
	{ "sparc-exec-bit-noted", is_sparc, exec_bit_noted },
	{ "sparc-keyed-by-page-shift", is_sparc, keyed_by_page_shift },
	{ "sparc-other-mm-flushes-first", is_sparc, other_mm_flushes_first },
	{ "sparc-init-mm-never-batched", is_sparc, init_mm_never_batched },
	{ "sparc-tsb-and-tlb", is_sparc, tsb_and_tlb },
	{ "sparc-cross-calls", is_sparc, cross_calls },
	{ "sparc-one-page-batch", is_sparc, one_page_batch },
	{ "sparc-gather-drains", is_sparc, gather_drains },
	{ "sparc-range-flush-is-empty", is_sparc, range_flush_is_empty },
	{ "sparc-batch-left-behind", is_preemptible_sparc, batch_left_behind },
	{ "sparc-mprotect-adds-one", is_sparc, mprotect_adds_one },
	{ "sparc-old-adds-nothing", is_sparc, old_adds_nothing },
	{ "sparc-old-faults", is_sparc, old_faults },
};

const struct rule_list sparc_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
