/* SPDX-License-Identifier: MIT */
/* The words of a scenario file, with the places where they stand. */
#ifndef LAZYMMU_EXPLORE_LEXER_H
#define LAZYMMU_EXPLORE_LEXER_H

#include "text.h"

enum {
	MAX_SCENARIO_SIZE = 1 << 20, /* bytes of a file */
	MAX_WORD_SIZE = 256,
};

struct token {
	enum token_kind {
		TOKEN_WORD,
		TOKEN_OPEN,	 /* { */
		TOKEN_CLOSE,	 /* } */
		TOKEN_SEPARATOR, /* ; or the end of a line */
		TOKEN_COMMENT,	 /* from # to the end of the line, without the # */
		TOKEN_END,	 /* of the file */
	} kind;
	struct text text;
	uint64_t line;	     /* 1-based */
	unsigned int column; /* 1-based */
};

struct lexer {
	struct text rest;
	const char *line_start;
	uint64_t line;
};

void lexer_init(struct lexer *lexer, struct text text);
void lexer_next(struct lexer *lexer, struct token *token);

#endif
