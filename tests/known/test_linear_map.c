/* SPDX-License-Identifier: MIT */
/* DEBUG_PAGEALLOC and KFENCE: what an allocation does to the linear map, in sections of others. */
#include "answers.h"

#include "kfence.h"
#include "linear_map.h"
#include "pte_access.h"

static struct machine *machine_with(const char *subject, enum kernel_id kernel, unsigned int config)
{
	const struct setup setup = { .subject = subject, .kernel = kernel, .config = config };
	struct machine *machine = fixture_create(&setup);

	fixture_user_mm();
	answers_reset();
	return machine;
}

static bool is_mapped(uint64_t pfn)
{
	return hw_access(init_mm(), linear_map_address(pfn), true);
}

/* The page is there while the object lives, on every backend whose linear map has PTEs. */
static void test_an_object_is_mapped_while_it_lives(void **state)
{
	static const char *const names[] = { "arm64", "xen", "generic" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct machine *machine = machine_with(names[i], KERNEL_V7_0, CONFIG_KFENCE);
		uint64_t pfn = kfence_alloc();
		assert_int_not_equal(pfn, 0);
		assert_true(is_mapped(pfn));
		kfence_free(pfn);
		assert_false(is_mapped(pfn));
		assert_int_equal(machine->findings.total, 0);
		fixture_destroy(machine);
	}
}

static void test_without_the_option_nothing_is_sampled(void **state)
{
	struct machine *machine = machine_with("arm64", KERNEL_V7_0, 0);

	(void)state;
	assert_int_equal(kfence_alloc(), 0);
	assert_int_equal(counted(COUNT_PTE_WRITES), 0);
	fixture_destroy(machine);
}

/* arm64: set_memory_valid() opens a section inside the caller's, which up to v6.18 ends both. */
static void sample_in_a_section(enum kernel_id kernel, uint64_t lost)
{
	struct machine *machine = machine_with("arm64", kernel, CONFIG_KFENCE);
	pte_t *ptep = fixture_pte(init_mm(), ANSWERS_VMALLOC);

	lazy_mmu_mode_enable();
	assert_true(is_mapped(kfence_alloc()));
	assert_int_equal(counted(COUNT_NESTED_SECTIONS), 1);
	set_pte_at(init_mm(), ANSWERS_VMALLOC, ptep, linear_map_pte(1, true));
	lazy_mmu_mode_disable();
	assert_int_equal(found(FINDING_BATCHING_LOST), lost);
	fixture_destroy(machine);
}

static void test_arm64_nests_a_section(void **state)
{
	(void)state;
	sample_in_a_section(KERNEL_V6_18, 1);
	sample_in_a_section(KERNEL_V7_0, 0);
	sample_in_a_section(KERNEL_V7_3, 0);
}

/* A handler that allocates: the calls do nothing there, the write pays for itself at once. */
static void test_arm64_in_a_handler_is_immediate(void **state)
{
	struct machine *machine = machine_with("arm64", KERNEL_V7_0, CONFIG_KFENCE);

	(void)state;
	lazy_mmu_mode_enable();
	softirq_enter();
	assert_int_not_equal(kfence_alloc(), 0);
	assert_int_equal(counted(COUNT_BARRIERS), 1);
	softirq_exit();
	lazy_mmu_mode_disable();
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

/* Outside a section: a direct set_pte, and one INVLPG when the page goes. */
static void test_xen_flushes_what_it_protects(void **state)
{
	struct machine *machine = machine_with("xen", KERNEL_V7_0, CONFIG_KFENCE);

	(void)state;
	uint64_t pfn = kfence_alloc();
	assert_int_equal(counted(COUNT_HYPERCALLS), 1);
	kfence_free(pfn);
	assert_int_equal(counted(COUNT_HYPERCALLS), 3);
	assert_int_equal(counted(COUNT_DIRECT_SET_PTE), 2);
	assert_int_equal(counted(COUNT_INVLPG), 1);
	fixture_destroy(machine);
}

/* Nobody flushes the queue for KFENCE: the object's page is not there yet. */
static void test_xen_leaves_the_page_in_the_queue(void **state)
{
	struct machine *machine = machine_with("xen", KERNEL_V7_0, CONFIG_KFENCE);

	(void)state;
	lazy_mmu_mode_enable();
	uint64_t pfn = kfence_alloc();
	assert_false(is_mapped(pfn));
	kfence_free(pfn); /* reads the entry, and believes that it is protected */
	assert_int_equal(found(FINDING_STALE_READ), 1);
	lazy_mmu_mode_disable();
	assert_true(is_mapped(pfn));
	fixture_destroy(machine);
}

/* __kernel_map_pages(): the update, a flush of this CPU's TLB, then the queue is sent. */
static void test_xen_debug_pagealloc_flushes_tlb_and_queue(void **state)
{
	struct machine *machine = machine_with("xen", KERNEL_V7_0, CONFIG_DEBUG_PAGEALLOC);

	(void)state;
	uint64_t pfn = kernel_page_alloc();
	assert_int_equal(counted(COUNT_HYPERCALLS), 2);
	assert_int_equal(counted(COUNT_DIRECT_SET_PTE), 1);
	lazy_mmu_mode_enable();
	kernel_page_free(pfn);
	assert_false(is_mapped(pfn));
	assert_int_equal(counted(COUNT_HYPERCALLS), 3);
	assert_int_equal(counted(COUNT_MULTICALL_ENTRIES), 2);
	lazy_mmu_mode_disable();
	assert_int_equal(machine->findings.total, 0);
	fixture_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_object_is_mapped_while_it_lives),
		cmocka_unit_test(test_without_the_option_nothing_is_sampled),
		cmocka_unit_test(test_arm64_nests_a_section),
		cmocka_unit_test(test_arm64_in_a_handler_is_immediate),
		cmocka_unit_test(test_xen_flushes_what_it_protects),
		cmocka_unit_test(test_xen_leaves_the_page_in_the_queue),
		cmocka_unit_test(test_xen_debug_pagealloc_flushes_tlb_and_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
