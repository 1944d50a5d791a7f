/* SPDX-License-Identifier: MIT */
/* `expect BACKEND KERNELS VERDICT`. */
#include "parser.h"

#include <stdio.h>

#include "subject.h"

static bool find_kernel(struct parser *parser, const struct token *at, struct text name, int *ret)
{
	for (int i = 0; i < NR_KERNELS; i++) {
		if (text_is(name, kernels[i].name)) {
			*ret = i;
			return true;
		}
	}
	return parser_fail(parser, at, "unknown kernel", "lazymmu list kernels names them");
}

/* NAME, FIRST..LAST in the order of `list kernels`, or *. */
static bool parse_kernels(struct parser *parser, struct expectation *expectation)
{
	struct token word;

	if (!parser_word(parser, "expected a kernel", &word))
		return false;
	expectation->first_kernel = 0;
	expectation->last_kernel = NR_KERNELS - 1;
	if (text_is(word.text, "*"))
		return true;
	struct text rest = word.text;
	struct text first = { word.text.p, word.text.end };
	if (text_find(&rest, "..")) {
		first.end = rest.p - 2;
		return find_kernel(parser, &word, first, &expectation->first_kernel) &&
		       find_kernel(parser, &word, rest, &expectation->last_kernel);
	}
	if (!find_kernel(parser, &word, first, &expectation->first_kernel))
		return false;
	expectation->last_kernel = expectation->first_kernel;
	return true;
}

static bool parse_backend(struct parser *parser, struct expectation *expectation)
{
	struct token word;

	if (!parser_word(parser, "expected a backend", &word))
		return false;
	text_copy(expectation->arch, sizeof(expectation->arch), word.text);
	if (text_is(word.text, "*") || subject_find(expectation->arch))
		return true;
	return parser_fail(parser, &word, "unknown backend",
			   "arm64, powerpc, powerpc-radix, sparc, xen, s390-with-ptes, ... or *");
}

/* NAME[,NAME...] */
static bool parse_findings(struct parser *parser, struct expectation *expectation)
{
	struct token word;

	if (!parser_word(parser, "expected a finding", &word))
		return false;
	while (word.text.p < word.text.end) {
		struct text name = word.text;
		int kind = 0;
		const char *comma = memchr(name.p, ',', text_size(name));
		name.end = comma ? comma : word.text.end;
		while (kind < NR_FINDING_KINDS && !text_is(name, finding_rules[kind].name))
			kind++;
		if (kind == NR_FINDING_KINDS)
			return parser_fail(parser, &word, "unknown finding",
					   "lazymmu list findings names them");
		expectation->findings |= 1u << kind;
		word.text.p = comma ? comma + 1 : word.text.end;
	}
	return true;
}

static bool parse_verdict(struct parser *parser, struct expectation *expectation)
{
	struct token word;

	if (!parser_word(parser, "expected a verdict", &word))
		return false;
	for (int i = VERDICT_CLEAN; i <= VERDICT_NOT_APPLICABLE; i++) {
		if (text_is(word.text, verdict_names[i])) {
			expectation->verdict = (enum verdict)i;
			return i != VERDICT_FINDING || parse_findings(parser, expectation);
		}
	}
	return parser_fail(parser, &word, "unknown verdict", "clean, finding NAME, bounded, n/a");
}

bool parse_expectation(struct parser *parser)
{
	struct scenario *scenario = parser->scenario;
	struct expectation expectation = { .line = parser->token.line };

	if (scenario->nr_expectations == MAX_EXPECTATIONS)
		return parser_fail(parser, &parser->token, "too many expect lines", "at most 64");
	if (!parse_backend(parser, &expectation) || !parse_kernels(parser, &expectation) ||
	    !parse_verdict(parser, &expectation))
		return false;
	if (parser_has_word(parser) && text_is(parser->token.text, "steps")) {
		parser_advance(parser);
		if (!parser_number(parser, "expected a number of steps", 1u << 20,
				   &expectation.steps))
			return false;
	}
	scenario->expectations[scenario->nr_expectations++] = expectation;
	return true;
}
