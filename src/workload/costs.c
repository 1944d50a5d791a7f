/* SPDX-License-Identifier: MIT */
/* Reading cost tables. */
#include "costs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "workload.h"

const char *const primitive_names[NR_PRIMITIVES] = {
	[PRIMITIVE_PTE_WRITE] = "pte_write",
	[PRIMITIVE_SECTION] = "section",
	[PRIMITIVE_CALL] = "call",
	[PRIMITIVE_PAGE] = "page",
	[PRIMITIVE_BARRIER] = "barrier",
	[PRIMITIVE_LEVEL_SWITCH] = "level_switch",
	[PRIMITIVE_TLBIE_LOCAL] = "tlbie_local",
	[PRIMITIVE_TLBIE_GLOBAL] = "tlbie_global",
	[PRIMITIVE_HASH_FLUSH_SINGLE] = "hash_flush_single",
	[PRIMITIVE_HASH_FLUSH_RANGE] = "hash_flush_range",
	[PRIMITIVE_DEMAP] = "demap",
	[PRIMITIVE_CROSS_CALL] = "cross_call",
	[PRIMITIVE_HYPERCALL] = "hypercall",
	[PRIMITIVE_MULTICALL_ENTRY] = "multicall_entry",
	[PRIMITIVE_MMU_UPDATE] = "mmu_update",
	[PRIMITIVE_EMULATED_WRITE] = "emulated_write",
	[PRIMITIVE_INVLPG] = "invlpg",
	[PRIMITIVE_IPTE] = "ipte",
	[PRIMITIVE_IPTE_RANGE] = "ipte_range",
};

/* What is left of a line, and where it was. */
struct cost_line {
	const char *start;
	const char *at;
	const char *end;
	unsigned int number;
	struct cost_error *error;
};

struct word {
	const char *start;
	size_t length;
};

__attribute__((format(printf, 3, 4))) static int complain(const struct cost_line *line,
							  const char *at, const char *format, ...)
{
	va_list args;

	line->error->line = line->number;
	line->error->column = (unsigned int)(at - line->start) + 1;
	va_start(args, format);
	vsnprintf(line->error->text, sizeof(line->error->text), format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct word next_word(struct cost_line *line)
{
	struct word word;

	while (line->at < line->end && is_blank(*line->at))
		line->at++;
	word.start = line->at;
	while (line->at < line->end && !is_blank(*line->at))
		line->at++;
	word.length = (size_t)(line->at - word.start);
	return word;
}

static bool word_is(struct word word, const char *text)
{
	return strlen(text) == word.length && memcmp(word.start, text, word.length) == 0;
}

/* 12 or 0.25: up to nine digits, and at most three behind the point. In thousandths. */
static bool parse_decimal(struct word word, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0, digits = 0, decimals = 0;

	for (; i < word.length && word.start[i] >= '0' && word.start[i] <= '9'; i++, digits++)
		value = value * 10 + (uint64_t)(word.start[i] - '0');
	if (i < word.length && word.start[i] == '.' && digits) {
		for (i++; i < word.length && word.start[i] >= '0' && word.start[i] <= '9';
		     i++, decimals++)
			value = value * 10 + (uint64_t)(word.start[i] - '0');
		if (decimals == 0)
			return false;
	}
	if (i < word.length || digits == 0 || digits > 9 || decimals > 3)
		return false;
	for (; decimals < 3; decimals++)
		value *= 10;
	*ret = value;
	return true;
}

static int take_decimal(struct cost_line *line, const char *what, uint64_t *ret)
{
	struct word word = next_word(line);

	if (parse_decimal(word, ret))
		return 0;
	return complain(line, word.start, "%s '%.*s' is not a number such as 12 or 0.25", what,
			(int)(word.length < 40 ? word.length : 40), word.start);
}

/* The rest of the line, which must say something. */
static int take_source(struct cost_line *line, char source[COST_TEXT_SIZE])
{
	while (line->at < line->end && is_blank(*line->at))
		line->at++;
	size_t length = (size_t)(line->end - line->at);
	while (length && is_blank(line->at[length - 1]))
		length--;
	if (length == 0)
		return complain(line, line->at, "no source: who says so, or why it is assumed");
	snprintf(source, COST_TEXT_SIZE, "%.*s", (int)(length < 4096 ? length : 4096), line->at);
	return 0;
}

static int take_unit(struct cost_line *line, uint64_t *factor)
{
	struct word word = next_word(line);

	*factor = word_is(word, "us") ? 1000 : word_is(word, "ns") ? 1 : 0;
	return *factor ? 0 : complain(line, word.start, "the unit is neither ns nor us");
}

/* A known workload. */
static int take_workload(const struct cost_line *line, struct word word, char ret[32])
{
	snprintf(ret, 32, "%.*s", (int)(word.length < 31 ? word.length : 31), word.start);
	if (workload_find(ret))
		return 0;
	return complain(line, word.start,
			"unknown workload '%s' (lazymmu list workloads names them)", ret);
}

static int take_primitive(const struct cost_line *line, struct word word, struct cost *ret)
{
	const char *mark = memchr(word.start, '@', word.length);
	struct word name = word;

	if (mark) {
		struct word workload = { mark + 1, (size_t)(word.start + word.length - mark - 1) };
		name.length = (size_t)(mark - word.start);
		int err = take_workload(line, workload, ret->workload);
		if (err)
			return err;
	}
	for (int i = 0; i < NR_PRIMITIVES; i++) {
		if (word_is(name, primitive_names[i])) {
			ret->primitive = (enum primitive)i;
			return 0;
		}
	}
	return complain(line, word.start, "unknown primitive '%.*s' (lazymmu(1) names them)",
			(int)(name.length < 40 ? name.length : 40), name.start);
}

static int parse_cost(struct cost_line *line, struct word first, struct cost_table *table)
{
	struct cost cost = { .workload = "" };
	const char *at = line->at;
	uint64_t factor;

	if (table->nr == MAX_COSTS)
		return complain(line, first.start, "more than %d costs", MAX_COSTS);
	if (take_primitive(line, first, &cost) || take_decimal(line, "low", &cost.low) ||
	    take_decimal(line, "typical", &cost.typical) ||
	    take_decimal(line, "high", &cost.high) || take_unit(line, &factor) ||
	    take_source(line, cost.source))
		return -EINVAL;
	if (cost.low > cost.typical || cost.typical > cost.high)
		return complain(line, at, "low, typical and high are not in this order");
	cost.low *= factor;
	cost.typical *= factor;
	cost.high *= factor;
	table->items[table->nr++] = cost;
	return 0;
}

/* NAME=VALUE of a parameter, or config=NAME. */
static int take_condition(const struct cost_line *line, struct word word,
			  struct measured_ratio *ret)
{
	const char *mark = memchr(word.start, '=', word.length);
	char value[32];
	uint64_t number;

	if (!mark)
		return complain(line, word.start, "'%.*s' is not PARAM=N",
				(int)(word.length < 40 ? word.length : 40), word.start);
	struct word name = { word.start, (size_t)(mark - word.start) };
	struct word rest = { mark + 1, (size_t)(word.start + word.length - mark - 1) };
	enum param param = param_find(name.start, (int)name.length);
	if (param != NR_PARAMS && parse_decimal(rest, &number)) {
		ret->params[param] = number / 1000;
		ret->has_param[param] = true;
		return 0;
	}
	snprintf(value, sizeof(value), "%.*s", (int)(rest.length < 31 ? rest.length : 31),
		 rest.start);
	unsigned int flag = config_flag_find(value);
	if (word_is(name, "config") && flag) {
		ret->config |= flag;
		return 0;
	}
	return complain(line, word.start, "'%.*s' is no parameter and its value",
			(int)(word.length < 40 ? word.length : 40), word.start);
}

static int take_conditions(struct cost_line *line, struct measured_ratio *ret)
{
	struct word all = next_word(line);
	const char *at = all.start, *end = all.start + all.length;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct word word = { at, (size_t)((comma ? comma : end) - at) };
		int err = take_condition(line, word, ret);
		if (err)
			return err;
		at += word.length + (comma != NULL);
	}
	return 0;
}

static int parse_measured(struct cost_line *line, struct word first, struct cost_table *table)
{
	struct measured_ratio ratio = { .workload = "" };

	if (table->nr_measured == MAX_MEASURED)
		return complain(line, first.start, "more than %d measured ratios", MAX_MEASURED);
	if (take_workload(line, next_word(line), ratio.workload) || take_conditions(line, &ratio) ||
	    take_decimal(line, "low", &ratio.low) || take_decimal(line, "high", &ratio.high) ||
	    take_source(line, ratio.source))
		return -EINVAL;
	if (ratio.low > ratio.high)
		return complain(line, first.start, "low and high are not in this order");
	table->measured[table->nr_measured++] = ratio;
	return 0;
}

int costs_parse(const char *text, struct cost_table *table, struct cost_error *error)
{
	struct cost_line line = { .error = error };
	int err = 0;

	for (const char *at = text; *at && !err;) {
		size_t length = strcspn(at, "\n");
		line.start = line.at = at;
		line.end = at + length;
		line.number++;
		struct word first = next_word(&line);
		if (word_is(first, "measured"))
			err = parse_measured(&line, first, table);
		else if (first.length && *first.start != '#')
			err = parse_cost(&line, first, table);
		at += length + (at[length] == '\n');
	}
	return err;
}

const struct cost *cost_find(const struct cost_table *table, enum primitive primitive,
			     const char *workload)
{
	const struct cost *general = NULL;

	for (size_t i = table->nr; i-- > 0;) {
		const struct cost *cost = &table->items[i];
		if (cost->primitive != primitive)
			continue;
		if (workload && strcmp(cost->workload, workload) == 0)
			return cost;
		if (!cost->workload[0] && !general)
			general = cost;
	}
	return general;
}

const struct measured_ratio *measured_find(const struct cost_table *table, const char *workload,
					   const struct params *params, unsigned int config)
{
	for (size_t i = table->nr_measured; i-- > 0;) {
		const struct measured_ratio *ratio = &table->measured[i];
		bool holds = strcmp(ratio->workload, workload) == 0 && ratio->config == config;
		for (int j = 0; j < NR_PARAMS; j++)
			holds = holds && (!ratio->has_param[j] || ratio->params[j] == params->n[j]);
		if (holds)
			return ratio;
	}
	return NULL;
}
