/* SPDX-License-Identifier: MIT */
/* Sparse page tables in every geometry of every backend. */
#include "test.h"

#include "fixture.h"
#include "random.h"
#include "syscalls.h"

static void for_each_geometry(void (*check)(const struct geometry *geometry))
{
	for (const struct arch *const *arch = arch_table; *arch; arch++) {
		for (size_t i = 0; i < (*arch)->nr_geometries; i++)
			check(&(*arch)->geometries[i]);
	}
}

struct tree {
	struct table_pool pool;
	struct pgtable pgtable;
};

static void tree_init(struct tree *tree, const struct geometry *geometry)
{
	*tree = (struct tree){ 0 };
	assert_int_equal(pgtable_init(&tree->pgtable, geometry, &tree->pool), 0);
}

static void tree_fini(struct tree *tree)
{
	pgtable_fini(&tree->pgtable);
	table_pool_fini(&tree->pool);
}

static struct table *make_table(struct tree *tree, vaddr_t addr)
{
	struct table *table = tree->pgtable.root;

	while (table->level > LEVEL_PTE) {
		struct table *child = pgtable_find(&tree->pgtable, addr, table->level - 1);
		table = child ? child : pgtable_add(&tree->pgtable, table, addr);
		assert_non_null(table);
	}
	return table;
}

static vaddr_t table_span(const struct geometry *geometry)
{
	return (vaddr_t)1 << level_shift(geometry, LEVEL_PMD);
}

/* Index bits and page bits add up, and the last page has its own PTE. */
static void check_limits(const struct geometry *geometry)
{
	struct tree tree;
	vaddr_t page = (vaddr_t)1 << geometry->page_shift;

	tree_init(&tree, geometry);
	vaddr_t limit = pgtable_limit(&tree.pgtable);
	unsigned int bits = geometry->page_shift;
	for (int level = 0; level < MAX_LEVELS; level++)
		bits += geometry->bits[level];
	assert_int_equal(limit, (vaddr_t)1 << bits);

	struct table *first = make_table(&tree, 0), *last = make_table(&tree, limit - page);
	assert_ptr_not_equal(first, last);
	assert_ptr_equal(pte_offset(&tree.pgtable, last, limit - page),
			 &last->ptes[(1u << geometry->bits[0]) - 1]);
	assert_ptr_equal(pgtable_find(&tree.pgtable, limit - 1, LEVEL_PTE), last);
	/* Two paths that share the root, and more where the upper level has no index bits. */
	int shared = geometry->bits[MAX_LEVELS - 1] ? 1 : 2;
	assert_int_equal(tree.pgtable.nr_tables, 2 * MAX_LEVELS - shared);
	tree_fini(&tree);
}

static void test_limits_of_every_geometry(void **state)
{
	(void)state;
	for_each_geometry(check_limits);
}

enum { NR_SPANS = 64, NR_STEPS = 2000 };

/* Tables by index against an array: some neighbours, some far apart. */
static vaddr_t span_addr(const struct tree *tree, uint64_t i)
{
	vaddr_t span = table_span(tree->pgtable.geometry);
	vaddr_t far = pgtable_limit(&tree->pgtable) / 4;

	return i / 16 * far + i % 16 * span;
}

static void check_next(struct tree *tree, struct table *const *tables)
{
	vaddr_t span = table_span(tree->pgtable.geometry);
	vaddr_t addr = 0, limit = pgtable_limit(&tree->pgtable);

	for (uint64_t i = 0; i < NR_SPANS; i++) {
		if (!tables[i])
			continue;
		assert_ptr_equal(pgtable_next(&tree->pgtable, addr, limit, &addr), tables[i]);
		assert_int_equal(addr, span_addr(tree, i));
		addr += span;
	}
	assert_null(pgtable_next(&tree->pgtable, addr, limit, &addr));
}

static void check_random_tables(const struct geometry *geometry)
{
	struct table *tables[NR_SPANS] = { NULL };
	struct random random = { 3 };
	struct tree tree;

	tree_init(&tree, geometry);
	for (int step = 0; step < NR_STEPS; step++) {
		uint64_t i = random_below(&random, NR_SPANS);
		vaddr_t addr = span_addr(&tree, i);
		assert_ptr_equal(pgtable_find(&tree.pgtable, addr, LEVEL_PTE), tables[i]);
		if (tables[i]) {
			pgtable_remove(&tree.pgtable, tables[i]);
			tables[i] = NULL;
		} else {
			tables[i] = make_table(&tree, addr);
			assert_int_equal(tables[i]->ptes[0].val, 0);
			tables[i]->ptes[0].val = i + 1;
		}
		if (step % 50 == 0)
			check_next(&tree, tables);
	}
	tree_fini(&tree);
}

static void test_random_tables_in_every_geometry(void **state)
{
	(void)state;
	for_each_geometry(check_random_tables);
}

static void check_reparent(const struct geometry *geometry)
{
	struct tree tree;
	vaddr_t span = table_span(geometry);

	tree_init(&tree, geometry);
	struct table *table = make_table(&tree, span), *taken = make_table(&tree, 2 * span);
	table->ptes[1].val = 77;
	assert_null(pgtable_reparent(&tree.pgtable, table, taken->parent, 2 * span));
	assert_ptr_equal(pgtable_find(&tree.pgtable, span, LEVEL_PTE), table);
	assert_ptr_equal(pgtable_reparent(&tree.pgtable, table, taken->parent, 3 * span), table);
	assert_null(pgtable_find(&tree.pgtable, span, LEVEL_PTE));
	assert_ptr_equal(pgtable_find(&tree.pgtable, 3 * span, LEVEL_PTE), table);
	assert_int_equal(table->ptes[1].val, 77);
	tree_fini(&tree);
}

static void test_table_moves_with_its_entries(void **state)
{
	(void)state;
	for_each_geometry(check_reparent);
}

/* 64 TiB with one touched page: one table for each level, and nothing that grows with the size. */
static void test_sparse_64_tib_costs_one_path(void **state)
{
	const vaddr_t size = UINT64_C(64) << 40;

	(void)state;
	for (const struct subject *subject = subjects; subject->name; subject++) {
		const struct setup setup = { .subject = subject->name, .kernel = KERNEL_V6_18 };
		struct machine *machine = fixture_create(&setup);
		struct mm_struct *mm = mm_of(fixture_user_mm());

		assert_int_equal(mm_mmap(0, size, VMA_READ | VMA_WRITE), 0);
		assert_true(handle_mm_fault(mm, size / 2 + 5, ACCESS_WRITE));
		assert_int_equal(mm->mm.pgtable.nr_tables, MAX_LEVELS);
		assert_int_equal(machine->hw->tables.nr, 1);
		assert_int_equal(machine->mm_layer->vmas.nr, 1);
		assert_int_equal(mm_mprotect(0, size, VMA_READ), 0);
		assert_int_equal(mm_munmap(0, size), 0);
		assert_int_equal(mm->mm.pgtable.nr_tables, 1);
		fixture_destroy(machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_of_every_geometry),
		cmocka_unit_test(test_random_tables_in_every_geometry),
		cmocka_unit_test(test_table_moves_with_its_entries),
		cmocka_unit_test(test_sparse_64_tib_costs_one_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
