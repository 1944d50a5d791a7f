/* SPDX-License-Identifier: MIT */
/* The walkers by themselves: balance, what they cost, and what an interrupt sees. */
#include "bed.h"
#include "walker.h"

#include <errno.h>
#include <string.h>

static const unsigned long base = 0x400000;

/* Entry nr of the range becomes special, as device memory is. */
static void make_special(struct vm_area_struct *vma, unsigned int nr)
{
	unsigned long addr = vma->vm_start + nr * PAGE_SIZE;
	pte_t *pte = pte_offset_kernel(mm_find_pmd(vma->vm_mm, addr), addr);

	ptep_clear_flush(vma, addr, pte);
	set_pte_at(vma->vm_mm, addr, pte, pte_mkspecial(pfn_pte(0xf000, PAGE_SHARED)));
}

static void leak_is_found(const char *backend)
{
	struct bed bed = bed_create(backend, "v7.0");
	struct vm_area_struct vma = bed_map_pages(base, 8);
	struct lazymmu_finding finding;

	make_special(&vma, 5);
	assert_int_equal(wrprotect_range_leaky(&vma, base, vma.vm_end), -EINVAL);
	assert_int_equal(lazymmu_sys_exit(), 0);
	assert_true(lazymmu_finding_count(bed.machine, "unbalanced") > 0);

	/* The finding says which function opened the section that was never closed. */
	assert_int_equal(lazymmu_finding_get(bed.machine, 0, &finding), 0);
	if (finding.opened[0]) /* empty in a library without libunwind */
		assert_non_null(strstr(finding.opened, "wrprotect_range_leaky"));
	bed_destroy(&bed);
}

static void test_leaky_error_path_is_found_on_every_backend(void **state)
{
	(void)state;
	on_every_backend(leak_is_found);
}

static void fixed_is_clean(const char *backend)
{
	struct bed bed = bed_create(backend, "v7.0");
	struct vm_area_struct vma = bed_map_pages(base, 8);

	make_special(&vma, 5);
	assert_int_equal(wrprotect_range(&vma, base, vma.vm_end), -EINVAL);
	for (unsigned int i = 0; i < 8; i++) {
		pte_t pte = lazymmu_mm_hardware_pte(vma.vm_mm, base + i * PAGE_SIZE);
		assert_int_equal(pte_write(pte), i >= 5);
	}
	assert_int_equal(lazymmu_sys_exit(), 0);
	bed_assert_clean(&bed);
	bed_destroy(&bed);
}

static void test_fixed_error_path_is_clean_on_every_backend(void **state)
{
	(void)state;
	on_every_backend(fixed_is_clean);
}

/* The counters of one call on 32 written pages. */
static struct lazymmu_counters cost_of_32_pages(const char *backend)
{
	struct bed bed = bed_create(backend, "v7.0");
	struct vm_area_struct vma = bed_map_pages(base, 32);
	struct lazymmu_counters counters;

	lazymmu_counter_reset(bed.machine);
	assert_int_equal(wrprotect_range(&vma, base, vma.vm_end), 0);
	lazymmu_counter_copy(bed.machine, &counters);
	assert_int_equal(counters.sections, 1);
	bed_assert_clean(&bed);
	bed_destroy(&bed);
	return counters;
}

static void test_xen_needs_two_hypercalls_for_32_updates(void **state)
{
	(void)state;
	struct lazymmu_counters counters = cost_of_32_pages("xen");

	assert_int_equal(counters.pte_writes, 32);
	assert_int_equal(counters.deferred, 32);
	assert_int_equal(counters.pte_hypercalls, 2); /* 31 fit into one */
}

static void test_powerpc_hash_flushes_32_entries_at_once(void **state)
{
	(void)state;
	struct lazymmu_counters counters = cost_of_32_pages("powerpc");

	assert_int_equal(counters.hash_flush_range, 1);
	assert_int_equal(counters.tlbie_local, 32);
}

static void test_arm64_owes_nothing_for_user_pages(void **state)
{
	(void)state;
	struct lazymmu_counters counters = cost_of_32_pages("arm64");

	assert_int_equal(counters.deferred, 0);
	assert_int_equal(counters.barriers, 0);
}

/* An interrupt ages a page of the range, wherever it comes while the walker runs. */
static void age_page(void *data)
{
	struct vm_area_struct *vma = data;
	unsigned long addr = vma->vm_end - PAGE_SIZE;

	ptep_test_and_clear_young(vma, addr,
				  pte_offset_kernel(mm_find_pmd(vma->vm_mm, addr), addr));
}

static void interrupt(void *data)
{
	lazymmu_interrupt_run(LAZYMMU_INTERRUPT_HARDIRQ, age_page, data);
}

/* How many of the places where an interrupt can come make its write wait. */
static unsigned int count_waiting(const char *backend, const char *kernel)
{
	unsigned int nr_waiting = 0;
	bool has_more = true;

	for (uint64_t place = 1; has_more; place++) {
		struct bed bed = bed_create(backend, kernel);
		struct vm_area_struct vma = bed_map_pages(base, 4);

		lazymmu_machine_inject(bed.machine, place, interrupt, &vma);
		wrprotect_range(&vma, base, vma.vm_end);
		has_more = !lazymmu_machine_inject_pending(bed.machine);
		nr_waiting += lazymmu_finding_count(bed.machine, "not-immediate") > 0;
		bed_destroy(&bed);
	}
	return nr_waiting;
}

static void test_interrupt_write_waits_on_powerpc_up_to_v6_18(void **state)
{
	(void)state;
	assert_true(count_waiting("powerpc", "v6.18") > 0);
	assert_int_equal(count_waiting("powerpc", "v7.0"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaky_error_path_is_found_on_every_backend),
		cmocka_unit_test(test_fixed_error_path_is_clean_on_every_backend),
		cmocka_unit_test(test_xen_needs_two_hypercalls_for_32_updates),
		cmocka_unit_test(test_powerpc_hash_flushes_32_entries_at_once),
		cmocka_unit_test(test_arm64_owes_nothing_for_user_pages),
		cmocka_unit_test(test_interrupt_write_waits_on_powerpc_up_to_v6_18),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
