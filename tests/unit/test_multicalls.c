/* SPDX-License-Identifier: MIT */
/* The multicall buffer of Xen: what it holds, and what ends it. */
#include "test.h"

#include "fixture.h"
#include "xen/multicalls.h"

static int create(void **state)
{
	const struct setup setup = { .subject = "xen", .kernel = KERNEL_V6_18 };

	*state = fixture_create(&setup);
	preempt_disable(); /* as every user of the buffer must */
	return 0;
}

static int destroy(void **state)
{
	fixture_destroy(*state);
	return 0;
}

static void add(struct mc_buffer *buffer, enum mc_op op, unsigned int bytes, unsigned int nr)
{
	const struct mc_request request = { .kind = op == MC_MMU_UPDATE ? MC_TABLE : MC_OTHER };

	for (unsigned int i = 0; i < nr; i++)
		xen_mc_extend_or_entry(buffer, op, bytes, &request);
}

static void test_31_updates_fit_the_32nd_flushes(void **state)
{
	struct mc_buffer buffer = { 0 };

	(void)state;
	add(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, 31);
	assert_int_equal(buffer.mcidx, 1);
	assert_int_equal(buffer.argidx, 496);
	assert_int_equal(counted(COUNT_HYPERCALLS), 0);
	add(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, 1);
	assert_int_equal(flushed_for(FLUSH_ARGS), 1);
	assert_int_equal(counted(COUNT_HYPERCALLS), 1);
	assert_int_equal(counted(COUNT_MULTICALL_ENTRIES), 0);
	assert_int_equal(xen_mc_nr_updates(&buffer), 1);
}

static void test_21_extended_operations_fit(void **state)
{
	struct mc_buffer buffer = { 0 };

	(void)state;
	add(&buffer, MC_MMUEXT_OP, MMUEXT_OP_SIZE, 21);
	assert_int_equal(buffer.mcidx, 1);
	assert_int_equal(buffer.argidx, 504);
	add(&buffer, MC_MMUEXT_OP, MMUEXT_OP_SIZE, 1);
	assert_int_equal(flushed_for(FLUSH_ARGS), 1);
}

static void test_32_entries_fit_the_33rd_flushes(void **state)
{
	const struct mc_request request = { .kind = MC_OTHER };
	struct mc_buffer buffer = { 0 };

	(void)state;
	for (int i = 0; i < 32; i++)
		xen_mc_entry(&buffer, MC_UPDATE_VA_MAPPING, 0, &request);
	assert_int_equal(buffer.mcidx, 32);
	xen_mc_entry(&buffer, MC_UPDATE_VA_MAPPING, 0, &request);
	assert_int_equal(flushed_for(FLUSH_BATCH), 1);
	assert_int_equal(counted(COUNT_MULTICALL_ENTRIES), 32);
	assert_int_equal(buffer.mcidx, 1);
}

static void test_another_operation_needs_a_new_entry(void **state)
{
	struct mc_buffer buffer = { 0 };

	(void)state;
	add(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, 2);
	add(&buffer, MC_MMUEXT_OP, MMUEXT_OP_SIZE, 1);
	add(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, 1);
	assert_int_equal(buffer.mcidx, 3);
	xen_mc_flush(&buffer, FLUSH_EXPLICIT);
	assert_int_equal(counted(COUNT_HYPERCALLS), 1);
	assert_int_equal(counted(COUNT_MULTICALL_ENTRIES), 3);
}

static void test_32_callbacks_fit_the_33rd_flushes(void **state)
{
	struct mc_buffer buffer = { 0 };

	(void)state;
	add(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, 1);
	for (int i = 0; i < 32; i++)
		xen_mc_callback(&buffer);
	assert_int_equal(flushed_for(FLUSH_CALLBACK), 0);
	xen_mc_callback(&buffer);
	assert_int_equal(flushed_for(FLUSH_CALLBACK), 1);
	assert_int_equal(buffer.cbidx, 1);
}

static void test_empty_flush_is_nothing(void **state)
{
	struct mc_buffer buffer = { 0 };

	(void)state;
	xen_mc_flush(&buffer, FLUSH_LEAVE);
	assert_int_equal(counted(COUNT_HYPERCALLS), 0);
	assert_int_equal(counted(COUNT_FLUSHES), 0);
}

static void test_find_returns_the_latest_value(void **state)
{
	struct mc_buffer buffer = { 0 };
	pte_t memory[2] = { { 1 }, { 2 } };

	(void)state;
	for (uint64_t value = 10; value < 12; value++) {
		const struct mc_request request = { .kind = MC_PTE,
						    .ptep = &memory[0],
						    .value = value };
		xen_mc_extend_or_entry(&buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, &request);
	}
	assert_int_equal(xen_mc_find(&buffer, &memory[0])->value, 11);
	assert_null(xen_mc_find(&buffer, &memory[1]));
	assert_int_equal(memory[0].val, 1);
	xen_mc_flush(&buffer, FLUSH_EXPLICIT);
	assert_int_equal(memory[0].val, 11);
	assert_null(xen_mc_find(&buffer, &memory[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_31_updates_fit_the_32nd_flushes, create,
						destroy),
		cmocka_unit_test_setup_teardown(test_21_extended_operations_fit, create, destroy),
		cmocka_unit_test_setup_teardown(test_32_entries_fit_the_33rd_flushes, create,
						destroy),
		cmocka_unit_test_setup_teardown(test_another_operation_needs_a_new_entry, create,
						destroy),
		cmocka_unit_test_setup_teardown(test_32_callbacks_fit_the_33rd_flushes, create,
						destroy),
		cmocka_unit_test_setup_teardown(test_empty_flush_is_nothing, create, destroy),
		cmocka_unit_test_setup_teardown(test_find_returns_the_latest_value, create,
						destroy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
