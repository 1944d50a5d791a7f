/* SPDX-License-Identifier: MIT */
/* The operations of a task or a handler: what stands in its braces. */
#include "parser.h"

/* A block that is open: its OP_LOOP or OP_IF. */
struct blocks {
	unsigned int open[MAX_BLOCK_DEPTH];
	unsigned int depth;
};

static bool add_op(struct parser *parser, const struct token *at, const struct op *op)
{
	struct scenario *scenario = parser->scenario;

	if (scenario->nr_ops == MAX_OPS)
		return parser_fail(parser, at, "too many operations", "at most 1024 in a scenario");
	scenario->ops[scenario->nr_ops++] = *op;
	return true;
}

static bool find_op(const struct token *word, enum op_kind *ret)
{
	for (int i = 0; i < NR_OPS; i++) {
		if (i != OP_END && text_is(word->text, op_syntax[i].name)) {
			*ret = (enum op_kind)i;
			return true;
		}
	}
	return false;
}

/* rN; without one the value goes nowhere. */
static bool parse_register(struct parser *parser, bool needed, unsigned int *ret)
{
	struct token word = parser->token;
	struct text text = word.text;
	uint64_t number;

	*ret = MAX_REGISTERS;
	if (!parser_has_word(parser))
		return !needed || parser_fail(parser, &word, "expected a register", "r0 to r7");
	if (!text_skip(&text, "r") || !text_dec(&text, &number) || text.p != text.end ||
	    number >= MAX_REGISTERS)
		return parser_fail(parser, &word, "not a register", "r0 to r7");
	*ret = (unsigned int)number;
	parser_advance(parser);
	return true;
}

/* A page that an operation works on is there from the start. */
static bool parse_page(struct parser *parser, struct op *op)
{
	unsigned int *nr_pages = parser->scenario->nr_pages;

	if (!parser_page(parser, &op->space, &op->page))
		return false;
	if (nr_pages[op->space] <= op->page)
		nr_pages[op->space] = op->page + 1;
	return true;
}

static bool parse_arguments(struct parser *parser, struct op *op)
{
	const struct op_syntax *syntax = &op_syntax[op->kind];

	if (syntax->has_page && !parse_page(parser, op))
		return false;
	if (syntax->has_register && !parse_register(parser, op->kind == OP_IF, &op->reg))
		return false;
	if (syntax->has_task) {
		struct token word = parser->token;
		if (!parser_program_name(parser, "expected a task", &op->target))
			return false;
		if (!parser->scenario->programs[op->target].is_child)
			return parser_fail(parser, &word, "not a child",
					   "`child NAME {...}` stands before its parent");
	}
	if (syntax->value == VALUE_NEEDED ||
	    (syntax->value == VALUE_OPTIONAL && parser_has_word(parser)))
		return parser_number(parser, "expected a number", 1u << 20, &op->value);
	return true;
}

static bool open_block(struct parser *parser, const struct token *at, struct blocks *blocks)
{
	parser_skip_separators(parser);
	if (parser->token.kind != TOKEN_OPEN)
		return parser_fail(parser, &parser->token, "expected '{'", NULL);
	if (blocks->depth == MAX_BLOCK_DEPTH)
		return parser_fail(parser, at, "blocks too deep", "at most 4 inside each other");
	blocks->open[blocks->depth++] = parser->scenario->nr_ops - 1;
	parser_advance(parser);
	return true;
}

static bool close_block(struct parser *parser, const struct token *at, struct blocks *blocks)
{
	struct scenario *scenario = parser->scenario;
	unsigned int opened = blocks->open[--blocks->depth];
	const struct op end = { .kind = OP_END, .target = opened, .line = at->line };

	if (!add_op(parser, at, &end))
		return false;
	scenario->ops[opened].target = scenario->nr_ops;
	return true;
}

static bool parse_op(struct parser *parser, struct blocks *blocks)
{
	struct token word = parser->token;
	struct op op = { .line = word.line, .reg = MAX_REGISTERS };

	if (!find_op(&word, &op.kind))
		return parser_fail(parser, &word, "unknown operation",
				   "lazymmu list operations names them");
	parser_advance(parser);
	/* What a write or a flush without a number means: one. */
	op.value = op.kind == OP_LOOP ? 0 : 1;
	if (!parse_arguments(parser, &op) || !parser_end_statement(parser) ||
	    !add_op(parser, &word, &op))
		return false;
	return (op.kind != OP_LOOP && op.kind != OP_IF) || open_block(parser, &word, blocks);
}

bool parse_program(struct parser *parser, struct program *program)
{
	struct blocks blocks = { .depth = 0 };

	program->first = parser->scenario->nr_ops;
	parser_skip_separators(parser);
	if (parser->token.kind != TOKEN_OPEN)
		return parser_fail(parser, &parser->token, "expected '{'", NULL);
	parser_advance(parser);
	for (bool is_open = true; is_open;) {
		struct token token = parser->token;
		bool good = true;
		if (token.kind == TOKEN_WORD) {
			good = parse_op(parser, &blocks);
		} else if (token.kind == TOKEN_SEPARATOR) {
			parser_advance(parser);
		} else if (token.kind == TOKEN_CLOSE) {
			parser_advance(parser);
			is_open = blocks.depth > 0;
			good = !is_open || close_block(parser, &token, &blocks);
		} else {
			good = parser_fail(parser, &token, "expected an operation or '}'", NULL);
		}
		if (!good)
			return false;
	}
	program->nr = parser->scenario->nr_ops - program->first;
	return true;
}
