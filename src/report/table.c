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
	free(table->text);
	*table = (struct table_text){ 0 };
}

static int reserve(struct table_text *table, size_t size)
{
	size_t capacity = table->capacity ? table->capacity : 1024;

	while (capacity - table->used < size)
		capacity *= 2;
	if (capacity == table->capacity)
		return 0;
	char *text = realloc(table->text, capacity);
	if (!text)
		return -ENOMEM;
	table->text = text;
	table->capacity = capacity;
	return 0;
}

int table_text_add(struct table_text *table, const char *format, ...)
{
	char cell[MAX_CELL_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(cell, sizeof(cell), format, args);
	va_end(args);
	size_t size = strlen(cell) + 1;
	if (reserve(table, size))
		return -ENOMEM;
	memcpy(table->text + table->used, cell, size);
	table->used += size;
	return 0;
}

static const char *next_cell(const struct table_text *table, const char *cell)
{
	cell += strlen(cell) + 1;
	return cell < table->text + table->used ? cell : NULL;
}

static void measure(const struct table_text *table, int widths[MAX_TABLE_COLUMNS])
{
	size_t column = 0;

	for (const char *cell = table->text; cell; cell = next_cell(table, cell)) {
		int length = (int)strlen(cell);
		widths[column] = length > widths[column] ? length : widths[column];
		column = (column + 1) % table->columns;
	}
}

void table_text_print(const struct table_text *table, FILE *out)
{
	int widths[MAX_TABLE_COLUMNS] = { 0 };
	size_t column = 0;
	int blanks = 0; /* owed before the next cell that is not empty */

	measure(table, widths);
	for (const char *cell = table->text; cell; cell = next_cell(table, cell)) {
		if (*cell)
			fprintf(out, "%*s%s", blanks, "", cell);
		blanks = *cell ? 0 : blanks;
		blanks += widths[column] - (int)strlen(cell) + 2;
		column = (column + 1) % table->columns;
		if (column == 0) {
			putc('\n', out);
			blanks = 0;
		}
	}
}
