/* SPDX-License-Identifier: MIT */
/* Results of bench as a picture. */
#include "bench_svg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	PANEL_WIDTH = 840,
	PANEL_HEIGHT = 240,
	PLOT_TOP = 40,
	PLOT_HEIGHT = 150,
	RATIO_LEFT = 60,
	RATIO_WIDTH = 400,
	SIZES_LEFT = 540,
	SIZES_WIDTH = 280,
	MAX_BARS = 12,
	MAX_RATIO = 4000, /* thousandths; what is above is cut */
};

struct picture_point {
	const char *name;
	const char *arch;
	const char *kernel;
	uint64_t value; /* of what was swept */
	struct estimate ratio;
	struct histogram sizes;
};

/* Points that belong to one panel. */
struct series {
	const struct picture_point *points;
	size_t nr;
	uint64_t top; /* of the axis, thousandths */
};

int picture_add(struct picture *picture, const struct bench_result *result)
{
	const struct histogram *sizes = &result->lazy.counters.batch_sizes;

	if (picture->nr == picture->capacity) {
		size_t capacity = picture->capacity ? picture->capacity * 2 : 16;
		struct picture_point *points = realloc(picture->points, capacity * sizeof(*points));
		if (!points)
			return -ENOMEM;
		picture->points = points;
		picture->capacity = capacity;
	}
	struct picture_point *point = &picture->points[picture->nr++];
	*point = (struct picture_point){ .name = result->name,
					 .arch = result->arch,
					 .kernel = result->kernel,
					 .ratio = result->ratio };
	if (picture->swept != NR_PARAMS)
		point->value = result->params.n[picture->swept];
	int err = 0;
	for (size_t i = 0; i < sizes->nr && !err; i++)
		err = histogram_add(&point->sizes, sizes->bins[i].size, sizes->bins[i].count);
	return err;
}

void picture_fini(struct picture *picture)
{
	for (size_t i = 0; i < picture->nr; i++)
		free(picture->points[i].sizes.bins);
	free(picture->points);
	*picture = (struct picture){ 0 };
}

/* A name may hold what XML takes for its own, and bytes that it takes for nothing. */
static void write_escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < ' ' || c > '~' || strchr("<>&\"'", c))
			fprintf(out, c < ' ' || c > '~' ? "?" : "&#%d;", c);
		else
			putc(c, out);
	}
}

static void write_label(FILE *out, int x, int y, const char *anchor, uint64_t number)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%" PRIu64 "</text>\n", x, y,
		anchor, number);
}

static bool is_same(const struct picture_point *a, const struct picture_point *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->arch, b->arch) == 0 &&
	       strcmp(a->kernel, b->kernel) == 0;
}

/* The points from one on that differ in what was swept alone. */
static struct series series_from(const struct picture *picture, size_t first)
{
	struct series series = { .points = &picture->points[first], .top = 1500 };

	while (first + series.nr < picture->nr &&
	       is_same(series.points, &series.points[series.nr])) {
		uint64_t high = series.points[series.nr++].ratio.high;
		if (high > series.top)
			series.top = high < MAX_RATIO ? (high + 499) / 500 * 500 : MAX_RATIO;
	}
	return series;
}

static int x_of(const struct series *series, size_t i)
{
	size_t steps = series->nr > 1 ? series->nr - 1 : 1;

	return RATIO_LEFT + 10 + (int)(i * (RATIO_WIDTH - 20) / steps);
}

static int y_of(const struct series *series, uint64_t ratio)
{
	uint64_t shown = ratio < series->top ? ratio : series->top;

	return PLOT_TOP + PLOT_HEIGHT - (int)(shown * PLOT_HEIGHT / series->top);
}

static void write_band(const struct series *series, FILE *out)
{
	fputs("<polygon fill=\"#cccccc\" points=\"", out);
	for (size_t i = 0; i < series->nr; i++)
		fprintf(out, "%d,%d ", x_of(series, i), y_of(series, series->points[i].ratio.low));
	for (size_t i = series->nr; i-- > 0;)
		fprintf(out, "%d,%d ", x_of(series, i), y_of(series, series->points[i].ratio.high));
	fputs("\"/>\n<polyline fill=\"none\" stroke=\"#000000\" stroke-width=\"2\" points=\"", out);
	for (size_t i = 0; i < series->nr; i++)
		fprintf(out, "%d,%d ", x_of(series, i),
			y_of(series, series->points[i].ratio.typical));
	fputs("\"/>\n", out);
}

static void write_line(FILE *out, const char *style, int x1, int y1, int x2, int y2)
{
	fprintf(out, "<line stroke=\"#000000\"%s x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
		style, x1, y1, x2, y2);
}

/* Low to high of one value, with its name below. */
static void write_points(const struct series *series, FILE *out)
{
	for (size_t i = 0; i < series->nr; i++) {
		const struct picture_point *point = &series->points[i];
		int x = x_of(series, i);
		write_line(out, "", x, y_of(series, point->ratio.low), x,
			   y_of(series, point->ratio.high));
		fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", x,
			y_of(series, point->ratio.typical));
		if (series->nr > 1)
			write_label(out, x, PLOT_TOP + PLOT_HEIGHT + 16, "middle", point->value);
	}
}

static void write_axes(const struct series *series, FILE *out)
{
	const int right = RATIO_LEFT + RATIO_WIDTH, bottom = PLOT_TOP + PLOT_HEIGHT;

	write_line(out, "", RATIO_LEFT, PLOT_TOP, RATIO_LEFT, bottom);
	write_line(out, "", RATIO_LEFT, bottom, right, bottom);
	write_line(out, " stroke-dasharray=\"6 4\"", RATIO_LEFT, y_of(series, RATIO_ONE), right,
		   y_of(series, RATIO_ONE));
	for (uint64_t at = 0; at <= series->top; at += 500)
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%" PRIu64 ".%" PRIu64
			"</text>\n",
			RATIO_LEFT - 6, y_of(series, at) + 4, at / 1000, at % 1000 / 100);
}

/* The most frequent sizes, in ascending order, as shares of all batches. */
static void write_sizes(const struct histogram *sizes, FILE *out)
{
	const int bottom = PLOT_TOP + PLOT_HEIGHT, step = SIZES_WIDTH / MAX_BARS;
	size_t shown = sizes->nr < MAX_BARS ? sizes->nr : MAX_BARS;
	uint64_t most = 1;

	for (size_t i = 0; i < sizes->nr; i++)
		most = sizes->bins[i].count > most ? sizes->bins[i].count : most;
	write_line(out, "", SIZES_LEFT, bottom, SIZES_LEFT + SIZES_WIDTH, bottom);
	for (size_t i = 0; i < shown; i++) {
		const struct histogram_bin *bin = &sizes->bins[sizes->nr - shown + i];
		int height = (int)(share(bin->count, most) * PLOT_HEIGHT / RATIO_ONE);
		int x = SIZES_LEFT + (int)i * step + 2;
		fprintf(out,
			"<rect fill=\"#777777\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
			x, bottom - height, step - 4, height);
		write_label(out, x + step / 2 - 2, bottom + 16, "middle", bin->size);
		write_label(out, x + step / 2 - 2, bottom - height - 4, "middle", bin->count);
	}
}

static void write_title(const struct picture *picture, const struct series *series, FILE *out)
{
	const struct picture_point *last = &series->points[series->nr - 1];

	fprintf(out, "<text x=\"%d\" y=\"20\">", RATIO_LEFT);
	write_escaped(last->name, out);
	fprintf(out, " on %s, %s: lazy by immediate time</text>\n", last->arch, last->kernel);
	fprintf(out, "<text x=\"%d\" y=\"20\">batch sizes, and how often", SIZES_LEFT);
	if (picture->swept != NR_PARAMS) {
		fprintf(out, " (%s=%" PRIu64 ")</text>\n", param_ranges[picture->swept].name,
			last->value);
		fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
			RATIO_LEFT + RATIO_WIDTH / 2, PLOT_TOP + PLOT_HEIGHT + 34,
			param_ranges[picture->swept].name);
	} else {
		fputs("</text>\n", out);
	}
}

static void write_panel(const struct picture *picture, const struct series *series, size_t number,
			FILE *out)
{
	fprintf(out, "<g transform=\"translate(0 %zu)\">\n", number * PANEL_HEIGHT);
	write_title(picture, series, out);
	write_band(series, out);
	write_axes(series, out);
	write_points(series, out);
	write_sizes(&series->points[series->nr - 1].sizes, out);
	fputs("</g>\n", out);
}

static size_t count_panels(const struct picture *picture)
{
	size_t panels = 0;

	for (size_t i = 0; i < picture->nr; panels++)
		i += series_from(picture, i).nr;
	return panels;
}

void picture_write(const struct picture *picture, FILE *out)
{
	size_t height = count_panels(picture) * PANEL_HEIGHT, number = 0;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" "
		"viewBox=\"0 0 %d %zu\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect fill=\"#ffffff\" width=\"%d\" height=\"%zu\"/>\n",
		PANEL_WIDTH, height, PANEL_WIDTH, height, PANEL_WIDTH, height);
	for (size_t i = 0; i < picture->nr; number++) {
		struct series series = series_from(picture, i);
		write_panel(picture, &series, number, out);
		i += series.nr;
	}
	fputs("</svg>\n", out);
}
