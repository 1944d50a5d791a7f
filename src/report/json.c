/* SPDX-License-Identifier: MIT */
/* JSON, one member a line. */
#include "json.h"

#include <inttypes.h>

void json_text(const char *text, FILE *out)
{
	putc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			fprintf(out, "\\u%04x", *c); /* bytes of any encoding, as Latin-1 */
		else
			putc(*c, out);
	}
	putc('"', out);
}

static void begin_member(struct json *json, const char *key)
{
	if (json->depth) {
		fputs(json->has_members[json->depth] ? ",\n" : "\n", json->out);
		json->has_members[json->depth] = true;
		fprintf(json->out, "%*s", json->depth * 2, "");
	}
	if (key) {
		json_text(key, json->out);
		fputs(": ", json->out);
	}
}

void json_open(struct json *json, const char *key, char bracket)
{
	begin_member(json, key);
	putc(bracket, json->out);
	if (json->depth < JSON_MAX_DEPTH - 1)
		json->depth++;
	json->has_members[json->depth] = false;
}

void json_close(struct json *json, char bracket)
{
	bool had_members = json->has_members[json->depth];

	json->depth--;
	if (had_members)
		fprintf(json->out, "\n%*s", json->depth * 2, "");
	putc(bracket, json->out);
	if (json->depth == 0)
		putc('\n', json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin_member(json, key);
	if (value)
		json_text(value, json->out);
	else
		fputs("null", json->out);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_member(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_decimal(struct json *json, const char *key, uint64_t thousandths)
{
	begin_member(json, key);
	fprintf(json->out, "%" PRIu64 ".%03" PRIu64, thousandths / 1000, thousandths % 1000);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_member(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	begin_member(json, key);
	fputs("null", json->out);
}
