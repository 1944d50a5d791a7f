/* SPDX-License-Identifier: MIT */
/* The set of VMAs against a map of pages. */
#include "test.h"

#include <errno.h>
#include <string.h>

#include "random.h"
#include "vma.h"

enum { NR_PAGES = 200, NR_STEPS = 20000, PAGE = 4096 };

/* What a kernel would have, page by page. */
struct page {
	unsigned int flags;
	bool starts;	  /* a VMA begins here */
	uint32_t mapping; /* of a file: which one; 0: other memory */
};

struct model {
	struct machine machine;
	struct vma_pool pool;
	struct vma_set set;
	struct page pages[NR_PAGES + 1];
	uint32_t nr_mappings;
};

static void model_init(struct model *model)
{
	memset(model, 0, sizeof(*model));
	model->pool.machine = &model->machine;
	model->set.pool = &model->pool;
}

static bool merges(const struct page *pages, uint64_t page)
{
	return page > 0 && pages[page].flags && pages[page].flags == pages[page - 1].flags &&
	       pages[page].mapping == pages[page - 1].mapping;
}

/* Every boundary whose left VMA touches or overlaps the range. */
static void model_merge(struct model *model, uint64_t start, uint64_t end)
{
	uint64_t left = start ? start - 1 : 0;

	while (left > 0 && model->pages[left].flags && !model->pages[left].starts)
		left--;
	for (uint64_t page = left + 1; page < NR_PAGES && left < end; page++) {
		if (!model->pages[page].starts)
			continue;
		if (merges(model->pages, page))
			model->pages[page].starts = false;
		else
			left = page;
	}
}

static void model_split(struct model *model, uint64_t page)
{
	if (model->pages[page].flags)
		model->pages[page].starts = true;
}

static void model_fill(struct model *model, uint64_t start, uint64_t end, unsigned int flags)
{
	uint32_t mapping = flags & VMA_FILE ? ++model->nr_mappings : 0;

	model_split(model, end);
	for (uint64_t page = start; page < end; page++)
		model->pages[page] = (struct page){ flags, flags && page == start, mapping };
}

static void model_fini(struct model *model)
{
	vma_set_fini(&model->set);
	assert_null(vma_find(&model->set, 0));
	assert_int_equal(model->pool.nr, 0);
	vma_pool_fini(&model->pool);
}

/* Every VMA, in both directions, and what vma_find() and vma_at() say of every page. */
static void check_all(struct model *model)
{
	const struct vma *prev = NULL, *vma = vma_find(&model->set, 0);
	size_t nr = 0;

	for (uint64_t page = 0; page < NR_PAGES; page++) {
		if (vma && vma->end <= page * PAGE) {
			prev = vma;
			vma = vma_next(vma);
			assert_ptr_equal(vma ? vma_prev(vma) : prev, prev);
		}
		assert_ptr_equal(vma_find(&model->set, page * PAGE), vma);
		const struct vma *here = vma_at(&model->set, page * PAGE);
		assert_int_equal(here ? here->flags : 0, model->pages[page].flags);
		assert_int_equal(here && here->start == page * PAGE, model->pages[page].starts);
		nr += model->pages[page].starts;
	}
	assert_int_equal(model->pool.nr, nr);
}

/* The part of the VMA at start that the range has gets the flags. */
static void modify(struct model *model, uint64_t start, uint64_t end, unsigned int flags)
{
	struct vma *vma = vma_at(&model->set, start * PAGE);

	if (!vma || (vma->flags ^ flags) & VMA_FILE)
		return;
	if (vma->end < end * PAGE)
		end = vma->end / PAGE;
	if (vma->flags == flags) {
		assert_ptr_equal(vma_modify(&model->set, vma, start * PAGE, end * PAGE, flags),
				 vma);
		return;
	}
	vma = vma_modify(&model->set, vma, start * PAGE, end * PAGE, flags);
	assert_non_null(vma);
	assert_true(vma->start <= start * PAGE && end * PAGE <= vma->end && vma->flags == flags);
	model_split(model, start);
	model_split(model, end);
	for (uint64_t page = start; page < end; page++)
		model->pages[page].flags = flags;
	model_merge(model, start, end);
}

static void random_step(struct model *model, struct random *random)
{
	const unsigned int kinds[] = { VMA_READ, VMA_READ | VMA_WRITE, VMA_READ | VMA_FILE,
				       VMA_WRITE | VMA_FILE };
	uint64_t start = random_below(random, NR_PAGES - 1);
	uint64_t end = start + 1 + random_below(random, (NR_PAGES - start) / 4 + 1);
	unsigned int flags = kinds[random_below(random, 4)];

	switch (random_below(random, 5)) {
	case 0:
		assert_int_equal(vma_split(&model->set, start * PAGE), 0);
		model_split(model, start);
		break;
	case 1:
		vma_merge(&model->set, start * PAGE, end * PAGE);
		model_merge(model, start, end);
		break;
	case 2:
		modify(model, start, end, flags);
		break;
	case 3:
		assert_int_equal(vma_remove(&model->set, start * PAGE, end * PAGE), 0);
		model_fill(model, start, end, 0);
		break;
	default:
		assert_int_equal(vma_remove(&model->set, start * PAGE, end * PAGE), 0);
		assert_int_equal(vma_insert(&model->set, start * PAGE, end * PAGE, flags), 0);
		model_fill(model, start, end, flags);
		model_merge(model, start, end);
		break;
	}
}

static void test_random_steps_agree_with_a_map_of_pages(void **state)
{
	struct model model;
	struct random random = { 5 };

	(void)state;
	model_init(&model);
	for (int step = 0; step < NR_STEPS; step++) {
		random_step(&model, &random);
		check_all(&model);
	}
	model_fini(&model);
}

static void test_equal_neighbours_merge(void **state)
{
	struct model model;

	(void)state;
	model_init(&model);
	vma_insert(&model.set, 0, PAGE, VMA_READ);
	vma_insert(&model.set, 2 * PAGE, 3 * PAGE, VMA_READ);
	assert_int_equal(model.pool.nr, 2);
	vma_insert(&model.set, PAGE, 2 * PAGE, VMA_READ | VMA_ANON_VMA);
	assert_int_equal(model.pool.nr, 1);
	assert_int_equal(vma_find(&model.set, 0)->end, 3 * PAGE);
	model_fini(&model);
}

static void test_file_mappings_stay_apart(void **state)
{
	struct model model;

	(void)state;
	model_init(&model);
	vma_insert(&model.set, 0, PAGE, VMA_READ | VMA_FILE);
	vma_insert(&model.set, PAGE, 2 * PAGE, VMA_READ | VMA_FILE);
	assert_int_equal(model.pool.nr, 2);
	model_fini(&model);
}

/* The limit holds for all sets of a machine; what is there stays as it was. */
static void test_limit_is_named(void **state)
{
	struct model model;

	(void)state;
	model_init(&model);
	vma_insert(&model.set, 0, 2 * PAGE, VMA_READ);
	model.pool.nr = MAX_VMAS;
	assert_int_equal(vma_split(&model.set, PAGE), -ENOMEM);
	assert_int_equal(vma_insert(&model.set, 4 * PAGE, 5 * PAGE, VMA_READ), -ENOMEM);
	assert_true(model.machine.out_of_memory);
	assert_string_equal(model.machine.limit, "MAX_VMAS");
	assert_int_equal(vma_find(&model.set, 0)->end, 2 * PAGE);
	assert_null(vma_next(vma_find(&model.set, 0)));
	model.pool.nr = 1;
	model_fini(&model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_agree_with_a_map_of_pages),
		cmocka_unit_test(test_equal_neighbours_merge),
		cmocka_unit_test(test_file_mappings_stay_apart),
		cmocka_unit_test(test_limit_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
