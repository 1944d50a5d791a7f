/* SPDX-License-Identifier: MIT */
/* Numbers that are the same in every run: xorshift64, Marsaglia 2003. The state is never zero. */
#ifndef LAZYMMU_TESTS_SUPPORT_RANDOM_H
#define LAZYMMU_TESTS_SUPPORT_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return random->state;
}

static inline uint64_t random_below(struct random *random, uint64_t limit)
{
	return (random_next(random) >> 11) % limit;
}

#endif
