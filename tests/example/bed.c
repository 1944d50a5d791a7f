/* SPDX-License-Identifier: MIT */
#include "bed.h"

struct bed bed_create(const char *backend, const char *kernel)
{
	const struct lazymmu_config config = {
		.backend = backend,
		.kernel = kernel,
		.nr_cpus = 2,
		.preempt = LAZYMMU_PREEMPT_FULL,
		.options = LAZYMMU_OPTION_DEBUG_VM,
	};
	struct lazymmu_diag diag = { "" };
	struct bed bed;

	if (lazymmu_machine_create(&config, &bed.machine, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(lazymmu_task_create(bed.machine, 100, &bed.task), 0);
	assert_int_equal(lazymmu_task_switch(bed.task, 0), 0);
	assert_int_equal(lazymmu_sys_execve(), 0);
	return bed;
}

void bed_destroy(struct bed *bed)
{
	assert_int_equal(lazymmu_machine_status(bed->machine), 0);
	lazymmu_machine_destroy(bed->machine);
}

struct vm_area_struct bed_map_pages(unsigned long addr, unsigned int nr)
{
	const unsigned int flags = LAZYMMU_VMA_READ | LAZYMMU_VMA_WRITE;
	struct vm_area_struct vma = {
		.vm_mm = lazymmu_task_mm(current),
		.vm_start = addr,
		.vm_end = addr + nr * PAGE_SIZE,
		.vm_page_prot = PAGE_SHARED,
	};

	assert_int_equal(lazymmu_sys_mmap(addr, vma.vm_end - addr, flags), 0);
	for (; addr < vma.vm_end; addr += PAGE_SIZE)
		assert_int_equal(lazymmu_task_touch(addr, true), 0);
	return vma;
}

void bed_assert_clean(const struct bed *bed)
{
	struct lazymmu_finding finding;

	for (size_t i = 0; lazymmu_finding_get(bed->machine, i, &finding) == 0; i++)
		print_error("%s: %s, opened by %s\n", finding.name, finding.detail, finding.opened);
	assert_int_equal(lazymmu_finding_count(bed->machine, NULL), 0);
}

void on_every_backend(void (*test)(const char *backend))
{
	const char *backend;

	for (size_t i = 0; (backend = lazymmu_backend_name(i)); i++) {
		print_message("  on %s\n", backend);
		test(backend);
	}
}
