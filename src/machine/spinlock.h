/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks, and what they do to preemption. Linux include/linux/spinlock.h, and with PREEMPT_RT
 * kernel/locking/spinlock_rt.c (v7.0): there they sleep, leave the preempt count alone and disable
 * migration.
 */
#ifndef LAZYMMU_MACHINE_SPINLOCK_H
#define LAZYMMU_MACHINE_SPINLOCK_H

struct spinlock {
	int owner; /* tid, 0: free */
};

/*
 * A lock that cannot become free, since its holder asks for it or nobody else runs, is a finding,
 * and is taken nevertheless.
 */
void spin_lock(struct spinlock *lock);
/* A lock of somebody else, or a free one, is a finding. */
void spin_unlock(struct spinlock *lock);

#endif
