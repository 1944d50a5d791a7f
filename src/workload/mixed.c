/* SPDX-License-Identifier: MIT */
/*
 * Programs. ASSUME: the numbers of these mixes (children, shares of pages) are of no program in
 * particular; what is theirs is the order of the syscalls.
 */
#include "mixed.h"

#include <errno.h>

#include "kernel_memory.h"
#include "sched.h"
#include "syscalls.h"
#include "user.h"
#include "walkers.h"

enum {
	NR_CHILDREN = 8,
	FIRST_CHILD = 200,
	WRITTEN_EACH = 8, /* one of so many pages is written behind a fork */
};

/* The parent writes to some of its pages: copy-on-write, or reuse when the child is gone. */
static int write_some(const struct layout *layout)
{
	for (uint64_t i = 0; i < layout->nr; i++) {
		for (uint64_t j = 0; j < layout->nr_pages; j += WRITTEN_EACH) {
			if (!bed_touch(layout_page(layout, i, j), ACCESS_WRITE))
				return -ENOMEM;
		}
	}
	return 0;
}

static void exit_child(struct task *child)
{
	struct cpu *cpu = this_cpu();
	struct task *parent = current_task();

	switch_to(cpu, child);
	mm_exit();
	switch_to(cpu, parent);
	task_exit(child);
}

/* A server that forks for each request: fork, the parent goes on writing, the child exits. */
int run_fork_server(struct bed *bed)
{
	const struct layout layout = layout_tables(bed, &bed_mm()->mm);
	int err = 0;

	for (int i = 0; i < NR_CHILDREN && !err; i++) {
		struct task *child = mm_fork(FIRST_CHILD + i, false);
		if (!child)
			return -ENOMEM;
		err = write_some(&layout);
		exit_child(child);
	}
	bed->calls = 2 * NR_CHILDREN;
	bed->touched = 2 * NR_CHILDREN * layout.nr * layout.nr_pages;
	return err;
}

static int touch_all(vaddr_t start, vaddr_t length, unsigned int access)
{
	for (vaddr_t addr = start; addr < start + length; addr += page_size(&bed_mm()->mm)) {
		if (!bed_touch(addr, access))
			return -ENOMEM;
	}
	return 0;
}

/* Code is made writable, written, made executable and run. */
static int flip(vaddr_t start, vaddr_t length)
{
	int err = mm_mprotect(start, length, VMA_READ | VMA_WRITE);

	if (!err)
		err = touch_all(start, length, ACCESS_WRITE);
	if (!err)
		err = mm_mprotect(start, length, VMA_READ | VMA_EXEC);
	return err ? err : touch_all(start, length, ACCESS_EXEC);
}

int populate_code(struct bed *bed)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	int err = populate_calls(bed);

	return err ? err : mm_mprotect(layout.start, layout_size(&layout), VMA_READ | VMA_EXEC);
}

/* All parts, with so many syscalls for each, and their pages so often. */
static int for_each_part(struct bed *bed, int (*program)(vaddr_t start, vaddr_t length),
			 uint64_t calls, uint64_t times)
{
	const struct layout layout = layout_calls(bed, &bed_mm()->mm);
	int err = 0;

	for (uint64_t i = 0; i < layout.nr && !err; i++)
		err = program(layout_part(&layout, i), layout.length);
	bed->calls = calls * layout.nr;
	bed->touched = times * layout.nr * layout.nr_pages;
	return err;
}

int run_jit(struct bed *bed)
{
	return for_each_part(bed, flip, 2, 2);
}

/* malloc() and free() of what is large: mapped, written, given back in halves, unmapped. */
static int churn(vaddr_t start, vaddr_t length)
{
	vaddr_t half = (length / 2) & ~(page_size(&bed_mm()->mm) - 1);
	int err = mm_mmap(start, length, VMA_READ | VMA_WRITE);

	if (!err)
		err = touch_all(start, length, ACCESS_WRITE);
	if (!err && half)
		err = mm_madvise(start, half, ADVICE_DONTNEED);
	if (!err)
		err = mm_madvise(start + half, length - half, ADVICE_FREE);
	return err ? err : mm_munmap(start, length);
}

int run_allocator(struct bed *bed)
{
	return for_each_part(bed, churn, 4, 2);
}

/* kernel/module/main.c: text and data are areas of vmalloc, made read-only, and freed at unload. */
int run_module(struct bed *bed)
{
	int err = run_vmap(bed);

	if (!err && bed->machine->arch->linear_map == LINEAR_MAP_SECTION)
		err = run_set_memory(bed);
	return err ? err : run_vfree(bed);
}
