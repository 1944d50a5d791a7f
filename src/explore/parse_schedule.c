/* SPDX-License-Identifier: MIT */
/* `schedule { TASK STEPS ; idle CPU STEPS ; switch CPU TASK ; irq CPU HANDLER ; refill CPU PAGE ;
 * ... }`. */
#include "parser.h"

#include <errno.h>
#include <stdlib.h>

static bool add_move(struct parser *parser, const struct token *at, const struct move *move)
{
	struct scenario *scenario = parser->scenario;

	if (scenario->nr_moves == MAX_MOVES)
		return parser_fail(parser, at, "schedule too long", "at most 65536 items");
	if ((scenario->nr_moves & (scenario->nr_moves + 1)) == 0) {
		size_t capacity = scenario->nr_moves ? 2 * (scenario->nr_moves + 1) : 16;
		struct move *moves = realloc(scenario->moves, capacity * sizeof(*moves));
		if (!moves) {
			parser->out_of_memory = true;
			return parser_fail(parser, at, "no memory", NULL);
		}
		scenario->moves = moves;
	}
	scenario->moves[scenario->nr_moves++] = *move;
	return true;
}

static bool parse_cpu(struct parser *parser, struct move *move)
{
	unsigned int cpu;

	if (!parser_number(parser, "expected a CPU", MAX_SCENARIO_CPUS - 1, &cpu))
		return false;
	move->cpu = (int)cpu;
	return true;
}

static bool parse_target(struct parser *parser, bool wants_task, struct move *move)
{
	struct token word = parser->token;
	unsigned int program;

	if (wants_task && parser_has_word(parser) && text_is(word.text, "idle")) {
		move->task = -1;
		parser_advance(parser);
		return true;
	}
	if (!parser_program_name(parser, wants_task ? "expected a task" : "expected a handler",
				 &program))
		return false;
	if (is_task(parser->scenario, program) != wants_task)
		return parser_fail(parser, &word, wants_task ? "not a task" : "not a handler",
				   NULL);
	move->task = (int)program;
	return true;
}

/* A number, or * for as many as it can. */
static bool parse_steps(struct parser *parser, struct move *move)
{
	if (!parser_has_word(parser) || !text_is(parser->token.text, "*"))
		return parser_number(parser, "expected a number of steps", 1u << 30, &move->count);
	parser_advance(parser);
	move->count = 0;
	return true;
}

static bool parse_move(struct parser *parser, struct move *move)
{
	struct token word = parser->token;

	if (text_is(word.text, "switch")) {
		parser_advance(parser);
		move->kind = MOVE_SWITCH;
		return parse_cpu(parser, move) && parse_target(parser, true, move);
	}
	if (text_is(word.text, "irq")) {
		parser_advance(parser);
		move->kind = MOVE_IRQ;
		return parse_cpu(parser, move) && parse_target(parser, false, move);
	}
	if (text_is(word.text, "refill")) {
		parser_advance(parser);
		move->kind = MOVE_REFILL;
		return parse_cpu(parser, move) && parser_page(parser, &move->space, &move->page);
	}
	move->kind = MOVE_STEPS;
	if (text_is(word.text, "idle")) {
		parser_advance(parser);
		return parse_cpu(parser, move) && parse_steps(parser, move);
	}
	return parse_target(parser, true, move) && parse_steps(parser, move);
}

bool parse_moves(struct parser *parser, enum token_kind end)
{
	for (;;) {
		struct token token = parser->token;
		struct move move = { .cpu = -1, .task = -1, .line = token.line };
		if (token.kind == end) {
			parser_advance(parser);
			return true;
		} else if (token.kind == TOKEN_SEPARATOR) {
			parser_advance(parser);
		} else if (token.kind != TOKEN_WORD) {
			return parser_fail(parser, &token, "expected a move or '}'", NULL);
		} else if (!parse_move(parser, &move) || !parser_end_statement(parser) ||
			   !add_move(parser, &token, &move)) {
			return false;
		}
	}
}

bool parse_schedule(struct parser *parser)
{
	parser_skip_separators(parser);
	if (parser->token.kind != TOKEN_OPEN)
		return parser_fail(parser, &parser->token, "expected '{'", NULL);
	parser_advance(parser);
	return parse_moves(parser, TOKEN_CLOSE);
}
