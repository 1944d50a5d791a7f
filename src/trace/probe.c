/* SPDX-License-Identifier: MIT */
/* "(function+0x8/0x3d0)", "(0x401187)", "(401187)", "(caller+0x4/0x8 <- function)". */
#include "probe.h"

struct text probe_symbol(struct text symbol)
{
	const char *p;

	text_skip(&symbol, ".");
	for (p = symbol.p; p < symbol.end && *p != '.' && *p != '+'; p++)
		;
	return (struct text){ symbol.p, p };
}

/* `perf script -G` appends the address of the sample and its symbol. */
static bool appended_symbol(struct text rest, uint64_t address, struct text *function)
{
	uint64_t number;

	for (struct text word = text_word(&rest); text_size(word); word = text_word(&rest)) {
		if (!text_hex(&word, &number) || word.p != word.end || number != address)
			continue;
		*function = probe_symbol(text_word(&rest));
		return text_size(*function) > 0;
	}
	return false;
}

enum probe_place probe_place(struct text args, struct text *function)
{
	const char *end;
	uint64_t address;

	if (text_starts(args, "__probe_func=")) /* option "fields" */
		return PLACE_RETURN;
	if (!text_skip(&args, "("))
		return PLACE_UNNAMED;
	end = memchr(args.p, ')', text_size(args));
	if (!end)
		return PLACE_UNNAMED;
	struct text place = { args.p, end }, rest = { end + 1, args.end };
	struct text number = place;
	if (text_find(&place, " <- "))
		return PLACE_RETURN;
	/* A name may begin as a hex number does. */
	if (text_hex(&number, &address) && number.p == number.end)
		return appended_symbol(rest, address, function) ? PLACE_FUNCTION : PLACE_UNNAMED;
	*function = probe_symbol(place);
	return PLACE_FUNCTION;
}
