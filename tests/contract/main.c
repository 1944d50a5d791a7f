/* SPDX-License-Identifier: MIT */
/*
 * Runs the contract of one subject on every kernel and compares with the table of verdicts.
 *
 *	contract SUBJECT             every cell must be as the table says
 *	contract SUBJECT --twin RULE the backend is broken: RULE, and only then 0, must say so
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

const struct rule_list *const rule_lists[] = {
	&section_rules, &context_rules, &switch_rules, &order_rules, &arm64_rules, &powerpc_rules,
	&sparc_rules,	&xen_rules,	&s390_rules,   &folio_rules, NULL,
};

/* Two CPUs; the task that runs was never switched out and its mm is loaded on CPU 0 alone. */
static void bed_create(struct bed *bed, const struct subject *subject, const struct kernel *kernel)
{
	const struct setup setup = {
		.subject = subject->name,
		.kernel = kernel->id,
		.nr_cpus = 2,
		.config = CONFIG_DEBUG_VM,
	};
	const vaddr_t base = UINT64_C(1) << 32;

	*bed = (struct bed){ .subject = subject, .kernel = kernel };
	bed->machine = fixture_create(&setup);
	if (strcmp(subject->arch, "xen") == 0 && kernel->set_ptes_section)
		bed_prepare(bed, LEVER_PROT, init_mm(), base);
	else if (strcmp(subject->arch, "arm64") == 0 || strcmp(subject->arch, "xen") == 0 ||
		 strcmp(subject->arch, "generic") == 0)
		bed_prepare(bed, LEVER_SET, init_mm(), base);
	else
		bed_prepare(bed, LEVER_CLEAR, fixture_user_mm(), base);
	/* What the preparation cost is not the rule's. */
	counters_fini(&bed->machine->total);
}

/* True when the verdict is as the table says. */
static bool judge(const struct bed *bed, const struct rule *rule)
{
	const struct known_bug *bug = known_bug_find(bed, rule);

	if (bed->failed && !bug)
		printf("FAILED  %s %s %s: %s\n", bed->subject->name, bed->kernel->name, rule->name,
		       bed->why);
	else if (!bed->failed && bug)
		printf("FIXED?  %s %s %s: holds, but the table knows %s (%s)\n", bed->subject->name,
		       bed->kernel->name, rule->name, bug->bug, bug->commit);
	else if (bug)
		printf("known   %s %s %s: %s (%s): %s\n", bed->subject->name, bed->kernel->name,
		       rule->name, bug->bug, bug->commit, bed->why);
	else
		printf("ok      %s %s %s\n", bed->subject->name, bed->kernel->name, rule->name);
	return bed->failed == (bug != NULL);
}

/* Runs a rule on every kernel; the number of verdicts that are not as the table says. */
static unsigned int run_rule(const struct subject *subject, const struct rule *rule)
{
	unsigned int nr_wrong = 0;

	for (int id = 0; id < NR_KERNELS; id++) {
		struct bed bed;
		bed_create(&bed, subject, &kernels[id]);
		if (!rule->applies || rule->applies(&bed)) {
			rule->run(&bed);
			nr_wrong += !judge(&bed, rule);
		}
		fixture_destroy(bed.machine);
	}
	return nr_wrong;
}

int main(int argc, char **argv)
{
	const struct subject *subject = argc > 1 ? subject_find(argv[1]) : NULL;
	const char *broken = argc > 3 && strcmp(argv[2], "--twin") == 0 ? argv[3] : NULL;
	unsigned int nr_wrong = 0, nr_caught = 0;

	if (!subject) {
		fprintf(stderr, "usage: contract SUBJECT [--twin RULE]\n");
		return EXIT_FAILURE;
	}
	for (const struct rule_list *const *list = rule_lists; *list; list++) {
		for (size_t i = 0; i < (*list)->nr; i++) {
			const struct rule *rule = &(*list)->rules[i];
			unsigned int wrong = run_rule(subject, rule);
			nr_wrong += wrong;
			if (broken && strcmp(rule->name, broken) == 0)
				nr_caught += wrong;
		}
	}
	if (!broken)
		return nr_wrong ? EXIT_FAILURE : EXIT_SUCCESS;
	if (!nr_caught)
		printf("SURVIVOR: %s does not notice\n", broken);
	return nr_caught ? EXIT_SUCCESS : EXIT_FAILURE;
}
