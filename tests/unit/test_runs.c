/* SPDX-License-Identifier: MIT */
/*
 * Walkers take runs of entries at once where nobody can tell: what they count and leave behind is
 * what one entry after the other gives.
 */
#include "test.h"

#include <string.h>

#include "fixture.h"
#include "syscalls.h"
#include "walkers.h"

enum { PAGE = 4096, NR_PAGES = 96, CHILD = 200 };

static const vaddr_t base = 0x7f0000000000 + 500 * PAGE; /* over the end of a table */

static bool never(void *data)
{
	(void)data;
	return false;
}

struct outcome {
	uint64_t counts[NR_COUNTERS];
	uint64_t ptes[2][NR_PAGES]; /* of parent and child */
	uint64_t pages_in_use;
};

static void read_ptes(struct mm *mm, uint64_t *into)
{
	for (uint64_t i = 0; i < NR_PAGES; i++) {
		vaddr_t addr = base + i * PAGE;
		struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);
		into[i] = table ? pte_offset(&mm->pgtable, table, addr)->val : 0;
	}
}

/* Runs of different lengths: written, read, protected and never touched pages. */
static void touch_pages(void)
{
	for (uint64_t i = 0; i < NR_PAGES; i++) {
		if (i % 7 == 3 || (i > 30 && i < 50))
			continue;
		handle_mm_fault(mm_of(current_task()->mm), base + i * PAGE,
				i % 5 ? ACCESS_WRITE : 0);
	}
}

static void work(struct outcome *outcome)
{
	struct mm *mm = current_task()->mm;

	mm_mmap(base, NR_PAGES * PAGE, VMA_READ | VMA_WRITE);
	touch_pages();
	mm_mprotect(base + 10 * PAGE, 60 * PAGE, VMA_READ);
	struct task *child = mm_fork(CHILD, false);
	read_ptes(mm, outcome->ptes[0]);
	read_ptes(child->mm, outcome->ptes[1]);
	mm_put(mm_of(child->mm));
	child->mm = NULL;
	mm_munmap(base + 5 * PAGE, 80 * PAGE);
	memcpy(outcome->counts, current_task()->counters->n, sizeof(outcome->counts));
	const struct page_pool *pages = &this_machine()->mm_layer->pages;
	outcome->pages_in_use = pages->nr - pages->nr_unused;
}

static struct outcome run(bool one_by_one)
{
	const struct setup setup = { .subject = "generic", .kernel = KERNEL_V6_18 };
	struct outcome outcome = { 0 };
	struct machine *machine = fixture_create(&setup);

	fixture_user_mm();
	if (one_by_one)
		machine->resched_source = never;
	work(&outcome);
	fixture_destroy(machine);
	return outcome;
}

static void test_runs_are_as_one_by_one(void **state)
{
	struct outcome runs = run(false), singles = run(true);

	(void)state;
	assert_memory_equal(runs.counts, singles.counts, sizeof(runs.counts));
	assert_memory_equal(runs.ptes, singles.ptes, sizeof(runs.ptes));
	assert_int_equal(runs.pages_in_use, singles.pages_in_use);
	assert_true(runs.counts[COUNT_PTE_CLEARS] > NR_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_are_as_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
