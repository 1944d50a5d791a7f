/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks, and what they do to preemption. Linux include/linux/spinlock.h, and with PREEMPT_RT
 * kernel/locking/spinlock_rt.c (v7.0): there they sleep, leave the preempt count alone and disable
 * migration.
 */
#ifndef LAZYMMU_MACHINE_SPINLOCK_H
#define LAZYMMU_MACHINE_SPINLOCK_H

#include "preempt.h"

struct spinlock {
	int owner; /* tid, 0: free */
};

static inline bool spinlocks_sleep(void)
{
	return this_machine()->config.preempt == PREEMPT_RT;
}

void spin_lock_slowly(struct spinlock *lock);
void spin_unlock_slowly(struct spinlock *lock);

/*
 * A lock that cannot become free, since its holder asks for it or nobody else runs, is a finding,
 * and is taken nevertheless.
 */
static inline void spin_lock(struct spinlock *lock)
{
	struct task *task = current_task();

	if (lock->owner || spinlocks_sleep()) {
		spin_lock_slowly(lock);
		return;
	}
	preempt_disable();
	lock->owner = task->tid;
	task->locks_held++;
}

/* A lock of somebody else, or a free one, is a finding. */
static inline void spin_unlock(struct spinlock *lock)
{
	struct task *task = current_task();

	if (lock->owner != task->tid || spinlocks_sleep()) {
		spin_unlock_slowly(lock);
		return;
	}
	lock->owner = 0;
	task->locks_held--;
	preempt_enable();
}

#endif
