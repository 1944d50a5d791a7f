/* SPDX-License-Identifier: MIT */
/*
 * Small random scenarios, as text. From one 64-bit number (splitmix64), each draw independent:
 *  - CPUs: two with 72 %; most of those that are too large have two;
 *  - tasks: two; three with 10 % on one CPU; with 30 % both have the same program;
 *  - preemption: full 60 %, rt 15 %, none, voluntary, lazy the rest;
 *  - handlers: one with 60 %: interrupt, softirq or NMI in equal parts, at-most 1 (2: 20 %);
 *  - address spaces: one; two with 20 %;
 *  - options: debug_vm 30 %, debug_pagealloc 15 %, kpkeys 15 %, kasan_vmalloc 5 %;
 *  - programs: up to 5 fragments on one CPU, up to 2 on two: an operation (50 %); a section, plain
 *    or with the hint; a pause in a section; bottom halves, preemption or interrupts off; a
 *    page-table lock held; a loop of two rounds; a register that is read, maybe something else, and
 *    a condition on it. Fragments nest twice;
 *  - operations: writes of every kind, reads that keep the value, loads and stores through the
 *    mapping, TLB flushes, an unmap, allocations, a fork; 60 % work on one of the pages k0, u0, w0,
 *    the rest on those and k1, w1;
 *  - mistakes: 25 % of the fragments lack their end.
 *
 * The subject (backend) and the kernel are drawn from those that have a lazy mode. Operations that
 * may give way of their own accord come in the first task alone: two of them could hand the CPU to
 * each other for ever without a disturbance, and the enumerator would never end.
 */
#ifndef LAZYMMU_TESTS_EXPLORE_GENERATE_H
#define LAZYMMU_TESTS_EXPLORE_GENERATE_H

#include <stdint.h>

enum { MAX_GENERATED_SIZE = 8192 };

struct generated {
	char text[MAX_GENERATED_SIZE];
	uint32_t max_disturbances;
	uint64_t choice; /* for subject and kernel */
};

void generate_scenario(uint64_t seed, struct generated *ret);

#endif
