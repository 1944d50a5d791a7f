/* SPDX-License-Identifier: MIT */
/* The set of VMAs against a map of pages. */
#include "test.h"

#include "random.h"
#include "vma.h"

enum { NR_PAGES = 200, NR_STEPS = 5000, PAGE = 4096 };

static void check_all(const struct vma_set *set, const unsigned int *flags)
{
	for (size_t i = 1; i < set->nr; i++)
		assert_true(set->items[i - 1].end <= set->items[i].start);
	for (uint64_t page = 0; page < NR_PAGES; page++) {
		const struct vma *vma = vma_at(set, page * PAGE);
		assert_int_equal(vma ? vma->flags : 0, flags[page]);
	}
}

static void test_random_steps_agree_with_a_map_of_pages(void **state)
{
	const unsigned int kinds[] = { VMA_READ, VMA_READ | VMA_WRITE, VMA_READ | VMA_FILE };
	struct vma_set set = { 0 };
	struct random random = { 5 };
	unsigned int flags[NR_PAGES] = { 0 };

	(void)state;
	for (int step = 0; step < NR_STEPS; step++) {
		uint64_t start = random_below(&random, NR_PAGES - 1);
		uint64_t end = start + 1 + random_below(&random, NR_PAGES - start - 1);
		unsigned int kind = kinds[random_below(&random, 3)];
		uint64_t what = random_below(&random, 3);

		if (what == 0) {
			assert_int_equal(vma_split(&set, start * PAGE), 0);
			check_all(&set, flags);
			continue;
		}
		assert_int_equal(vma_remove(&set, start * PAGE, end * PAGE), 0);
		if (what == 2)
			assert_int_equal(
				vma_insert(&set, (struct vma){ start * PAGE, end * PAGE, kind }),
				0);
		for (uint64_t page = start; page < end; page++)
			flags[page] = what == 2 ? kind : 0;
		check_all(&set, flags);
	}
	vma_set_fini(&set);
}

static void test_equal_neighbours_merge(void **state)
{
	struct vma_set set = { 0 };

	(void)state;
	vma_insert(&set, (struct vma){ 0, PAGE, VMA_READ });
	vma_insert(&set, (struct vma){ 2 * PAGE, 3 * PAGE, VMA_READ });
	assert_int_equal(set.nr, 2);
	vma_insert(&set, (struct vma){ PAGE, 2 * PAGE, VMA_READ | VMA_ANON_VMA });
	assert_int_equal(set.nr, 1);
	assert_int_equal(set.items[0].end, 3 * PAGE);
	vma_set_fini(&set);
}

static void test_file_mappings_stay_apart(void **state)
{
	struct vma_set set = { 0 };

	(void)state;
	vma_insert(&set, (struct vma){ 0, PAGE, VMA_READ | VMA_FILE });
	vma_insert(&set, (struct vma){ PAGE, 2 * PAGE, VMA_READ | VMA_FILE });
	assert_int_equal(set.nr, 2);
	vma_set_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_agree_with_a_map_of_pages),
		cmocka_unit_test(test_equal_neighbours_merge),
		cmocka_unit_test(test_file_mappings_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
