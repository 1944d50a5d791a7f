/* SPDX-License-Identifier: MIT */
/* arm64: how many barrier pairs. */
#include "answers.h"

#include "kasan.h"

static void vmap_512(enum kernel_id kernel, enum mode mode, uint64_t in_sections, uint64_t outside)
{
	struct machine *machine = answers_machine_in("arm64", kernel, mode);

	answers_reset();
	assert_int_equal(vmap_pages_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + 512 * 4096), 0);
	assert_int_equal(counted(COUNT_SECTION_BARRIERS), in_sections);
	assert_int_equal(counted(COUNT_PTE_BARRIERS), outside);
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

static void test_vmap_of_512_is_one_pair(void **state)
{
	(void)state;
	vmap_512(KERNEL_V6_16_RC, MODE_LAZY, 1, 0);
	vmap_512(KERNEL_V6_18, MODE_LAZY, 1, 0);
	vmap_512(KERNEL_V7_0, MODE_LAZY, 1, 0);
	vmap_512(KERNEL_V7_3, MODE_LAZY, 1, 0);
}

static void test_vmap_of_512_without_batching_is_512_pairs(void **state)
{
	(void)state;
	vmap_512(KERNEL_V6_1, MODE_LAZY, 0, 512);
	vmap_512(KERNEL_V6_12, MODE_LAZY, 0, 512);
	vmap_512(KERNEL_V7_0, MODE_IMMEDIATE, 0, 512);
}

static void assert_no_pair(void)
{
	assert_int_equal(counted(COUNT_SECTION_BARRIERS), 0);
	assert_int_equal(counted(COUNT_PTE_BARRIERS), 0);
	assert_int_equal(counted(COUNT_DEFERRED), 0);
}

static void test_user_mprotect_is_no_pair(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("arm64", (enum kernel_id)id);
		answers_touch(512);
		mm_mprotect(ANSWERS_BASE, answers_bytes(512), VMA_READ);
		assert_int_equal(counted(COUNT_SECTIONS), 1);
		assert_int_equal(counted(COUNT_BARRIERS), 0);
		assert_no_pair();
		fixture_destroy(machine);
	}
}

static void test_user_fork_and_munmap_owe_nothing_for_ptes(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++) {
		struct machine *machine = answers_machine("arm64", (enum kernel_id)id);
		answers_touch(600);
		assert_non_null(mm_fork(10, false));
		mm_munmap(ANSWERS_BASE, answers_bytes(600));
		assert_no_pair();
		fixture_destroy(machine);
	}
}

static void test_vunmap_is_no_pair(void **state)
{
	struct machine *machine = answers_machine("arm64", KERNEL_V7_0);

	(void)state;
	vmap_pages_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + 512 * 4096);
	answers_reset();
	vunmap_range(ANSWERS_VMALLOC, ANSWERS_VMALLOC + 512 * 4096);
	assert_int_equal(counted(COUNT_SECTIONS), 1);
	assert_int_equal(counted(COUNT_BARRIERS), 0);
	fixture_destroy(machine);
}

static int write_kernel_pte(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	(void)data;
	set_pte_at(mm, addr, ptep, make_pte(5, PTE_PRESENT | PTE_WRITE | PTE_SPECIAL));
	return 0;
}

/*
 * The chain of 1ef3095b1405: a zap section needs a page for its gather, the page is mapped in the
 * linear map, and that opens a section inside. 8 pages fit without, then 510 for each page; from
 * v6.9 on 7 and 509.
 */
static void munmap_with_debug_pagealloc(enum kernel_id kernel)
{
	const struct setup setup = { .subject = "arm64",
				     .kernel = kernel,
				     .config = CONFIG_DEBUG_PAGEALLOC | CONFIG_DEBUG_VM };
	struct machine *machine = fixture_create(&setup);

	fixture_user_mm();
	answers_touch(1024);
	mm_munmap(ANSWERS_BASE, answers_bytes(1024));
	bool nests = !kernels[kernel].linear_map_opts_out;
	assert_int_equal(counted(COUNT_NESTED_SECTIONS), nests ? 2 : 0);
	assert_int_equal(counted(COUNT_MAX_DEPTH), nests ? 2 : 1);
	/* As first merged, a debug kernel warned of each. */
	assert_int_equal(found(FINDING_KERNEL_WARN), kernel == KERNEL_V6_16_RC ? 2 : 0);
	assert_int_equal(machine->findings.total, found(FINDING_KERNEL_WARN));
	assert_int_equal(current_task()->lazy_mmu_state.enable_count, 0);
	fixture_destroy(machine);
}

static void test_munmap_of_1024_pages_with_debug_pagealloc_nests_twice(void **state)
{
	(void)state;
	for (int id = 0; id < NR_KERNELS; id++)
		munmap_with_debug_pagealloc((enum kernel_id)id);
}

/* What an inner section does to writes of the outer one that can be batched. */
static void inner_section(enum kernel_id kernel, uint64_t lost)
{
	struct machine *machine = answers_machine("arm64", kernel);
	vaddr_t page = ANSWERS_VMALLOC;
	struct mm *mm = init_mm();

	pte_t *ptep = fixture_pte(mm, page);
	answers_reset();
	lazy_mmu_mode_enable();
	apply_to_page_range(mm, page, page + 4096, write_kernel_pte, NULL);
	assert_int_equal(counted(COUNT_SECTION_BARRIERS), 1);
	write_kernel_pte(mm, ptep, page, NULL);
	lazy_mmu_mode_disable();
	assert_int_equal(found(FINDING_BATCHING_LOST), lost);
	assert_int_equal(counted(COUNT_PTE_BARRIERS), lost);
	assert_int_equal(counted(COUNT_BARRIERS), 2);
	fixture_destroy(machine);
}

static void test_inner_section_ends_batching_up_to_v6_18(void **state)
{
	(void)state;
	inner_section(KERNEL_V6_16_RC, 1);
	inner_section(KERNEL_V6_18, 1);
	inner_section(KERNEL_SERIES_V2, 0);
	inner_section(KERNEL_V7_0, 0);
	inner_section(KERNEL_V7_3, 0);
}

/*
 * The warning that KASAN and DEBUG_PAGEALLOC gave at boot: a callback of KASAN pauses and frees its
 * page, which is unmapped from the linear map in a section of its own.
 */
static void kasan_frees_in_a_pause(enum kernel_id kernel, bool warns)
{
	const struct setup setup = { .subject = "arm64",
				     .kernel = kernel,
				     .config = CONFIG_KASAN_VMALLOC | CONFIG_DEBUG_PAGEALLOC |
					       CONFIG_DEBUG_VM };
	struct machine *machine = fixture_create(&setup);
	const vaddr_t end = ANSWERS_VMALLOC + 64 * 4096;

	assert_int_equal(kasan_populate_vmalloc(ANSWERS_VMALLOC, end), 0);
	assert_int_equal(machine->findings.total, 0);
	kasan_release_vmalloc(ANSWERS_VMALLOC, end);
	assert_int_equal(found(FINDING_KERNEL_WARN) > 0, warns);
	assert_int_equal(machine->findings.total, found(FINDING_KERNEL_WARN));
	fixture_destroy(machine);
}

static void test_kasan_frees_in_a_pause(void **state)
{
	(void)state;
	kasan_frees_in_a_pause(KERNEL_SERIES_V2, false);
	kasan_frees_in_a_pause(KERNEL_SERIES_V3, true);
	kasan_frees_in_a_pause(KERNEL_SERIES_V4, true);
	kasan_frees_in_a_pause(KERNEL_V7_0, false);
}

static void kpkeys_nest(enum kernel_id kernel, uint64_t leaked)
{
	struct machine *machine = answers_machine("arm64-kpkeys", kernel);

	lazy_mmu_mode_enable();
	lazy_mmu_mode_enable();
	lazy_mmu_mode_disable();
	lazy_mmu_mode_disable();
	assert_int_equal(found(FINDING_REGISTER_LEAKED), leaked);
	assert_int_equal(current_task()->por_el1 != 0, leaked);
	fixture_destroy(machine);
}

static void test_kpkeys_nest_leaves_the_register_raised_up_to_v6_18(void **state)
{
	(void)state;
	kpkeys_nest(KERNEL_V6_16_RC, 1);
	kpkeys_nest(KERNEL_V6_18, 1);
	kpkeys_nest(KERNEL_SERIES_V2, 0);
	kpkeys_nest(KERNEL_V7_0, 0);
	kpkeys_nest(KERNEL_V7_3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmap_of_512_is_one_pair),
		cmocka_unit_test(test_vmap_of_512_without_batching_is_512_pairs),
		cmocka_unit_test(test_user_mprotect_is_no_pair),
		cmocka_unit_test(test_user_fork_and_munmap_owe_nothing_for_ptes),
		cmocka_unit_test(test_vunmap_is_no_pair),
		cmocka_unit_test(test_munmap_of_1024_pages_with_debug_pagealloc_nests_twice),
		cmocka_unit_test(test_inner_section_ends_batching_up_to_v6_18),
		cmocka_unit_test(test_kasan_frees_in_a_pause),
		cmocka_unit_test(test_kpkeys_nest_leaves_the_register_raised_up_to_v6_18),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
