/* SPDX-License-Identifier: MIT */
/* Writing scenarios: the statements in the order in which they can be read. */
#include "scenario_write.h"

#include <string.h>

static const char page_letters[] = {
	[SPACE_KERNEL] = 'k', [SPACE_USER] = 'u', [SPACE_WRITE] = 'w'
};

static unsigned int default_value(enum op_kind kind)
{
	return kind == OP_LOOP ? 0 : 1;
}

/* Appends ` TEXT`, cut at the end of the buffer. */
static void append(char text[MAX_OP_TEXT], const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, MAX_OP_TEXT - used, " %s", word);
}

void op_text(const struct scenario *scenario, const struct op *op, char text[MAX_OP_TEXT])
{
	const struct op_syntax *syntax = &op_syntax[op->kind];
	char word[32];

	snprintf(text, MAX_OP_TEXT, "%s", syntax->name);
	if (syntax->has_page) {
		snprintf(word, sizeof(word), "%c%u", page_letters[op->space], op->page);
		append(text, word);
	}
	if (syntax->has_register && op->reg < MAX_REGISTERS) {
		snprintf(word, sizeof(word), "r%u", op->reg);
		append(text, word);
	}
	if (syntax->has_task)
		append(text, scenario->programs[op->target].name);
	if (syntax->value == VALUE_NEEDED ||
	    (syntax->value == VALUE_OPTIONAL && op->value != default_value(op->kind))) {
		snprintf(word, sizeof(word), "%u", op->value);
		append(text, word);
	}
}

static const char *task_name(const struct scenario *scenario, int task)
{
	return task < 0 ? "idle" : scenario->programs[task].name;
}

void move_text(const struct scenario *scenario, const struct move *move, char text[MAX_MOVE_TEXT])
{
	const char *name = task_name(scenario, move->task);
	char count[16] = "*";

	switch (move->kind) {
	case MOVE_STEPS:
		if (move->count)
			snprintf(count, sizeof(count), "%u", move->count);
		if (move->task < 0)
			snprintf(text, MAX_MOVE_TEXT, "idle %d %s", move->cpu, count);
		else
			snprintf(text, MAX_MOVE_TEXT, "%s %s", name, count);
		break;
	case MOVE_SWITCH:
		snprintf(text, MAX_MOVE_TEXT, "switch %d %s", move->cpu, name);
		break;
	case MOVE_IRQ:
		snprintf(text, MAX_MOVE_TEXT, "irq %d %s", move->cpu, name);
		break;
	case MOVE_REFILL:
		snprintf(text, MAX_MOVE_TEXT, "refill %d %c%u", move->cpu,
			 page_letters[move->space], move->page);
		break;
	}
}

static void write_story(const char *story, FILE *out)
{
	while (*story) {
		size_t length = strcspn(story, "\n");
		fprintf(out, "#%s%.*s\n", length ? " " : "", (int)length, story);
		story += length + (story[length] == '\n');
	}
}

static void write_machine(const struct scenario *scenario, FILE *out)
{
	fprintf(out, "cpus %d\n", scenario->nr_cpus);
	if (scenario->has_preempt)
		fprintf(out, "preempt %s\n", preempt_model_names[scenario->preempt]);
	if (scenario->config) {
		fputs("config", out);
		for (int i = 0; i < NR_CONFIG_FLAGS; i++) {
			if (scenario->config & 1u << i)
				fprintf(out, " %s", config_flag_names[i]);
		}
		putc('\n', out);
	}
	if (scenario->page_shift)
		fprintf(out, "page-size %u\n", 1u << scenario->page_shift);
	if (scenario->arch[0])
		fprintf(out, "arch %s\n", scenario->arch);
	if (scenario->kernel[0])
		fprintf(out, "kernel %s\n", scenario->kernel);
	for (unsigned int i = 0; i < scenario->nr_mms; i++)
		fprintf(out, "mm %s\n", scenario->mm_names[i]);
}

static void write_ops(const struct scenario *scenario, const struct program *program, FILE *out)
{
	int depth = 1;

	for (unsigned int i = program->first; i < program->first + program->nr; i++) {
		const struct op *op = &scenario->ops[i];
		bool opens = op->kind == OP_LOOP || op->kind == OP_IF;
		char text[MAX_OP_TEXT];
		op_text(scenario, op, text);
		depth -= op->kind == OP_END;
		for (int tabs = 0; tabs < depth; tabs++)
			putc('\t', out);
		fprintf(out, "%s%s\n", text, opens ? " {" : "");
		depth += opens;
	}
}

static void write_program(const struct scenario *scenario, const struct program *program, FILE *out)
{
	static const char *const words[] = {
		[HANDLER_NONE] = "task",
		[HANDLER_IRQ] = "irq",
		[HANDLER_SOFTIRQ] = "softirq",
		[HANDLER_NMI] = "nmi",
	};

	fprintf(out, "%s %s", program->is_child ? "child" : words[program->handler], program->name);
	if (program->handler)
		fprintf(out, " at-most %u", program->at_most);
	else if (scenario->nr_mms)
		fprintf(out, " mm %s", scenario->mm_names[program->mm]);
	fputs(" {\n", out);
	write_ops(scenario, program, out);
	fputs("}\n", out);
}

static void write_findings(unsigned int findings, FILE *out)
{
	char before = ' ';

	for (int i = 0; i < NR_FINDING_KINDS; i++) {
		if (!(findings & 1u << i))
			continue;
		fprintf(out, "%c%s", before, finding_rules[i].name);
		before = ',';
	}
}

static void write_expectation(const struct expectation *expectation, FILE *out)
{
	int first = expectation->first_kernel, last = expectation->last_kernel;

	fprintf(out, "expect %s ", expectation->arch);
	if (first == 0 && last == NR_KERNELS - 1)
		putc('*', out);
	else if (first == last)
		fputs(kernels[first].name, out);
	else
		fprintf(out, "%s..%s", kernels[first].name, kernels[last].name);
	fprintf(out, " %s", verdict_names[expectation->verdict]);
	write_findings(expectation->findings, out);
	if (expectation->steps)
		fprintf(out, " steps %u", expectation->steps);
	putc('\n', out);
}

static void write_schedule(const struct scenario *scenario, FILE *out)
{
	char text[MAX_MOVE_TEXT];

	fputs("schedule {\n", out);
	for (size_t i = 0; i < scenario->nr_moves; i++) {
		move_text(scenario, &scenario->moves[i], text);
		fprintf(out, "\t%s\n", text);
	}
	fputs("}\n", out);
}

void scenario_write(const struct scenario *scenario, FILE *out)
{
	fputs("#lmt 1\n", out);
	write_story(scenario->story, out);
	fprintf(out, "scenario %s\n", scenario->name);
	write_machine(scenario, out);
	for (unsigned int i = 0; i < scenario->nr_programs; i++)
		write_program(scenario, &scenario->programs[i], out);
	for (unsigned int i = 0; i < scenario->nr_expectations; i++)
		write_expectation(&scenario->expectations[i], out);
	if (scenario->nr_moves)
		write_schedule(scenario, out);
}
