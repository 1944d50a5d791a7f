/* SPDX-License-Identifier: MIT */
/* Writing JSON: commas, indentation and escapes are in one place. */
#ifndef LAZYMMU_REPORT_JSON_H
#define LAZYMMU_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_MAX_DEPTH = 16 };

struct json {
	FILE *out;
	int depth;
	bool has_members[JSON_MAX_DEPTH]; /* by depth */
};

/* A string in its quotes. */
void json_text(const char *text, FILE *out);

/* key NULL: an element of an array, or the document itself. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_string(struct json *json, const char *key, const char *value); /* NULL: null */
void json_number(struct json *json, const char *key, uint64_t value);
/* Thousandths: three decimals. */
void json_decimal(struct json *json, const char *key, uint64_t thousandths);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
