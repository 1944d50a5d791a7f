/* SPDX-License-Identifier: MIT */
/*
 * Findings: results about the simulated kernel. A finding is never an error of the simulator; the
 * run goes on after it where that means anything.
 */
#ifndef LAZYMMU_MACHINE_FINDING_H
#define LAZYMMU_MACHINE_FINDING_H

#include <stddef.h>
#include <stdint.h>

enum finding_kind {
	FINDING_LEAVE_NOT_VISIBLE,
	FINDING_NOT_IMMEDIATE,
	FINDING_BATCHING_LEAKED,
	FINDING_BATCHING_LOST,
	FINDING_KERNEL_BUG,
	FINDING_KERNEL_WARN,
	FINDING_UNBALANCED,
	FINDING_SLEEP_IN_ATOMIC,
	FINDING_STALE_READ,
	FINDING_STALE_TRANSLATION,
	FINDING_WRONG_CPU,
	FINDING_REGISTER_LEAKED,
	FINDING_ORDER_INVERTED,
	FINDING_ASSERTION,
	NR_FINDING_KINDS,
};

struct finding_rule {
	const char *name;    /* stable: never renamed */
	const char *rule;    /* the rule in words */
	const char *mirrors; /* the kernel text that states or checks it */
};

/* By enum finding_kind. */
extern const struct finding_rule finding_rules[NR_FINDING_KINDS];

enum {
	MAX_FINDINGS = 256, /* kept with their text; all are counted */
	FINDING_DETAIL_SIZE = 160,
	FINDING_ORIGIN_SIZE = 512,
};

struct finding {
	enum finding_kind kind;
	int cpu;
	int tid;
	uint64_t line;	      /* of the input, 0: no input */
	uint64_t opened_line; /* where the section was opened, 0: no section or no input */
	char detail[FINDING_DETAIL_SIZE]; /* what was seen, one line */
	char origin[FINDING_ORIGIN_SIZE]; /* backtrace of the opener when it was C code, else "" */
};

struct finding_list {
	uint64_t total; /* all that were reported */
	uint64_t by_kind[NR_FINDING_KINDS];
	size_t nr;	       /* kept: at most MAX_FINDINGS */
	struct finding *items; /* room for MAX_FINDINGS, made when the first one is reported */
};

/* A bit for each enum finding_kind that was reported. */
static inline uint32_t finding_kinds(const struct finding_list *list)
{
	uint32_t kinds = 0;

	for (int i = 0; i < NR_FINDING_KINDS; i++)
		kinds |= list->by_kind[i] ? 1u << i : 0;
	return kinds;
}

#endif
