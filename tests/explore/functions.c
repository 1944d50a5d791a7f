/* SPDX-License-Identifier: MIT */
/*
 * Tasks that are C functions, explored and enumerated: the verdict must be the expected one;
 * verdict, findings, cost and choices of the first failing way, and the states in which everything
 * ends must be the same. What a task does is decided by what a call returned two calls before.
 *
 * usage: functions [--twin]; --twin: the explorer is a broken one, and fine is what is found to
 * differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lazymmu/lazymmu.h>

#include "enumerate.h"

enum {
	ADDR = 0x40000000,
	PFN = 7,
	OTHER_PFN = 8,
	MAX_EXECUTIONS = 100000,
	MAX_DISTURBANCES = 2,
};

static int add_table(unsigned int mm, void *data)
{
	struct lazymmu_table *table;

	(void)mm;
	(void)data;
	return lazymmu_table_alloc(lazymmu_mm_init(), ADDR, &table);
}

static void set(uint64_t pfn)
{
	struct lazymmu_mm *mm = lazymmu_mm_init();
	struct lazymmu_pte *ptep = lazymmu_table_pte(lazymmu_table_find(mm, ADDR), ADDR);
	struct lazymmu_pte pte = { pfn << LAZYMMU_PTE_PFN_SHIFT | LAZYMMU_PTE_PRESENT };

	lazymmu_pte_set(mm, ADDR, ptep, pte, 1);
}

/* The state of the machine is the same again before the value decides. */
static void decide(bool leave_open)
{
	lazymmu_section_enable();
	lazymmu_section_disable();
	set(OTHER_PFN);
	if (leave_open)
		lazymmu_section_enable();
}

static uint64_t view(void)
{
	return lazymmu_mm_kernel_pte(lazymmu_mm_init(), ADDR).val;
}

static void act_on_view(void *data)
{
	decide((view() != 0) == *(const bool *)data);
}

/* Whoever takes what was read first for what is read now sees no change. */
static void act_on_change(void *data)
{
	bool was_none = view() == 0;
	bool is_other = view() >> LAZYMMU_PTE_PFN_SHIFT == OTHER_PFN;

	decide((was_none && is_other) == *(const bool *)data);
}

static void act_on_active(void *data)
{
	lazymmu_section_enable();
	bool is_active = lazymmu_section_is_active();
	lazymmu_section_disable();
	decide(is_active == *(const bool *)data);
}

static void act_on_cpu(void *data)
{
	decide((lazymmu_cpu_current() == 0) == *(const bool *)data);
}

static void act_on_number(void *data)
{
	decide((lazymmu_task_id(lazymmu_task_current()) & 1) == *(const bool *)data);
}

static void write_twice(void *data)
{
	(void)data;
	set(PFN);
	set(OTHER_PFN);
}

static void write_other(void *data)
{
	(void)data;
	set(OTHER_PFN);
}

static void look_once(void *data)
{
	(void)data;
	view();
}

struct row {
	const char *name;
	void (*task)(void *data);
	void (*other)(void *data);
	int nr_cpus;
	bool other_is_handler;
	enum verdict verdicts[2]; /* by value */
};

static const struct row rows[] = {
	{ "view", act_on_view, write_twice, 1, false, { VERDICT_FINDING, VERDICT_FINDING } },
	{ "view, of a handler",
	  act_on_view,
	  write_other,
	  1,
	  true,
	  { VERDICT_FINDING, VERDICT_FINDING } },
	{ "change", act_on_change, write_twice, 1, false, { VERDICT_FINDING, VERDICT_FINDING } },
	{ "active", act_on_active, write_twice, 1, false, { VERDICT_CLEAN, VERDICT_FINDING } },
	{ "CPU", act_on_cpu, look_once, 2, false, { VERDICT_FINDING, VERDICT_FINDING } },
	{ "number", act_on_number, act_on_number, 1, false, { VERDICT_FINDING, VERDICT_FINDING } },
};

static const bool values[] = { false, true };

static void make_scenario(const struct row *row, const bool *value, struct scenario *scenario)
{
	*scenario = (struct scenario){ .nr_programs = 2, .prepare = add_table };
	scenario->nr_tasks = row->other_is_handler ? 1 : 2;
	scenario->programs[0] = (struct program){ .name = "T", .function = row->task };
	scenario->programs[0].data = (void *)value;
	scenario->programs[1] = (struct program){ .name = "U", .function = row->other };
	scenario->programs[1].data = (void *)value;
	if (row->other_is_handler) {
		scenario->programs[1].handler = HANDLER_IRQ;
		/* One is always left, so that there is a choice, and a state, at each step. */
		scenario->programs[1].at_most = MAX_DISTURBANCES + 1;
	}
}

static const char *difference(const struct enumeration *all, const struct exploration_result *found,
			      enum verdict expected)
{
	if (!all->is_complete)
		return "too large to enumerate";
	/* What a bound cut short was clean until there. */
	if ((found->verdict == VERDICT_FINDING) != (expected == VERDICT_FINDING))
		return "not the expected verdict";
	if (all->has_witness != (found->verdict == VERDICT_FINDING))
		return "another verdict";
	if (all->findings != found->findings)
		return "other findings";
	if (all->nr_choices != found->witness.nr_choices ||
	    (all->nr_choices && memcmp(all->choices, found->witness.choices,
				       all->nr_choices * sizeof(all->choices[0])) != 0))
		return "another first failing way";
	if (all->finals.nr != found->nr_final_states ||
	    fingerprint_compare(&all->finals.sum, &found->final_states) != 0)
		return "other final states";
	return NULL;
}

static bool agrees(const struct row *row, const bool *value)
{
	static struct scenario scenario;
	static struct enumeration all;
	const struct explore_options options = { .max_disturbances = MAX_DISTURBANCES,
						 .jobs = 1,
						 .all = true };
	const struct execution_setup setup = { .scenario = &scenario,
					       .subject = subject_find("arm64"),
					       .kernel = kernel_find("v7.0"),
					       .preempt = PREEMPT_FULL,
					       .nr_cpus = row->nr_cpus };
	struct exploration_result found;

	make_scenario(row, value, &scenario);
	if (enumerate(&setup, MAX_DISTURBANCES, MAX_EXECUTIONS, &all) ||
	    explore(&setup, &options, &found)) {
		fprintf(stderr, "out of memory\n");
		exit(EXIT_FAILURE);
	}
	const char *what = difference(&all, &found, row->verdicts[*value]);
	printf("%s, left open if %s: %llu executions, %llu states, %s: %s\n", row->name,
	       *value ? "so" : "not", (unsigned long long)all.executions,
	       (unsigned long long)found.counts.states, verdict_names[found.verdict],
	       what ? what : "the same");
	exploration_result_fini(&found);
	return !what;
}

int main(int argc, char **argv)
{
	bool is_twin = argc > 1 && strcmp(argv[1], "--twin") == 0;
	bool agree = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t v = 0; v < 2; v++)
			agree &= agrees(&rows[i], &values[v]);
	}
	return agree == is_twin ? EXIT_FAILURE : EXIT_SUCCESS;
}
