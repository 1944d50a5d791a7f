/* SPDX-License-Identifier: MIT */
/*
 * 128 bits that stand for a part of the machine's state. Every layer adds what it owns and what its
 * future depends on: never counters of work done, nor addresses of the host.
 */
#ifndef LAZYMMU_MACHINE_FINGERPRINT_H
#define LAZYMMU_MACHINE_FINGERPRINT_H

#include <stdint.h>

struct fingerprint {
	uint64_t a;
	uint64_t b;
};

/* In order: the same values in another order give another fingerprint. */
static inline void fingerprint_mix(struct fingerprint *fingerprint, uint64_t value)
{
	uint64_t a = (fingerprint->a ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t b = (fingerprint->b + value) * UINT64_C(0xc2b2ae3d27d4eb4f);

	fingerprint->a = a ^ a >> 32;
	fingerprint->b = (b ^ b >> 29) + a;
}

/* A member of a set: in any order. */
static inline void fingerprint_add(struct fingerprint *fingerprint, struct fingerprint member)
{
	fingerprint->a += member.a;
	fingerprint->b += member.b;
}

static inline int fingerprint_compare(const struct fingerprint *x, const struct fingerprint *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

#endif
