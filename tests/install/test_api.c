/* SPDX-License-Identifier: MIT */
/* The public interface: errors, ownership, views, injection, and who opened a section. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <lazymmu/kernel.h>

enum { BASE = 0x400000, READ_WRITE = LAZYMMU_VMA_READ | LAZYMMU_VMA_WRITE };

static struct lazymmu_machine *create(const struct lazymmu_config *config)
{
	struct lazymmu_machine *machine;
	struct lazymmu_task *task;

	assert_int_equal(lazymmu_machine_create(config, &machine, NULL), 0);
	assert_int_equal(lazymmu_task_create(machine, 100, &task), 0);
	assert_int_equal(lazymmu_task_switch(task, 0), 0);
	assert_int_equal(lazymmu_sys_execve(), 0);
	return machine;
}

static struct lazymmu_machine *create_on(const char *backend, const char *kernel)
{
	return create(
		&(struct lazymmu_config){ .backend = backend, .kernel = kernel, .nr_cpus = 2 });
}

static void destroy(struct lazymmu_machine *machine)
{
	assert_int_equal(lazymmu_machine_status(machine), 0);
	lazymmu_machine_destroy(machine);
}

static void test_create_says_what_is_wrong(void **state)
{
	const struct {
		struct lazymmu_config config;
		const char *text;
	} rows[] = {
		{ { .kernel = "v7.0" }, "unknown backend '(null)'" },
		{ { .backend = "vax", .kernel = "v7.0" }, "unknown backend 'vax'" },
		{ { .backend = "xen", .kernel = "v2.4" }, "unknown kernel 'v2.4'" },
		{ { .backend = "xen", .kernel = "v7.0", .page_size = 65536 },
		  "page size 65536 is out of range" },
		{ { .backend = "xen", .kernel = "v7.0", .nr_cpus = 65 },
		  "number of CPUs 65 is out of range" },
		{ { .backend = "xen", .kernel = "v7.0", .options = 1u << 31 },
		  "option set 2147483648 is out of range" },
	};
	struct lazymmu_machine *machine = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lazymmu_diag diag = { "" };
		assert_int_equal(lazymmu_machine_create(&rows[i].config, &machine, &diag), -EINVAL);
		assert_string_equal(diag.text, rows[i].text);
		assert_int_equal(lazymmu_machine_create(&rows[i].config, &machine, NULL), -EINVAL);
	}
	assert_null(machine);
	lazymmu_machine_destroy(NULL);
}

static void test_every_backend_runs_every_kernel(void **state)
{
	const char *backend, *kernel;

	(void)state;
	for (size_t i = 0; (backend = lazymmu_backend_name(i)); i++) {
		for (size_t k = 0; (kernel = lazymmu_kernel_name(k)); k++) {
			struct lazymmu_machine *machine = create_on(backend, kernel);
			assert_int_equal(lazymmu_sys_mmap(BASE, PAGE_SIZE, READ_WRITE), 0);
			assert_int_equal(lazymmu_task_touch(BASE, true), 0);
			assert_int_equal(lazymmu_sys_munmap(BASE, PAGE_SIZE), 0);
			assert_int_equal(lazymmu_finding_count(machine, NULL), 0);
			destroy(machine);
		}
	}
	assert_string_not_equal(lazymmu_version(), "");
}

static void test_page_size_is_the_backends(void **state)
{
	struct lazymmu_machine *machine =
		create(&(struct lazymmu_config){ .backend = "powerpc", .kernel = "v7.0" });

	(void)state;
	assert_int_equal(PAGE_SIZE, 4096);
	destroy(machine);
	machine = create(&(struct lazymmu_config){
		.backend = "powerpc", .kernel = "v7.0", .page_size = 65536 });
	assert_int_equal(PAGE_SIZE, 65536);
	assert_int_equal(PMD_SIZE, 65536 * 256);
	destroy(machine);
}

static void test_task_errors(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");
	struct lazymmu_task *task = NULL, *child;

	(void)state;
	assert_int_equal(lazymmu_task_create(machine, 0, &task), -EINVAL);
	assert_int_equal(lazymmu_task_create(machine, 100, &task), -EEXIST);
	assert_null(task);
	assert_null(lazymmu_task_find(machine, 5));
	assert_ptr_equal(lazymmu_task_find(machine, 100), current);
	assert_int_equal(lazymmu_task_switch(current, 2), -EINVAL);
	assert_int_equal(lazymmu_task_switch(lazymmu_task_idle(machine, 1), 0), -EINVAL);
	assert_null(lazymmu_task_idle(machine, 2));

	assert_int_equal(lazymmu_sys_fork(101, true, &child), 0);
	assert_ptr_equal(lazymmu_task_mm(child), lazymmu_task_mm(current));
	assert_int_equal(lazymmu_task_id(child), 101);
	assert_int_equal(lazymmu_sys_exit(), 0);
	assert_null(lazymmu_task_find(machine, 100));
	assert_ptr_equal(current, lazymmu_task_idle(machine, 0));
	assert_int_equal(lazymmu_sys_exit(), -EINVAL);
	destroy(machine);
}

static void test_touch_needs_a_mapping_that_allows_it(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");

	(void)state;
	assert_int_equal(lazymmu_task_touch(BASE, false), -EFAULT);
	assert_int_equal(lazymmu_task_touch(UINT64_MAX, false), -EFAULT);
	assert_int_equal(lazymmu_sys_mmap(BASE, PAGE_SIZE, LAZYMMU_VMA_READ), 0);
	assert_int_equal(lazymmu_task_touch(BASE, true), -EFAULT);
	assert_int_equal(lazymmu_task_touch(BASE, false), 0);
	assert_int_equal(lazymmu_sys_mmap(BASE, 0, READ_WRITE), -EINVAL);
	destroy(machine);
}

/* Xen leaves the old value in memory until the hypercall. */
static void test_views_tell_memory_from_what_was_written(void **state)
{
	struct lazymmu_machine *machine = create_on("xen", "v7.0");
	struct lazymmu_mm *mm = lazymmu_task_mm(current);
	struct lazymmu_table *table;

	(void)state;
	assert_int_equal(lazymmu_table_alloc(mm, BASE, &table), 0);
	assert_ptr_equal(lazymmu_table_find(mm, BASE), table);
	assert_null(lazymmu_table_find(mm, UINT64_MAX));
	assert_int_equal(lazymmu_table_alloc(mm, UINT64_MAX, &table), -EINVAL);

	lazy_mmu_mode_enable();
	set_pte_at(mm, BASE, pte_offset_kernel(table, BASE), pfn_pte(7, PAGE_SHARED));
	assert_int_equal(lazymmu_section_pending(), 1);
	assert_true(pte_none(lazymmu_mm_hardware_pte(mm, BASE)));
	assert_int_equal(pte_pfn(lazymmu_mm_kernel_pte(mm, BASE)), 7);
	lazy_mmu_mode_disable();
	assert_int_equal(lazymmu_section_pending(), 0);
	assert_int_equal(pte_pfn(lazymmu_mm_hardware_pte(mm, BASE)), 7);
	assert_true(lazymmu_tlb_access(mm, BASE, true));
	assert_false(lazymmu_tlb_access(mm, UINT64_MAX, true));
	destroy(machine);
}

/* A frame that the machine never handed out belongs to nobody; it can be mapped like another. */
static void map_frame(unsigned long pfn)
{
	const pte_t pte = pfn_pte(pfn, PAGE_SHARED);
	struct lazymmu_machine *machine = create_on("xen", "v7.0");
	struct lazymmu_mm *mm = lazymmu_task_mm(current);
	struct lazymmu_table *table;
	struct lazymmu_task *child;

	assert_int_equal(lazymmu_sys_mmap(BASE, 2 * PAGE_SIZE, READ_WRITE), 0);
	assert_int_equal(lazymmu_table_alloc(mm, BASE, &table), 0);
	set_pte_at(mm, BASE, pte_offset_kernel(table, BASE), pte);
	/* Memory that nobody touched would not be copied. */
	assert_int_equal(lazymmu_task_touch(BASE + PAGE_SIZE, true), 0);
	assert_int_equal(lazymmu_sys_fork(3, false, &child), 0);
	assert_int_equal(pte_pfn(lazymmu_mm_hardware_pte(lazymmu_task_mm(child), BASE)), pfn);
	assert_int_equal(lazymmu_task_touch(BASE, true), 0);
	assert_int_equal(lazymmu_sys_mprotect(BASE, PAGE_SIZE, LAZYMMU_VMA_READ), 0);
	assert_int_equal(lazymmu_sys_munmap(BASE, 2 * PAGE_SIZE), 0);
	assert_true(pte_none(lazymmu_mm_hardware_pte(mm, BASE)));
	assert_int_equal(lazymmu_task_switch(child, 0), 0);
	assert_int_equal(lazymmu_sys_exit(), 0);
	destroy(machine);
}

static void test_any_frame_may_be_mapped(void **state)
{
	(void)state;
	map_frame(0);
	map_frame(1 << 30);
}

static void test_kernel_maps_have_a_guard_page(void **state)
{
	struct lazymmu_machine *machine = create_on("arm64", "v7.0");
	void *first, *second, *again;

	(void)state;
	first = vmap(NULL, 512, 0, PAGE_KERNEL);
	second = vmap(NULL, 2, 0, PAGE_KERNEL);
	assert_int_equal((char *)second - (char *)first, 513 * PAGE_SIZE);
	assert_null(vmap(NULL, 0, 0, PAGE_KERNEL));
	vunmap(first);
	assert_true(pte_none(lazymmu_mm_kernel_pte(&init_mm, (uintptr_t)first)));
	assert_true(pte_present(lazymmu_mm_kernel_pte(&init_mm, (uintptr_t)second)));
	again = vmap(NULL, 3, 0, PAGE_KERNEL);
	assert_ptr_equal(again, first);
	destroy(machine);
}

/* An allocation in a section, which opens another where KFENCE samples it. */
static void test_a_sampled_allocation_nests(void **state)
{
	struct lazymmu_machine *machine = create(&(struct lazymmu_config){
		.backend = "arm64", .kernel = "v7.0", .options = LAZYMMU_OPTION_KFENCE });
	struct lazymmu_counters counters;

	(void)state;
	lazy_mmu_mode_enable();
	uint64_t object = lazymmu_kfence_alloc();
	assert_int_not_equal(object, 0);
	lazymmu_kfence_free(object);
	lazy_mmu_mode_disable();
	lazymmu_counter_copy(machine, &counters);
	assert_int_equal(counters.nested_sections, 2);
	destroy(machine);

	machine = create_on("arm64", "v7.0");
	assert_int_equal(lazymmu_kfence_alloc(), 0);
	destroy(machine);
}

static int stop_at_third(pte_t *pte, unsigned long addr, void *data)
{
	(void)pte;
	return addr == (uintptr_t)data + 2 * PAGE_SIZE ? -EAGAIN : 0;
}

static void test_apply_returns_what_the_function_says(void **state)
{
	struct lazymmu_machine *machine = create_on("sparc", "v7.0");
	void *base = (void *)(uintptr_t)BASE;

	(void)state;
	assert_int_equal(apply_to_page_range(&init_mm, BASE, PAGE_SIZE, stop_at_third, base), 0);
	assert_int_equal(apply_to_page_range(&init_mm, BASE, 8 * PAGE_SIZE, stop_at_third, base),
			 -EAGAIN);
	assert_int_equal(apply_to_page_range(&init_mm, BASE, 1, stop_at_third, base), -EINVAL);
	assert_int_equal(apply_to_page_range(&init_mm, BASE, 0, stop_at_third, base), -EINVAL);
	destroy(machine);
}

static void test_counters_have_one_name_each(void **state)
{
	struct lazymmu_machine *machine = create_on("xen", "v7.0");
	struct lazymmu_counters counters;
	struct lazymmu_bin bins[4];
	uint64_t values[sizeof(counters) / sizeof(uint64_t)];
	const char *name;
	size_t nr = 0;

	(void)state;
	vmap(NULL, 1, 0, PAGE_KERNEL); /* makes the tables, which costs updates too */
	lazymmu_counter_reset(machine);
	vmap(NULL, 40, 0, PAGE_KERNEL);
	lazymmu_counter_copy(machine, &counters);
	memcpy(values, &counters, sizeof(values));
	for (; (name = lazymmu_counter_name(nr)); nr++)
		assert_int_equal(lazymmu_counter_get(machine, name), values[nr]);
	assert_int_equal(nr, sizeof(values) / sizeof(values[0]));
	assert_true(lazymmu_counter_get(machine, "nothing") == UINT64_MAX);

	assert_int_equal(counters.deferred, 40);
	assert_int_equal(lazymmu_flush_count(machine, "leave"), 1);
	assert_int_equal(lazymmu_flush_count(machine, "args"), 1);
	assert_true(lazymmu_flush_count(machine, "nothing") == UINT64_MAX);
	assert_int_equal(lazymmu_histogram_copy(machine, LAZYMMU_HISTOGRAM_BATCH_SIZES, bins, 4),
			 2);
	assert_int_equal(bins[0].size, 9);
	assert_int_equal(bins[1].size, 31);
	assert_int_equal(
		lazymmu_histogram_copy(machine, LAZYMMU_HISTOGRAM_SECTION_ENTRIES, bins, 1), 1);
	assert_int_equal(bins[0].size, 40);
	assert_int_equal(bins[0].count, 1);

	lazymmu_counter_reset(machine);
	assert_int_equal(lazymmu_counter_get(machine, "deferred"), 0);
	assert_int_equal(lazymmu_histogram_copy(machine, LAZYMMU_HISTOGRAM_BATCH_SIZES, NULL, 0),
			 0);
	destroy(machine);
}

static void test_immediate_mode_holds_nothing_back(void **state)
{
	struct lazymmu_machine *machine = create(&(struct lazymmu_config){
		.backend = "xen", .kernel = "v7.0", .mode = LAZYMMU_MODE_IMMEDIATE });

	(void)state;
	vmap(NULL, 40, 0, PAGE_KERNEL);
	assert_int_equal(lazymmu_counter_get(machine, "deferred"), 0);
	assert_int_equal(lazymmu_counter_get(machine, "sections"), 0);
	destroy(machine);
}

static void note_context(void *data)
{
	*(unsigned int *)data = preempt_count();
}

static void test_interrupts_come_only_where_they_can(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");
	unsigned int seen = 0;
	bool flags;

	(void)state;
	local_bh_disable();
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_SOFTIRQ, note_context, &seen),
			 -EBUSY);
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_HARDIRQ, note_context, &seen), 0);
	assert_int_equal(seen, 0x10200);
	local_bh_enable();
	local_irq_save(flags);
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_HARDIRQ, note_context, &seen),
			 -EBUSY);
	assert_int_equal(lazymmu_interrupt_run(LAZYMMU_INTERRUPT_NMI, note_context, &seen), 0);
	assert_int_equal(seen, 0x110000);
	assert_true(irqs_disabled());
	local_irq_restore(flags);
	assert_false(irqs_disabled());
	assert_int_equal(preempt_count(), 0);
	destroy(machine);
}

static void forget_preempt_enable(void *data)
{
	(void)data;
	preempt_disable();
}

static void forget_leave(void *data)
{
	(void)data;
	lazy_mmu_mode_enable();
}

static void test_handler_must_restore_what_it_changes(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");
	struct lazymmu_finding finding;

	(void)state;
	lazymmu_interrupt_run(LAZYMMU_INTERRUPT_SOFTIRQ, forget_preempt_enable, NULL);
	assert_int_equal(preempt_count(), 0);
	assert_int_equal(lazymmu_finding_get(machine, 0, &finding), 0);
	assert_string_equal(finding.name, "unbalanced");
	assert_string_equal(finding.detail,
			    "preempt_count is 101, not 100, after a softirq handler");
	lazymmu_interrupt_run(LAZYMMU_INTERRUPT_HARDIRQ, forget_leave, NULL);
	assert_int_equal(lazymmu_finding_count(machine, "unbalanced"), 2);
	assert_int_equal(lazymmu_finding_get(machine, 2, &finding), -ENOENT);
	lazymmu_finding_clear(machine);
	assert_int_equal(lazymmu_finding_count(machine, NULL), 0);
	destroy(machine);
}

/* The lock of one table, taken twice; a task on PREEMPT_RT keeps its CPU while it holds one. */
static void test_page_table_locks_have_a_holder(void **state)
{
	const struct lazymmu_config config = {
		.backend = "generic", .kernel = "v7.0", .nr_cpus = 2, .preempt = LAZYMMU_PREEMPT_RT
	};
	struct lazymmu_machine *machine;
	struct lazymmu_task *task;
	struct lazymmu_table *table;
	struct lazymmu_finding finding;

	(void)state;
	assert_int_equal(lazymmu_machine_create(&config, &machine, NULL), 0);
	assert_int_equal(lazymmu_task_create(machine, 100, &task), 0);
	assert_int_equal(lazymmu_task_switch(task, 0), 0);
	assert_int_equal(lazymmu_table_alloc(lazymmu_mm_init(), 0, &table), 0);
	lazymmu_table_lock(table);
	assert_int_equal(lazymmu_task_switch(task, 1), -EBUSY);
	lazymmu_table_unlock(table);
	assert_int_equal(lazymmu_task_switch(task, 1), 0);
	assert_int_equal(lazymmu_finding_count(machine, NULL), 0);
	lazymmu_table_lock(table);
	lazymmu_table_lock(table);
	assert_int_equal(lazymmu_finding_get(machine, 0, &finding), 0);
	assert_string_equal(finding.name, "kernel-bug");
	assert_string_equal(finding.detail, "self-deadlock: the task holds this spinlock");
	assert_int_equal(lazymmu_sys_exit(), 0);
	assert_int_equal(lazymmu_finding_get(machine, 1, &finding), 0);
	assert_string_equal(finding.name, "unbalanced");
	destroy(machine);
}

static void test_exit_with_preemption_off_is_unbalanced(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");

	(void)state;
	preempt_disable();
	assert_int_equal(lazymmu_sys_exit(), 0);
	assert_int_equal(lazymmu_finding_count(machine, "unbalanced"), 1);
	destroy(machine);
}

static void migrate(void *data)
{
	assert_int_equal(lazymmu_task_switch(data, 1), 0);
}

static void test_injection_runs_once_and_may_migrate(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");
	struct lazymmu_task *task = current;

	(void)state;
	lazymmu_machine_inject(machine, 1, migrate, task);
	assert_true(lazymmu_machine_inject_pending(machine));
	assert_int_equal(smp_processor_id(), 0);
	vmap(NULL, 4, 0, PAGE_KERNEL);
	assert_false(lazymmu_machine_inject_pending(machine));
	assert_int_equal(smp_processor_id(), 1);
	assert_ptr_equal(current, task);

	lazymmu_machine_inject(machine, 1, migrate, task);
	lazymmu_machine_inject(machine, 0, NULL, NULL);
	assert_false(lazymmu_machine_inject_pending(machine));
	vmap(NULL, 4, 0, PAGE_KERNEL);
	destroy(machine);
}

static void test_two_machines_in_one_thread(void **state)
{
	struct lazymmu_machine *first = create_on("xen", "v7.0");
	struct lazymmu_task *task = current;
	struct lazymmu_machine *second = create_on("arm64", "v7.0");

	(void)state;
	vmap(NULL, 8, 0, PAGE_KERNEL);
	assert_int_equal(lazymmu_counter_get(first, "deferred"), 0);
	assert_int_equal(lazymmu_task_switch(task, 0), 0);
	destroy(second);
	assert_ptr_equal(current, task);
	vmap(NULL, 9, 0, PAGE_KERNEL);
	assert_int_equal(lazymmu_counter_get(first, "deferred"), 9);
	destroy(first);
	assert_null(current);
}

__attribute__((noinline)) void open_and_forget(void);

/* The assignment behind the call keeps it from becoming a jump. */
void open_and_forget(void)
{
	volatile int keep_frame;

	lazy_mmu_mode_enable();
	keep_frame = 1;
	(void)keep_frame;
}

static void test_finding_names_the_function_that_opened_the_section(void **state)
{
	struct lazymmu_machine *machine = create_on("generic", "v7.0");
	struct lazymmu_finding finding;

	(void)state;
	lazymmu_machine_set_line(machine, 42);
	open_and_forget();
	lazymmu_machine_set_line(machine, 43);
	lazymmu_sys_exit();
	for (int i = 0; i < 2; i++) { /* the second time it has names already */
		assert_int_equal(lazymmu_finding_get(machine, 0, &finding), 0);
		assert_int_equal(finding.line, 43);
		assert_int_equal(finding.opened_line, 42);
#ifdef EXPECT_BACKTRACE
		assert_non_null(strstr(finding.opened, "open_and_forget+0x"));
		assert_null(strstr(finding.opened, "lazymmu_"));
#else
		assert_string_equal(finding.opened, "");
#endif
	}
	destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_says_what_is_wrong),
		cmocka_unit_test(test_every_backend_runs_every_kernel),
		cmocka_unit_test(test_page_size_is_the_backends),
		cmocka_unit_test(test_task_errors),
		cmocka_unit_test(test_touch_needs_a_mapping_that_allows_it),
		cmocka_unit_test(test_views_tell_memory_from_what_was_written),
		cmocka_unit_test(test_any_frame_may_be_mapped),
		cmocka_unit_test(test_kernel_maps_have_a_guard_page),
		cmocka_unit_test(test_a_sampled_allocation_nests),
		cmocka_unit_test(test_apply_returns_what_the_function_says),
		cmocka_unit_test(test_counters_have_one_name_each),
		cmocka_unit_test(test_immediate_mode_holds_nothing_back),
		cmocka_unit_test(test_interrupts_come_only_where_they_can),
		cmocka_unit_test(test_handler_must_restore_what_it_changes),
		cmocka_unit_test(test_page_table_locks_have_a_holder),
		cmocka_unit_test(test_exit_with_preemption_off_is_unbalanced),
		cmocka_unit_test(test_injection_runs_once_and_may_migrate),
		cmocka_unit_test(test_two_machines_in_one_thread),
		cmocka_unit_test(test_finding_names_the_function_that_opened_the_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
