/* SPDX-License-Identifier: MIT */
/* arm64: what owes the barrier pair, and who pays it; kpkeys: what the register holds. */
#include "contract.h"

#include <string.h>

enum { OTHER_TID = 100, USER_BITS = PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_SPECIAL };

static bool is_arm64(const struct bed *bed)
{
	return strcmp(bed->subject->arch, "arm64") == 0;
}

static bool is_lazy_arm64(const struct bed *bed)
{
	return is_arm64(bed) && has_mode(bed);
}

static bool has_kpkeys(const struct bed *bed)
{
	return is_lazy_arm64(bed) && bed->subject->config & CONFIG_KPKEYS;
}

static bool is_counted_kpkeys(const struct bed *bed)
{
	return has_kpkeys(bed) && is_counted(bed);
}

static void one_pair_per_section(struct bed *bed)
{
	section_enter(bed);
	write_pages(bed, 0, NR_PAGES);
	expect_equal(bed, counted(COUNT_BARRIERS), 0, "barriers in the section");
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 1, "barriers");
	section_enter(bed);
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 1, "barriers after an empty section");
}

static void user_ptes_owe_nothing(struct bed *bed)
{
	struct mm *mm = fixture_user_mm();
	pte_t *ptep = fixture_pte(mm, bed->base);
	uint64_t before = counted(COUNT_BARRIERS);

	set_pte_at(mm, bed->base, ptep, make_pte(1, USER_BITS));
	section_enter(bed);
	set_pte_at(mm, bed->base, ptep, make_pte(2, USER_BITS));
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), before, "barriers");
	expect_equal(bed, counted(COUNT_DEFERRED), 0, "writes held back");
}

static void clears_owe_nothing(struct bed *bed)
{
	section_enter(bed);
	ptep_get_and_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	ptep_set_wrprotect(bed->mm, page_addr(bed, 1), page_pte(bed, 1));
	ptep_test_and_clear_young(bed->mm, page_addr(bed, 2), page_pte(bed, 2));
	set_pte_at(bed->mm, page_addr(bed, 3), page_pte(bed, 3), make_pte(3, PTE_SWAP));
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 0, "barriers");
	expect(bed, !pte_valid(hw_read_pte(page_pte(bed, 0))), "the clear is not in memory");
	expect_clean(bed);
}

/* set_ptes() is one decision since v6.16; before, each entry has its own pair. */
static void set_ptes_is_one_decision(struct bed *bed)
{
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_SPECIAL;

	set_ptes(bed->mm, page_addr(bed, 0), page_pte(bed, 0), make_pte(1, bits), 16);
	expect_equal(bed, counted(COUNT_BARRIERS), has_mode(bed) ? 1 : 16, "barriers");
	expect_equal(bed, hw_read_pte(page_pte(bed, 15)).val, make_pte(16, bits).val, "last PTE");
}

/* set_pmd() and set_pud() when the entry is valid, set_p4d() always, user tables as well. */
static void table_entries_owe_a_pair(struct bed *bed)
{
	struct mm *mm = fixture_user_mm();
	const struct arch_ops *ops = bed->machine->ops;
	uint64_t before = counted(COUNT_BARRIERS);
	struct table *table = pte_alloc(mm, bed->base);

	expect_equal(bed, counted(COUNT_BARRIERS) - before, 3, "barriers of three new tables");
	before = counted(COUNT_BARRIERS);
	ops->set_table(mm, LEVEL_PMD, bed->base, NULL);
	ops->set_table(mm, LEVEL_PUD, bed->base, NULL);
	expect_equal(bed, counted(COUNT_BARRIERS) - before, 0, "barriers of a cleared PMD and PUD");
	ops->set_table(mm, LEVEL_P4D, bed->base, NULL);
	expect_equal(bed, counted(COUNT_BARRIERS) - before, 1, "barriers of a cleared P4D");
	if (!has_mode(bed))
		return;
	before = counted(COUNT_BARRIERS);
	section_enter(bed);
	ops->set_table(mm, LEVEL_PMD, bed->base, table);
	expect_equal(bed, counted(COUNT_BARRIERS) - before, 0, "barriers in the section");
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS) - before, 1, "barriers of the section");
}

/* An interrupt pays for its own writes and leaves the task's debt alone. */
static void interrupt_pays_its_own(struct bed *bed)
{
	section_enter(bed);
	write_page(bed, 0);
	irq_enter();
	write_page(bed, 1);
	expect_equal(bed, counted(COUNT_BARRIERS), 1, "barriers of the interrupt");
	irq_exit();
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 2, "barriers with the section's");
}

/* The debt is the task's: another task's leave does not pay it, another CPU can. */
static void debt_travels_with_task(struct bed *bed)
{
	struct machine *machine = bed->machine;
	struct task *task = current_task();
	struct task *other = task_fork(machine->cpus[1].idle, OTHER_TID);

	section_enter(bed);
	write_page(bed, 0);
	switch_to(this_cpu(), other);
	section_enter(bed);
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 0, "barriers of another task's section");
	fixture_run(&machine->cpus[1], task);
	section_leave();
	expect_equal(bed, counted(COUNT_BARRIERS), 1, "barriers on the other CPU");
}

/* Flushes are broadcast and complete at once, in a section too. */
static void tlbi_is_immediate(struct bed *bed)
{
	section_enter(bed);
	ptep_get_and_clear(bed->mm, page_addr(bed, 0), page_pte(bed, 0));
	flush_tlb_range(bed->mm, page_addr(bed, 0), page_addr(bed, 1));
	expect(bed, !hw_access(bed->mm, page_addr(bed, 0), false), "still translated");
	section_leave();
	expect_clean(bed);
}

static void register_restored(struct bed *bed)
{
	uint64_t level = current_task()->por_el1;

	section_enter(bed);
	expect(bed, current_task()->por_el1 != level, "a section does not raise the level");
	write_page(bed, 0);
	expect(bed, current_task()->por_el1 != level, "a write drops the level");
	section_leave();
	expect_equal(bed, current_task()->por_el1, level, "POR_EL1");
	expect_clean(bed);
}

static void register_restored_after_nest(struct bed *bed)
{
	uint64_t level = current_task()->por_el1;

	section_enter(bed);
	section_enter(bed);
	section_leave();
	section_leave();
	expect_equal(bed, current_task()->por_el1, level, "POR_EL1");
	expect_not_found(bed, FINDING_REGISTER_LEAKED);
}

/* An inner disable flushes barriers, but the outer section still writes page tables. */
static void inner_disable_keeps_level(struct bed *bed)
{
	section_enter(bed);
	uint64_t raised = current_task()->por_el1;
	section_enter(bed);
	section_leave();
	expect_equal(bed, current_task()->por_el1, raised, "POR_EL1 in the outer section");
	section_leave();
}

/* Outside a section every setter raises and drops the level itself. */
static void setter_restores_level(struct bed *bed)
{
	uint64_t level = current_task()->por_el1;

	write_page(bed, 0);
	expect_equal(bed, current_task()->por_el1, level, "POR_EL1");
	section_enter(bed);
	lazy_mmu_mode_pause();
	expect_equal(bed, current_task()->por_el1, level, "POR_EL1 in a pause");
	lazy_mmu_mode_resume();
	section_leave();
	expect_equal(bed, current_task()->por_el1, level, "POR_EL1 after a pause");
}

/* Outside a section each entry of set_ptes() is there and back, in one none is. */
static void set_ptes_switches_for_each(struct bed *bed)
{
	const pte_t pte = make_pte(1, USER_BITS);
	struct mm *mm = fixture_user_mm();
	pte_t *ptep = fixture_pte(mm, bed->base);
	uint64_t before = counted(COUNT_LEVEL_SWITCHES);

	set_ptes(mm, bed->base, ptep, pte, 16);
	expect_equal(bed, counted(COUNT_LEVEL_SWITCHES) - before, 2 * 16, "switches of the level");
	section_enter(bed);
	before = counted(COUNT_LEVEL_SWITCHES);
	set_ptes(mm, bed->base, ptep, pte, 16);
	expect_equal(bed, counted(COUNT_LEVEL_SWITCHES), before, "switches in a section");
	section_leave();
	expect_equal(bed, hw_read_pte(&ptep[15]).val, make_pte(16, USER_BITS).val, "last PTE");
}

static const struct rule rules[] = {
	{ "arm64-one-pair-per-section", is_lazy_arm64, one_pair_per_section },
	{ "arm64-user-ptes-owe-nothing", is_arm64, user_ptes_owe_nothing },
	{ "arm64-clears-owe-nothing", is_arm64, clears_owe_nothing },
	{ "arm64-set-ptes-is-one-decision", is_arm64, set_ptes_is_one_decision },
	{ "arm64-table-entries-owe-a-pair", is_arm64, table_entries_owe_a_pair },
	{ "arm64-interrupt-pays-its-own", is_lazy_arm64, interrupt_pays_its_own },
	{ "arm64-debt-travels-with-task", is_lazy_arm64, debt_travels_with_task },
	{ "arm64-tlbi-is-immediate", is_arm64, tlbi_is_immediate },
	{ "kpkeys-register-restored", has_kpkeys, register_restored },
	{ "kpkeys-register-restored-after-nest", has_kpkeys, register_restored_after_nest },
	{ "kpkeys-inner-disable-keeps-level", is_counted_kpkeys, inner_disable_keeps_level },
	{ "kpkeys-setter-restores-level", has_kpkeys, setter_restores_level },
	{ "kpkeys-set-ptes-switches-for-each", has_kpkeys, set_ptes_switches_for_each },
};

const struct rule_list arm64_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
