/* SPDX-License-Identifier: MIT */
/*
 * The library without memory: whichever allocation fails, either there is no machine, or its status
 * says that memory ran out.
 */
#include <errno.h>
#include <lazymmu/lazymmu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"

#define BASE UINT64_C(0x10000000000)

struct api_test {
	struct lazymmu_config config;
	int created;
	int status; /* of the machine, before it goes */
	bool said;  /* why there is none */
};

/* Calls go on after one has failed: what they return matters to the caller alone. */
static void use_address_space(uint64_t page)
{
	const uint64_t table = lazymmu_table_size();
	uint64_t mapping;

	lazymmu_sys_execve();
	lazymmu_sys_mmap(BASE, 4 * table, LAZYMMU_VMA_READ | LAZYMMU_VMA_WRITE);
	for (uint64_t i = 0; i < 12; i++)
		lazymmu_task_touch(BASE + i * (table / 4 + page), true);
	lazymmu_sys_mprotect(BASE + page, table, LAZYMMU_VMA_READ);
	lazymmu_sys_mremap(BASE, 2 * table, 2 * table, BASE + 64 * table);
	lazymmu_sys_madvise(BASE + 64 * table, 2 * table, LAZYMMU_ADVICE_DONTNEED);
	if (lazymmu_kernel_map(40, &mapping) == 0)
		lazymmu_kernel_unmap(mapping);
}

static void use_tasks(struct lazymmu_machine *machine)
{
	struct lazymmu_task *task, *child;

	if (lazymmu_task_create(machine, 100, &task) || lazymmu_task_switch(task, 0))
		return;
	use_address_space(lazymmu_page_size());
	if (lazymmu_sys_fork(101, false, &child) == 0) {
		lazymmu_task_switch(child, 1);
		lazymmu_task_touch(BASE + 2 * lazymmu_table_size(), true);
		lazymmu_sys_exit();
	}
	lazymmu_task_switch(task, 0);
	lazymmu_sys_munmap(BASE, 3 * lazymmu_page_size());
	lazymmu_sys_exit();
}

static void attempt(void *data)
{
	struct api_test *test = data;
	struct lazymmu_machine *machine;
	struct lazymmu_diag diag = { { 0 } };

	test->created = lazymmu_machine_create(&test->config, &machine, &diag);
	test->said = strstr(diag.text, "memory") != NULL;
	if (test->created)
		return;
	use_tasks(machine);
	test->status = lazymmu_machine_status(machine);
	lazymmu_machine_destroy(machine);
}

static bool check(void *data, bool failed, size_t n)
{
	const struct api_test *test = data;
	int expected = failed ? -ENOMEM : 0;

	if (test->created ? test->created == expected && test->said : test->status == expected)
		return true;
	fprintf(stderr, "%s %s, allocation %zu: create %d, status %d, failed %d\n",
		test->config.backend, test->config.kernel, n, test->created, test->status, failed);
	return false;
}

int main(void)
{
	const char *const names[] = { "v6.1", "v7.3" };
	int status = EXIT_SUCCESS;

	for (size_t i = 0; lazymmu_backend_name(i); i++) {
		for (size_t k = 0; k < 2; k++) {
			struct api_test test = {
				.config = { .backend = lazymmu_backend_name(i),
					    .kernel = names[k],
					    .nr_cpus = 2,
					    .options = LAZYMMU_OPTION_KASAN_VMALLOC |
						       LAZYMMU_OPTION_DEBUG_PAGEALLOC },
			};
			if (allocator_each(test.config.backend, attempt, check, &test))
				status = EXIT_FAILURE;
		}
	}
	return status;
}
