/* SPDX-License-Identifier: MIT */
/* Time stamps. */
#include "stamp.h"
#include "event.h"

/* Digits behind the dot, which count less and less of a unit. */
static bool read_fraction(struct text *text, uint64_t unit, uint64_t *ns)
{
	const char *start = text->p;

	for (*ns = 0; text->p < text->end && *text->p >= '0' && *text->p <= '9'; text->p++) {
		unit /= 10;
		*ns += unit * (uint64_t)(*text->p - '0');
	}
	return text->p > start;
}

bool stamp_read(struct text *text, uint64_t unit, uint64_t *ns)
{
	uint64_t whole, fraction = 0;

	if (!text_dec(text, &whole))
		return false;
	if (text_skip(text, ".") && !read_fraction(text, unit, &fraction))
		return false;
	*ns = whole > (UINT64_MAX - fraction) / unit ? UINT64_MAX : whole * unit + fraction;
	return true;
}

static bool is_stamp(char c)
{
	return (c >= '0' && c <= '9') || c == '.';
}

uint64_t stamp_before(const char *event, const char *line)
{
	const char *end = event;
	uint64_t ns;

	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (end == line || *--end != ':')
		return EVENT_NO_TIME;
	struct text stamp = { end, end };
	while (stamp.p > line && is_stamp(stamp.p[-1]))
		stamp.p--;
	uint64_t unit = memchr(stamp.p, '.', text_size(stamp)) ? NSEC_PER_SEC : 1;
	return stamp_read(&stamp, unit, &ns) ? ns : EVENT_NO_TIME;
}
