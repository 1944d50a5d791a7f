/* SPDX-License-Identifier: MIT */
/* AVL tree: Adelson-Velsky and Landis, 1962. Parent links instead of recursion. */
#include "avl.h"

#include <stddef.h>

static enum avl_side other(enum avl_side side)
{
	return side == AVL_LEFT ? AVL_RIGHT : AVL_LEFT;
}

static int height_of(const struct avl_node *node)
{
	return node ? node->height : 0;
}

static void update_height(struct avl_node *node)
{
	int left = height_of(node->child[AVL_LEFT]), right = height_of(node->child[AVL_RIGHT]);

	node->height = 1 + (left > right ? left : right);
}

/* How much higher one side is than the other. */
static int excess(const struct avl_node *node, enum avl_side side)
{
	return height_of(node->child[side]) - height_of(node->child[other(side)]);
}

static void set_child(struct avl_node *parent, enum avl_side side, struct avl_node *child)
{
	parent->child[side] = child;
	if (child)
		child->parent = parent;
}

/* What hangs below old's parent is new from now on; new may be NULL. */
static void replace(struct avl_tree *tree, const struct avl_node *old, struct avl_node *new)
{
	struct avl_node *parent = old->parent;

	if (parent) {
		set_child(parent, parent->child[AVL_LEFT] == old ? AVL_LEFT : AVL_RIGHT, new);
		return;
	}
	tree->root = new;
	if (new)
		new->parent = NULL;
}

/* The child of a side rises above node; returns it. */
static struct avl_node *raise_child(struct avl_tree *tree, struct avl_node *node,
				    enum avl_side side)
{
	struct avl_node *top = node->child[side];

	replace(tree, node, top);
	set_child(node, side, top->child[other(side)]);
	set_child(top, other(side), node);
	update_height(node);
	update_height(top);
	return top;
}

/* Both sides differ by two at most; afterwards by one at most. Returns the top. */
static struct avl_node *balance(struct avl_tree *tree, struct avl_node *node)
{
	int left = height_of(node->child[AVL_LEFT]), right = height_of(node->child[AVL_RIGHT]);
	enum avl_side high = right > left ? AVL_RIGHT : AVL_LEFT;

	node->height = 1 + (left > right ? left : right);
	if (left - right < 2 && right - left < 2)
		return node;
	if (excess(node->child[high], other(high)) > 0)
		raise_child(tree, node->child[high], other(high));
	return raise_child(tree, node, high);
}

/* A child of node changed its height: upwards as long as that changes heights. */
static void balance_upwards(struct avl_tree *tree, struct avl_node *node)
{
	while (node) {
		int before = node->height;
		node = balance(tree, node);
		if (node->height == before)
			return;
		node = node->parent;
	}
}

static struct avl_node *outermost(struct avl_node *node, enum avl_side side)
{
	while (node->child[side])
		node = node->child[side];
	return node;
}

/* Two neighbours in order: the lower one has no right child, or the upper one no left child. */
void avl_insert(struct avl_tree *tree, struct avl_node *prev, struct avl_node *node)
{
	struct avl_node *above = prev ? prev->child[AVL_RIGHT] : tree->root;
	struct avl_node *parent = above ? outermost(above, AVL_LEFT) : prev;

	*node = (struct avl_node){ .height = 1 };
	if (parent)
		set_child(parent, above ? AVL_LEFT : AVL_RIGHT, node);
	else
		tree->root = node;
	balance_upwards(tree, parent);
}

/* A node with two children gives its place to the next one, which has no left child. */
static struct avl_node *give_place_to_next(struct avl_tree *tree, struct avl_node *node)
{
	struct avl_node *next = outermost(node->child[AVL_RIGHT], AVL_LEFT);
	struct avl_node *changed = next->parent == node ? next : next->parent;

	replace(tree, next, next->child[AVL_RIGHT]);
	replace(tree, node, next);
	set_child(next, AVL_LEFT, node->child[AVL_LEFT]);
	set_child(next, AVL_RIGHT, node->child[AVL_RIGHT]);
	next->height = node->height;
	return changed;
}

void avl_remove(struct avl_tree *tree, struct avl_node *node)
{
	struct avl_node *changed = node->parent;

	if (node->child[AVL_LEFT] && node->child[AVL_RIGHT])
		changed = give_place_to_next(tree, node);
	else
		replace(tree, node, node->child[node->child[AVL_LEFT] ? AVL_LEFT : AVL_RIGHT]);
	balance_upwards(tree, changed);
}

/* What is left hangs together below and above the leaf's parent, which is where to go on. */
struct avl_node *avl_take_leaf(struct avl_tree *tree)
{
	struct avl_node *node = tree->root;

	while (node && (node->child[AVL_LEFT] || node->child[AVL_RIGHT]))
		node = node->child[node->child[AVL_LEFT] ? AVL_LEFT : AVL_RIGHT];
	if (!node)
		return NULL;
	tree->root = node->parent;
	if (node->parent)
		set_child(node->parent,
			  node->parent->child[AVL_LEFT] == node ? AVL_LEFT : AVL_RIGHT, NULL);
	return node;
}

struct avl_node *avl_neighbour(const struct avl_node *node, enum avl_side side)
{
	if (node->child[side])
		return outermost(node->child[side], other(side));
	while (node->parent && node->parent->child[side] == node)
		node = node->parent;
	return node->parent;
}
