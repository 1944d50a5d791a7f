/* SPDX-License-Identifier: MIT */
/* Text tables. */
#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void table_text_init(struct table_text *table, size_t columns)
{
	*table = (struct table_text){ .columns = columns };
}

void table_text_fini(struct table_text *table)
{
	for (size_t i = 0; i < table->nr; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table_text){ 0 };
}

int table_text_add(struct table_text *table, const char *format, ...)
{
	va_list args;

	if (table->nr == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;
		char **cells = realloc(table->cells, capacity * sizeof(char *));
		if (!cells)
			return -ENOMEM;
		table->cells = cells;
		table->capacity = capacity;
	}
	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *cell = malloc((size_t)length + 1);
	if (!cell)
		return -ENOMEM;
	va_start(args, format);
	vsnprintf(cell, (size_t)length + 1, format, args);
	va_end(args);
	table->cells[table->nr++] = cell;
	return 0;
}

static size_t column_width(const struct table_text *table, size_t column)
{
	size_t width = 0;

	for (size_t i = column; i < table->nr; i += table->columns) {
		size_t length = strlen(table->cells[i]);
		width = length > width ? length : width;
	}
	return width;
}

void table_text_print(const struct table_text *table, FILE *out)
{
	int widths[MAX_TABLE_COLUMNS];

	for (size_t column = 0; column < table->columns; column++)
		widths[column] = (int)column_width(table, column);
	for (size_t i = 0; i < table->nr; i++) {
		size_t column = i % table->columns;
		if (column == table->columns - 1)
			fprintf(out, "%s\n", table->cells[i]);
		else
			fprintf(out, "%-*s  ", widths[column], table->cells[i]);
	}
}
