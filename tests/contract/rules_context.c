/* SPDX-License-Identifier: MIT */
/* Interrupts and bottom halves over or around a section. */
#include "contract.h"

static void write_in_handler(struct bed *bed, void (*enter)(void), void (*exit)(void),
			     unsigned int page)
{
	uint64_t held = counted(COUNT_DEFERRED);

	enter();
	write_page(bed, page);
	expect_writes_held(bed, held, 0);
	expect_equal(bed, hw_read_pte(page_pte(bed, page)).val & PTE_PRESENT,
		     bed->lever != LEVER_CLEAR, "PTE in memory is valid");
	exit();
}

/* A handler writes outside any section of its own: complete when it returns. */
static void interrupt_immediate(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	write_in_handler(bed, irq_enter, irq_exit, 1);
	write_in_handler(bed, softirq_enter, softirq_exit, 2);
	write_in_handler(bed, nmi_enter, nmi_exit, 3);
	write_in_handler(bed, local_bh_disable, local_bh_enable, 4);
	section_leave();
	expect_visible(bed, 0);
	expect_clean(bed);
}

/* What the task held back before the interrupt is still there, or out, but never lost. */
static void interrupt_keeps_pending(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);

	section_enter(bed);
	write_page(bed, 0);
	irq_enter();
	write_page(bed, 1);
	irq_exit();
	write_page(bed, 2);
	expect(bed, counted(COUNT_DEFERRED) - held >= 2, "the task no longer batches");
	section_leave();
	for (unsigned int page = 0; page < 3; page++)
		expect_visible(bed, page);
}

/* A handler's own section does nothing, and does not end the task's. */
static void section_in_interrupt(struct bed *bed)
{
	section_enter(bed);
	irq_enter();
	section_enter(bed);
	write_page(bed, 0);
	section_leave();
	irq_exit();
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	expect_writes_held(bed, held, 1);
	section_leave();
	expect_visible(bed, 1);
	expect_equal(bed, current_task()->preempt_count, 0, "preempt_count");
	expect_clean(bed);
}

/* enable() with bottom halves on, disable() with them off: the section must be closed. */
static void bh_off_disable(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	local_bh_disable();
	section_leave();
	local_bh_enable();
	expect_equal(bed, current_task()->lazy_mmu_state.enable_count, 0, "enable_count");
	expect_equal(bed, current_task()->lazy_mmu_state.nesting_level, 0, "nesting level");
	expect_visible(bed, 0);
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 1);
	expect_writes_held(bed, held, 0);
}

/* enable() with bottom halves off, disable() with them on. */
static void bh_off_enable(struct bed *bed)
{
	local_bh_disable();
	section_enter(bed);
	local_bh_enable();
	section_leave();
	expect_equal(bed, current_task()->lazy_mmu_state.enable_count, 0, "enable_count");
	expect_equal(bed, current_task()->lazy_mmu_state.nesting_level, 0, "nesting level");
	expect_equal(bed, current_task()->preempt_count, 0, "preempt_count");
	expect_not_found(bed, FINDING_KERNEL_BUG);
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 0);
	expect_writes_held(bed, held, 0);
}

/* A close that the kernel skipped is found where bottom halves come back, and nothing else is. */
static void bh_imbalance_is_found(struct bed *bed)
{
	section_enter(bed);
	local_bh_disable();
	section_leave();
	expect_not_found(bed, FINDING_UNBALANCED);
	local_bh_enable();
	uint64_t unbalanced = found(FINDING_UNBALANCED);
	uint64_t held = counted(COUNT_DEFERRED);
	write_page(bed, 0);
	expect_equal(bed, unbalanced, counted(COUNT_DEFERRED) != held,
		     "unbalanced, the mode leaked");
}

/* Both with bottom halves off: nothing is held back, nothing leaks. */
static void bh_off_section(struct bed *bed)
{
	local_bh_disable();
	section_enter(bed);
	write_page(bed, 0);
	section_leave();
	local_bh_enable();
	expect_visible(bed, 0);
	expect_equal(bed, current_task()->preempt_count, 0, "preempt_count");
	write_page(bed, 1);
	expect_visible(bed, 1);
}

/* Interrupts off alone is task context: powerpc opens sections like that. */
static void irqs_off_batches(struct bed *bed)
{
	uint64_t held = counted(COUNT_DEFERRED);
	bool flags = local_irq_save();

	section_enter(bed);
	write_page(bed, 0);
	expect_writes_held(bed, held, 1);
	section_leave();
	local_irq_restore(flags);
	expect_visible(bed, 0);
	expect_clean(bed);
}

static const struct rule rules[] = {
	{ "interrupt-immediate", NULL, interrupt_immediate },
	{ "interrupt-keeps-pending", has_mode, interrupt_keeps_pending },
	{ "section-in-interrupt", has_mode, section_in_interrupt },
	{ "bh-off-disable", has_mode, bh_off_disable },
	{ "bh-off-enable", has_mode, bh_off_enable },
	{ "bh-imbalance-is-found", has_mode, bh_imbalance_is_found },
	{ "bh-off-section", has_mode, bh_off_section },
	{ "irqs-off-batches", has_mode, irqs_off_batches },
};

const struct rule_list context_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
