/* SPDX-License-Identifier: MIT */
/* s390: IPTE for each PTE, and the proposal that holds the PTE values back. */
#include "contract.h"

#include <string.h>

#include "sched.h"

enum { OTHER_TID = 100 };

static bool is_s390(const struct bed *bed)
{
	return strcmp(bed->subject->arch, "s390") == 0;
}

static bool has_ranges(const struct bed *bed)
{
	return is_s390(bed) && has_mode(bed);
}

static bool has_no_ranges(const struct bed *bed)
{
	return is_s390(bed) && !has_mode(bed);
}

/* A thread on CPU 1, so that the mm is attached to both. */
static void attach_elsewhere(const struct bed *bed)
{
	struct task *thread = task_fork(current_task(), OTHER_TID);

	thread->mm = bed->mm;
	fixture_run(&bed->machine->cpus[1], thread);
	run_on(&bed->machine->cpus[0]);
}

static void detach_elsewhere(const struct bed *bed)
{
	task_find(bed->machine, OTHER_TID)->mm = NULL;
}

static void direct_ipte(struct bed *bed)
{
	attach_elsewhere(bed);
	section_enter(bed);
	write_pages(bed, 0, 3);
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
	expect_equal(bed, counted(COUNT_IPTE), 3, "IPTE");
	expect(bed, preemptible(), "preemption is off");
	section_leave();
	expect_equal(bed, counted(COUNT_IPTE_RANGE), 0, "IPTE ranges");
	expect_clean(bed);
	detach_elsewhere(bed);
}

/* Attached to this CPU alone: entries become invalid, one flush of the mm does the rest. */
static void alone_is_flushed_later(struct bed *bed)
{
	write_pages(bed, 0, 3);
	ptep_set_wrprotect(bed->mm, page_addr(bed, 3), page_pte(bed, 3));
	expect_equal(bed, counted(COUNT_IPTE), 0, "IPTE");
	flush_tlb_mm(bed->mm);
	expect_visible(bed, 0);
	expect_visible(bed, 2);
	expect_clean(bed);
}

/* The young bit is cleared for good, whoever has the mm: the page must fault again. */
static void old_is_invalid(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);
	pte_t *ptep = page_pte(bed, 0);

	expect(bed, ptep_test_and_clear_young(bed->mm, addr, ptep), "was not young");
	expect_equal(bed, counted(COUNT_IPTE), 1, "IPTE");
	expect(bed, !hw_access(bed->mm, addr, false), "an old PTE was used");
	attach_elsewhere(bed);
	ptep_get_and_clear(bed->mm, addr, ptep);
	expect_equal(bed, counted(COUNT_IPTE), 1, "IPTE of an old PTE");
	detach_elsewhere(bed);
}

static void clean_is_read_only(struct bed *bed)
{
	expect(bed, hw_access(bed->mm, page_addr(bed, 0), false), "a young PTE was not used");
	expect(bed, !hw_access(bed->mm, page_addr(bed, 0), true), "a store through a clean PTE");
}

static void clear_flush_is_direct(struct bed *bed)
{
	ptep_clear_flush(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect_equal(bed, counted(COUNT_IPTE), 1, "IPTE");
	expect_visible(bed, 0);
}

static void pte_clear_is_a_store(struct bed *bed)
{
	attach_elsewhere(bed);
	pte_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	expect(bed, pte_none(hw_read_pte(page_pte(bed, 0))), "not none");
	expect_equal(bed, counted(COUNT_IPTE), 0, "IPTE");
	detach_elsewhere(bed);
}

/* Nobody uses an mm that is torn down. */
static void teardown_is_a_store(struct bed *bed)
{
	attach_elsewhere(bed);
	ptep_get_and_clear_full(bed->mm, page_addr(bed, 0), page_pte(bed, 0), true);
	expect_equal(bed, counted(COUNT_IPTE), 0, "IPTE");
	ptep_get_and_clear_full(bed->mm, page_addr(bed, 1), page_pte(bed, 1), false);
	expect_equal(bed, counted(COUNT_IPTE), 1, "IPTE of an mm that lives");
	detach_elsewhere(bed);
}

/* What is put off is done before the mm runs on another CPU. */
static void switch_completes_flush(struct bed *bed)
{
	write_page(bed, 0);
	attach_elsewhere(bed);
	expect(bed, !bed->mm->flush_mm, "the flush is still put off");
	expect_visible(bed, 0);
	write_page(bed, 1);
	expect_equal(bed, counted(COUNT_IPTE), 1, "IPTE once two CPUs have the mm");
	detach_elsewhere(bed);
}

static void values_are_held_back(struct bed *bed)
{
	pte_t old = hw_read_pte(page_pte(bed, 0));

	section_enter(bed);
	write_page(bed, 0);
	expect_equal(bed, hw_read_pte(page_pte(bed, 0)).val, old.val, "PTE in memory");
	expect_equal(bed, counted(COUNT_IPTE) + counted(COUNT_IPTE_RANGE), 0, "invalidations");
	section_leave();
	expect_visible(bed, 0);
}

static void reads_are_redirected(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	expect(bed, pte_none(ptep_get(page_pte(bed, 0))), "ptep_get() sees the old PTE");
	expect(bed, !pte_none(ptep_get(page_pte(bed, 1))), "ptep_get() of a PTE not written");
	section_leave();
	expect_clean(bed);
}

/* Runs of cached entries are split where the hardware sees no valid entry. */
static void ranges_by_validity(struct bed *bed)
{
	hw_write_pte(page_pte(bed, 2), make_pte(1, PTE_SWAP));
	hw_write_pte(page_pte(bed, 4), pte_mkold(hw_read_pte(page_pte(bed, 4))));
	section_enter(bed);
	write_pages(bed, 0, 6); /* valid valid swap valid old valid: three stretches */
	write_page(bed, 9);	/* a fourth behind a hole */
	section_leave();
	expect_equal(bed, counted(COUNT_IPTE_RANGE), 4, "IPTE ranges");
	expect_equal(bed, counted(COUNT_IPTE), 0, "single IPTE");
	for (unsigned int page = 0; page < 6; page++)
		expect(bed, pte_none(hw_read_pte(page_pte(bed, page))), "page %u is left", page);
	expect_visible(bed, 9);
}

static void outside_hint_is_direct(struct bed *bed)
{
	attach_elsewhere(bed);
	lazy_mmu_mode_enable_with_ptes(bed->mm, page_addr(bed, 10), page_addr(bed, 20),
				       page_pte(bed, 10));
	write_page(bed, 9);
	write_page(bed, 20);
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back outside the hint");
	expect_equal(bed, counted(COUNT_IPTE), 2, "IPTE");
	write_page(bed, 10);
	write_page(bed, 19);
	expect_equal(bed, counted(COUNT_DEFERRED), 2, "writes held back in the hint");
	section_leave();
	expect_clean(bed);
	detach_elsewhere(bed);
}

/* Plain enable() knows no range and defers nothing, but preemption is off. */
static void plain_enable_is_direct(struct bed *bed)
{
	lazy_mmu_mode_enable();
	expect(bed, !preemptible(), "preemption is on");
	write_page(bed, 0);
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
	expect_visible(bed, 0);
	section_leave();
	expect_clean(bed);
}

static void outermost_hint_only(struct bed *bed)
{
	lazy_mmu_mode_enable_with_ptes(bed->mm, page_addr(bed, 0), page_addr(bed, 10),
				       page_pte(bed, 0));
	lazy_mmu_mode_enable_with_ptes(bed->mm, page_addr(bed, 20), page_addr(bed, 30),
				       page_pte(bed, 20));
	write_page(bed, 20);
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back by the inner hint");
	write_page(bed, 0);
	expect_equal(bed, counted(COUNT_DEFERRED), 1, "writes held back by the outer hint");
	section_leave();
	expect_visible(bed, 0);
	write_page(bed, 1);
	expect_equal(bed, counted(COUNT_DEFERRED), 2, "writes held back after the inner section");
	section_leave();
	expect_visible(bed, 1);
	expect_clean(bed);
}

static void hint_lost_after_pause(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	lazy_mmu_mode_pause();
	lazy_mmu_mode_resume();
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	expect_writes_held(bed, held, 0);
	expect_visible(bed, 1);
	expect(bed, !preemptible(), "preemption is on after resume");
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

static const struct rule rules[] = {
	{ "s390-direct-ipte", has_no_ranges, direct_ipte },
	{ "s390-alone-is-flushed-later", is_s390, alone_is_flushed_later },
	{ "s390-old-is-invalid", is_s390, old_is_invalid },
	{ "s390-clean-is-read-only", is_s390, clean_is_read_only },
	{ "s390-clear-flush-is-direct", is_s390, clear_flush_is_direct },
	{ "s390-pte-clear-is-a-store", is_s390, pte_clear_is_a_store },
	{ "s390-teardown-is-a-store", is_s390, teardown_is_a_store },
	{ "s390-switch-completes-flush", is_s390, switch_completes_flush },
	{ "s390-values-are-held-back", has_ranges, values_are_held_back },
	{ "s390-reads-are-redirected", has_ranges, reads_are_redirected },
	{ "s390-ranges-by-validity", has_ranges, ranges_by_validity },
	{ "s390-outside-hint-is-direct", has_ranges, outside_hint_is_direct },
	{ "s390-plain-enable-is-direct", has_ranges, plain_enable_is_direct },
	{ "s390-outermost-hint-only", has_ranges, outermost_hint_only },
	{ "s390-hint-lost-after-pause", has_ranges, hint_lost_after_pause },
};

const struct rule_list s390_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
