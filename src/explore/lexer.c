/* SPDX-License-Identifier: MIT */
/* Words, braces, separators and comments. */
#include "lexer.h"

void lexer_init(struct lexer *lexer, struct text text)
{
	*lexer = (struct lexer){ .rest = text, .line_start = text.p, .line = 1 };
}

static bool ends_word(char c)
{
	return (unsigned char)c <= ' ' || c == ';' || c == '{' || c == '}';
}

static bool ends_line(char c)
{
	return c == '\n';
}

static void skip_to(struct text *rest, bool (*is_end)(char c))
{
	while (rest->p < rest->end && !is_end(*rest->p))
		rest->p++;
}

static enum token_kind kind_of(char c)
{
	switch (c) {
	case '{':
		return TOKEN_OPEN;
	case '}':
		return TOKEN_CLOSE;
	case ';':
	case '\n':
		return TOKEN_SEPARATOR;
	case '#':
		return TOKEN_COMMENT;
	default:
		return TOKEN_WORD;
	}
}

/* Blanks are what ends a word and is nothing else; a carriage return is one. */
static void skip_blanks(struct text *rest)
{
	while (rest->p < rest->end && (unsigned char)*rest->p <= ' ' && *rest->p != '\n')
		rest->p++;
}

void lexer_next(struct lexer *lexer, struct token *token)
{
	struct text *rest = &lexer->rest;

	skip_blanks(rest);
	token->line = lexer->line;
	token->column = (unsigned int)(rest->p - lexer->line_start) + 1;
	token->text.p = rest->p;
	token->kind = rest->p == rest->end ? TOKEN_END : kind_of(*rest->p);
	if (token->kind == TOKEN_COMMENT) {
		skip_to(rest, ends_line);
		token->text.p++;
	} else if (token->kind == TOKEN_WORD) {
		skip_to(rest, ends_word);
	} else if (token->kind != TOKEN_END && *rest->p++ == '\n') {
		lexer->line++;
		lexer->line_start = rest->p;
	}
	token->text.end = rest->p;
}
