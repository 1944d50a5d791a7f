/* SPDX-License-Identifier: MIT */
/* What the suites of known answers share: a machine, a process with touched pages, a histogram. */
#ifndef LAZYMMU_TESTS_KNOWN_ANSWERS_H
#define LAZYMMU_TESTS_KNOWN_ANSWERS_H

#include "test.h"

#include "fixture.h"
#include "syscalls.h"

/* Where processes map: the start of a PTE table in every geometry. */
#define ANSWERS_BASE (UINT64_C(1) << 32)
/* Kernel mappings. */
#define ANSWERS_VMALLOC (UINT64_C(1) << 35)

/* A machine whose first task has an address space; mode lazy. */
struct machine *answers_machine(const char *subject, enum kernel_id kernel);
struct machine *answers_machine_in(const char *subject, enum kernel_id kernel, enum mode mode);

/* Maps nr writable anonymous pages at ANSWERS_BASE and writes to each; powerpc hashes them. */
void answers_touch(unsigned int nr);
/* Starts counting here. */
void answers_reset(void);
uint64_t answers_bytes(unsigned int nr);

/* count batches of size were released. */
void assert_batches(uint64_t size, uint64_t count);
/* There are no others than these many. */
void assert_nr_batches(uint64_t count);

#endif
