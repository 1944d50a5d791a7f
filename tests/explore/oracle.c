/* SPDX-License-Identifier: MIT */
/*
 * The explorer against the plain enumerator: verdict, findings, cost and choices of the first
 * failing way, and the states in which everything ends must be the same.
 *
 * usage: oracle [--twin] FILE... [COUNT [SEED]]
 *
 * Every FILE is explored on every backend and four kernels, then COUNT generated scenarios, see
 * generate.h. --twin: the explorer is a broken one, and fine is what is found to differ.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enumerate.h"
#include "generate.h"
#include "scenario_parse.h"

enum {
	/* Of the enumerator: a scenario with more is skipped. */
	MAX_EXECUTIONS = 1000,
	MAX_FILE_EXECUTIONS = 40000,
	FIRST_SEED = 1,
	MIN_TWO_CPUS = 30, /* percent of the scenarios that were compared */
	MIN_FINDINGS = 20,
	/* A generated scenario is small: the explorer of a broken twin may still see no end. */
	MAX_STATES = 50000,
};

struct tally {
	unsigned int compared, skipped, two_cpus, findings, handlers, symmetric;
	uint64_t executions, states;
	unsigned int by_subject[16];
	bool differs;
};

struct cell {
	const char *text; /* of the scenario, for the report of a difference */
	struct execution_setup setup;
	uint32_t max_disturbances;
	uint64_t max_executions;
};

static void print_way(const char *who, const uint16_t *choices, uint32_t nr)
{
	printf("  %s:", who);
	for (uint32_t i = 0; i < nr; i++)
		printf(" %u", choices[i]);
	printf("\n");
}

static void print_difference(const struct cell *cell, const char *what,
			     const struct enumeration *all, const struct exploration_result *found)
{
	const struct execution_setup *setup = &cell->setup;

	printf("%s %s, at most %u disturbances: %s\n", setup->subject->name, setup->kernel->name,
	       cell->max_disturbances, what);
	printf("  enumerator: findings %x, %u disturbances, %u steps, %u final states (%u up to "
	       "symmetry), %" PRIu64 " executions\n",
	       all->findings, all->disturbances, all->steps, all->finals.nr,
	       all->canonical_finals.nr, all->executions);
	printf("  explorer: %s, findings %x, %u disturbances, %u steps, %" PRIu64
	       " final states, %" PRIu64 " states\n",
	       verdict_names[found->verdict], found->findings, found->witness.disturbances,
	       found->witness.steps, found->nr_final_states, found->counts.states);
	print_way("enumerator", all->choices, all->nr_choices);
	print_way("explorer", found->witness.choices, found->witness.nr_choices);
	printf("%s\n", cell->text);
}

static bool same_final_states(const struct final_set *set, const struct exploration_result *found)
{
	return set->nr == found->nr_final_states &&
	       fingerprint_compare(&set->sum, &found->final_states) == 0;
}

static bool same_witness(const struct enumeration *all, const struct exploration_result *found)
{
	return all->nr_choices == found->witness.nr_choices &&
	       (!all->nr_choices || memcmp(all->choices, found->witness.choices,
					   all->nr_choices * sizeof(all->choices[0])) == 0);
}

/* NULL: they agree. */
static const char *difference(const struct enumeration *all, const struct exploration_result *found,
			      bool no_reduce)
{
	if (all->has_witness != (found->verdict == VERDICT_FINDING))
		return "another verdict";
	if (all->disturbances != found->witness.disturbances || all->steps != found->witness.steps)
		return "another cost of the first failing way";
	if (all->findings != found->findings)
		return "other findings";
	/* Which of equal tasks or CPUs fails first is told apart without reduction only. */
	if (no_reduce && !same_witness(all, found))
		return "another first failing way";
	if (!same_final_states(no_reduce ? &all->finals : &all->canonical_finals, found))
		return "other final states";
	return NULL;
}

static void explore_and_compare(const struct cell *cell, const struct enumeration *all,
				bool no_reduce, struct tally *tally)
{
	const struct explore_options options = { .max_disturbances = cell->max_disturbances,
						 .max_states = MAX_STATES,
						 .jobs = 1,
						 .no_reduce = no_reduce,
						 .all = true };
	struct exploration_result found;

	if (explore(&cell->setup, &options, &found)) {
		fprintf(stderr, "out of memory\n");
		exit(EXIT_FAILURE);
	}
	const char *what = difference(all, &found, no_reduce);
	if (what) {
		printf("%s ", no_reduce ? "without reduction," : "with reduction,");
		print_difference(cell, what, all, &found);
		tally->differs = true;
	}
	tally->states += found.counts.states;
	exploration_result_fini(&found);
}

static bool has_equal_tasks(const struct scenario *scenario)
{
	struct symmetry symmetry;

	symmetry_find(scenario, false, &symmetry);
	for (unsigned int i = 0; i < scenario->nr_tasks; i++) {
		if (symmetry.class_of[i] != i)
			return true;
	}
	return false;
}

static void compare(const struct cell *cell, struct tally *tally)
{
	static struct enumeration all;
	const struct scenario *scenario = cell->setup.scenario;

	if (enumerate(&cell->setup, cell->max_disturbances, cell->max_executions, &all)) {
		fprintf(stderr, "out of memory\n");
		exit(EXIT_FAILURE);
	}
	tally->executions += all.executions;
	if (!all.is_complete) {
		tally->skipped++;
		return;
	}
	explore_and_compare(cell, &all, true, tally);
	explore_and_compare(cell, &all, false, tally);
	tally->compared++;
	tally->two_cpus += scenario->nr_cpus > 1;
	tally->findings += all.has_witness;
	tally->handlers += scenario->nr_programs > scenario->nr_tasks;
	tally->symmetric += has_equal_tasks(scenario);
	tally->by_subject[cell->setup.subject - subjects]++;
}

static struct execution_setup setup_for(const struct scenario *scenario,
					const struct subject *subject, const struct kernel *kernel)
{
	return (struct execution_setup){ .scenario = scenario,
					 .subject = subject,
					 .kernel = kernel,
					 .preempt = scenario->preempt,
					 .nr_cpus = scenario->nr_cpus,
					 .config = scenario->config };
}

/* The choice picks one of all pairs that have something to explore; generic has nothing. */
static void choose_cell(uint64_t choice, struct execution_setup *setup)
{
	unsigned int nr_subjects = 0;

	while (subjects[nr_subjects].name)
		nr_subjects++;
	do {
		setup->subject = &subjects[(choice >> 32) % nr_subjects];
		setup->kernel = &kernels[(choice >> 48) % NR_KERNELS];
		choice = choice * UINT64_C(6364136223846793005) + 1442695040888963407u;
	} while (!subject_applies(setup->subject, setup->kernel, setup->config));
}

static struct scenario *parse(const char *text, size_t size)
{
	struct scenario *scenario;
	struct diag diag;

	if (scenario_parse((struct text){ text, text + size }, &scenario, &diag)) {
		fprintf(stderr, "%" PRIu64 ":%u: %s\n%s", (uint64_t)diag.line, diag.column,
			diag.text, text);
		exit(EXIT_FAILURE);
	}
	return scenario;
}

static void compare_generated(uint64_t seed, struct tally *tally)
{
	struct generated generated;

	generate_scenario(seed, &generated);
	struct scenario *scenario = parse(generated.text, strlen(generated.text));
	struct cell cell = { generated.text, setup_for(scenario, NULL, NULL),
			     generated.max_disturbances, MAX_EXECUTIONS };
	choose_cell(generated.choice, &cell.setup);
	compare(&cell, tally);
	scenario_destroy(scenario);
}

static unsigned int share(unsigned int part, unsigned int all)
{
	return all ? part * 100 / all : 0;
}

/* False: too few scenarios are of a kind. */
static bool report_shares(const struct tally *tally)
{
	unsigned int two_cpus = share(tally->two_cpus, tally->compared);
	unsigned int findings = share(tally->findings, tally->compared);

	printf("%u scenarios compared, %u too large: two CPUs %u %%, finding %u %%, handler %u %%, "
	       "equal tasks %u %%\n",
	       tally->compared, tally->skipped, two_cpus, findings,
	       share(tally->handlers, tally->compared), share(tally->symmetric, tally->compared));
	for (unsigned int i = 0; subjects[i].name; i++)
		printf("%s %u %%\n", subjects[i].name,
		       share(tally->by_subject[i], tally->compared));
	printf("%" PRIu64 " executions, %" PRIu64 " states\n", tally->executions, tally->states);
	return two_cpus >= MIN_TWO_CPUS && findings >= MIN_FINDINGS;
}

static void run_generated(unsigned int count, uint64_t seed, struct tally *tally)
{
	unsigned int goal = tally->compared + count;

	printf("first seed %" PRIu64 "\n", seed);
	for (; tally->compared < goal && !tally->differs; seed++) {
		compare_generated(seed, tally);
		if (tally->differs)
			printf("seed %" PRIu64 "\n", seed);
	}
}

/* What the file says must come out here, beside what the enumerator finds. */
static void check_expectation(const struct cell *cell, struct tally *tally)
{
	const struct execution_setup *setup = &cell->setup;
	const struct expectation *expected =
		scenario_expectation(setup->scenario, setup->subject->name, (int)setup->kernel->id);
	const struct explore_options options = { .max_disturbances = cell->max_disturbances,
						 .max_states = MAX_STATES,
						 .jobs = 1 };
	struct exploration_result found;

	if (!expected)
		return;
	if (explore(setup, &options, &found)) {
		fprintf(stderr, "out of memory\n");
		exit(EXIT_FAILURE);
	}
	if (found.verdict != expected->verdict || (found.findings & ~expected->findings)) {
		printf("%s, %s %s: expected %s, not %s (findings %x)\n", cell->text,
		       setup->subject->name, setup->kernel->name, verdict_names[expected->verdict],
		       verdict_names[found.verdict], found.findings);
		tally->differs = true;
	}
	exploration_result_fini(&found);
}

/* One of each way to remember that a section is open. */
static const char *const file_kernels[] = { "v6.1", "v6.18", "v7.0", "v7.3" };

static int run_file(const char *path, struct tally *tally)
{
	struct scenario *scenario;
	struct diag diag;

	if (scenario_read(path, &scenario, &diag)) {
		fprintf(stderr, "%s:%" PRIu64 ":%u: %s\n", path, (uint64_t)diag.line, diag.column,
			diag.text);
		return EXIT_FAILURE;
	}
	for (const struct subject *subject = subjects; subject->name; subject++) {
		for (size_t i = 0; i < sizeof(file_kernels) / sizeof(file_kernels[0]); i++) {
			const struct kernel *kernel = kernel_find(file_kernels[i]);
			struct cell cell = { path, setup_for(scenario, subject, kernel),
					     scenario->nr_cpus > 1 ? 0 : 2, MAX_FILE_EXECUTIONS };
			if (!subject_applies(subject, kernel, scenario->config))
				continue;
			compare(&cell, tally);
			check_expectation(&cell, tally);
		}
	}
	scenario_destroy(scenario);
	return EXIT_SUCCESS;
}

static bool is_number(const char *text)
{
	return strspn(text, "0123456789") == strlen(text);
}

int main(int argc, char **argv)
{
	struct tally tally = { 0 };
	bool is_twin = argc > 1 && strcmp(argv[1], "--twin") == 0;
	bool has_shares = true;

	for (int i = is_twin ? 2 : 1; i < argc && !tally.differs; i++) {
		if (!is_number(argv[i])) {
			if (run_file(argv[i], &tally))
				return EXIT_FAILURE;
			continue;
		}
		bool has_seed = i + 1 < argc && is_number(argv[i + 1]);
		run_generated((unsigned int)strtoul(argv[i], NULL, 10),
			      has_seed ? strtoull(argv[i + 1], NULL, 10) : FIRST_SEED, &tally);
		has_shares = report_shares(&tally);
		i += has_seed;
	}
	printf("%u compared, %u too large, %u with a finding\n", tally.compared, tally.skipped,
	       tally.findings);
	if (is_twin)
		return tally.differs ? EXIT_SUCCESS : EXIT_FAILURE;
	return tally.differs || !tally.compared || !has_shares;
}
