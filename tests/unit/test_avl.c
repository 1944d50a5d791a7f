/* SPDX-License-Identifier: MIT */
/* The balanced tree against a map of keys: order, links and balance after every step. */
#include "test.h"

#include <stdbool.h>

#include "random.h"
#include "avl.h"

enum { NR_KEYS = 300, NR_STEPS = 20000 };

struct keyed {
	struct avl_tree tree;
	struct avl_node nodes[NR_KEYS]; /* by key */
	bool present[NR_KEYS];
};

static void insert(struct keyed *keyed, size_t key)
{
	struct avl_node *prev = NULL, *node = keyed->tree.root;

	while (node) {
		bool below = node < &keyed->nodes[key];
		prev = below ? node : prev;
		node = node->child[below ? AVL_RIGHT : AVL_LEFT];
	}
	avl_insert(&keyed->tree, prev, &keyed->nodes[key]);
	keyed->present[key] = true;
}

static void take_out(struct keyed *keyed, size_t key)
{
	avl_remove(&keyed->tree, &keyed->nodes[key]);
	keyed->present[key] = false;
}

static int height_of(const struct avl_node *node)
{
	return node ? node->height : 0;
}

static void check_node(const struct keyed *keyed, const struct avl_node *node)
{
	int left = height_of(node->child[AVL_LEFT]), right = height_of(node->child[AVL_RIGHT]);

	assert_in_range(left - right + 1, 0, 2);
	assert_int_equal(node->height, 1 + (left > right ? left : right));
	for (int side = AVL_LEFT; side <= AVL_RIGHT; side++) {
		if (node->child[side])
			assert_ptr_equal(node->child[side]->parent, node);
	}
	if (!node->parent)
		assert_ptr_equal(keyed->tree.root, node);
}

/* Walks the whole order in one direction. */
static void check_order(const struct keyed *keyed, enum avl_side side)
{
	const struct avl_node *expected = NULL;

	for (size_t i = 0; i < NR_KEYS; i++) {
		size_t key = side == AVL_LEFT ? i : NR_KEYS - 1 - i;
		if (!keyed->present[key])
			continue;
		assert_ptr_equal(avl_neighbour(&keyed->nodes[key], side), expected);
		expected = &keyed->nodes[key];
	}
}

static void check_all(const struct keyed *keyed)
{
	for (size_t key = 0; key < NR_KEYS; key++) {
		if (keyed->present[key])
			check_node(keyed, &keyed->nodes[key]);
	}
	check_order(keyed, AVL_LEFT);
	check_order(keyed, AVL_RIGHT);
}

static void test_random_steps_keep_order_and_balance(void **state)
{
	struct keyed keyed = { 0 };
	struct random random = { 11 };

	(void)state;
	for (int step = 0; step < NR_STEPS; step++) {
		size_t key = random_below(&random, NR_KEYS);
		if (keyed.present[key])
			take_out(&keyed, key);
		else
			insert(&keyed, key);
		check_all(&keyed);
	}
}

static void test_either_order_fills_and_empties_it(void **state)
{
	(void)state;
	for (int orders = 0; orders < 4; orders++) {
		struct keyed keyed = { 0 };
		for (size_t i = 0; i < NR_KEYS; i++) {
			insert(&keyed, orders & 1 ? i : NR_KEYS - 1 - i);
			check_all(&keyed);
		}
		assert_in_range(keyed.tree.root->height, 9, 12); /* 1.44 log2(300) */
		for (size_t i = 0; i < NR_KEYS; i++) {
			take_out(&keyed, orders & 2 ? i : NR_KEYS - 1 - i);
			check_all(&keyed);
		}
		assert_null(keyed.tree.root);
	}
}

/* Leaf by leaf, each once, and nothing is left over. */
static void test_leaves_are_taken_until_it_is_empty(void **state)
{
	struct keyed keyed = { 0 };
	struct avl_node *leaf;
	size_t nr = 0;

	(void)state;
	for (size_t i = 0; i < NR_KEYS; i++)
		insert(&keyed, i);
	while ((leaf = avl_take_leaf(&keyed.tree))) {
		assert_true(keyed.present[leaf - keyed.nodes]);
		keyed.present[leaf - keyed.nodes] = false;
		nr++;
	}
	assert_int_equal(nr, NR_KEYS);
	assert_null(keyed.tree.root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_keep_order_and_balance),
		cmocka_unit_test(test_either_order_fills_and_empties_it),
		cmocka_unit_test(test_leaves_are_taken_until_it_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
