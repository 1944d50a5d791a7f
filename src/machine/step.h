/* SPDX-License-Identifier: MIT */
/* The parts of an operation, as the schedule points between them name what comes next. */
#ifndef LAZYMMU_MACHINE_STEP_H
#define LAZYMMU_MACHINE_STEP_H

enum step {
	STEP_GO_ON,   /* nothing that has a name */
	STEP_COUNT,   /* a section counter changes */
	STEP_FLAG,    /* a flag of the section API changes */
	STEP_HOOK,    /* an arch hook runs */
	STEP_READ,    /* a PTE is read */
	STEP_WRITE,   /* a PTE is written */
	STEP_FLUSH,   /* a TLB flush */
	STEP_LOCK,    /* a lock is taken, once it is free */
	STEP_SLEEP,   /* might_sleep(): a voluntary preemption point */
	STEP_RESCHED, /* cond_resched() */
	STEP_USER,    /* user mode */
	STEP_BEGIN,   /* an operation of a scenario begins */
	STEP_IDLE,    /* the idle task waits for work */
	NR_STEP_KINDS,
};

/* By enum step; NULL: it has no name of its own. */
extern const char *const step_names[NR_STEP_KINDS];

#endif
