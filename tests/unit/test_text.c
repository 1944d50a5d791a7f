/* SPDX-License-Identifier: MIT */
/* Hex numbers, beside what strtoull(3) and isxdigit(3) say of the same bytes. */
#include "test.h"

#include <ctype.h>
#include <stdlib.h>

#include "text.h"

static void check(const char *bytes, size_t size)
{
	char digits[32] = "";
	size_t nr = 0;
	struct text text = { bytes, bytes + size };
	uint64_t value;

	while (nr < size && isxdigit((unsigned char)bytes[nr])) {
		digits[nr] = bytes[nr];
		nr++;
	}
	bool got = text_hex(&text, &value);

	assert_int_equal(got, nr > 0 && nr <= 16);
	assert_ptr_equal(text.p, got ? bytes + nr : bytes);
	if (got)
		assert_int_equal(value, strtoull(digits, NULL, 16));
}

/* Digits are read one by one and in groups: every byte at every place of every length. */
static void every_byte_at_every_place(void **state)
{
	(void)state;
	const char sample[] = "17fe0A9b2cD4835f6e";

	for (size_t size = 1; size < sizeof(sample); size++) {
		for (size_t at = 0; at < size; at++) {
			for (int byte = 0; byte <= 255; byte++) {
				char bytes[sizeof(sample)];

				memcpy(bytes, sample, sizeof(sample));
				bytes[at] = (char)byte;
				check(bytes, size);
			}
		}
	}
}

static void prefix_and_limits(void **state)
{
	(void)state;
	const char *line = "0xffffffffffffffff ip=";
	struct text text = { line, line + strlen(line) };
	uint64_t value;

	assert_true(text_hex(&text, &value));
	assert_true(value == UINT64_MAX);
	assert_ptr_equal(text.p, line + 18);
	line = "0x00000000000000001";
	text = (struct text){ line, line + strlen(line) };
	assert_false(text_hex(&text, &value));
	line = "0x";
	text = (struct text){ line, line + 2 };
	assert_false(text_hex(&text, &value));
	assert_ptr_equal(text.p, line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(prefix_and_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
