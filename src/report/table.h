/* SPDX-License-Identifier: MIT */
/* A text table: cells are collected, then printed in columns that fit. */
#ifndef LAZYMMU_REPORT_TABLE_H
#define LAZYMMU_REPORT_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum {
	MAX_TABLE_COLUMNS = 16,
	MAX_CELL_SIZE = 512, /* bytes; a longer cell is cut */
};

struct table_text {
	char *text; /* all cells, row by row, each ended by NUL */
	size_t used;
	size_t capacity;
	size_t columns; /* at most MAX_TABLE_COLUMNS */
};

void table_text_init(struct table_text *table, size_t columns);
void table_text_fini(struct table_text *table);
/* Appends a cell, printf-like, cut at MAX_CELL_SIZE. 0 or -ENOMEM. */
int table_text_add(struct table_text *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The first row is a heading; the last column is not padded. */
void table_text_print(const struct table_text *table, FILE *out);

#endif
