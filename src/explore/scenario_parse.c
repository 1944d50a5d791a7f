/* SPDX-License-Identifier: MIT */
/* The statements of a scenario, and reading one from a file. */
#include "scenario_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"
#include "stream.h"
#include "subject.h"

static bool parse_scenario_name(struct parser *parser)
{
	if (parser->scenario->name[0])
		return parser_fail(parser, &parser->token, "a second scenario", "one in a file");
	return parser_name(parser, "expected a name", parser->scenario->name);
}

static bool parse_cpus(struct parser *parser)
{
	struct token word = parser->token;
	unsigned int cpus;

	if (!parser_number(parser, "expected a number of CPUs", MAX_SCENARIO_CPUS, &cpus))
		return false;
	if (cpus == 0)
		return parser_fail(parser, &word, "no CPU", "1 to 8");
	parser->scenario->nr_cpus = (int)cpus;
	return true;
}

static bool parse_preempt(struct parser *parser)
{
	struct token word;

	if (!parser_word(parser, "expected a preemption model", &word))
		return false;
	for (int i = 0; i < NR_PREEMPT_MODELS; i++) {
		if (text_is(word.text, preempt_model_names[i])) {
			parser->scenario->preempt = (enum preempt_model)i;
			parser->scenario->has_preempt = true;
			return true;
		}
	}
	return parser_fail(parser, &word, "unknown preemption model",
			   "none, voluntary, full, lazy, rt");
}

static bool parse_config(struct parser *parser)
{
	struct token word;

	while (parser_has_word(parser)) {
		parser_word(parser, "", &word);
		char name[MAX_WORD_SIZE];
		text_copy(name, sizeof(name), word.text);
		unsigned int flag = config_flag_find(name);
		if (!flag)
			return parser_fail(parser, &word, "unknown option",
					   "debug_vm, debug_pagealloc, kfence, kasan_vmalloc, "
					   "kpkeys, s390_with_ptes");
		parser->scenario->config |= flag;
	}
	return true;
}

static bool parse_page_size(struct parser *parser)
{
	unsigned int *shift = &parser->scenario->page_shift;
	struct token word = parser->token;
	unsigned int size;

	if (!parser_number(parser, "expected a page size", 1u << 16, &size))
		return false;
	for (*shift = 12; *shift <= 16; (*shift)++) {
		if (size == 1u << *shift)
			return true;
	}
	return parser_fail(parser, &word, "no such page size", "4096, 8192, 16384, 65536");
}

static bool parse_mm(struct parser *parser)
{
	struct scenario *scenario = parser->scenario;

	if (scenario->nr_mms == MAX_MMS)
		return parser_fail(parser, &parser->token, "too many address spaces", "at most 4");
	return parser_name(parser, "expected a name", scenario->mm_names[scenario->nr_mms++]);
}

static bool parse_arch(struct parser *parser)
{
	char *arch = parser->scenario->arch;
	struct token word;

	if (!parser_word(parser, "expected a subject", &word))
		return false;
	text_copy(arch, sizeof(parser->scenario->arch), word.text);
	return subject_find(arch) ||
	       parser_fail(parser, &word, "unknown subject", "lazymmu list subjects names them");
}

static bool parse_kernel(struct parser *parser)
{
	char *kernel = parser->scenario->kernel;
	struct token word = parser->token;

	if (!parser_name(parser, "expected a kernel", kernel))
		return false;
	return kernel_find(kernel) ||
	       parser_fail(parser, &word, "unknown kernel", "lazymmu list kernels names them");
}

static bool find_mm(struct parser *parser, int *ret)
{
	const struct scenario *scenario = parser->scenario;
	struct token word;

	if (!parser_word(parser, "expected an address space", &word))
		return false;
	for (unsigned int i = 0; i < scenario->nr_mms; i++) {
		if (text_is(word.text, scenario->mm_names[i])) {
			*ret = (int)i;
			return true;
		}
	}
	return parser_fail(parser, &word, "unknown address space", "`mm NAME` makes one");
}

/* What may stand between a name and its braces: `mm NAME`, `at-most N`. */
static bool parse_attributes(struct parser *parser, struct program *program)
{
	while (parser_has_word(parser)) {
		struct token word = parser->token;
		parser_advance(parser);
		if (text_is(word.text, "mm") && !program->handler) {
			if (!find_mm(parser, &program->mm))
				return false;
		} else if (text_is(word.text, "at-most") && program->handler) {
			if (!parser_number(parser, "expected a number", 255, &program->at_most))
				return false;
		} else {
			return parser_fail(parser, &word, "unknown attribute",
					   program->handler ? "at-most N" : "mm NAME");
		}
	}
	return true;
}

static bool program_name(struct parser *parser, char name[SCENARIO_NAME_SIZE])
{
	struct token word = parser->token;
	const char *hint;

	if (!parser_name(parser, "expected a name", name))
		return false;
	const char *fault = program_name_fault(parser->scenario, word.text, &hint);
	return !fault || parser_fail(parser, &word, fault, hint);
}

static bool add_program(struct parser *parser, enum handler_kind handler, bool is_child)
{
	struct scenario *scenario = parser->scenario;
	struct token at = parser->token;
	struct program program = {
		.handler = handler,
		.at_most = 1,
		.is_child = is_child,
		.line = at.line,
	};
	bool comes_late = !handler && scenario->nr_tasks < scenario->nr_programs;

	if (comes_late)
		return parser_fail(parser, &at, "a task behind a handler", "tasks come first");
	if (scenario->nr_programs - scenario->nr_tasks == MAX_HANDLERS && handler)
		return parser_fail(parser, &at, "too many handlers", "at most 8");
	if (scenario->nr_tasks == MAX_SCENARIO_TASKS && !handler)
		return parser_fail(parser, &at, "too many tasks", "at most 16");
	if (!program_name(parser, program.name) || !parse_attributes(parser, &program) ||
	    !parse_program(parser, &program))
		return false;
	scenario->programs[scenario->nr_programs++] = program;
	scenario->nr_tasks += !handler;
	return true;
}

static bool parse_task(struct parser *parser)
{
	return add_program(parser, HANDLER_NONE, false);
}

static bool parse_child(struct parser *parser)
{
	return add_program(parser, HANDLER_NONE, true);
}

static bool parse_irq(struct parser *parser)
{
	return add_program(parser, HANDLER_IRQ, false);
}

static bool parse_softirq(struct parser *parser)
{
	return add_program(parser, HANDLER_SOFTIRQ, false);
}

static bool parse_nmi(struct parser *parser)
{
	return add_program(parser, HANDLER_NMI, false);
}

static const struct statement {
	const char *word;
	bool (*parse)(struct parser *parser);
} statements[] = {
	{ "scenario", parse_scenario_name },
	{ "cpus", parse_cpus },
	{ "preempt", parse_preempt },
	{ "config", parse_config },
	{ "page-size", parse_page_size },
	{ "mm", parse_mm },
	{ "arch", parse_arch },
	{ "kernel", parse_kernel },
	{ "task", parse_task },
	{ "child", parse_child },
	{ "irq", parse_irq },
	{ "softirq", parse_softirq },
	{ "nmi", parse_nmi },
	{ "expect", parse_expectation },
	{ "schedule", parse_schedule },
};

enum { NR_STATEMENTS = sizeof(statements) / sizeof(statements[0]) };

static bool parse_statement(struct parser *parser)
{
	struct token word;

	if (!parser_word(parser, "expected a statement", &word))
		return false;
	for (size_t i = 0; i < NR_STATEMENTS; i++) {
		if (text_is(word.text, statements[i].word))
			return statements[i].parse(parser) && parser_end_statement(parser);
	}
	return parser_fail(parser, &word, "unknown statement",
			   "scenario, cpus, preempt, config, page-size, mm, task, child, irq, "
			   "softirq, nmi, expect, arch, kernel, schedule");
}

static bool parse_all(struct parser *parser)
{
	struct scenario *scenario = parser->scenario;

	for (parser_skip_separators(parser); parser->token.kind != TOKEN_END;
	     parser_skip_separators(parser)) {
		if (!parse_statement(parser))
			return false;
	}
	if (!scenario->name[0])
		return parser_fail(parser, &parser->token, "no scenario",
				   "a file begins with `#lmt 1` and `scenario NAME`");
	if (!scenario->nr_tasks)
		return parser_fail(parser, &parser->token, "no task", "`task NAME { ... }`");
	return true;
}

int scenario_parse(struct text text, struct scenario **ret, struct diag *diag)
{
	struct parser parser = { .diag = diag };

	*diag = (struct diag){ .line = 1, .column = 1 };
	if (!text_starts(text, "#lmt 1\n") && !text_starts(text, "#lmt 1\r\n")) {
		snprintf(diag->text, sizeof(diag->text),
			 "not native text (its first line is `#lmt 1`)");
		return -EINVAL;
	}
	while (*text.p != '\n')
		text.p++;
	parser.scenario = calloc(1, sizeof(*parser.scenario));
	if (!parser.scenario)
		return -ENOMEM;
	parser.scenario->nr_cpus = 1;
	parser.scenario->preempt = PREEMPT_FULL;
	lexer_init(&parser.lexer, text);
	parser_advance(&parser);
	if (!parse_all(&parser)) {
		scenario_destroy(parser.scenario);
		return parser.out_of_memory ? -ENOMEM : -EINVAL;
	}
	*ret = parser.scenario;
	return 0;
}

int scenario_parse_moves(struct text text, struct scenario *scenario, struct diag *diag)
{
	struct parser parser = { .diag = diag, .scenario = scenario };

	*diag = (struct diag){ .line = 1, .column = 1 };
	lexer_init(&parser.lexer, text);
	parser_advance(&parser);
	if (parse_moves(&parser, TOKEN_END))
		return 0;
	return parser.out_of_memory ? -ENOMEM : -EINVAL;
}

/* All of a stream, at most MAX_SCENARIO_SIZE bytes. */
static int read_all(struct stream *stream, char *buffer, size_t *size, struct diag *diag)
{
	size_t got;

	for (*size = 0;; *size += got) {
		int err = stream_read(stream, buffer + *size, MAX_SCENARIO_SIZE + 1 - *size, &got);
		if (err) {
			snprintf(diag->text, sizeof(diag->text), "%s", stream_error(stream));
			return err;
		}
		if (got == 0)
			return 0;
		if (*size + got > MAX_SCENARIO_SIZE) {
			snprintf(diag->text, sizeof(diag->text),
				 "too large for a scenario (at most %d bytes)", MAX_SCENARIO_SIZE);
			return -EFBIG;
		}
	}
}

int scenario_read(const char *path, struct scenario **ret, struct diag *diag)
{
	struct stream *stream;
	size_t size;

	*diag = (struct diag){ 0 };
	int err = stream_open(path, &stream);
	if (err) {
		snprintf(diag->text, sizeof(diag->text), "%s", strerror(-err));
		return err;
	}
	char *buffer = malloc(MAX_SCENARIO_SIZE + 1);
	err = buffer ? read_all(stream, buffer, &size, diag) : -ENOMEM;
	if (!err)
		err = scenario_parse((struct text){ buffer, buffer + size }, ret, diag);
	free(buffer);
	stream_close(stream);
	return err;
}
