/* SPDX-License-Identifier: MIT */
/* What the tests of the example share: a machine with one task that runs. */
#ifndef EXAMPLE_BED_H
#define EXAMPLE_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lazymmu/kernel.h>

struct bed {
	struct lazymmu_machine *machine;
	struct task_struct *task; /* runs on CPU 0, with an empty address space of its own */
};

/* Two CPUs, kernel preemption, CONFIG_DEBUG_VM. */
struct bed bed_create(const char *backend, const char *kernel);
void bed_destroy(struct bed *bed);

/* Maps nr pages at addr in the task's address space and writes to each. */
struct vm_area_struct bed_map_pages(unsigned long addr, unsigned int nr);

/* Fails, and prints the findings, unless there are none. */
void bed_assert_clean(const struct bed *bed);

/* Calls test for each backend that the library has. */
void on_every_backend(void (*test)(const char *backend));

#endif
