/* SPDX-License-Identifier: MIT */
/* powerpc: the batch of the hash MMU, and a radix MMU that has none. */
#include "contract.h"

#include <string.h>

enum { BATCH = 192, USER_BITS = PTE_WRITE | PTE_YOUNG | PTE_USER };

static bool is_hash(const struct bed *bed)
{
	return strcmp(bed->subject->name, "powerpc") == 0;
}

static bool is_counted_hash(const struct bed *bed)
{
	return is_hash(bed) && is_counted(bed);
}

static bool has_set_ptes_section(const struct bed *bed)
{
	return is_hash(bed) && bed->kernel->set_ptes_section;
}

static bool is_radix(const struct bed *bed)
{
	return bed->subject->radix;
}

static void full_at_192(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, BATCH - 1);
	expect_equal(bed, counted(COUNT_FLUSHES), 0, "flushes after 191 adds");
	write_page(bed, BATCH - 1);
	expect_equal(bed, flushed_for(FLUSH_FULL), 1, "full flushes after 192 adds");
	expect_equal(bed, pending_writes(), 0, "entries in the batch");
	expect_equal(bed, counted(COUNT_TLBIE_LOCAL), BATCH, "tlbiel");
	section_leave();
}

static void only_hashed_ptes(struct bed *bed)
{
	hw_write_pte(page_pte(bed, 0), pte_clear_bits(hw_read_pte(page_pte(bed, 0)), PTE_HASHPTE));
	section_enter(bed);
	write_page(bed, 0);
	expect_equal(bed, pending_writes(), 0, "adds of a PTE that was not hashed");
	section_leave();
	expect_equal(bed, counted(COUNT_HASH_FLUSH_SINGLE), 0, "flush_hash_page() calls");
	expect_clean(bed);
}

static void pte_clear_adds_one(struct bed *bed)
{
	section_enter(bed);
	pte_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, pending_writes(), 1, "adds of a hashed PTE");
	pte_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, pending_writes(), 1, "adds of none");
	section_leave();
	expect_clean(bed);
}

static void single_page_path(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	section_leave();
	expect_equal(bed, counted(COUNT_HASH_FLUSH_SINGLE), 1, "flush_hash_page() for one entry");
	expect_equal(bed, counted(COUNT_HASH_FLUSH_RANGE), 0, "flush_hash_range() for one entry");
	section_enter(bed);
	write_pages(bed, 1, 2);
	section_leave();
	expect_equal(bed, counted(COUNT_HASH_FLUSH_SINGLE), 1, "flush_hash_page() for two entries");
	expect_equal(bed, counted(COUNT_HASH_FLUSH_RANGE), 1, "flush_hash_range() for two entries");
}

/* One entry of another address space sends the batch out first. */
static void keyed_by_mm(struct bed *bed)
{
	struct task *parent = current_task();
	struct task *child = task_fork(parent, 100);
	vaddr_t addr = page_addr(bed, 0);

	fixture_run(&bed->machine->cpus[1], child);
	struct mm *mm = fixture_user_mm();
	fixture_run(&bed->machine->cpus[0], parent);
	page_map(mm, addr, USER_BITS);
	section_enter(bed);
	write_pages(bed, 0, 2);
	ptep_get_and_clear(mm, addr, fixture_pte(mm, addr));
	expect_equal(bed, flushed_for(FLUSH_MM), 1, "flushes for another mm");
	expect_equal(bed, pending_writes(), 1, "entries in the batch");
	section_leave();
	expect_clean(bed);
}

static void keyed_by_segment_size(struct bed *bed)
{
	vaddr_t high = UINT64_C(1) << 40;

	page_map(bed->mm, high, USER_BITS);
	section_enter(bed);
	write_pages(bed, 0, 2);
	ptep_get_and_clear(bed->mm, high, fixture_pte(bed->mm, high));
	expect_equal(bed, flushed_for(FLUSH_SSIZE), 1, "flushes for another segment size");
	expect_equal(bed, pending_writes(), 1, "entries in the batch");
	section_leave();
}

static void local_or_global(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 2);
	section_leave();
	expect_equal(bed, counted(COUNT_TLBIE_LOCAL), 2, "tlbiel, one CPU in the mask");
	expect_equal(bed, counted(COUNT_TLBIE_GLOBAL), 0, "tlbie, one CPU in the mask");
	bed->mm->cpumask = 3;
	section_enter(bed);
	write_pages(bed, 2, 3);
	section_leave();
	expect_equal(bed, counted(COUNT_TLBIE_GLOBAL), 3, "tlbie, two CPUs in the mask");
	expect_equal(bed, counted(COUNT_TLBIE_LOCAL), 2, "tlbiel, two CPUs in the mask");
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
	flush_tlb_page(bed->mm, page_addr(bed, 0));
	flush_tlb_mm(bed->mm);
	expect_equal(bed, pending_writes(), 5, "entries in the batch");
	expect_equal(bed, counted(COUNT_FLUSHES), 0, "flushes");
	section_leave();
}

/* Outside the mode one page is flushed, and a batch that is there stays. */
static void immediate_leaves_batch(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, 2);
	irq_enter();
	write_page(bed, 2);
	irq_exit();
	expect_equal(bed, pending_writes(), 2, "entries in the batch");
	expect_equal(bed, counted(COUNT_HASH_IMMEDIATE), 1, "immediate flushes");
	expect_equal(bed, counted(COUNT_HASH_FLUSH_SINGLE), 1, "flush_hash_page() calls");
	section_leave();
}

static void sets_feed_nothing(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	expect_equal(bed, pending_writes(), 1, "entries in the batch");
	set_pte_at(bed->mm, page_addr(bed, 0), page_pte(bed, 0),
		   make_pte(1, PTE_PRESENT | USER_BITS));
	expect_equal(bed, pending_writes(), 1, "entries after a set");
	section_leave();
}

/* Start makes the entry invalid and notes it; the commit is a plain store. */
static void mprotect_adds_one(struct bed *bed)
{
	section_enter(bed);
	pte_t old = ptep_modify_prot_start(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect(bed, !pte_valid(hw_read_pte(page_pte(bed, 0))), "still valid after start");
	expect(bed, !pte_none(hw_read_pte(page_pte(bed, 0))), "none after start");
	expect_equal(bed, pending_writes(), 1, "adds of start");
	ptep_modify_prot_commit(bed->mm, page_addr(bed, 0), page_pte(bed, 0),
				pte_clear_bits(old, PTE_WRITE));
	expect_equal(bed, pending_writes(), 1, "adds of commit");
	section_leave();
	expect_clean(bed);
}

/* v6.6: the section of a commit ends the mode, so that what the next start notes goes at once. */
static void commit_ends_batching(struct bed *bed)
{
	section_enter(bed);
	for (unsigned int page = 0; page < 2; page++) {
		vaddr_t addr = page_addr(bed, page);
		pte_t old = ptep_modify_prot_start(bed->mm, addr, page_pte(bed, page));
		ptep_modify_prot_commit(bed->mm, addr, page_pte(bed, page),
					pte_clear_bits(old, PTE_WRITE));
	}
	expect_equal(bed, counted(COUNT_DEFERRED), 1, "writes held back");
	expect_equal(bed, bed->machine->findings.by_kind[FINDING_BATCHING_LOST], 2,
		     "findings of lost batching");
	section_leave();
}

static void radix_defers_nothing(struct bed *bed)
{
	section_enter(bed);
	section_enter(bed);
	write_pages(bed, 0, 3);
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
	expect(bed, preemptible(), "preemption is off");
	section_leave();
	section_leave();
	expect_equal(bed, counted(COUNT_HASH_FLUSH_SINGLE), 0, "flush_hash_page() calls");
	expect_equal(bed, counted(COUNT_HASH_FLUSH_RANGE), 0, "flush_hash_range() calls");
	expect_equal(bed, counted(COUNT_FLUSHES), 0, "flushes");
	expect_clean(bed);
}

static const struct rule rules[] = {
	{ "powerpc-full-at-192", is_hash, full_at_192 },
	{ "powerpc-only-hashed-ptes", is_hash, only_hashed_ptes },
	{ "powerpc-pte-clear-adds-one", is_hash, pte_clear_adds_one },
	{ "powerpc-single-page-path", is_hash, single_page_path },
	{ "powerpc-keyed-by-mm", is_hash, keyed_by_mm },
	{ "powerpc-keyed-by-segment-size", is_hash, keyed_by_segment_size },
	{ "powerpc-local-or-global", is_hash, local_or_global },
	{ "powerpc-gather-drains", is_hash, gather_drains },
	{ "powerpc-range-flush-is-empty", is_hash, range_flush_is_empty },
	{ "powerpc-immediate-leaves-batch", is_counted_hash, immediate_leaves_batch },
	{ "powerpc-sets-feed-nothing", is_hash, sets_feed_nothing },
	{ "powerpc-mprotect-adds-one", is_hash, mprotect_adds_one },
	{ "powerpc-commit-ends-batching", has_set_ptes_section, commit_ends_batching },
	{ "radix-defers-nothing", is_radix, radix_defers_nothing },
};

const struct rule_list powerpc_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
