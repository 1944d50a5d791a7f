/* SPDX-License-Identifier: MIT */
/* The map of tasks by number, against an array. */
#include "test.h"

#include <stdbool.h>

#include "idmap.h"
#include "random.h"

enum { NR_IDS = 500, NR_STEPS = 20000 };

/* Ids of both signs, and such that share their low bits. */
static int id_of(uint64_t i)
{
	return (int)(i * 4096) - NR_IDS * 2048;
}

static size_t check_all(const struct idmap *map, const bool *present, char *objects)
{
	size_t nr = 0;

	for (uint64_t i = 0; i < NR_IDS; i++) {
		assert_ptr_equal(idmap_find(map, id_of(i)), present[i] ? &objects[i] : NULL);
		nr += present[i];
	}
	return nr;
}

static void test_random_steps_agree_with_an_array(void **state)
{
	struct idmap map = { 0 };
	struct random random = { 7 };
	bool present[NR_IDS] = { false };
	char objects[NR_IDS];

	(void)state;
	for (int step = 0; step < NR_STEPS; step++) {
		uint64_t i = random_below(&random, NR_IDS);
		if (!present[i])
			assert_int_equal(idmap_insert(&map, id_of(i), &objects[i]), 0);
		else
			idmap_remove(&map, id_of(i));
		present[i] = !present[i];
		if (step % 100 == 0)
			assert_int_equal(map.nr, check_all(&map, present, objects));
	}
	size_t seen = 0;
	for (size_t cursor = 0; idmap_next(&map, &cursor);)
		seen++;
	assert_int_equal(seen, map.nr);
	idmap_fini(&map);
}

static void test_empty_map_finds_and_removes_nothing(void **state)
{
	struct idmap map = { 0 };
	size_t cursor = 0;

	(void)state;
	assert_null(idmap_find(&map, 1));
	idmap_remove(&map, 1);
	assert_null(idmap_next(&map, &cursor));
	idmap_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_agree_with_an_array),
		cmocka_unit_test(test_empty_map_finds_and_removes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
