/* SPDX-License-Identifier: MIT */
/*
 * A balanced binary tree (AVL) of nodes that live in what they order. The tree knows no keys: its
 * user walks down and says behind which node one belongs. Height and every operation are O(log n)
 * whatever the order of insertions.
 */
#ifndef LAZYMMU_MM_AVL_H
#define LAZYMMU_MM_AVL_H

enum avl_side { AVL_LEFT, AVL_RIGHT };

struct avl_node {
	struct avl_node *parent; /* NULL: the root */
	struct avl_node *child[2];
	int height; /* 1: a leaf */
};

struct avl_tree {
	struct avl_node *root;
};

/* Puts node behind prev in order, NULL: before all others. */
void avl_insert(struct avl_tree *tree, struct avl_node *prev, struct avl_node *node);
void avl_remove(struct avl_tree *tree, struct avl_node *node);
/*
 * Takes some leaf away and balances nothing: of a tree that is emptied, which is good for nothing
 * else until it is. NULL: it is empty.
 */
struct avl_node *avl_take_leaf(struct avl_tree *tree);

/* The neighbour of a side in order, NULL: none. */
struct avl_node *avl_neighbour(const struct avl_node *node, enum avl_side side);

#endif
