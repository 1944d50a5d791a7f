/* SPDX-License-Identifier: MIT */
/* A context switch, and a migration, at every place of a section on the kernel's page tables. */
#include "bed.h"
#include "walker.h"

#include <errno.h>

struct switching {
	struct task_struct *walker;
	struct task_struct *other; /* does nothing */
	int resume_cpu;
	bool was_refused; /* preemption was off there */
};

static void switch_away_and_back(void *data)
{
	struct switching *switching = data;

	if (lazymmu_task_switch(switching->other, 0)) {
		switching->was_refused = true;
		return;
	}
	if (switching->resume_cpu != 0)
		assert_int_equal(lazymmu_task_switch(switching->walker, switching->resume_cpu), 0);
}

/* Runs the walker once for each place; counts the places where a finding follows. */
static unsigned int count_failing(const char *backend, const char *kernel, int resume_cpu,
				  const char *finding)
{
	unsigned int nr_failing = 0;
	bool has_more = true;

	for (uint64_t place = 1; has_more; place++) {
		struct bed bed = bed_create(backend, kernel);
		struct switching switching = { .walker = bed.task, .resume_cpu = resume_cpu };
		uint64_t addr;

		assert_int_equal(lazymmu_task_create(bed.machine, 200, &switching.other), 0);
		assert_int_equal(lazymmu_kernel_map(4, &addr), 0);
		lazymmu_machine_inject(bed.machine, place, switch_away_and_back, &switching);
		map_kernel_range(addr, addr + 4 * PAGE_SIZE, 0x1000);
		has_more = !lazymmu_machine_inject_pending(bed.machine);
		if (has_more && !switching.was_refused)
			assert_int_equal(smp_processor_id(), resume_cpu);
		nr_failing += lazymmu_finding_count(bed.machine, finding) > 0;
		bed_destroy(&bed);
	}
	return nr_failing;
}

/* v7.0 counts before it calls the hook; a switch between the two made it a BUG (4594437880ce). */
static void test_xen_v7_0_bug_between_counter_and_hook(void **state)
{
	(void)state;
	/* Before the hook of enable(), and before that of disable(). */
	assert_int_equal(count_failing("xen", "v7.0", 0, "kernel-bug"), 2);
	assert_int_equal(count_failing("xen", "v7.3", 0, "kernel-bug"), 0);
	assert_int_equal(count_failing("xen", "v6.18", 0, "kernel-bug"), 0);
}

/* Since v7.2 a task is resumed at its first switch-in although nothing paused it. */
static void test_xen_v7_3_never_batches_in_a_task_that_was_switched(void **state)
{
	(void)state;
	assert_true(count_failing("xen", "v7.3", 0, "batching-lost") > 0);
}

/* What arm64 owes travels with the task. */
static void test_arm64_survives_switch_and_migration(void **state)
{
	(void)state;
	assert_int_equal(count_failing("arm64", "v7.0", 0, NULL), 0);
	assert_int_equal(count_failing("arm64", "v7.0", 1, NULL), 0);
}

/* powerpc keeps preemption off in a section, so the scheduler does not get in. */
static void test_powerpc_is_not_preempted_in_a_section(void **state)
{
	(void)state;
	struct bed bed = bed_create("powerpc", "v7.0");
	struct task_struct *other;

	assert_int_equal(lazymmu_task_create(bed.machine, 200, &other), 0);
	lazy_mmu_mode_enable();
	assert_false(preemptible());
	assert_int_equal(lazymmu_task_switch(other, 0), -EBUSY);
	lazy_mmu_mode_disable();
	assert_int_equal(lazymmu_task_switch(other, 0), 0);
	assert_int_equal(lazymmu_task_switch(bed.task, 0), 0);
	bed_assert_clean(&bed);
	bed_destroy(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xen_v7_0_bug_between_counter_and_hook),
		cmocka_unit_test(test_xen_v7_3_never_batches_in_a_task_that_was_switched),
		cmocka_unit_test(test_arm64_survives_switch_and_migration),
		cmocka_unit_test(test_powerpc_is_not_preempted_in_a_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
