/* SPDX-License-Identifier: MIT */
/* Parts of pictures, see svg.h. */
#include "svg.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_BARS = 8, MAX_BAR_WIDTH = 56 };

/* A name may hold what XML takes for its own, and bytes that it takes for nothing. */
void svg_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < ' ' || c > '~' || strchr("<>&\"'", c))
			fprintf(out, c < ' ' || c > '~' ? "?" : "&#%d;", c);
		else
			putc(c, out);
	}
}

void svg_line(FILE *out, const char *style, int x1, int y1, int x2, int y2)
{
	fprintf(out, "<line stroke=\"#000000\"%s x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
		style, x1, y1, x2, y2);
}

void svg_number(FILE *out, int x, int y, const char *anchor, uint64_t number)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%" PRIu64 "</text>\n", x, y,
		anchor, number);
}

/* So many sizes are more frequent; of equally frequent ones, the smaller. */
static size_t rank_of(const struct histogram *sizes, size_t bin)
{
	size_t rank = 0;

	for (size_t i = 0; i < sizes->nr; i++)
		rank += sizes->bins[i].count > sizes->bins[bin].count ||
			(sizes->bins[i].count == sizes->bins[bin].count && i < bin);
	return rank;
}

/* Five characters at most, as wide as a bar may be. */
static void write_count(FILE *out, int x, int y, uint64_t number)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y);
	if (number < 100000)
		fprintf(out, "%" PRIu64, number);
	else if (number < 1000000)
		fprintf(out, "%" PRIu64 "k", number / 1000);
	else
		fprintf(out, "%" PRIu64 "M", number / 1000000);
	fputs("</text>\n", out);
}

static void write_bar(FILE *out, const struct histogram_bin *bin, uint64_t most,
		      const struct svg_area *area)
{
	int height = (int)(bin->count * (uint64_t)area->height / most);
	int bottom = area->top + area->height, middle = area->left + area->width / 2;

	fprintf(out, "<rect fill=\"#777777\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
		area->left + 2, bottom - height, area->width - 4, height);
	svg_number(out, middle, bottom + 16, "middle", bin->size);
	write_count(out, middle, bottom - height - 4, bin->count);
}

static uint64_t most_frequent(const struct histogram *sizes)
{
	uint64_t most = 0;

	for (size_t i = 0; i < sizes->nr; i++)
		most = sizes->bins[i].count > most ? sizes->bins[i].count : most;
	return most;
}

static void write_bars(FILE *out, const struct histogram *sizes, const struct svg_area *area)
{
	const int shown = sizes->nr < MAX_BARS ? (int)sizes->nr : MAX_BARS;
	const uint64_t most = most_frequent(sizes);
	struct svg_area bar = *area;

	bar.width = shown * MAX_BAR_WIDTH < area->width ? MAX_BAR_WIDTH : area->width / shown;
	for (size_t i = 0; i < sizes->nr; i++) {
		if (rank_of(sizes, i) >= MAX_BARS)
			continue;
		write_bar(out, &sizes->bins[i], most, &bar);
		bar.left += bar.width;
	}
}

void svg_sizes(FILE *out, const struct histogram *sizes, const struct svg_area *area)
{
	const int bottom = area->top + area->height;

	write_bars(out, sizes, area);
	svg_line(out, "", area->left, bottom, area->left + area->width, bottom);
	if (sizes->nr == 0)
		fprintf(out, "<text x=\"%d\" y=\"%d\">nothing was held back</text>\n", area->left,
			bottom + 16);
	else if (sizes->nr > MAX_BARS)
		fprintf(out, "<text x=\"%d\" y=\"%d\">the %d most frequent of %zu</text>\n",
			area->left, bottom + 34, MAX_BARS, sizes->nr);
}
