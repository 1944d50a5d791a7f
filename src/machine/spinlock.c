/* SPDX-License-Identifier: MIT */
/* Spinlocks. Misuse is what kernel/locking/spinlock_debug.c (CONFIG_DEBUG_SPINLOCK) checks. */
#include "spinlock.h"

#include "sched.h"

/*
 * The only place where a task waits for a lock: others run meanwhile, where somebody explores.
 * False: it would wait for ever.
 */
static bool wait_point(const struct spinlock *lock)
{
	struct machine *machine = this_machine();
	struct task *task = current_task();

	if (lock->owner == task->tid) {
		report_finding(FINDING_KERNEL_BUG, "self-deadlock: the task holds this spinlock");
		return false;
	}
	if (!machine->explorer) {
		report_finding(FINDING_KERNEL_BUG,
			       "deadlock: task %d holds this spinlock and does not run",
			       lock->owner);
		return false;
	}
	task->awaits = lock;
	machine->explorer(machine, STEP_LOCK);
	task->awaits = NULL;
	return true;
}

void spin_lock_slowly(struct spinlock *lock)
{
	struct task *task = current_task();

	if (spinlocks_sleep()) {
		might_sleep();
		task->migration_disabled++;
	} else {
		preempt_disable();
	}
	while (lock->owner && wait_point(lock))
		;
	lock->owner = task->tid;
	task->locks_held++;
}

/* The task that loses the lock: its owner, which is not always the one that unlocks it. */
static struct task *owner_of(const struct spinlock *lock)
{
	struct task *task = current_task();

	if (lock->owner == task->tid)
		return task;
	report_finding(FINDING_KERNEL_BUG, "a spinlock is unlocked that task %d holds (0: nobody)",
		       lock->owner);
	return lock->owner ? task_find(this_machine(), lock->owner) : NULL;
}

void spin_unlock_slowly(struct spinlock *lock)
{
	struct task *task = current_task(), *owner = owner_of(lock);

	lock->owner = 0;
	if (owner)
		owner->locks_held--;
	if (!spinlocks_sleep())
		preempt_enable();
	else if (task->migration_disabled)
		task->migration_disabled--;
}
