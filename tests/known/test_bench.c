/* SPDX-License-Identifier: MIT */
/*
 * Facts about batching that people measured or counted, with their sources, against the workloads:
 * counts first, then the ratios that the cost tables make of them.
 */
#include <string.h>

#include "test.h"

#include "model.h"

struct pair {
	struct measurement lazy;
	struct measurement immediate;
	struct params params;
};

static struct machine_config config_of(const struct arch *arch, enum kernel_id kernel,
				       unsigned int config)
{
	return (struct machine_config){ .kernel = &kernels[kernel],
					.preempt = PREEMPT_FULL,
					.config = config,
					.page_shift = arch->geometries[0].page_shift };
}

static struct pair measure(const char *name, const char *arch_name, enum kernel_id kernel,
			   unsigned int flags, uint64_t pages, uint64_t section)
{
	const struct workload *workload = workload_find(name);
	const struct arch *arch = arch_find(arch_name);
	struct machine_config config = config_of(arch, kernel, flags);
	struct pair pair;

	assert_non_null(workload);
	params_init(&pair.params);
	pair.params.n[PARAM_PAGES] = pages;
	pair.params.n[PARAM_SECTION] = section;
	config.mode = MODE_LAZY;
	assert_int_equal(workload_measure(workload, arch, &config, &pair.params, &pair.lazy), 0);
	config.mode = MODE_IMMEDIATE;
	assert_int_equal(workload_measure(workload, arch, &config, &pair.params, &pair.immediate),
			 0);
	return pair;
}

static void pair_fini(struct pair *pair)
{
	measurement_fini(&pair->lazy);
	measurement_fini(&pair->immediate);
}

static uint64_t lazily(const struct pair *pair, enum counter counter)
{
	return pair->lazy.counters.n[counter];
}

static uint64_t at_once(const struct pair *pair, enum counter counter)
{
	return pair->immediate.counters.n[counter];
}

static void load_costs(const char *arch, struct cost_table *table)
{
	struct cost_error error;
	const struct shipped_costs *each = shipped_costs;

	table->nr = table->nr_measured = 0;
	while (strcmp(each->arch, arch) != 0)
		each++;
	assert_int_equal(costs_parse(each->text, table, &error), 0);
}

static struct estimate ratio(const struct pair *pair, const char *name, const char *arch)
{
	static struct cost_table table;
	const struct usage lazy = usage_of(&pair->lazy), immediate = usage_of(&pair->immediate);

	load_costs(arch, &table);
	return modelled_ratio(&table, name, &lazy, &immediate);
}

/*
 * test_vmalloc, fix_size p:N, of the arm64 vmalloc series (v4 cover): lazy by immediate time on the
 * M2 and the Altra, in thousandths. p:1 has no gain (+2.1%, +1.8%, not significant).
 */
static void test_arm64_vmalloc_gains_with_its_size(void **state)
{
	static const struct {
		uint64_t pages;
		uint64_t m2;
		uint64_t altra;
	} measured[] = { { 4, 901, 952 },
			 { 16, 749, 858 },
			 { 64, 706, 807 },
			 { 256, 685, 794 },
			 { 512, 680, 800 } };
	uint64_t before = 1000;

	(void)state;
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		uint64_t pages = measured[i].pages;
		struct pair pair = measure("vmalloc", "arm64", KERNEL_V6_18, 0, 10 * pages, pages);
		struct estimate modelled = ratio(&pair, "vmalloc", "arm64");
		assert_int_equal(lazily(&pair, COUNT_BARRIERS), 10);
		assert_int_equal(at_once(&pair, COUNT_BARRIERS), 10 * pages);
		assert_in_range(modelled.typical, measured[i].m2, measured[i].altra);
		assert_true(modelled.typical < before);
		assert_true(modelled.low < measured[i].m2 && modelled.high > measured[i].altra);
		before = modelled.typical;
		pair_fini(&pair);
	}
}

static void test_arm64_vmalloc_of_one_page_gains_nothing(void **state)
{
	struct pair pair = measure("vmalloc", "arm64", KERNEL_V6_18, 0, 10, 1);
	struct estimate modelled = ratio(&pair, "vmalloc", "arm64");
	const struct usage lazy = usage_of(&pair.lazy), immediate = usage_of(&pair.immediate);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_BARRIERS), 10);
	assert_int_equal(at_once(&pair, COUNT_BARRIERS), 10);
	assert_int_equal(batches_of_one(&pair.lazy.counters), 10);
	assert_in_range(modelled.typical, 1000, 1040);
	/* 1.018 to 1.040 measured: no barrier less, and the section has its price. */
	assert_int_equal(bench_verdict(&modelled, &lazy, &immediate), BENCH_LOSS);
	pair_fini(&pair);
}

/* Barriers are for kernel PTEs alone: exactly the same work. */
static void test_arm64_user_memory_gains_nothing(void **state)
{
	static const char *const names[] = { "mprotect", "munmap",    "fork",	   "exit",
					     "mremap",	 "madv-free", "madv-cold", "remap-pfn" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pair pair = measure(names[i], "arm64", KERNEL_V7_0, 0, 2000, 0);
		assert_int_equal(lazily(&pair, COUNT_DEFERRED), 0);
		for (int c = COUNT_BARRIERS; c < NR_PUBLIC_COUNTERS; c++)
			assert_int_equal(lazily(&pair, (enum counter)c),
					 at_once(&pair, (enum counter)c));
		assert_true(lazily(&pair, COUNT_SECTIONS) > 0);
		pair_fini(&pair);
	}
}

/* 496 entries of 16 bytes in areas of 512 that are never quite filled: 16 times 31. */
static void test_xen_mprotect_takes_a_31st_of_the_hypercalls(void **state)
{
	struct pair pair = measure("mprotect", "xen", KERNEL_V7_0, 0, 4960, 496);

	(void)state;
	assert_int_equal(at_once(&pair, COUNT_PTE_HYPERCALLS), 4960);
	assert_int_equal(lazily(&pair, COUNT_PTE_HYPERCALLS), 4960 / 31);
	assert_int_equal(batches(&pair.lazy.counters), 160);
	assert_int_equal(batches_of_one(&pair.lazy.counters), 0);
	assert_int_equal(waiting_of(&pair.lazy.counters).longest, 30);
	assert_int_equal(waiting_of(&pair.lazy.counters).mean, 15000);
	pair_fini(&pair);
}

/* Clears are trapped and emulated one by one. */
static void test_xen_munmap_gains_nothing(void **state)
{
	struct pair pair = measure("munmap", "xen", KERNEL_V7_0, 0, 4000, 0);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_EMULATED_WRITES), 4000);
	assert_int_equal(at_once(&pair, COUNT_EMULATED_WRITES), 4000);
	assert_int_equal(lazily(&pair, COUNT_HYPERCALLS), at_once(&pair, COUNT_HYPERCALLS));
	pair_fini(&pair);
}

/*
 * "a very large number of multicalls issued by Linux are single-op multicalls" (A. Cooper, 8 May
 * 2026): a batch of page-table updates is one operation, however many it carries.
 */
static void test_xen_batches_of_updates_are_single_operations(void **state)
{
	struct pair pair = measure("mprotect", "xen", KERNEL_V7_0, 0, 4960, 496);
	uint64_t singles = lazily(&pair, COUNT_HYPERCALLS) - lazily(&pair, COUNT_MULTICALLS);

	(void)state;
	assert_true(singles >= 160);
	assert_int_equal(lazily(&pair, COUNT_MULTICALLS), 0);
	pair_fini(&pair);
}

/* Counters that a pause leaves at 255 keep every later section from batching (v7.2, v7.3). */
static void test_xen_of_v7_3_batches_nothing(void **state)
{
	struct pair pair = measure("mprotect", "xen", KERNEL_V7_3, 0, 4960, 496);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_PTE_HYPERCALLS), 4960);
	pair_fini(&pair);
}

static uint64_t batches_of(const struct counters *counters, uint64_t size)
{
	for (size_t i = 0; i < counters->batch_sizes.nr; i++) {
		if (counters->batch_sizes.bins[i].size == size)
			return counters->batch_sizes.bins[i].count;
	}
	return 0;
}

/* PPC64_TLB_BATCH_NR and TLB_BATCH_NR are 192; tables hold 512 and 1024. */
static void test_powerpc_and_sparc_batch_by_192(void **state)
{
	static const char *const names[] = { "mprotect", "munmap", "fork" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pair powerpc = measure(names[i], "powerpc", KERNEL_V7_0, 0, 1024, 0);
		assert_int_equal(batches_of(&powerpc.lazy.counters, 192), 4);
		assert_int_equal(batches_of(&powerpc.lazy.counters, 128), 2);
		assert_int_equal(lazily(&powerpc, COUNT_HASH_FLUSH_RANGE), 6);
		assert_int_equal(at_once(&powerpc, COUNT_HASH_FLUSH_SINGLE), 1024);
		pair_fini(&powerpc);

		struct pair sparc = measure(names[i], "sparc", KERNEL_V7_0, 0, 1024, 0);
		assert_int_equal(batches_of(&sparc.lazy.counters, 192), 5);
		assert_int_equal(batches_of(&sparc.lazy.counters, 64), 1);
		assert_int_equal(at_once(&sparc, COUNT_CROSS_CALLS), 3 * 1024);
		assert_true(lazily(&sparc, COUNT_CROSS_CALLS) < 3 * 10);
		pair_fini(&sparc);
	}
}

/*
 * kpkeys, RFC v5, on a Graviton3: a fork is 3.21 times as long without batching as without the
 * series, and 1.034 times with it. Each page is two writes, each write two switches.
 */
static void test_kpkeys_fork_needs_batching(void **state)
{
	struct pair pair = measure("fork", "arm64", KERNEL_V7_0, CONFIG_KPKEYS, 4096, 0);
	struct estimate modelled = ratio(&pair, "fork", "arm64");

	(void)state;
	assert_int_equal(at_once(&pair, COUNT_LEVEL_SWITCHES), 4 * 4096);
	assert_int_equal(lazily(&pair, COUNT_LEVEL_SWITCHES), 2 * 8);
	assert_in_range(1000 * 1034 / 3210, modelled.low, modelled.high);
	assert_true(modelled.high < 1000);
	pair_fini(&pair);
}

/* Series version 5, patch 2/4: mremap about 28, mprotect 15, munmap 3 times faster. */
static void test_s390_gains_most_with_mremap_and_least_with_munmap(void **state)
{
	static const char *const names[] = { "mremap", "mprotect", "munmap" };
	static const uint64_t measured[] = { 1000 / 28, 1000 / 15, 1000 / 3 };
	uint64_t before = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct pair pair =
			measure(names[i], "s390", KERNEL_V7_0, CONFIG_S390_WITH_PTES, 4096, 0);
		struct estimate modelled = ratio(&pair, names[i], "s390");
		assert_int_equal(at_once(&pair, COUNT_IPTE), 4096);
		assert_int_equal(lazily(&pair, COUNT_IPTE), 0);
		assert_true(lazily(&pair, COUNT_IPTE_RANGE) <= 32);
		assert_true(modelled.typical > before);
		assert_in_range(measured[i], modelled.low, modelled.high);
		before = modelled.typical;
		pair_fini(&pair);
	}
}

/* Its cover: "a full=1 teardown shortcut is lost". */
static void test_s390_exit_loses(void **state)
{
	struct pair pair = measure("exit", "s390", KERNEL_V7_0, CONFIG_S390_WITH_PTES, 4096, 0);

	(void)state;
	assert_int_equal(at_once(&pair, COUNT_IPTE), 0);
	assert_true(lazily(&pair, COUNT_IPTE_RANGE) > 0);
	pair_fini(&pair);
}

/* With DEBUG_PAGEALLOC each page of the gather, of 510 pointers, is an inner section. */
static void test_debug_pagealloc_nests_each_510_pages(void **state)
{
	struct pair pair = measure("debug-pagealloc-munmap", "arm64", KERNEL_V7_0, 0, 4096, 0);

	(void)state;
	assert_in_range(lazily(&pair, COUNT_NESTED_SECTIONS), 4096 / 510 - 1, 4096 / 510 + 1);
	pair_fini(&pair);
}

/* No walker is stopped by what was prepared, and need_resched() makes more sections. */
static void test_need_resched_makes_more_sections(void **state)
{
	const struct workload *workload = workload_find("munmap");
	const struct arch *arch = arch_find("powerpc");
	struct machine_config config = config_of(arch, KERNEL_V7_0, 0);
	struct measurement measurement;
	struct params params;

	(void)state;
	params_init(&params);
	params.n[PARAM_PAGES] = 512;
	params.n[PARAM_RESCHED] = 129; /* zap asks before each entry */
	assert_int_equal(workload_measure(workload, arch, &config, &params, &measurement), 0);
	assert_int_equal(measurement.counters.n[COUNT_SECTIONS], 4);
	assert_int_equal(batches_of(&measurement.counters, 128), 4);
	measurement_fini(&measurement);
}

/* A third of the pages dirty, half of them young, every fourth entry there. */
static void test_pages_are_as_the_parameters_say(void **state)
{
	const struct workload *workload = workload_find("madv-cold");
	const struct arch *arch = arch_find("powerpc");
	struct machine_config config = config_of(arch, KERNEL_V7_0, 0);
	struct measurement measurement;
	struct params params;

	(void)state;
	params_init(&params);
	params.n[PARAM_PAGES] = 512;
	params.n[PARAM_EVERY] = 4;
	params.n[PARAM_YOUNG] = 50;
	assert_int_equal(workload_measure(workload, arch, &config, &params, &measurement), 0);
	assert_int_equal(measurement.counters.n[COUNT_PTE_WRITES], 256);
	assert_int_equal(measurement.counters.n[COUNT_SECTIONS], 4);
	measurement_fini(&measurement);
}

/* The scans that end in a TLB flush before their leave hold back as mprotect does. */
static void test_pagemap_scan_is_as_mprotect_on_xen(void **state)
{
	struct pair pair = measure("pagemap-scan", "xen", KERNEL_V7_0, 0, 4960, 496);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_DEFERRED), 4960);
	assert_int_equal(batches(&pair.lazy.counters), 160);
	pair_fini(&pair);
}

/*
 * ptep_clear_flush() of each page: its flush takes the queued update of the page before along, so
 * that a batch never gets long. Without a section the update goes by itself.
 */
static void test_migration_flushes_its_own_batches(void **state)
{
	struct pair xen = measure("migrate-collect", "xen", KERNEL_V7_0, 0, 512, 0);
	struct pair powerpc = measure("migrate-collect", "powerpc", KERNEL_V7_0, 0, 512, 0);

	(void)state;
	assert_true(batches(&xen.lazy.counters) > 512 / 31 + 1);
	assert_int_equal(lazily(&xen, COUNT_EMULATED_WRITES), 512);
	/* There flush_tlb_page() is nothing, and the clear is held back. */
	assert_int_equal(batches_of(&powerpc.lazy.counters, 192), 2);
	assert_int_equal(batches_of(&powerpc.lazy.counters, 128), 1);
	pair_fini(&xen);
	pair_fini(&powerpc);
}

/* mm/rmap.c, folio_referenced_one(): nobody looks around an old page. */
static void test_look_around_of_old_pages_opens_no_section(void **state)
{
	const struct arch *arch = arch_find("sparc");
	struct machine_config config = config_of(arch, KERNEL_V7_0, 0);
	struct params params;
	struct measurement measurement;

	(void)state;
	params_init(&params);
	params.n[PARAM_YOUNG] = 0;
	assert_int_equal(workload_measure(workload_find("mglru-look-around"), arch, &config,
					  &params, &measurement),
			 0);
	assert_int_equal(measurement.counters.n[COUNT_SECTIONS], 0);
	assert_int_equal(measurement.counters.n[COUNT_DEFERRED], 0);
	measurement_fini(&measurement);
}

/* 64 neighbours, of which one was aged before the section. */
static void test_look_around_batches_63(void **state)
{
	struct pair pair = measure("mglru-look-around", "sparc", KERNEL_V7_0, 0, 640, 0);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_SECTIONS), 10);
	assert_int_equal(batches_of(&pair.lazy.counters, 63), 10);
	assert_int_equal(lazily(&pair, COUNT_IMMEDIATE), 10);
	pair_fini(&pair);
}

/* The entries stay, what was hashed goes, by 192. */
static void test_powerpc_flushes_without_a_change(void **state)
{
	static const char *const names[] = { "flush-hash-range", "flush-hash-pmd", "subpage-prot" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pair pair = measure(names[i], "powerpc", KERNEL_V7_0, 0, 512, 0);
		assert_int_equal(lazily(&pair, COUNT_SECTIONS), 1);
		assert_int_equal(batches_of(&pair.lazy.counters, 192), 2);
		assert_int_equal(batches_of(&pair.lazy.counters, 128), 1);
		assert_int_equal(lazily(&pair, COUNT_HASH_FLUSH_SINGLE), 0);
		assert_int_equal(at_once(&pair, COUNT_HASH_FLUSH_SINGLE), 512);
		pair_fini(&pair);
	}
}

/* A block of 512 pages is 512 entries and the one above them, and one barrier pair. */
static void test_arm64_splits_owe_one_barrier(void **state)
{
	struct pair leaf = measure("split-leaf", "arm64", KERNEL_V6_18, 0, 512, 64);
	struct pair range = measure("split-range", "arm64", KERNEL_V6_18, 0, 4096, 0);

	(void)state;
	assert_int_equal(lazily(&leaf, COUNT_SECTIONS), 8);
	assert_int_equal(lazily(&leaf, COUNT_BARRIERS), 1);
	assert_true(at_once(&leaf, COUNT_BARRIERS) > 512);
	assert_int_equal(lazily(&range, COUNT_SECTIONS), 1);
	assert_int_equal(lazily(&range, COUNT_PTE_WRITES), 4096);
	assert_int_equal(lazily(&range, COUNT_BARRIERS), 1);
	pair_fini(&leaf);
	pair_fini(&range);
}

/* Pages that are flipped one by one: every batch is one. */
static void test_jit_batches_are_of_one(void **state)
{
	struct pair pair = measure("jit", "xen", KERNEL_V7_0, 0, 100, 1);

	(void)state;
	assert_int_equal(lazily(&pair, COUNT_SECTIONS), 200);
	assert_int_equal(batches(&pair.lazy.counters), 200);
	assert_int_equal(batches_of_one(&pair.lazy.counters), 200);
	pair_fini(&pair);
}

/* Whatever exists runs, and leaves no finding behind on kernels without a known bug. */
static void test_all_workloads_are_clean(void **state)
{
	(void)state;
	for (const struct workload *each = workloads; each->name; each++) {
		for (const struct arch *const *arch = arch_table; *arch; arch++) {
			if (!workload_exists(each, *arch, &kernels[KERNEL_V7_0]))
				continue;
			struct pair pair = measure(each->name, (*arch)->name, KERNEL_V7_0, 0, 300,
						   each->section ? each->section : 100);
			for (int i = 0; i < NR_FINDING_KINDS; i++) {
				assert_int_equal(pair.lazy.findings[i], 0);
				assert_int_equal(pair.immediate.findings[i], 0);
			}
			assert_int_equal(at_once(&pair, COUNT_DEFERRED), 0);
			assert_int_equal(lazily(&pair, COUNT_PTE_WRITES),
					 at_once(&pair, COUNT_PTE_WRITES));
			assert_true(pair.lazy.calls > 0 && pair.lazy.pages > 0);
			pair_fini(&pair);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arm64_vmalloc_gains_with_its_size),
		cmocka_unit_test(test_arm64_vmalloc_of_one_page_gains_nothing),
		cmocka_unit_test(test_arm64_user_memory_gains_nothing),
		cmocka_unit_test(test_xen_mprotect_takes_a_31st_of_the_hypercalls),
		cmocka_unit_test(test_xen_munmap_gains_nothing),
		cmocka_unit_test(test_xen_batches_of_updates_are_single_operations),
		cmocka_unit_test(test_xen_of_v7_3_batches_nothing),
		cmocka_unit_test(test_powerpc_and_sparc_batch_by_192),
		cmocka_unit_test(test_kpkeys_fork_needs_batching),
		cmocka_unit_test(test_s390_gains_most_with_mremap_and_least_with_munmap),
		cmocka_unit_test(test_s390_exit_loses),
		cmocka_unit_test(test_debug_pagealloc_nests_each_510_pages),
		cmocka_unit_test(test_need_resched_makes_more_sections),
		cmocka_unit_test(test_pages_are_as_the_parameters_say),
		cmocka_unit_test(test_pagemap_scan_is_as_mprotect_on_xen),
		cmocka_unit_test(test_migration_flushes_its_own_batches),
		cmocka_unit_test(test_look_around_batches_63),
		cmocka_unit_test(test_look_around_of_old_pages_opens_no_section),
		cmocka_unit_test(test_powerpc_flushes_without_a_change),
		cmocka_unit_test(test_arm64_splits_owe_one_barrier),
		cmocka_unit_test(test_jit_batches_are_of_one),
		cmocka_unit_test(test_all_workloads_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
