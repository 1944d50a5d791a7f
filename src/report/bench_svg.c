/* SPDX-License-Identifier: MIT */
/* Results of bench as a picture. */
#include "bench_svg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"

enum {
	PANEL_WIDTH = 840,
	PLOT_TOP = 40,
	SWEPT_HEIGHT = 150, /* of a plot */
	SINGLE_HEIGHT = 45, /* of one value: a picture may have hundreds */
	BELOW_PLOT = 42,
	RATIO_LEFT = 60,
	RATIO_WIDTH = 400,
	SIZES_LEFT = 540,
	SIZES_WIDTH = 280,
	DIGIT_WIDTH = 8,
	LABEL_GAP = 6,
	TICK_HEIGHT = 15,
	MAX_NAME = 22,
	MAX_RATIO = 4000, /* thousandths; what is above is cut */
};

struct picture_point {
	const char *name;
	const char *arch;
	const char *machine;
	const char *kernel;
	uint64_t value; /* of what was swept */
	bool has_bug;	/* the ratio is of a model that went on */
	struct estimate ratio;
	struct histogram sizes;
};

/* Points that belong to one panel. */
struct series {
	const struct picture_point *points;
	size_t nr;
	uint64_t top; /* of the axis, thousandths */
	bool is_cut;  /* something is above it */
	int height;   /* of the plot */
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
					 .machine = result->machine,
					 .kernel = result->kernel,
					 .has_bug = result->verdict == BENCH_BUG,
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

/* Of a long one, a path, the end. */
static void write_name(const char *name, FILE *out)
{
	size_t length = strlen(name);

	if (length > MAX_NAME) {
		fputs("...", out);
		name += length - MAX_NAME + strlen("...");
	}
	svg_text(name, out);
}

static bool is_same(const struct picture_point *a, const struct picture_point *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->arch, b->arch) == 0 &&
	       strcmp(a->kernel, b->kernel) == 0;
}

/* The points from one on that differ in what was swept alone; without a sweep, each stands alone.
 */
static struct series series_from(const struct picture *picture, size_t first)
{
	const bool swept = picture->swept != NR_PARAMS;
	const size_t nr = swept ? picture->nr - first : 1;
	struct series series = {
		.points = &picture->points[first],
		.top = 1500,
		.height = swept ? SWEPT_HEIGHT : SINGLE_HEIGHT,
	};

	while (series.nr < nr && is_same(series.points, &series.points[series.nr])) {
		uint64_t high = series.points[series.nr++].ratio.high;
		if (high > series.top)
			series.top = high < MAX_RATIO ? (high + 499) / 500 * 500 : MAX_RATIO;
		series.is_cut = series.is_cut || high > MAX_RATIO;
	}
	return series;
}

static int bottom_of(const struct series *series)
{
	return PLOT_TOP + series->height;
}

static int x_of(const struct series *series, size_t i)
{
	size_t steps = series->nr - 1;

	if (steps == 0)
		return RATIO_LEFT + RATIO_WIDTH / 2;
	return RATIO_LEFT + 10 + (int)(i * (RATIO_WIDTH - 20) / steps);
}

static int y_of(const struct series *series, uint64_t ratio)
{
	uint64_t shown = ratio < series->top ? ratio : series->top;

	return bottom_of(series) - (int)(shown * (uint64_t)series->height / series->top);
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

static int label_width(uint64_t number)
{
	int width = DIGIT_WIDTH + LABEL_GAP;

	while (number /= 10)
		width += DIGIT_WIDTH;
	return width;
}

/* The values of what was swept, the last one in any case, and no two over each other. */
static void write_values(const struct series *series, FILE *out)
{
	const size_t last = series->nr - 1;
	const int end = x_of(series, last) - label_width(series->points[last].value) / 2;
	int right = 0;

	for (size_t i = 0; i <= last; i++) {
		int x = x_of(series, i), half = label_width(series->points[i].value) / 2;
		if (i < last && (x - half < right || x + half > end))
			continue;
		svg_number(out, x, bottom_of(series) + 16, "middle", series->points[i].value);
		right = x + half;
	}
}

static void write_ratio(uint64_t ratio, FILE *out)
{
	fprintf(out, "%" PRIu64 ".%03" PRIu64, ratio / 1000, ratio % 1000);
}

/* One value alone: there is room for its numbers. */
static void write_numbers(const struct series *series, FILE *out)
{
	const struct estimate *ratio = &series->points->ratio;

	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x_of(series, 0),
		bottom_of(series) + 16);
	write_ratio(ratio->typical, out);
	fputs(" (", out);
	write_ratio(ratio->low, out);
	fputs(" to ", out);
	write_ratio(ratio->high, out);
	fputs(")</text>\n", out);
}

/* Low to high of each value. */
static void write_points(const struct series *series, FILE *out)
{
	for (size_t i = 0; i < series->nr; i++) {
		const struct estimate *ratio = &series->points[i].ratio;
		int x = x_of(series, i);
		svg_line(out, "", x, y_of(series, ratio->low), x, y_of(series, ratio->high));
		fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", x,
			y_of(series, ratio->typical));
	}
}

static void write_ticks(const struct series *series, FILE *out)
{
	uint64_t step = 500;

	while ((int)(series->top / step) * TICK_HEIGHT > series->height)
		step *= 2;
	for (uint64_t at = 0; at <= series->top; at += step)
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s%" PRIu64 ".%" PRIu64
			"</text>\n",
			RATIO_LEFT - 6, y_of(series, at) + 4,
			series->is_cut && at == series->top ? "from " : "", at / 1000,
			at % 1000 / 100);
}

static void write_axes(const struct series *series, FILE *out)
{
	const int right = RATIO_LEFT + RATIO_WIDTH, bottom = bottom_of(series);

	svg_line(out, "", RATIO_LEFT, PLOT_TOP, RATIO_LEFT, bottom);
	svg_line(out, "", RATIO_LEFT, bottom, right, bottom);
	svg_line(out, " stroke-dasharray=\"6 4\"", RATIO_LEFT, y_of(series, RATIO_ONE), right,
		 y_of(series, RATIO_ONE));
	write_ticks(series, out);
}

static void write_title(const struct picture *picture, const struct series *series, FILE *out)
{
	const struct picture_point *last = &series->points[series->nr - 1];

	fprintf(out, "<text x=\"%d\" y=\"20\">", RATIO_LEFT);
	write_name(last->name, out);
	fprintf(out, " on %s, %s%s: lazy/immediate%s</text>\n", last->arch, last->kernel,
		last->machine, last->has_bug ? ", behind a kernel BUG" : "");
	fprintf(out, "<text x=\"%d\" y=\"20\">batch sizes, and how often", SIZES_LEFT);
	if (picture->swept != NR_PARAMS) {
		fprintf(out, " (%s=%" PRIu64 ")</text>\n", param_ranges[picture->swept].name,
			last->value);
		fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
			RATIO_LEFT + RATIO_WIDTH / 2, bottom_of(series) + 34,
			param_ranges[picture->swept].name);
	} else {
		fputs("</text>\n", out);
	}
}

static int panel_height(const struct series *series)
{
	return bottom_of(series) + BELOW_PLOT;
}

static void write_panel(const struct picture *picture, const struct series *series, size_t top,
			FILE *out)
{
	fprintf(out, "<g transform=\"translate(0 %zu)\">\n", top);
	write_title(picture, series, out);
	write_band(series, out);
	write_axes(series, out);
	write_points(series, out);
	if (picture->swept != NR_PARAMS)
		write_values(series, out);
	else
		write_numbers(series, out);
	svg_sizes(out, &series->points[series->nr - 1].sizes,
		  &(struct svg_area){ SIZES_LEFT, PLOT_TOP, SIZES_WIDTH, series->height });
	fputs("</g>\n", out);
}

static size_t picture_height(const struct picture *picture)
{
	size_t height = 0;

	for (size_t i = 0; i < picture->nr;) {
		struct series series = series_from(picture, i);
		height += (size_t)panel_height(&series);
		i += series.nr;
	}
	return height;
}

void picture_write(const struct picture *picture, FILE *out)
{
	size_t height = picture_height(picture), top = 0;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" "
		"viewBox=\"0 0 %d %zu\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect fill=\"#ffffff\" width=\"%d\" height=\"%zu\"/>\n",
		PANEL_WIDTH, height, PANEL_WIDTH, height, PANEL_WIDTH, height);
	for (size_t i = 0; i < picture->nr;) {
		struct series series = series_from(picture, i);
		write_panel(picture, &series, top, out);
		top += (size_t)panel_height(&series);
		i += series.nr;
	}
	fputs("</svg>\n", out);
}
