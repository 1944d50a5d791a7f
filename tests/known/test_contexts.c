/* SPDX-License-Identifier: MIT */
/* Bottom halves, s390's hint, and what every backend with a mode has in common. */
#include "answers.h"

#include <string.h>

static bool is_lazy(const struct machine *machine)
{
	return arch_has_mode(machine->ops);
}

/* enable() with BH on, disable() with BH off: the disable is skipped, the section leaks. */
static void test_bh_off_imbalance_leaks_on_v7_0(void **state)
{
	(void)state;
	for (const struct subject *subject = subjects; subject->name; subject++) {
		struct machine *machine = answers_machine(subject->name, KERNEL_V7_0);
		lazy_mmu_mode_enable();
		local_bh_disable();
		lazy_mmu_mode_disable();
		local_bh_enable();
		assert_int_equal(current_task()->lazy_mmu_state.enable_count, 1);
		if (is_lazy(machine)) {
			assert_true(is_lazy_mmu_mode_active());
			assert_int_equal(found(FINDING_UNBALANCED), 1);
			lazy_check_balance("exit");
			assert_true(found(FINDING_UNBALANCED) > 1);
		}
		fixture_destroy(machine);
	}
}

static void test_bh_off_imbalance_is_harmless_on_v6_18_but_for_arm64(void **state)
{
	(void)state;
	for (const struct subject *subject = subjects; subject->name; subject++) {
		struct machine *machine = answers_machine(subject->name, KERNEL_V6_18);
		lazy_mmu_mode_enable();
		local_bh_disable();
		lazy_mmu_mode_disable();
		local_bh_enable();
		/* A kernel PTE written afterwards: held back only where the mode leaked. */
		uint64_t held = counted(COUNT_DEFERRED);
		set_pte_at(init_mm(), ANSWERS_VMALLOC, fixture_pte(init_mm(), ANSWERS_VMALLOC),
			   make_pte(1, PTE_PRESENT | PTE_SPECIAL));
		assert_int_equal(counted(COUNT_DEFERRED) - held,
				 strcmp(subject->arch, "arm64") == 0);
		fixture_destroy(machine);
	}
}

/* A section covers one PTE table at most, so that geometry decides how many a syscall opens. */
static void test_sections_follow_the_geometry(void **state)
{
	static const struct {
		const char *subject;
		uint64_t sections; /* of 2048 pages that start at a table */
	} rows[] = {
		{ "arm64", 4 }, { "powerpc", 4 }, { "sparc", 2 }, { "xen", 4 }, { "s390", 8 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct machine *machine = answers_machine(rows[i].subject, KERNEL_V6_18);
		answers_touch(2048);
		mm_mprotect(ANSWERS_BASE, answers_bytes(2048), VMA_READ);
		assert_int_equal(counted(COUNT_SECTIONS), rows[i].sections);
		fixture_destroy(machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bh_off_imbalance_leaks_on_v7_0),
		cmocka_unit_test(test_bh_off_imbalance_is_harmless_on_v6_18_but_for_arm64),
		cmocka_unit_test(test_sections_follow_the_geometry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
