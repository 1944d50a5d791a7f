/* SPDX-License-Identifier: MIT */
/* What the parsers of a scenario's parts share: the next token, and how a mistake is told. */
#ifndef LAZYMMU_EXPLORE_PARSER_H
#define LAZYMMU_EXPLORE_PARSER_H

#include "lexer.h"
#include "reader.h"
#include "scenario.h"

struct parser {
	struct lexer lexer;
	struct token token; /* the next one, never a comment */
	struct scenario *scenario;
	struct diag *diag;
	bool has_failed;
	bool out_of_memory;
};

/* Takes the token; comments before the first program become the story. */
void parser_advance(struct parser *parser);
/* Always false: the first mistake is told, with a hint or NULL. */
bool parser_fail(struct parser *parser, const struct token *token, const char *cause,
		 const char *hint);

/* The next token is a word of this statement. */
bool parser_has_word(const struct parser *parser);
/* Takes a word; what it should have been is the cause when there is none. */
bool parser_word(struct parser *parser, const char *what, struct token *word);
bool parser_name(struct parser *parser, const char *what, char name[SCENARIO_NAME_SIZE]);
bool parser_number(struct parser *parser, const char *what, unsigned int max, unsigned int *ret);
/* The end of a statement: separators, or a brace or the end of the file that is left alone. */
bool parser_end_statement(struct parser *parser);
void parser_skip_separators(struct parser *parser);

/* A page: k, u or w and a number. */
bool parser_page(struct parser *parser, enum page_space *space, unsigned int *page);
/* Index of a task or handler; the name must be known. */
bool parser_program_name(struct parser *parser, const char *what, unsigned int *ret);

/* Parts of a scenario, in files of their own: what is in braces; an expect line; a schedule. */
bool parse_program(struct parser *parser, struct program *program);
bool parse_expectation(struct parser *parser);
bool parse_schedule(struct parser *parser);
/* What is in its braces, up to a token of that kind, which it takes. */
bool parse_moves(struct parser *parser, enum token_kind end);

#endif
