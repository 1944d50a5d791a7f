/* SPDX-License-Identifier: MIT */
/* lazymmu list
 * [arch|kernels|subjects|walkers|findings|operations|scenarios|workloads|params|protocols] */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "load.h"
#include "protocol.h"
#include "subject.h"
#include "table.h"
#include "walkers.h"
#include "workload.h"

static int list_arch(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 5);
	err |= table_text_add(table, "backend");
	err |= table_text_add(table, "defers");
	err |= table_text_add(table, "flushed by");
	err |= table_text_add(table, "preemption in a section");
	err |= table_text_add(table, "kernel files");
	for (const struct arch *const *arch = arch_table; *arch; arch++) {
		for (size_t i = 0; i < (*arch)->nr_variants; i++) {
			const struct arch_variant *variant = &(*arch)->variants[i];
			err |= table_text_add(table, "%s", variant->label);
			err |= table_text_add(table, "%s", variant->defers);
			err |= table_text_add(table, "%s", variant->flushed_by);
			err |= table_text_add(table, "%s", variant->preemption);
			err |= table_text_add(table, "%s", variant->models);
		}
	}
	return err;
}

static int list_kernels(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 2);
	err |= table_text_add(table, "kernel");
	err |= table_text_add(table, "section API");
	for (int i = 0; i < NR_KERNELS; i++) {
		err |= table_text_add(table, "%s", kernels[i].name);
		err |= table_text_add(table, "%s", kernels[i].summary);
	}
	return err;
}

static int list_walkers(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 4);
	err |= table_text_add(table, "walker");
	err |= table_text_add(table, "file");
	err |= table_text_add(table, "caused by");
	err |= table_text_add(table, "in a section, for each entry");
	for (size_t i = 0; i < NR_WALKERS; i++) {
		err |= table_text_add(table, "%s", walkers[i].name);
		err |= table_text_add(table, "%s", walkers[i].file);
		err |= table_text_add(table, "%s", walkers[i].trigger);
		err |= table_text_add(table, "%s", walkers[i].work);
	}
	return err;
}

static int list_workloads(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 4);
	err |= table_text_add(table, "workload");
	err |= table_text_add(table, "kernel function");
	err |= table_text_add(table, "file");
	err |= table_text_add(table, "for each entry");
	for (const struct workload *workload = workloads; workload->name; workload++) {
		err |= table_text_add(table, "%s", workload->name);
		err |= table_text_add(table, "%s", workload->function);
		err |= table_text_add(table, "%s", workload->file);
		err |= table_text_add(table, "%s", workload->work);
	}
	return err;
}

static int list_params(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 4);
	err |= table_text_add(table, "parameter");
	err |= table_text_add(table, "default");
	err |= table_text_add(table, "range");
	err |= table_text_add(table, "of a workload");
	for (int i = 0; i < NR_PARAMS; i++) {
		const struct param_range *range = &param_ranges[i];
		err |= table_text_add(table, "%s", range->name);
		err |= table_text_add(table, "%" PRIu64, range->value);
		err |= table_text_add(table, "%" PRIu64 "..%" PRIu64, range->min, range->max);
		err |= table_text_add(table, "%s", range->meaning);
	}
	return err;
}

/* The kernels of a section API, labs apart. */
static void write_kernels(enum section_api api, char text[MAX_CELL_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < NR_KERNELS && used < MAX_CELL_SIZE; i++) {
		if (kernels[i].api == api && !kernel_is_lab(&kernels[i]))
			used += (size_t)snprintf(text + used, MAX_CELL_SIZE - used, "%s%s",
						 used ? "," : "", kernels[i].name);
	}
}

static int list_protocols(struct table_text *table)
{
	char text[MAX_CELL_SIZE];
	int err = 0;

	table_text_init(table, 7);
	err |= table_text_add(table, "protocol");
	err |= table_text_add(table, "calls");
	err |= table_text_add(table, "loads");
	err |= table_text_add(table, "stores");
	err |= table_text_add(table, "tests");
	err |= table_text_add(table, "hooks");
	err |= table_text_add(table, "kernels");
	for (const struct protocol_cost *cost = protocol_costs; cost->calls; cost++) {
		write_kernels(cost->api, text);
		err |= table_text_add(table, "%s", section_api_names[cost->api]);
		err |= table_text_add(table, "%s", cost->calls);
		err |= table_text_add(table, "%u", cost->loads);
		err |= table_text_add(table, "%u", cost->stores);
		err |= table_text_add(table, "%u", cost->tests);
		err |= table_text_add(table, "%u", cost->hooks);
		err |= table_text_add(table, "%s", text);
	}
	return err;
}

static int list_findings(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 3);
	err |= table_text_add(table, "finding");
	err |= table_text_add(table, "rule");
	err |= table_text_add(table, "mirrors");
	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		err |= table_text_add(table, "%s", finding_rules[i].name);
		err |= table_text_add(table, "%s", finding_rules[i].rule);
		err |= table_text_add(table, "%s", finding_rules[i].mirrors);
	}
	return err;
}

static int list_subjects(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 3);
	err |= table_text_add(table, "subject");
	err |= table_text_add(table, "backend");
	err |= table_text_add(table, "as with");
	for (const struct subject *subject = subjects; subject->name; subject++) {
		err |= table_text_add(table, "%s", subject->name);
		err |= table_text_add(table, "%s", subject->arch);
		err |= table_text_add(table, "%s",
				      subject->radix	? "--mmu radix"
				      : subject->config ? "--config s390_with_ptes"
							: "-");
	}
	return err;
}

/* `set PAGE [VALUE]`: what stands behind the name of an operation. */
static void write_syntax(const struct op_syntax *syntax, bool is_block, char text[MAX_CELL_SIZE])
{
	snprintf(text, MAX_CELL_SIZE, "%s%s%s%s%s%s", syntax->name, syntax->has_page ? " PAGE" : "",
		 syntax->has_register ? is_block ? " REGISTER" : " [REGISTER]" : "",
		 syntax->has_task ? " TASK" : "",
		 syntax->value == VALUE_NEEDED	   ? " VALUE"
		 : syntax->value == VALUE_OPTIONAL ? " [VALUE]"
						   : "",
		 is_block ? " { ... }" : "");
}

static int list_operations(struct table_text *table)
{
	char text[MAX_CELL_SIZE];
	int err = 0;

	table_text_init(table, 2);
	err |= table_text_add(table, "operation");
	err |= table_text_add(table, "meaning");
	for (int i = 0; i < NR_OPS; i++) {
		if (i == OP_END)
			continue;
		write_syntax(&op_syntax[i], i == OP_LOOP || i == OP_IF, text);
		err |= table_text_add(table, "%s", text);
		err |= table_text_add(table, "%s", op_syntax[i].summary);
	}
	return err;
}

static int list_scenarios(struct table_text *table)
{
	int err = 0;

	table_text_init(table, 2);
	err |= table_text_add(table, "scenario");
	err |= table_text_add(table, "what happens");
	for (const struct shipped_scenario *each = shipped_scenarios; each->name && !err; each++) {
		struct scenario *scenario;
		if (load_shipped(each, &scenario))
			return -1;
		err |= table_text_add(table, "%s", each->name);
		err |= table_text_add(table, "%.*s", (int)strcspn(scenario->story, "\n"),
				      scenario->story);
		scenario_destroy(scenario);
	}
	return err;
}

static const struct {
	const char *name;
	int (*fill)(struct table_text *table);
} lists[] = {
	{ "arch", list_arch },		 { "kernels", list_kernels },
	{ "subjects", list_subjects },	 { "walkers", list_walkers },
	{ "findings", list_findings },	 { "operations", list_operations },
	{ "scenarios", list_scenarios }, { "workloads", list_workloads },
	{ "params", list_params },	 { "protocols", list_protocols },
};

enum { NR_LISTS = sizeof(lists) / sizeof(lists[0]) };

static int print_list(size_t i)
{
	struct table_text table;
	int err = lists[i].fill(&table);

	if (!err)
		table_text_print(&table, stdout);
	table_text_fini(&table);
	return err;
}

static int run(int argc, char **argv)
{
	int err = 0;

	if (argc > 2) {
		cmd_error("list: one list at a time");
		return EXIT_USAGE;
	}
	if (argc == 2) {
		for (size_t i = 0; i < NR_LISTS; i++) {
			if (strcmp(lists[i].name, argv[1]) == 0)
				return print_list(i) ? EXIT_COULD_NOT_RUN : cmd_finish(EXIT_CLEAN);
		}
		cmd_error("list: unknown list '%s' (arch, kernels, subjects, walkers, findings, "
			  "operations, scenarios, workloads, params, protocols)",
			  argv[1]);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < NR_LISTS && !err; i++) {
		if (i)
			putchar('\n');
		err = print_list(i);
	}
	return err ? EXIT_COULD_NOT_RUN : cmd_finish(EXIT_CLEAN);
}

const struct cmd cmd_list = {
	.name = "list",
	.summary = "list backends, kernels, findings, scenarios and what they are made of",
	.help = "usage: lazymmu list [arch|kernels|subjects|walkers|findings|operations|scenarios|workloads|params|protocols]\n",
	.run = run,
};
