/* SPDX-License-Identifier: MIT */
/* Xen PV: how many hypercalls, and what they carry. */
#include "answers.h"

#include "kasan.h"

static struct machine *process_with(enum kernel_id kernel, enum mode mode, unsigned int nr)
{
	struct machine *machine = answers_machine_in("xen", kernel, mode);

	answers_touch(nr);
	return machine;
}

static void test_32_updates_are_31_and_1(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = process_with((enum kernel_id)id, MODE_LAZY, 32);
		mm_mprotect(ANSWERS_BASE, answers_bytes(32), VMA_READ);
		assert_batches(31, 1);
		assert_batches(1, 1);
		assert_nr_batches(2);
		assert_int_equal(flushed_for(FLUSH_ARGS), 1);
		assert_int_equal(counted(COUNT_PTE_HYPERCALLS), 2);
		assert_int_equal(counted(COUNT_MULTICALL_ENTRIES), 0);
		fixture_destroy(machine);
	}
}

static void mprotect_512(enum kernel_id kernel, enum mode mode, uint64_t hypercalls)
{
	struct machine *machine = process_with(kernel, mode, 512);

	mm_mprotect(ANSWERS_BASE, answers_bytes(512), VMA_READ);
	assert_int_equal(counted(COUNT_PTE_HYPERCALLS), hypercalls);
	/* And one flush of the whole TLB. */
	assert_int_equal(counted(COUNT_HYPERCALLS), hypercalls + 1);
	fixture_destroy(machine);
}

static void test_512_updates_are_17_hypercalls(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		mprotect_512((enum kernel_id)id, MODE_LAZY, 17);
		mprotect_512((enum kernel_id)id, MODE_IMMEDIATE, 512);
	}
}

static void vmap_512(enum kernel_id kernel, uint64_t batched, uint64_t direct)
{
	struct machine *machine = answers_machine("xen", kernel);

	fixture_pte(init_mm(), ANSWERS_VMALLOC);
	answers_reset();
	vmap_pages_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + 512 * 4096);
	assert_int_equal(counted(COUNT_PTE_HYPERCALLS), batched + direct);
	assert_int_equal(counted(COUNT_DIRECT_SET_PTE), direct);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

static void test_vmap_is_batched_since_v6_16(void **state)
{
	(void)state;
	vmap_512(KERNEL_V6_1, 0, 512);
	vmap_512(KERNEL_V6_12, 0, 512);
	vmap_512(KERNEL_V6_6, 512, 0);
	vmap_512(KERNEL_V6_16_RC, 17, 0);
	vmap_512(KERNEL_V6_18, 17, 0);
	vmap_512(KERNEL_V7_0, 17, 0);
}

static void invlpg(unsigned int nr, uint64_t expected)
{
	struct machine *machine = process_with(KERNEL_V6_18, MODE_LAZY, nr);

	mm_mprotect(ANSWERS_BASE, answers_bytes(nr), VMA_READ);
	assert_int_equal(counted(COUNT_INVLPG), expected);
	fixture_destroy(machine);
}

static void test_invlpg_up_to_33_pages(void **state)
{
	(void)state;
	invlpg(1, 1);
	invlpg(33, 33);
	invlpg(34, 0);
}

/* Clears and write-protects trap one by one; only the child's side of fork is queued. */
static void test_munmap_and_the_parents_side_of_fork_are_emulated(void **state)
{
	struct machine *machine = process_with(KERNEL_V6_18, MODE_LAZY, 100);

	(void)state;
	assert_non_null(mm_fork(10, false));
	assert_int_equal(counted(COUNT_EMULATED_WRITES), 100);
	assert_int_equal(counted(COUNT_DEFERRED), 100);
	answers_reset();
	mm_munmap(ANSWERS_BASE, answers_bytes(100));
	assert_int_equal(counted(COUNT_EMULATED_WRITES), 100);
	assert_int_equal(counted(COUNT_DEFERRED), 0);
	fixture_destroy(machine);
}

static void madvise_cold_512(enum kernel_id kernel, uint64_t deferred)
{
	struct machine *machine = process_with(kernel, MODE_LAZY, 512);

	mm_madvise(ANSWERS_BASE, answers_bytes(512), ADVICE_COLD);
	assert_int_equal(counted(COUNT_SECTIONS), 1);
	assert_int_equal(counted(COUNT_DEFERRED), deferred);
	fixture_destroy(machine);
}

static void test_madv_cold_is_queued_up_to_v6_9(void **state)
{
	(void)state;
	madvise_cold_512(KERNEL_V6_1, 512);
	madvise_cold_512(KERNEL_V6_6, 512);
	madvise_cold_512(KERNEL_V6_12, 0);
	madvise_cold_512(KERNEL_V6_18, 0);
}

/* v7.3: a forked task is paused for ever; each update is flushed at once. */
static void test_forked_task_on_v7_3_needs_33_hypercalls_for_33_pages(void **state)
{
	struct machine *machine = answers_machine("xen", KERNEL_V7_3);

	(void)state;
	switch_to(this_cpu(), task_with_past(machine, 50, 0));
	fixture_user_mm();
	answers_touch(33);
	mm_mprotect(ANSWERS_BASE, answers_bytes(33), VMA_READ);
	assert_int_equal(counted(COUNT_SECTIONS), 0);
	assert_int_equal(counted(COUNT_PTE_HYPERCALLS), 33);
	assert_batches(1, 33);
	fixture_destroy(machine);
}

static void interrupt_overtakes(enum kernel_id kernel)
{
	struct machine *machine = answers_machine("xen", kernel);
	pte_t *ptep = fixture_pte(init_mm(), ANSWERS_VMALLOC);

	lazy_mmu_mode_enable();
	set_pte_at(init_mm(), ANSWERS_VMALLOC, ptep, make_pte(1, PTE_PRESENT));
	irq_enter();
	set_pte_at(init_mm(), ANSWERS_VMALLOC, ptep, make_pte(2, PTE_PRESENT));
	irq_exit();
	assert_int_equal(pte_pfn(hw_read_pte(ptep)), 2);
	lazy_mmu_mode_disable();
	/* The earlier write wins, but on v6.6 it is out before set_pte_at() returns. */
	bool queued = !kernels[kernel].set_ptes_section;
	assert_int_equal(pte_pfn(hw_read_pte(ptep)), queued ? 1 : 2);
	assert_int_equal(found(FINDING_ORDER_INVERTED), queued);
	fixture_destroy(machine);
}

static void test_interrupt_write_overtakes_a_lazy_task(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++)
		interrupt_overtakes((enum kernel_id)id);
}

/* Without a state, that is, and but for levels of one mode on one CPU, which v6.6 counts. */
static void test_nested_enter_is_a_bug_on_stateless_kernels(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("xen", (enum kernel_id)id);
		lazy_mmu_mode_enable();
		lazy_mmu_mode_enable();
		assert_int_equal(found(FINDING_KERNEL_BUG),
				 kernels[id].api == API_STATELESS && id != KERNEL_V6_6);
		fixture_destroy(machine);
	}
}

/* KASAN's callback clears with pte_clear(), outside the mode: no write traps. */
static void test_kasan_clears_its_shadow_by_hypercalls(void **state)
{
	const struct setup setup = { .subject = "xen",
				     .kernel = KERNEL_V7_0,
				     .config = CONFIG_KASAN_VMALLOC };
	struct machine *machine = fixture_create(&setup);
	const vaddr_t end = ANSWERS_VMALLOC + 64 * 4096;

	(void)state;
	assert_int_equal(kasan_populate_vmalloc(ANSWERS_VMALLOC, end), 0);
	uint64_t before = counted(COUNT_DIRECT_SET_PTE);
	kasan_release_vmalloc(ANSWERS_VMALLOC, end);
	assert_int_equal(counted(COUNT_DIRECT_SET_PTE) - before, 64 / 8);
	assert_int_equal(counted(COUNT_EMULATED_WRITES), 0);
	fixture_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_32_updates_are_31_and_1),
		cmocka_unit_test(test_512_updates_are_17_hypercalls),
		cmocka_unit_test(test_vmap_is_batched_since_v6_16),
		cmocka_unit_test(test_invlpg_up_to_33_pages),
		cmocka_unit_test(test_munmap_and_the_parents_side_of_fork_are_emulated),
		cmocka_unit_test(test_madv_cold_is_queued_up_to_v6_9),
		cmocka_unit_test(test_forked_task_on_v7_3_needs_33_hypercalls_for_33_pages),
		cmocka_unit_test(test_interrupt_write_overtakes_a_lazy_task),
		cmocka_unit_test(test_nested_enter_is_a_bug_on_stateless_kernels),
		cmocka_unit_test(test_kasan_clears_its_shadow_by_hypercalls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
