/* SPDX-License-Identifier: MIT */
/* Reads, order, sleeping and TLB flushes against what a section holds back. */
#include "contract.h"

#include <string.h>

static void read_back(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	pte_t seen = ptep_get(page_pte(bed, 0));
	section_leave();
	expect_equal(bed, seen.val, ptep_get(page_pte(bed, 0)).val, "PTE read in the section");
	expect_not_found(bed, FINDING_STALE_READ);
}

/* What KASAN does since pauses exist: leave, look, go on. */
static void read_back_paused(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	lazy_mmu_mode_pause();
	pte_t seen = ptep_get(page_pte(bed, 0));
	lazy_mmu_mode_resume();
	section_leave();
	expect_equal(bed, seen.val, ptep_get(page_pte(bed, 0)).val, "PTE read in the pause");
	expect_clean(bed);
}

/* The last writer of an entry wins, also when it is an interrupt over a section. */
static void interrupt_order(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);
	pte_t late = make_pte(7, PTE_PRESENT | PTE_YOUNG | PTE_SPECIAL);

	section_enter(bed);
	write_page(bed, 0);
	irq_enter();
	set_pte_at(bed->mm, addr, page_pte(bed, 0), late);
	irq_exit();
	section_leave();
	expect_equal(bed, hw_read_pte(page_pte(bed, 0)).val, late.val, "PTE in memory");
	expect_not_found(bed, FINDING_ORDER_INVERTED);
}

/* The same in one section: writes to one entry stay in order. */
static void section_order(struct bed *bed)
{
	vaddr_t addr = page_addr(bed, 0);
	pte_t late = make_pte(7, PTE_PRESENT | PTE_YOUNG | PTE_SPECIAL);

	section_enter(bed);
	write_page(bed, 0);
	set_pte_at(bed->mm, addr, page_pte(bed, 0), late);
	section_leave();
	expect_equal(bed, hw_read_pte(page_pte(bed, 0)).val, late.val, "PTE in memory");
	expect_clean(bed);
}

static bool marks_entries(const struct bed *bed)
{
	return strcmp(bed->subject->arch, "sparc") != 0 && strcmp(bed->subject->arch, "s390") != 0;
}

/* The MMU sets the bits in memory: at the first use, and at the first store. */
static void access_marks_entry(struct bed *bed)
{
	pte_t *ptep = page_pte(bed, 0);
	vaddr_t addr = page_addr(bed, 0);
	pte_t old = pte_mkold(hw_read_pte(ptep));

	hw_write_pte(ptep, old);
	hw_drop_tlb_mm(bed->mm, true);
	expect(bed, hw_access(bed->mm, addr, false), "an old PTE was not used");
	expect_equal(bed, hw_read_pte(ptep).val, pte_set(old, PTE_YOUNG).val, "PTE after a load");
	expect(bed, hw_access(bed->mm, addr, true), "a clean PTE was not used");
	expect_equal(bed, hw_read_pte(ptep).val, pte_set(old, PTE_YOUNG | PTE_DIRTY).val,
		     "PTE after a store");
}

/* A GFP_KERNEL allocation in a section without a page-table lock. */
static void sleep_in_section(struct bed *bed)
{
	section_enter(bed);
	might_sleep();
	section_leave();
	expect_not_found(bed, FINDING_SLEEP_IN_ATOMIC);
}

/* Two CPUs have used a user page; it is cleared in a section. */
static void clear_on_two_cpus(struct bed *bed)
{
	struct mm *mm = fixture_user_mm();

	mm->cpumask = 3;
	bed_prepare(bed, LEVER_CLEAR, mm, bed->base);
	section_enter(bed);
	write_page(bed, 0);
}

static bool other_cpu_reads(struct bed *bed, unsigned int page)
{
	run_on(&bed->machine->cpus[1]);
	bool translated = hw_access(bed->mm, page_addr(bed, page), false);
	run_on(&bed->machine->cpus[0]);
	return translated;
}

/* flush_tlb_range() has returned: nobody may use the old translation any more. */
static void flush_in_section(struct bed *bed)
{
	clear_on_two_cpus(bed);
	flush_tlb_range(bed->mm, page_addr(bed, 0), page_addr(bed, 1));
	other_cpu_reads(bed, 0);
	section_leave();
	expect_not_found(bed, FINDING_STALE_TRANSLATION);
}

/* After leave and flush nobody is stale, on any backend. */
static void flush_after_leave(struct bed *bed)
{
	clear_on_two_cpus(bed);
	section_leave();
	flush_tlb_range(bed->mm, page_addr(bed, 0), page_addr(bed, 1));
	expect(bed, !other_cpu_reads(bed, 0), "the other CPU still translates the page");
	expect_clean(bed);
}

static bool gather_drains(const struct bed *bed)
{
	return bed->machine->ops->tlb_flush != NULL;
}

/* Pages are freed only after tlb_flush(): what the gather flushed is gone, section or not. */
static void gather_in_section(struct bed *bed)
{
	clear_on_two_cpus(bed);
	tlb_flush(bed->mm,
		  &(struct tlb_range){ .start = page_addr(bed, 0),
				       .end = page_addr(bed, 1),
				       .stride_shift = bed->mm->pgtable.geometry->page_shift });
	other_cpu_reads(bed, 0);
	section_leave();
	expect_not_found(bed, FINDING_STALE_TRANSLATION);
}

static const struct rule rules[] = {
	{ "read-back", NULL, read_back },
	{ "read-back-paused", NULL, read_back_paused },
	{ "interrupt-order", NULL, interrupt_order },
	{ "section-order", NULL, section_order },
	{ "sleep-in-section", NULL, sleep_in_section },
	{ "flush-in-section", NULL, flush_in_section },
	{ "flush-after-leave", NULL, flush_after_leave },
	{ "gather-in-section", gather_drains, gather_in_section },
	{ "access-marks-entry", marks_entries, access_marks_entry },
};

const struct rule_list order_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
