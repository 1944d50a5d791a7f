/* SPDX-License-Identifier: MIT */
/* Any bytes as a recording: as native text it is read without damage, and converts to itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lmt_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct native {
	char *text;
	size_t size;
	uint64_t bad_lines;
};

static struct native convert(const void *bytes, size_t size)
{
	const struct reader_options options = { .times = true };
	struct native native = { .size = 0 };
	FILE *out = open_memstream(&native.text, &native.size);
	struct lmt_writer writer;
	struct reader *reader;
	struct event event;

	if (!out || reader_open_memory(bytes, size, &options, &reader))
		abort();
	lmt_write_init(&writer, out);
	while (reader_next(reader, &event) > 0)
		lmt_write_event(&writer, &event, reader);
	if (reader_format(reader) != FORMAT_UNKNOWN)
		lmt_write_end(&writer, reader);
	native.bad_lines = reader_bad_lines(reader);
	reader_close(reader);
	fclose(out);
	return native;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char dat[] = "\x17\x08\x44tracing"; /* libtracecmd reads it, elsewhere */
	if (size >= sizeof(dat) - 1 && memcmp(bytes, dat, sizeof(dat) - 1) == 0)
		return -1;
	struct native native = convert(bytes, size);
	if (native.size) {
		struct native again = convert(native.text, native.size);

		if (again.bad_lines || again.size != native.size ||
		    memcmp(again.text, native.text, native.size) != 0) {
			fprintf(stderr, "--- %llu bad\n%s--- again\n%s---\n",
				(unsigned long long)again.bad_lines, native.text, again.text);
			abort();
		}
		free(again.text);
	}
	free(native.text);
	return 0;
}
