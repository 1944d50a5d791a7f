/* SPDX-License-Identifier: MIT */
/* Pages, see pages.h. */
#include "pages.h"

#include <errno.h>

#include "page.h"
#include "walkers.h"

enum {
	FIRST_VALUE = 100,	 /* page frames below are for `set` */
	WRITE_PAGES = MAX_PAGES, /* the w pages begin behind the k or u pages, in the same table */
};

static const vaddr_t base = UINT64_C(1) << 30; /* of k0 and u0: the start of a table everywhere */

vaddr_t execution_page(const struct execution *execution, const struct actor *actor,
		       enum page_space space, unsigned int page, struct mm **ret)
{
	bool is_user = space == SPACE_USER || (space == SPACE_WRITE && execution->lever_is_user);

	if (space == SPACE_WRITE)
		page += WRITE_PAGES;
	if (!is_user)
		*ret = init_mm();
	else
		*ret = actor->task->mm ? actor->task->mm : execution->mms[0];
	if (execution->setup.scenario->nr_listed)
		return execution->setup.scenario->listed[page].addr;
	return base + page * page_size(*ret);
}

/* Where and how this backend holds writes back: what OP_WRITE does. */
void choose_lever(struct execution *execution)
{
	const struct arch_ops *ops = execution->machine->ops;
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG;
	pte_t none = { 0 }, kernel = make_pte(1, bits);
	pte_t hashed = make_pte(1, bits | PTE_HASHPTE);

	execution->lever = PTE_OP_SET;
	execution->lever_is_user = false;
	if (!ops->defers || ops->defers(PTE_OP_SET, init_mm(), none, kernel))
		return;
	execution->lever = PTE_OP_CLEAR;
	execution->lever_is_user = !ops->defers(PTE_OP_CLEAR, init_mm(), hashed, none);
}

static int map_page(struct mm *mm, vaddr_t addr, unsigned int index)
{
	const struct arch_ops *ops = this_machine()->ops;
	unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY;
	struct table *table = pte_alloc(mm, addr);

	if (!table)
		return -ENOMEM;
	pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
	if (is_init_mm(mm))
		hw_write_pte(ptep, make_pte(FILE_PFN_BASE + index, bits | PTE_SPECIAL));
	else
		hw_write_pte(ptep, make_pte(page_alloc(), bits | PTE_USER));
	if (ops->hash_page)
		ops->hash_page(mm, addr, ptep);
	return 0;
}

static int map_pages(struct mm *mm, unsigned int first, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (map_page(mm, base + (first + i) * page_size(mm), FIRST_VALUE + first + i))
			return -ENOMEM;
	}
	return 0;
}

int map_all_pages(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;
	unsigned int nr_write = scenario->nr_pages[SPACE_WRITE];
	unsigned int nr_user_write = execution->lever_is_user ? nr_write : 0;

	if (map_pages(init_mm(), 0, scenario->nr_pages[SPACE_KERNEL]) ||
	    map_pages(init_mm(), WRITE_PAGES, nr_write - nr_user_write))
		return -ENOMEM;
	for (unsigned int i = 0; i < MAX_MMS && execution->mms[i]; i++) {
		if (map_pages(execution->mms[i], 0, scenario->nr_pages[SPACE_USER]) ||
		    map_pages(execution->mms[i], WRITE_PAGES, nr_user_write))
			return -ENOMEM;
	}
	return 0;
}

static void add_refill(struct execution *execution, enum page_space space, unsigned int page)
{
	unsigned int at = 0;

	while (at < execution->nr_refills &&
	       (execution->refills[at].space != space || execution->refills[at].page != page))
		at++;
	if (at == execution->nr_refills && at < MAX_REFILLS)
		execution->refills[execution->nr_refills++] = (struct refill){ space, page };
}

/* With several CPUs: on one alone an access comes first or finds what there is. */
void find_refills(struct execution *execution)
{
	const struct scenario *scenario = execution->setup.scenario;

	if (execution->setup.nr_cpus == 1)
		return;
	for (unsigned int i = 0; i < scenario->nr_ops; i++) {
		const struct op *op = &scenario->ops[i];
		if (op->kind == OP_ACCESS || op->kind == OP_STORE)
			add_refill(execution, op->space, op->page);
	}
	for (unsigned int i = 0; i < scenario->nr_listed; i++)
		add_refill(execution, scenario->listed[i].space, i);
}
