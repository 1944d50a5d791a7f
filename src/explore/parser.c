/* SPDX-License-Identifier: MIT */
/* Tokens, words and numbers. */
#include "parser.h"

#include <stdio.h>

/* One line of the story, without the blank behind the #. */
static void add_story(struct scenario *scenario, struct text line)
{
	size_t used = strlen(scenario->story);
	size_t room = sizeof(scenario->story) - used;

	text_skip(&line, " ");
	text_copy(scenario->story + used, room > 1 ? room - 1 : 0, line);
	used = strlen(scenario->story);
	if (room > 1)
		memcpy(scenario->story + used, "\n", 2);
}

void parser_advance(struct parser *parser)
{
	lexer_next(&parser->lexer, &parser->token);
	while (parser->token.kind == TOKEN_COMMENT) {
		if (!parser->scenario->nr_programs)
			add_story(parser->scenario, parser->token.text);
		lexer_next(&parser->lexer, &parser->token);
	}
}

bool parser_fail(struct parser *parser, const struct token *token, const char *cause,
		 const char *hint)
{
	struct diag *diag = parser->diag;
	char word[MAX_WORD_SIZE / 4];

	if (parser->has_failed)
		return false;
	parser->has_failed = true;
	diag->line = token->line;
	diag->column = token->column;
	text_copy(word, sizeof(word), token->kind == TOKEN_WORD ? token->text : (struct text){ 0 });
	snprintf(diag->text, sizeof(diag->text), "%s%s%s%s%s%s%s", cause, word[0] ? " '" : "", word,
		 word[0] ? "'" : "", hint ? " (" : "", hint ? hint : "", hint ? ")" : "");
	return false;
}

bool parser_has_word(const struct parser *parser)
{
	return parser->token.kind == TOKEN_WORD;
}

bool parser_word(struct parser *parser, const char *what, struct token *word)
{
	if (!parser_has_word(parser))
		return parser_fail(parser, &parser->token, what, NULL);
	*word = parser->token;
	parser_advance(parser);
	return true;
}

bool parser_name(struct parser *parser, const char *what, char name[SCENARIO_NAME_SIZE])
{
	struct token word;
	const char *hint;

	if (!parser_word(parser, what, &word))
		return false;
	const char *fault = name_fault(word.text, &hint);
	if (fault)
		return parser_fail(parser, &word, fault, hint);
	text_copy(name, SCENARIO_NAME_SIZE, word.text);
	return true;
}

static bool to_number(struct text text, unsigned int max, unsigned int *ret)
{
	uint64_t number;

	if (!text_dec(&text, &number) || text.p != text.end || number > max)
		return false;
	*ret = (unsigned int)number;
	return true;
}

bool parser_number(struct parser *parser, const char *what, unsigned int max, unsigned int *ret)
{
	struct token word;
	char hint[64];

	if (!parser_word(parser, what, &word))
		return false;
	if (to_number(word.text, max, ret))
		return true;
	snprintf(hint, sizeof(hint), "0 to %u", max);
	return parser_fail(parser, &word, what, hint);
}

bool parser_end_statement(struct parser *parser)
{
	if (parser_has_word(parser))
		return parser_fail(parser, &parser->token, "unexpected word", "one ';' too few?");
	return true;
}

void parser_skip_separators(struct parser *parser)
{
	while (parser->token.kind == TOKEN_SEPARATOR)
		parser_advance(parser);
}

bool parser_page(struct parser *parser, enum page_space *space, unsigned int *page)
{
	static const char letters[] = {
		[SPACE_KERNEL] = 'k', [SPACE_USER] = 'u', [SPACE_WRITE] = 'w'
	};
	struct token word;

	if (!parser_word(parser, "expected a page", &word))
		return false;
	for (int i = SPACE_KERNEL; i <= SPACE_WRITE; i++) {
		struct text number = { word.text.p + 1, word.text.end };
		if (*word.text.p != letters[i] || !to_number(number, MAX_PAGES - 1, page))
			continue;
		*space = (enum page_space)i;
		return true;
	}
	return parser_fail(
		parser, &word, "not a page",
		"k0 to k63 of the kernel, u0 of the task, w0 where writes are held back");
}

bool parser_program_name(struct parser *parser, const char *what, unsigned int *ret)
{
	const struct scenario *scenario = parser->scenario;
	struct token word;

	if (!parser_word(parser, what, &word))
		return false;
	for (unsigned int i = 0; i < scenario->nr_programs; i++) {
		if (text_is(word.text, scenario->programs[i].name)) {
			*ret = i;
			return true;
		}
	}
	return parser_fail(parser, &word, "unknown task or handler", NULL);
}
