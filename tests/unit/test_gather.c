/* SPDX-License-Identifier: MIT */
/* mmu_gather: the range, the stride and the number of pages of one flush. */
#include "test.h"

#include "fixture.h"
#include "gather.h"

/* A backend that only remembers what it was asked to flush. */
static struct tlb_range last_range;
static int nr_flushes;

static void remember(struct mm *mm, const struct tlb_range *range)
{
	(void)mm;
	last_range = *range;
	nr_flushes++;
}

static const struct arch_ops remembering_ops = { .tlb_flush = remember };

static const struct arch_ops *select_remembering(const struct machine_config *config)
{
	(void)config;
	return &remembering_ops;
}

static const struct geometry geometries[] = { { .page_shift = 12, .bits = { 9, 9, 9, 9 } } };

static int create(void **state, bool merges_vmas, enum kernel_id kernel)
{
	const struct setup setup = { .subject = "generic", .kernel = kernel };
	static struct arch arch;

	arch = (struct arch){ .name = "remembering",
			      .geometries = geometries,
			      .nr_geometries = 1,
			      .select = select_remembering,
			      .merges_vmas = merges_vmas };
	*state = fixture_create_with(&setup, &arch);
	fixture_user_mm();
	nr_flushes = 0;
	return 0;
}

static int create_merging(void **state)
{
	return create(state, true, KERNEL_V6_18);
}

static int create_apart(void **state)
{
	return create(state, false, KERNEL_V6_18);
}

static int create_v6_6(void **state)
{
	return create(state, true, KERNEL_V6_6);
}

static int destroy(void **state)
{
	fixture_destroy(*state);
	return 0;
}

static void test_range_spans_first_to_last_page(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	tlb_gather_mmu(&tlb, current_task()->mm);
	tlb_remove_tlb_entry(&tlb, 0x9000);
	tlb_remove_tlb_entry(&tlb, 0x2000);
	tlb_finish_mmu(&tlb);
	assert_int_equal(nr_flushes, 1);
	assert_int_equal(last_range.start, 0x2000);
	assert_int_equal(last_range.end, 0xa000);
	assert_int_equal(last_range.stride_shift, 12);
	assert_false(last_range.freed_tables);
}

static void test_nothing_changed_flushes_nothing(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	tlb_gather_mmu(&tlb, current_task()->mm);
	tlb_finish_mmu(&tlb);
	assert_int_equal(nr_flushes, 0);
}

static void test_stride_is_that_of_the_smallest_entry(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	tlb_gather_mmu(&tlb, current_task()->mm);
	tlb_remove_table(&tlb, LEVEL_PTE, 0x200000);
	tlb_flush_mmu_tlbonly(&tlb);
	assert_int_equal(last_range.stride_shift, 21);
	assert_true(last_range.freed_tables);
	tlb_remove_table(&tlb, LEVEL_PMD, 0x40000000);
	tlb_flush_mmu_tlbonly(&tlb);
	assert_int_equal(last_range.stride_shift, 30);
	tlb_remove_table(&tlb, LEVEL_PTE, 0x200000);
	tlb_remove_tlb_entry(&tlb, 0x200000);
	tlb_finish_mmu(&tlb);
	assert_int_equal(last_range.stride_shift, 12);
	assert_int_equal(nr_flushes, 3);
}

/* A table adds one page at the address of the walk, not all that it maps. */
static void test_table_grows_the_range_by_a_page(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	tlb_gather_mmu(&tlb, current_task()->mm);
	tlb_remove_table(&tlb, LEVEL_PTE, 0x200000);
	tlb_finish_mmu(&tlb);
	assert_int_equal(last_range.start, 0x200000);
	assert_int_equal(last_range.end, 0x201000);
}

static void test_whole_mm_has_no_bounds(void **state)
{
	struct mmu_gather tlb;
	struct vma vma = { .end = 0x1000, .flags = VMA_READ | VMA_PFNMAP };

	(void)state;
	tlb_gather_mmu_fullmm(&tlb, current_task()->mm);
	tlb_remove_tlb_entry(&tlb, 0x2000);
	tlb_end_vma(&tlb, &vma);
	assert_int_equal(nr_flushes, 0);
	tlb_finish_mmu(&tlb);
	assert_true(last_range.fullmm);
	assert_int_equal(last_range.start, 0);
}

static unsigned int fill(struct mmu_gather *tlb, bool (*remove)(struct mmu_gather *tlb))
{
	unsigned int nr = 1;

	tlb_gather_mmu(tlb, current_task()->mm);
	while (remove(tlb))
		nr++;
	return nr;
}

/*
 * 8 embedded, then 510 for each page of pointers, up to 10000 pointers; from v6.9 on the last of
 * each is kept for the number of pages of a folio.
 */
static void test_gather_is_full_at_its_limit(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	assert_int_equal(fill(&tlb, tlb_remove_page), 7 + 19 * 509);
	assert_int_equal(fill(&tlb, tlb_remove_folio_pages), (8 + 19 * 510) / 2);
	tlb_flush_mmu(&tlb);
	assert_int_equal(tlb.nr_pages, 0);
}

static void test_gather_of_v6_6_uses_all_of_it(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	assert_int_equal(fill(&tlb, tlb_remove_page), 8 + 19 * 510);
}

/* A folio that begins in the last place fills it and the one behind; a page leaves that one. */
static void test_folio_takes_the_place_that_is_kept(void **state)
{
	struct mmu_gather tlb;

	(void)state;
	tlb_gather_mmu(&tlb, current_task()->mm);
	for (int i = 0; i < 6; i++)
		assert_true(tlb_remove_page(&tlb));
	assert_int_equal(tlb.nr_batches, 0);
	assert_true(tlb_remove_folio_pages(&tlb));
	assert_int_equal(tlb.nr_batches, 1);
	for (int i = 0; i < 508; i++)
		assert_true(tlb_remove_page(&tlb));
	assert_int_equal(tlb.nr_batches, 1);
	assert_true(tlb_remove_page(&tlb));
	assert_int_equal(tlb.nr_batches, 2);
}

static void end_vma_after_one_entry(unsigned int flags)
{
	struct mmu_gather tlb;
	struct vma vma = { .end = 0x10000, .flags = flags };

	tlb_gather_mmu(&tlb, current_task()->mm);
	tlb_remove_tlb_entry(&tlb, 0x2000);
	tlb_end_vma(&tlb, &vma);
}

static void test_merging_backend_flushes_device_vmas_only(void **state)
{
	(void)state;
	end_vma_after_one_entry(VMA_READ);
	assert_int_equal(nr_flushes, 0);
	end_vma_after_one_entry(VMA_READ | VMA_PFNMAP);
	assert_int_equal(nr_flushes, 1);
}

static void test_other_backends_flush_each_vma(void **state)
{
	(void)state;
	end_vma_after_one_entry(VMA_READ);
	assert_int_equal(nr_flushes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_range_spans_first_to_last_page, create_merging,
						destroy),
		cmocka_unit_test_setup_teardown(test_nothing_changed_flushes_nothing,
						create_merging, destroy),
		cmocka_unit_test_setup_teardown(test_stride_is_that_of_the_smallest_entry,
						create_merging, destroy),
		cmocka_unit_test_setup_teardown(test_table_grows_the_range_by_a_page,
						create_merging, destroy),
		cmocka_unit_test_setup_teardown(test_whole_mm_has_no_bounds, create_merging,
						destroy),
		cmocka_unit_test_setup_teardown(test_gather_is_full_at_its_limit, create_merging,
						destroy),
		cmocka_unit_test_setup_teardown(test_gather_of_v6_6_uses_all_of_it, create_v6_6,
						destroy),
		cmocka_unit_test_setup_teardown(test_folio_takes_the_place_that_is_kept,
						create_merging, destroy),
		cmocka_unit_test_setup_teardown(test_merging_backend_flushes_device_vmas_only,
						create_merging, destroy),
		cmocka_unit_test_setup_teardown(test_other_backends_flush_each_vma, create_apart,
						destroy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
