/* SPDX-License-Identifier: MIT */
/* An explored cell as text. */
#include <inttypes.h>
#include <string.h>

#include "explore_report.h"

/* Where the kernel has the BUG_ON that a function of it ran into. */
static const char *bug_file(const char *detail)
{
	static const struct {
		const char *function;
		const char *file;
	} files[] = {
		{ "enter_lazy", "arch/x86/include/asm/xen/hypervisor.h" },
		{ "leave_lazy", "arch/x86/include/asm/xen/hypervisor.h" },
		{ "xen_mc_flush", "arch/x86/xen/multicalls.c" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strncmp(detail, files[i].function, strlen(files[i].function)) == 0)
			return files[i].file;
	}
	return NULL;
}

/* What the log of the real kernel would show. */
static void print_kernel_log(const struct finding *finding, FILE *out)
{
	/* By enum finding_kind; NULL: the kernel notices nothing. */
	static const char *const silent[NR_FINDING_KINDS] = {
		[FINDING_LEAVE_NOT_VISIBLE] = "the write takes effect later than its writer thinks",
		[FINDING_NOT_IMMEDIATE] = "the write takes effect later than its writer thinks",
		[FINDING_BATCHING_LEAKED] = "others batch who never asked for it",
		[FINDING_BATCHING_LOST] = "the section only costs more",
		[FINDING_UNBALANCED] = "the counter stays wrong",
		[FINDING_STALE_READ] = "the reader goes on with an old entry",
		[FINDING_STALE_TRANSLATION] = "an access goes through a mapping that is gone",
		[FINDING_WRONG_CPU] = "the write waits on another CPU",
		[FINDING_REGISTER_LEAKED] = "page tables stay writable",
		[FINDING_ORDER_INVERTED] = "the older value stays in the entry",
	};
	const char *file = bug_file(finding->detail);

	fputs("the kernel would have printed: ", out);
	if (finding->kind == FINDING_SLEEP_IN_ATOMIC)
		fputs("BUG: sleeping function called from invalid context\n", out);
	else if (finding->kind == FINDING_KERNEL_WARN)
		fputs("WARNING: ... at include/linux/pgtable.h\n", out);
	else if (finding->kind == FINDING_ASSERTION)
		fprintf(out, "WARNING: %s\n", finding->detail);
	else if (finding->kind == FINDING_KERNEL_BUG && file)
		fprintf(out, "kernel BUG at %s!\n", file);
	else if (finding->kind == FINDING_KERNEL_BUG) /* spinlock_debug.c says what is wrong */
		fprintf(out, "BUG: %s\n", finding->detail);
	else
		fprintf(out, "nothing: %s\n", silent[finding->kind]);
}

void finding_report_text(const struct finding *finding, const struct timeline *timeline,
			 int nr_cpus, FILE *out)
{
	const struct finding_rule *rule = &finding_rules[finding->kind];

	fprintf(out, "rule: %s\n", rule->rule);
	fprintf(out, "seen: %s\n", finding->detail);
	print_kernel_log(finding, out);
	putc('\n', out);
	timeline_print(timeline, nr_cpus, rule->name, out);
	fprintf(out, "\nmirrors: %s\n", rule->mirrors);
	fprintf(out, "where: %s", timeline->where);
	if (finding->line)
		fprintf(out, ", line %" PRIu64, finding->line);
	if (finding->opened_line)
		fprintf(out, " (the section was opened at line %" PRIu64 ")", finding->opened_line);
	fprintf(out, "; step %u of the operation\n", timeline->steps);
}

void machine_text(const struct execution_setup *setup, FILE *out)
{
	char config[MAX_CONFIG_TEXT];

	config_text(setup, config);
	fprintf(out, "  preemption %s, %d CPU%s%s%s\n", preempt_model_names[setup->preempt],
		setup->nr_cpus, setup->nr_cpus == 1 ? "" : "s", config[0] ? ", " : "", config);
}

static void print_counts(const struct exploration_result *result, FILE *out)
{
	const struct exploration_counts *counts = &result->counts;

	fprintf(out,
		"  %" PRIu64 " states, %" PRIu64 " choices tried, %" PRIu64
		" of them merged, %" PRIu64 " steps\n",
		counts->states, counts->transitions, counts->merged, counts->steps);
}

static void print_verdict(const struct explore_report *report, FILE *out)
{
	const struct cell *cell = report->cell;
	char findings[MAX_FINDINGS_TEXT];

	findings_text(cell->result.findings, findings);
	fprintf(out, "%s on %s %s: %s%s%s\n", cell->setup.scenario->name, cell->setup.subject->name,
		cell->setup.kernel->name, verdict_names[cell->verdict], findings[0] ? " " : "",
		findings);
	machine_text(&cell->setup, out);
	if (cell->verdict == VERDICT_NOT_APPLICABLE) {
		fprintf(out, "  %s\n", cell->reason);
		return;
	}
	print_counts(&cell->result, out);
	if (cell->verdict == VERDICT_CLEAN)
		fputs("  every schedule was tried; states are told apart by 128 bits\n", out);
	else if (cell->reason)
		fprintf(out, "  not every schedule was tried: %s, %" PRIu64 " states wait\n",
			cell->reason, cell->result.counts.frontier);
}

/* What else is found when nobody disturbs the tasks any more. */
static void print_later(const struct witness *witness, FILE *out)
{
	const char *separator = "later: ";

	for (unsigned int i = 0; i < witness->nr_found; i++) {
		if (witness->findings & 1u << witness->found[i])
			continue;
		fprintf(out, "%s%s", separator, finding_rules[witness->found[i]].name);
		separator = ", ";
	}
	if (separator[0] == ',')
		fputs(" (when nobody disturbs what is left)\n", out);
}

static void print_expectation(const struct explore_report *report, FILE *out)
{
	char text[MAX_FINDINGS_TEXT];

	if (!report->expectation)
		return;
	expectation_text(report->expectation, text);
	if (explore_report_is_expected(report))
		fprintf(out, "expected: %s, as line %" PRIu64 " says\n", text,
			report->expectation->line);
	else
		fprintf(out, "NOT AS EXPECTED: line %" PRIu64 " says %s\n",
			report->expectation->line, text);
}

void explore_report_text(const struct explore_report *report, FILE *out)
{
	const struct cell *cell = report->cell;

	print_verdict(report, out);
	if (cell->verdict == VERDICT_FINDING) {
		finding_report_text(&cell->finding, &report->timeline, cell->setup.nr_cpus, out);
		print_later(&cell->result.witness, out);
		fprintf(out, "reproduce: %s\n", report->reproduce);
	}
	print_expectation(report, out);
}

int explore_table_init(struct table_text *table)
{
	static const char *const headings[] = { "subject", "kernel", "verdict",	 "findings",
						"steps",   "states", "expected", "where" };
	int err = 0;

	table_text_init(table, sizeof(headings) / sizeof(headings[0]));
	for (size_t i = 0; i < table->columns && !err; i++)
		err = table_text_add(table, "%s", headings[i]);
	return err;
}

static int add_expected(struct table_text *table, const struct explore_report *report)
{
	char text[MAX_FINDINGS_TEXT];

	if (!report->expectation)
		return table_text_add(table, "-");
	if (explore_report_is_expected(report))
		return table_text_add(table, "yes");
	expectation_text(report->expectation, text);
	return table_text_add(table, "NO: %s", text);
}

int explore_table_add(struct table_text *table, const struct explore_report *report)
{
	const struct cell *cell = report->cell;
	char findings[MAX_FINDINGS_TEXT];
	bool found = cell->verdict == VERDICT_FINDING;
	int err = 0;

	findings_text(cell->result.findings, findings);
	err |= table_text_add(table, "%s", cell->setup.subject->name);
	err |= table_text_add(table, "%s", cell->setup.kernel->name);
	err |= table_text_add(table, "%s", verdict_names[cell->verdict]);
	err |= table_text_add(table, "%s", found ? findings : "-");
	err |= found ? table_text_add(table, "%u", report->timeline.steps)
		     : table_text_add(table, "-");
	err |= table_text_add(table, "%" PRIu64, cell->result.counts.states);
	err |= add_expected(table, report);
	err |= table_text_add(table, "%s",
			      found	     ? report->timeline.where
			      : cell->reason ? cell->reason
					     : "-");
	return err;
}
