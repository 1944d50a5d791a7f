/* SPDX-License-Identifier: MIT */
/* Random scenarios, see generate.h. */
#include "generate.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct generator {
	uint64_t state;
	char *text;
	unsigned int used;
	unsigned int budget; /* operations of a program */
	bool may_sleep;	     /* in a task that may give way of its own accord */
	bool has_child;
	unsigned int hot; /* page that most operations of the scenario work on */
};

/* splitmix64, Steele, Lea and Flood 2014. */
static uint64_t next(struct generator *generator)
{
	uint64_t z = generator->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned int below(struct generator *generator, unsigned int limit)
{
	return (unsigned int)((next(generator) >> 16) % limit);
}

static bool percent(struct generator *generator, unsigned int chance)
{
	return below(generator, 100) < chance;
}

static void put(struct generator *generator, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct generator *generator, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(generator->text + generator->used, MAX_GENERATED_SIZE - generator->used,
			  format, args);
	va_end(args);
	if (n > 0 && generator->used + (unsigned int)n < MAX_GENERATED_SIZE)
		generator->used += (unsigned int)n;
}

static const char *page(struct generator *generator)
{
	static const char *const pages[] = { "k0", "u0", "w0", "k0", "u0", "w0", "k1", "w1" };
	unsigned int nr = sizeof(pages) / sizeof(pages[0]);

	return pages[percent(generator, 60) ? generator->hot : below(generator, nr)];
}

static const char *write_page(struct generator *generator)
{
	return percent(generator, 70) ? "w0" : "w1";
}

static void put_sleeping(struct generator *generator)
{
	static const char *const ops[] = { "sleep", "cond-resched", "user", "alloc-sleep" };

	put(generator, "%s ; ", ops[below(generator, 4)]);
}

static void put_operation(struct generator *generator)
{
	unsigned int draw = below(generator, 100);

	if (draw < 25)
		put(generator, "write %s ; ", write_page(generator));
	else if (draw < 40)
		put(generator, "set %s %u ; ", page(generator), below(generator, 3));
	else if (draw < 46)
		put(generator, "clear %s ; ", page(generator));
	else if (draw < 50)
		put(generator, "wrprotect %s ; ", page(generator));
	else if (draw < 54)
		put(generator, "young %s ; ", page(generator));
	else if (draw < 60)
		put(generator, "prot %s ; ", page(generator));
	else if (draw < 64)
		put(generator, "raw %s ; ", page(generator));
	else if (draw < 76)
		put(generator, "%s %s ; ", percent(generator, 60) ? "access" : "store",
		    page(generator));
	else if (draw < 80)
		put(generator, "flush-range %s 2 ; ", page(generator));
	else if (draw < 84)
		put(generator, "flush-page %s ; ", page(generator));
	else if (draw < 86)
		put(generator, "unmap u0 ; ");
	else if (draw < 89)
		put(generator, "alloc ; ");
	else if (draw < 90)
		put(generator, "set-ptes k0 2 ; ");
	else if (draw < 92 && generator->has_child)
		put(generator, "fork C ; ");
	else if (draw < 96 && generator->may_sleep)
		put_sleeping(generator);
	else
		put(generator, "nop ; ");
}

static void put_fragment(struct generator *generator, unsigned int depth);

/* What begins and ends; now and then the end is missing. */
static void put_pair(struct generator *generator, const char *begin, const char *end,
		     unsigned int depth)
{
	put(generator, "%s ; ", begin);
	for (unsigned int nr = 1 + below(generator, 2); nr; nr--)
		put_fragment(generator, depth + 1);
	if (!percent(generator, 25))
		put(generator, "%s ; ", end);
}

/* A value is read, something may happen, and then somebody depends on it. */
static void put_condition(struct generator *generator, unsigned int depth)
{
	const char *from = page(generator);

	put(generator, "set %s %u ; ", from, below(generator, 3));
	put(generator, "%s %s r0 ; ", percent(generator, 80) ? "get" : "raw", from);
	if (percent(generator, 50))
		put_operation(generator);
	put(generator, "if r0 %u {\n ", below(generator, 3));
	put_fragment(generator, depth + 1);
	put(generator, "}\n ");
}

/* A page-table lock, of the page that most operations work on or of another. */
static void put_locked(struct generator *generator, unsigned int depth)
{
	const char *locked = page(generator);
	char begin[16], end[16];

	snprintf(begin, sizeof(begin), "lock %s", locked);
	snprintf(end, sizeof(end), "unlock %s", locked);
	put_pair(generator, begin, end, depth);
}

static void put_block(struct generator *generator, unsigned int depth)
{
	unsigned int draw = below(generator, 100);

	if (draw < 45)
		put_pair(generator, percent(generator, 70) ? "enable" : "enable-range w0",
			 "disable", depth);
	else if (draw < 58)
		put_pair(generator, "enable ; pause", "resume ; disable", depth);
	else if (draw < 66)
		put_pair(generator, "bh-off", "bh-on", depth);
	else if (draw < 74)
		put_pair(generator, "preempt-off", "preempt-on", depth);
	else if (draw < 79)
		put_pair(generator, "irq-off", "irq-on", depth);
	else if (draw < 84)
		put_locked(generator, depth);
	else if (draw < 88) {
		put(generator, "loop 2 {\n ");
		put_operation(generator);
		put(generator, "}\n ");
	} else
		put_condition(generator, depth);
}

static void put_fragment(struct generator *generator, unsigned int depth)
{
	if (generator->budget)
		generator->budget--;
	if (depth < 2 && generator->budget && percent(generator, 50))
		put_block(generator, depth);
	else
		put_operation(generator);
}

static void put_program(struct generator *generator, unsigned int fragments)
{
	put(generator, "{\n ");
	generator->budget = fragments;
	do
		put_fragment(generator, 0);
	while (generator->budget);
	put(generator, "\n}\n");
}

static void put_options(struct generator *generator)
{
	static const char *const models[] = { "none", "voluntary", "lazy" };
	unsigned int draw = below(generator, 100);

	put(generator, "preempt %s\n",
	    draw < 60	? "full"
	    : draw < 75 ? "rt"
			: models[below(generator, 3)]);
	if (percent(generator, 30))
		put(generator, "config debug_vm\n");
	if (percent(generator, 15))
		put(generator, "config debug_pagealloc\n");
	if (percent(generator, 15))
		put(generator, "config kpkeys\n");
	if (percent(generator, 5))
		put(generator, "config kasan_vmalloc\n");
}

static void put_tasks(struct generator *generator, unsigned int cpus, bool two_mms)
{
	unsigned int nr = cpus == 1 && percent(generator, 10) ? 3 : 2;
	unsigned int most = cpus == 1 ? 5 : 2;
	bool same = percent(generator, 30);
	uint64_t first = generator->state;

	generator->has_child = percent(generator, 10);
	if (generator->has_child)
		put(generator, "child C { write w0 }\n");
	for (unsigned int i = 0; i < nr; i++) {
		generator->may_sleep = i == 0 && !same;
		put(generator, "task T%u mm %s ", i, two_mms && i ? "B" : "A");
		if (same)
			generator->state = first;
		put_program(generator, 1 + below(generator, most));
	}
}

static void put_handler(struct generator *generator)
{
	static const char *const kinds[] = { "irq", "softirq", "nmi" };

	generator->may_sleep = generator->has_child = false;
	put(generator, "%s H ", kinds[below(generator, 3)]);
	if (percent(generator, 20))
		put(generator, "at-most 2 ");
	put_program(generator, 1 + below(generator, 2));
}

void generate_scenario(uint64_t seed, struct generated *ret)
{
	struct generator generator = { .state = seed, .text = ret->text };
	unsigned int cpus = percent(&generator, 72) ? 2 : 1;
	bool two_mms = percent(&generator, 20);

	generator.hot = below(&generator, 3);
	ret->choice = next(&generator);
	ret->max_disturbances = 1 + below(&generator, cpus == 1 ? 3 : 2);
	put(&generator, "#lmt 1\nscenario generated\ncpus %u\nmm A\n", cpus);
	if (two_mms)
		put(&generator, "mm B\n");
	put_options(&generator);
	put_tasks(&generator, cpus, two_mms);
	if (percent(&generator, 60))
		put_handler(&generator);
}
