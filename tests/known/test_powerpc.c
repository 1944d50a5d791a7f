/* SPDX-License-Identifier: MIT */
/* powerpc hash: what joins the batch and how it goes out. */
#include "answers.h"

#include "kasan.h"

static struct machine *process_with(enum kernel_id kernel, unsigned int nr)
{
	struct machine *machine = answers_machine("powerpc", kernel);

	answers_touch(nr);
	return machine;
}

static void test_batch_of_one_takes_the_single_path(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = process_with((enum kernel_id)id, 1);
		mm_mprotect(ANSWERS_BASE, answers_bytes(1), VMA_READ);
		assert_batches(1, 1);
		assert_int_equal(counted(COUNT_HASH_FLUSH_SINGLE), 1);
		assert_int_equal(counted(COUNT_HASH_FLUSH_RANGE), 0);
		fixture_destroy(machine);
	}
}

static void mprotect_nr(enum kernel_id kernel, unsigned int nr, uint64_t full, uint64_t rest)
{
	struct machine *machine = process_with(kernel, nr);

	mm_mprotect(ANSWERS_BASE, answers_bytes(nr), VMA_READ);
	assert_int_equal(flushed_for(FLUSH_FULL), full);
	assert_int_equal(flushed_for(FLUSH_LEAVE), rest ? 1 : 0);
	assert_batches(192, full);
	if (rest)
		assert_batches(rest, 1);
	assert_nr_batches(full + (rest ? 1 : 0));
	assert_int_equal(counted(COUNT_HASH_BATCHED), nr);
	fixture_destroy(machine);
}

static void test_192nd_add_flushes(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		if (kernels[id].set_ptes_section)
			continue;
		mprotect_nr((enum kernel_id)id, 191, 0, 191);
		mprotect_nr((enum kernel_id)id, 192, 1, 0);
		mprotect_nr((enum kernel_id)id, 193, 1, 1);
		mprotect_nr((enum kernel_id)id, 400, 2, 16);
	}
}

/* The commit is a set_pte_at(), whose own section ends the mode: the first page is a batch. */
static void test_mprotect_on_v6_6_batches_one_page(void **state)
{
	struct machine *machine = process_with(KERNEL_V6_6, 193);

	(void)state;
	mm_mprotect(ANSWERS_BASE, answers_bytes(193), VMA_READ);
	assert_batches(1, 1);
	assert_nr_batches(1);
	assert_int_equal(counted(COUNT_HASH_BATCHED), 1);
	assert_int_equal(counted(COUNT_HASH_IMMEDIATE), 192);
	fixture_destroy(machine);
}

static void test_pages_that_were_not_hashed_cost_nothing(void **state)
{
	struct machine *machine = process_with(KERNEL_V6_12, 64);

	(void)state;
	mm_mprotect(ANSWERS_BASE, answers_bytes(64), VMA_READ);
	answers_reset();
	/* The commit of the first one dropped the hashed bit; nothing inserted them again. */
	mm_mprotect(ANSWERS_BASE, answers_bytes(64), VMA_READ | VMA_WRITE);
	assert_int_equal(counted(COUNT_SECTIONS), 1);
	assert_int_equal(counted(COUNT_HASH_BATCHED), 0);
	assert_int_equal(counted(COUNT_FLUSHES), 0);
	fixture_destroy(machine);
}

static void test_moved_pages_arrive_unhashed(void **state)
{
	const vaddr_t to = ANSWERS_BASE + (UINT64_C(1) << 30);
	struct machine *machine = process_with(KERNEL_V6_12, 8);

	(void)state;
	mm_mremap(ANSWERS_BASE, answers_bytes(8), answers_bytes(8), to, false);
	assert_int_equal(counted(COUNT_HASH_BATCHED), 8);
	answers_reset();
	mm_munmap(to, answers_bytes(8));
	assert_int_equal(counted(COUNT_HASH_BATCHED), 0);
	assert_int_equal(counted(COUNT_PTE_CLEARS), 8);
	fixture_destroy(machine);
}

static void test_second_cpu_makes_it_global(void **state)
{
	struct machine *machine = process_with(KERNEL_V7_0, 4);

	(void)state;
	current_task()->mm->cpumask = 3;
	mm_munmap(ANSWERS_BASE, answers_bytes(4));
	assert_int_equal(counted(COUNT_TLBIE_GLOBAL), 4);
	assert_int_equal(counted(COUNT_TLBIE_LOCAL), 0);
	assert_int_equal(counted(COUNT_HASH_FLUSH_RANGE), 1);
	fixture_destroy(machine);
}

static void test_vmap_feeds_nothing(void **state)
{
	struct machine *machine = answers_machine("powerpc", KERNEL_V7_0);

	(void)state;
	answers_reset();
	vmap_pages_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + answers_bytes(400));
	assert_int_equal(counted(COUNT_SECTIONS), 1);
	assert_int_equal(counted(COUNT_DEFERRED), 0);
	fixture_destroy(machine);
}

static void test_immediate_mode_flushes_each_page(void **state)
{
	struct machine *machine = answers_machine_in("powerpc", KERNEL_V7_0, MODE_IMMEDIATE);

	(void)state;
	answers_touch(400);
	mm_mprotect(ANSWERS_BASE, answers_bytes(400), VMA_READ);
	assert_int_equal(counted(COUNT_HASH_FLUSH_SINGLE), 400);
	assert_int_equal(counted(COUNT_HASH_FLUSH_RANGE), 0);
	fixture_destroy(machine);
}

/* KASAN allocated in its callback until v6.15, where the section keeps preemption off. */
static void test_kasan_sleeps_in_a_section_up_to_v6_12(void **state)
{
	const enum kernel_id ids[] = { KERNEL_V6_12, KERNEL_V6_16_RC, KERNEL_V6_18 };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct setup setup = { .subject = "powerpc",
					     .kernel = ids[i],
					     .config = CONFIG_KASAN_VMALLOC };
		struct machine *machine = fixture_create(&setup);
		const vaddr_t end = ANSWERS_VMALLOC + 64 * 4096;

		assert_int_equal(kasan_populate_vmalloc(ANSWERS_VMALLOC, end), 0);
		kasan_release_vmalloc(ANSWERS_VMALLOC, end);
		assert_int_equal(found(FINDING_SLEEP_IN_ATOMIC) > 0, ids[i] == KERNEL_V6_12);
		fixture_destroy(machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch_of_one_takes_the_single_path),
		cmocka_unit_test(test_192nd_add_flushes),
		cmocka_unit_test(test_mprotect_on_v6_6_batches_one_page),
		cmocka_unit_test(test_pages_that_were_not_hashed_cost_nothing),
		cmocka_unit_test(test_moved_pages_arrive_unhashed),
		cmocka_unit_test(test_second_cpu_makes_it_global),
		cmocka_unit_test(test_vmap_feeds_nothing),
		cmocka_unit_test(test_immediate_mode_flushes_each_page),
		cmocka_unit_test(test_kasan_sleeps_in_a_section_up_to_v6_12),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
