/* SPDX-License-Identifier: MIT */
/* Reading and writing files of results. */
#include "results.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "source.h"

static const char HEADER[] = "#micro 1";

enum { MAX_SHOWN = 40 }; /* bytes of a word in a message */

static int complain(struct diag *diag, const struct line *line, const char *at, const char *what)
{
	diag->line = line->number;
	diag->column = (unsigned int)(at - line->text.p) + 1;
	snprintf(diag->text, sizeof(diag->text), "%s", what);
	return -EINVAL;
}

static int complain_of(struct diag *diag, const struct line *line, struct text word,
		       const char *what)
{
	char shown[MAX_SHOWN];

	complain(diag, line, word.p, "");
	text_copy(shown, sizeof(shown), word);
	snprintf(diag->text, sizeof(diag->text), "'%s' %s", shown, what);
	return -EINVAL;
}

/* 12 or 0.25, in thousandths. */
static bool parse_thousandths(struct text word, uint64_t *ret)
{
	enum { MAX_DIGITS = 9, MAX_DECIMALS = 3 };
	const char *start = word.p;
	uint64_t whole, part = 0;

	if (!text_dec(&word, &whole) || word.p - start > MAX_DIGITS)
		return false;
	if (text_skip(&word, ".")) {
		start = word.p;
		if (!text_dec(&word, &part) || word.p - start > MAX_DECIMALS)
			return false;
		for (long i = word.p - start; i < MAX_DECIMALS; i++)
			part *= 10;
	}
	*ret = whole * 1000 + part;
	return word.p == word.end;
}

static int take_thousandths(const struct line *line, struct text *rest, uint64_t *ret,
			    struct diag *diag)
{
	struct text word = text_word(rest);

	if (parse_thousandths(word, ret))
		return 0;
	return complain_of(diag, line, word, "is not a number such as 12 or 0.25");
}

static int take_name(const struct line *line, struct text word, const struct results *results,
		     struct result *ret, struct diag *diag)
{
	if (text_size(word) >= sizeof(ret->name))
		return complain_of(diag, line, word, "is longer than any name");
	text_copy(ret->name, sizeof(ret->name), word);
	if (results_find(results, ret->name))
		return complain_of(diag, line, word, "is there twice");
	return 0;
}

static int parse_result(const struct line *line, struct text rest, struct results *results,
			struct diag *diag)
{
	struct text name = text_word(&rest);
	struct result result;
	struct timing *timing = &result.timing;

	if (results->nr == MAX_RESULTS)
		return complain(diag, line, name.p, "more than 256 results");
	const char *numbers = rest.p;
	if (take_name(line, name, results, &result, diag) ||
	    take_thousandths(line, &rest, &timing->median, diag) ||
	    take_thousandths(line, &rest, &timing->spread, diag) ||
	    take_thousandths(line, &rest, &timing->rounds, diag))
		return -EINVAL;
	if (timing->median == 0 || timing->rounds == 0 || timing->rounds % 1000)
		return complain(diag, line, numbers, "no time is 0, and rounds are whole");
	text_skip_blanks(&rest);
	if (text_size(rest))
		return complain_of(diag, line, rest, "is too much");
	timing->rounds /= 1000;
	results->items[results->nr++] = result;
	return 0;
}

static int parse_line(const struct line *line, struct results *results, struct diag *diag)
{
	struct text rest = line->text;

	if (line->too_long || line->nul)
		return complain(diag, line, line->text.p, "this is no text");
	while (rest.end > rest.p && rest.end[-1] == '\r')
		rest.end--;
	if (line->number == 1)
		return text_is(rest, HEADER)
			       ? 0
			       : complain(diag, line, rest.p,
					  "no file of results: '#micro 1' is missing");
	text_skip_blanks(&rest);
	if (text_size(rest) == 0 || text_starts(rest, "#"))
		return 0;
	return parse_result(line, rest, results, diag);
}

int results_read(const char *path, struct results *ret, struct diag *diag)
{
	struct source *source;
	struct line line = { .number = 1 };
	int err = source_open(path, &source), got = 0;

	ret->nr = 0;
	*diag = (struct diag){ 0 };
	if (err)
		return err;
	while (!err && (got = source_next(source, &line)) > 0)
		err = parse_line(&line, ret, diag);
	if (!err && got < 0)
		err = got;
	if (!err && source_lines(source) == 0)
		err = complain(diag, &line, line.text.p, "no file of results: it is empty");
	source_close(source);
	return err;
}

void results_write(const struct results *results, FILE *out)
{
	fprintf(out, "%s\n# case, nanoseconds of an operation, spread, rounds\n", HEADER);
	for (size_t i = 0; i < results->nr; i++) {
		const struct timing *timing = &results->items[i].timing;
		fprintf(out, "%s %" PRIu64 ".%03" PRIu64 " %" PRIu64 ".%03" PRIu64 " %" PRIu64 "\n",
			results->items[i].name, timing->median / 1000, timing->median % 1000,
			timing->spread / 1000, timing->spread % 1000, timing->rounds);
	}
}

const struct result *results_find(const struct results *results, const char *name)
{
	for (size_t i = 0; i < results->nr; i++) {
		if (strcmp(results->items[i].name, name) == 0)
			return &results->items[i];
	}
	return NULL;
}
