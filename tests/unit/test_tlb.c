/* SPDX-License-Identifier: MIT */
/* Sets of translations against an array. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "arch.h"
#include "random.h"

enum { NR_CPUS = 3, NR_PAGES = 40, NR_STEPS = 30000 };

struct oracle {
	uint64_t pte[NR_CPUS][NR_PAGES]; /* 0: none */
};

static vaddr_t page_addr(uint64_t page)
{
	return page << 12;
}

static void sum_up(struct translation *translation, vaddr_t page, void *data)
{
	*(uint64_t *)data += translation->pte.val * (1 + (page >> 12));
}

static void check_all(struct translations *set, const struct oracle *oracle)
{
	uint64_t sum = 0, wanted = 0;

	for (int cpu = 0; cpu < NR_CPUS; cpu++) {
		for (uint64_t page = 0; page < NR_PAGES; page++) {
			const struct translation *found =
				translation_find(set, HOLDER_TLB, cpu, page_addr(page));
			assert_int_equal(found ? found->pte.val : 0, oracle->pte[cpu][page]);
			wanted += oracle->pte[cpu][page] * (1 + page);
		}
	}
	translations_each_tlb(set, 0, page_addr(NR_PAGES), sum_up, &sum);
	assert_int_equal(sum, wanted);
}

static void drop_range(struct oracle *oracle, uint64_t cpus, uint64_t start, uint64_t end)
{
	for (uint64_t page = start; page < end; page++) {
		for (int cpu = 0; cpu < NR_CPUS; cpu++) {
			if (cpus >> cpu & 1)
				oracle->pte[cpu][page] = 0;
		}
	}
}

static void random_step(struct random *random, struct translations *set, struct oracle *oracle)
{
	int cpu = (int)random_below(random, NR_CPUS);
	uint64_t cpus = random_below(random, 1 << NR_CPUS);
	uint64_t page = random_below(random, NR_PAGES), what = random_below(random, 100);

	if (what < 60) {
		uint64_t pte = 1 + random_below(random, 1000);
		translation_insert(set, HOLDER_TLB, cpu, page_addr(page), (pte_t){ pte });
		oracle->pte[cpu][page] = pte;
	} else if (what < 80) {
		translations_remove_page(set, HOLDER_TLB, cpus, page_addr(page) + 0xfff);
		drop_range(oracle, cpus, page, page + 1);
	} else if (what < 95) {
		translations_remove(set, HOLDER_TLB, UINT64_C(1) << cpu, page_addr(page),
				    page_addr(page) + 1);
		oracle->pte[cpu][page] = 0;
	} else if (what < 98) {
		uint64_t end = page + random_below(random, NR_PAGES - page);
		translations_remove(set, HOLDER_TLB, cpus, page_addr(page), page_addr(end));
		drop_range(oracle, cpus, page, end);
	} else if (what < 99) {
		/* More pages than the set has: it is scanned instead. */
		translations_remove(set, HOLDER_TLB, cpus, page_addr(page), ~(vaddr_t)0);
		drop_range(oracle, cpus, page, NR_PAGES);
	} else {
		translations_clear(set);
		*oracle = (struct oracle){ 0 };
	}
}

static void test_random_steps_agree_with_an_array(void **state)
{
	struct translations set = { .page_shift = 12 };
	struct random random = { 11 };
	static struct oracle oracle;

	(void)state;
	for (int step = 0; step < NR_STEPS; step++) {
		random_step(&random, &set, &oracle);
		if (step % 100 == 0)
			check_all(&set, &oracle);
	}
	translations_fini(&set);
}

static void test_holders_are_apart(void **state)
{
	struct translations set = { .page_shift = 12 };

	(void)state;
	assert_int_equal(translation_insert(&set, HOLDER_TLB, 0, 0x1000, (pte_t){ 1 }), 0);
	assert_int_equal(translation_insert(&set, HOLDER_HPT, NO_CPU, 0x1000, (pte_t){ 2 }), 0);
	assert_int_equal(translation_insert(&set, HOLDER_TSB, NO_CPU, 0x1000, (pte_t){ 3 }), 0);
	translations_remove_page(&set, HOLDER_HPT, UINT64_C(1) << 5, 0x1000);
	assert_null(translation_find(&set, HOLDER_HPT, NO_CPU, 0x1000));
	translations_remove(&set, HOLDER_TLB, EVERY_CPU, 0, ~(vaddr_t)0);
	assert_null(translation_find(&set, HOLDER_TLB, 0, 0x1000));
	assert_int_equal(translation_find(&set, HOLDER_TSB, NO_CPU, 0x1000)->pte.val, 3);
	translations_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_agree_with_an_array),
		cmocka_unit_test(test_holders_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
