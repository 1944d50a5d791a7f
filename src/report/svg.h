/* SPDX-License-Identifier: MIT */
/* Parts of an SVG picture, in shades of grey; every coordinate is a whole number. */
#ifndef LAZYMMU_REPORT_SVG_H
#define LAZYMMU_REPORT_SVG_H

#include <stdint.h>
#include <stdio.h>

#include "account.h"

struct svg_area {
	int left;
	int top;
	int width;
	int height;
};

/* Text of anybody's choice, inside an element. */
void svg_text(const char *text, FILE *out);
/* style: further attributes, behind a blank each. */
void svg_line(FILE *out, const char *style, int x1, int y1, int x2, int y2);
/* anchor: start, middle, end. */
void svg_number(FILE *out, int x, int y, const char *anchor, uint64_t number);

/* The most frequent sizes as bars, in ascending order; their numbers stand below the area. */
void svg_sizes(FILE *out, const struct histogram *sizes, const struct svg_area *area);

#endif
