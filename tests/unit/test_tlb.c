/* SPDX-License-Identifier: MIT */
/* Sets of translations against an array: a removal closes the gap that it leaves. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "arch.h"
#include "random.h"

enum { NR_MMS = 2, NR_CPUS = 3, NR_PAGES = 40, NR_STEPS = 30000 };

struct oracle {
	uint64_t pte[NR_MMS][NR_CPUS][NR_PAGES]; /* 0: none */
};

static vaddr_t page_addr(uint64_t page)
{
	return page << 12;
}

static void check_all(struct translations *set, const struct mm *mms, const struct oracle *oracle)
{
	for (int m = 0; m < NR_MMS; m++) {
		for (int cpu = 0; cpu < NR_CPUS; cpu++) {
			for (uint64_t page = 0; page < NR_PAGES; page++) {
				const struct translation *found = translation_find(
					set, HOLDER_TLB, cpu, &mms[m], page_addr(page));
				assert_int_equal(found ? found->pte.val : 0,
						 oracle->pte[m][cpu][page]);
			}
		}
	}
}

static void drop_range(struct oracle *oracle, int m, int cpu, uint64_t start, uint64_t end)
{
	for (uint64_t page = start; page < end; page++)
		oracle->pte[m][cpu][page] = 0;
}

static void random_step(struct random *random, struct translations *set, const struct mm *mms,
			struct oracle *oracle)
{
	int m = (int)random_below(random, NR_MMS), cpu = (int)random_below(random, NR_CPUS);
	uint64_t page = random_below(random, NR_PAGES), what = random_below(random, 100);
	uint64_t cpu_mask = UINT64_C(1) << cpu;

	if (what < 60) {
		uint64_t pte = 1 + random_below(random, 1000);
		translation_insert(set, HOLDER_TLB, cpu, &mms[m], page_addr(page), (pte_t){ pte });
		oracle->pte[m][cpu][page] = pte;
	} else if (what < 95) {
		translations_remove(set, HOLDER_TLB, cpu_mask, &mms[m], page_addr(page),
				    page_addr(page) + 1);
		oracle->pte[m][cpu][page] = 0;
	} else if (what < 98) {
		uint64_t end = page + random_below(random, NR_PAGES - page);
		translations_remove(set, HOLDER_TLB, cpu_mask, &mms[m], page_addr(page),
				    page_addr(end));
		drop_range(oracle, m, cpu, page, end);
	} else if (what < 99) {
		/* More pages than the set has: it is scanned instead. */
		translations_remove(set, HOLDER_TLB, cpu_mask, &mms[m], page_addr(page),
				    page_addr(UINT64_C(1) << 30));
		drop_range(oracle, m, cpu, page, NR_PAGES);
	} else {
		translations_remove(set, HOLDER_TLB, EVERY_CPU, &mms[m], 0, ~(vaddr_t)0);
		memset(oracle->pte[m], 0, sizeof(oracle->pte[m]));
	}
}

static void test_random_steps_agree_with_an_array(void **state)
{
	const struct geometry geometry = { .page_shift = 12, .bits = { 9, 9, 9, 9 } };
	struct mm mms[NR_MMS] = { { .id = 0 }, { .id = 1 } };
	struct translations *set = translations_create();
	struct random random = { 11 };
	static struct oracle oracle;

	(void)state;
	assert_non_null(set);
	for (int m = 0; m < NR_MMS; m++)
		mms[m].pgtable.geometry = &geometry;
	for (int step = 0; step < NR_STEPS; step++) {
		random_step(&random, set, mms, &oracle);
		if (step % 100 == 0)
			check_all(set, mms, &oracle);
	}
	translations_destroy(set);
}

static void test_holders_are_apart(void **state)
{
	const struct geometry geometry = { .page_shift = 12, .bits = { 9, 9, 9, 9 } };
	struct mm mm = { .id = 3, .pgtable.geometry = &geometry };
	struct translations *set = translations_create();

	(void)state;
	assert_int_equal(translation_insert(set, HOLDER_TLB, 0, &mm, 0x1000, (pte_t){ 1 }), 0);
	assert_int_equal(translation_insert(set, HOLDER_HPT, -1, &mm, 0x1000, (pte_t){ 2 }), 0);
	assert_int_equal(translation_insert(set, HOLDER_TSB, -1, &mm, 0x1000, (pte_t){ 3 }), 0);
	translations_remove(set, HOLDER_HPT, EVERY_CPU, &mm, 0x1000, 0x2000);
	assert_null(translation_find(set, HOLDER_HPT, -1, &mm, 0x1000));
	assert_int_equal(translation_find(set, HOLDER_TLB, 0, &mm, 0x1000)->pte.val, 1);
	assert_int_equal(translation_find(set, HOLDER_TSB, -1, &mm, 0x1000)->pte.val, 3);
	translations_destroy(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps_agree_with_an_array),
		cmocka_unit_test(test_holders_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
