/* SPDX-License-Identifier: MIT */
/*
 * What large folios change for sections, hand-counted from the kernel's loops (mm/memory.c,
 * mm/madvise.c, mm/mmu_gather.c, mm/vmscan.c): how often need_resched() is asked, how full a gather
 * gets, what is aged before a section. And what they do not change: how often a PTE is written.
 */
#include <string.h>

#include "test.h"

#include "model.h"

/* What a test asks for; zero: the default. */
struct asked {
	const char *workload;
	const char *arch;
	enum kernel_id kernel;
	enum mode mode;
	unsigned int config;
	bool radix;
	uint64_t folio;
	uint64_t pages;
	uint64_t section;
	uint64_t every;
	uint64_t resched;
	bool half_dirty;
	bool half_young;
};

static void take(struct params *params, enum param param, uint64_t value)
{
	if (value)
		params->n[param] = value;
}

static struct measurement measure(const struct asked *asked)
{
	const struct workload *workload = workload_find(asked->workload);
	const struct arch *arch = arch_find(asked->arch);
	const struct machine_config config = { .kernel = &kernels[asked->kernel],
					       .mode = asked->mode,
					       .preempt = PREEMPT_FULL,
					       .config = asked->config,
					       .radix = asked->radix,
					       .page_shift = arch->geometries[0].page_shift };
	struct measurement measurement;
	struct params params;

	assert_non_null(workload);
	params_init(&params);
	take(&params, PARAM_FOLIO, asked->folio);
	take(&params, PARAM_PAGES, asked->pages);
	take(&params, PARAM_SECTION, asked->section);
	take(&params, PARAM_EVERY, asked->every);
	take(&params, PARAM_RESCHED, asked->resched);
	take(&params, PARAM_DIRTY, asked->half_dirty ? 50 : 0);
	take(&params, PARAM_YOUNG, asked->half_young ? 50 : 0);
	assert_int_equal(workload_measure(workload, arch, &config, &params, &measurement), 0);
	return measurement;
}

static uint64_t counted(const struct asked *asked, enum counter counter)
{
	struct measurement measurement = measure(asked);
	uint64_t n = measurement.counters.n[counter];

	measurement_fini(&measurement);
	return n;
}

static uint64_t batches_of(const struct counters *counters, uint64_t size)
{
	for (size_t i = 0; i < counters->batch_sizes.nr; i++) {
		if (counters->batch_sizes.bins[i].size == size)
			return counters->batch_sizes.bins[i].count;
	}
	return 0;
}

/* 19eaf44954df, v6.8: one fault for a folio; its entries are as many as ever. */
static void test_fault_maps_a_folio(void **state)
{
	static const struct {
		enum kernel_id kernel;
		uint64_t folio;
		uint64_t faults;
	} answers[] = {
		{ KERNEL_V6_1, 64, 1024 },
		{ KERNEL_V6_6, 64, 1024 },
		{ KERNEL_V6_12, 64, 16 },
		{ KERNEL_V7_3, 4, 256 },
		/* There is no folio of two pages, and one that fills a table is mapped above it. */
		{ KERNEL_V7_3, 2, 1024 },
		{ KERNEL_V7_3, 512, 4 },
		{ KERNEL_V7_3, 4096, 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct asked asked = { .workload = "fault",
					     .arch = "arm64",
					     .kernel = answers[i].kernel,
					     .folio = answers[i].folio,
					     .pages = 1024 };
		struct measurement measurement = measure(&asked);
		assert_int_equal(measurement.calls, answers[i].faults);
		assert_int_equal(measurement.pages, 1024);
		assert_int_equal(measurement.counters.n[COUNT_PTE_SETS], 1024);
		assert_int_equal(measurement.folio, 1024 / answers[i].faults);
		measurement_fini(&measurement);
	}
}

/* Each fourth folio is there, and each of its pages; a section takes whole folios. */
static void test_layout_keeps_folios_whole(void **state)
{
	const struct asked sparse = { .workload = "munmap",
				      .arch = "powerpc",
				      .kernel = KERNEL_V7_0,
				      .folio = 16,
				      .pages = 512,
				      .every = 4 };
	const struct asked odd = { .workload = "munmap",
				   .arch = "powerpc",
				   .kernel = KERNEL_V7_0,
				   .folio = 16,
				   .pages = 1000,
				   .section = 20 };
	struct measurement measurement = measure(&odd);

	(void)state;
	assert_int_equal(counted(&sparse, COUNT_PTE_WRITES), 512);
	assert_int_equal(counted(&sparse, COUNT_SECTIONS), 4);
	/* 63 folios, two for each call. */
	assert_int_equal(measurement.calls, 31);
	assert_int_equal(measurement.counters.n[COUNT_PTE_WRITES], 31 * 32);
	assert_int_equal(batches_of(&measurement.counters, 32), 31);
	measurement_fini(&measurement);
}

/* do_zap_pte_range() takes a folio between two questions: yes to each third is two folios. */
static void test_zap_asks_once_for_a_folio(void **state)
{
	struct asked asked = { .workload = "munmap",
			       .arch = "powerpc",
			       .kernel = KERNEL_V7_0,
			       .pages = 512,
			       .resched = 3 };

	(void)state;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 256);
	asked.folio = 64;
	struct measurement measurement = measure(&asked);
	assert_int_equal(measurement.counters.n[COUNT_SECTIONS], 4);
	assert_int_equal(batches_of(&measurement.counters, 128), 4);
	measurement_fini(&measurement);
	/* Young and dirty make no difference there. */
	asked.half_young = asked.half_dirty = true;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 4);
}

/*
 * copy_pte_range() asks when 32 is reached, and an entry counts 8: after 4 pages or after a folio.
 * Private entries of one batch agree in their dirty bit (FPB_RESPECT_DIRTY), young does not matter.
 */
static void test_fork_asks_once_for_a_batch(void **state)
{
	struct asked asked = { .workload = "fork",
			       .arch = "powerpc",
			       .kernel = KERNEL_V7_0,
			       .folio = 64,
			       .pages = 512,
			       .resched = 2 };

	(void)state;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 4);
	asked.half_young = true;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 4);
	asked.half_dirty = true;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 512 / 8);
	asked.folio = 1;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 512 / 8);
}

/* Every 32nd entry or batch; of 512 pages 31 questions come before the end, or of 32 folios one. */
static void test_cold_asks_for_batches(void **state)
{
	struct asked asked = { .workload = "madv-cold",
			       .arch = "powerpc",
			       .kernel = KERNEL_V7_0,
			       .pages = 512,
			       .resched = 1 };

	(void)state;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 1 + 512 / 32);
	asked.folio = 16;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 1 + 1);
	asked.folio = 32;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 1);
}

/*
 * clear_young_dirty_ptes(), v6.10: a folio with one young entry has all of them cleared, and on
 * powerpc those that are not young are hashed as well.
 */
static void test_cold_ages_old_entries_of_a_folio(void **state)
{
	struct asked asked = { .workload = "madv-cold",
			       .arch = "powerpc",
			       .kernel = KERNEL_V7_0,
			       .pages = 512,
			       .half_young = true };

	(void)state;
	assert_int_equal(counted(&asked, COUNT_DEFERRED), 256);
	asked.folio = 16;
	assert_int_equal(counted(&asked, COUNT_DEFERRED), 512);
}

/* Memory of the kernel is mapped without holes and without folios, whatever was asked for. */
static void test_kernel_memory_has_neither_holes_nor_folios(void **state)
{
	static const struct asked asked[] = {
		{ .workload = "vmap", .arch = "arm64" },
		{ .workload = "nested", .arch = "arm64" },
		{ .workload = "nested", .arch = "xen" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct asked one = asked[i];
		one.kernel = KERNEL_V7_0;
		one.folio = 16;
		one.pages = 1000;
		one.every = 4;
		struct measurement measurement = measure(&one);
		assert_int_equal(measurement.folio, 1);
		assert_int_equal(measurement.pages, 1000);
		assert_int_equal(measurement.counters.n[COUNT_PTE_WRITES], 1000);
		measurement_fini(&measurement);
	}
}

/*
 * What ptep_test_and_clear_young() does to the 256 of them that are not young: x86 (arch/x86/mm/
 * pgtable.c) and sparc (the generic one) look first, as powerpc does (asm/book3s/64/pgtable.h)
 * unless an entry is hashed; arm64 exchanges and s390 stores (each asm/pgtable.h) whatever it is.
 */
static void test_old_entries_are_written_where_nobody_looks_first(void **state)
{
	static const struct {
		const char *arch;
		unsigned int config;
		bool radix;
		uint64_t writes;
	} cases[] = {
		{ "xen", .writes = 256 },
		{ "sparc", .writes = 256 },
		{ "generic", .writes = 256 },
		{ "powerpc", .radix = true, .writes = 256 },
		{ "powerpc", .writes = 512 },
		{ "arm64", .writes = 512 },
		{ "s390", .writes = 512 },
		{ "s390", .config = CONFIG_S390_WITH_PTES, .writes = 512 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct asked asked = { .workload = "madv-cold",
					     .arch = cases[i].arch,
					     .config = cases[i].config,
					     .radix = cases[i].radix,
					     .kernel = KERNEL_V7_0,
					     .folio = 16,
					     .pages = 512,
					     .half_young = true };
		assert_int_equal(counted(&asked, COUNT_PTE_WRITES), cases[i].writes);
	}
}

/*
 * __tlb_remove_folio_pages(), v6.9: a pointer and a number. 4 folios in the embedded batch, then
 * 255 for each page of pointers, each of which is an inner section with DEBUG_PAGEALLOC.
 */
static void test_gather_holds_255_folios(void **state)
{
	struct asked asked = { .workload = "debug-pagealloc-munmap",
			       .arch = "arm64",
			       .kernel = KERNEL_V7_0,
			       .folio = 4 };

	(void)state;
	asked.pages = 4 * 3;
	assert_int_equal(counted(&asked, COUNT_NESTED_SECTIONS), 0);
	asked.pages = 4 * 4;
	assert_int_equal(counted(&asked, COUNT_NESTED_SECTIONS), 1);
	asked.pages = 4 * (4 + 255 - 1);
	assert_int_equal(counted(&asked, COUNT_NESTED_SECTIONS), 1);
	asked.pages = 4 * (4 + 255);
	assert_int_equal(counted(&asked, COUNT_NESTED_SECTIONS), 2);
}

/*
 * walk_pte_range(): get_pte_pfn() passes over the first of 16 pages, which is old as every second
 * is, and those behind the next are aged with it from v7.1 on, where old ones are written at all.
 */
static void test_aging_passes_over_old_pages(void **state)
{
	static const struct {
		const char *arch;
		enum kernel_id kernel;
		uint64_t writes; /* of a folio */
	} answers[] = { { "arm64", KERNEL_V7_0, 8 },   { "arm64", KERNEL_V7_1, 15 },
			{ "powerpc", KERNEL_V7_0, 8 }, { "powerpc", KERNEL_V7_1, 15 },
			{ "xen", KERNEL_V7_0, 8 },     { "xen", KERNEL_V7_1, 8 } };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct asked asked = { .workload = "mglru-ptes",
					     .arch = answers[i].arch,
					     .kernel = answers[i].kernel,
					     .folio = 16,
					     .pages = 512,
					     .half_young = true };
		assert_int_equal(counted(&asked, COUNT_PTE_WRITES), 512 / 16 * answers[i].writes);
	}
}

/* lru_gen_look_around(): of the 64 neighbours v7.1 has aged a folio before the section. */
static void test_look_around_finds_less_to_do(void **state)
{
	static const struct {
		enum kernel_id kernel;
		uint64_t folio;
		uint64_t sections;
		uint64_t held_back; /* in each section */
	} answers[] = { { KERNEL_V7_0, 16, 10, 63 },
			{ KERNEL_V7_1, 1, 10, 63 },
			{ KERNEL_V7_1, 16, 10, 48 },
			{ KERNEL_V7_1, 64, 10, 0 },
			{ KERNEL_V7_1, 128, 5, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct asked asked = { .workload = "mglru-look-around",
					     .arch = "sparc",
					     .kernel = answers[i].kernel,
					     .folio = answers[i].folio,
					     .pages = 640 };
		struct measurement measurement = measure(&asked);
		assert_int_equal(measurement.counters.n[COUNT_SECTIONS], answers[i].sections);
		assert_int_equal(measurement.counters.n[COUNT_DEFERRED],
				 answers[i].sections * answers[i].held_back);
		assert_int_equal(measurement.counters.n[COUNT_PTE_WRITES], 640);
		measurement_fini(&measurement);
	}
}

/* Half of a folio is dropped, the other is freed: split between two sections. */
static void test_part_of_a_folio_takes_a_section_more(void **state)
{
	struct asked asked = { .workload = "allocator",
			       .arch = "arm64",
			       .kernel = KERNEL_V7_0,
			       .pages = 640,
			       .section = 64 };

	(void)state;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 3 * 10);
	asked.folio = 32;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 3 * 10);
	asked.folio = 64;
	assert_int_equal(counted(&asked, COUNT_SECTIONS), 4 * 10);
}

/*
 * Does batching by folios make the mode moot? set_ptes() of Xen is one update for each entry, the
 * batches of powerpc and sparc hold addresses of pages, kpkeys guards each store.
 */
static void test_backends_do_as_much_for_each_entry(void **state)
{
	static const struct {
		const char *workload;
		const char *arch;
		unsigned int config;
		enum counter counter;
		uint64_t lazily;
		uint64_t at_once;
	} answers[] = {
		{ "mprotect", "xen", 0, COUNT_PTE_HYPERCALLS, 160, 4960 },
		{ "munmap", "xen", 0, COUNT_EMULATED_WRITES, 4960, 4960 },
		{ "munmap", "powerpc", 0, COUNT_HASH_FLUSH_SINGLE, 0, 4960 },
		{ "munmap", "powerpc", 0, COUNT_HASH_FLUSH_RANGE, 30, 0 },
		/* Each of four CPUs. */
		{ "mprotect", "sparc", 0, COUNT_DEMAPS, 4 * 4960, 4 * 4960 },
		{ "mprotect", "arm64", 0, COUNT_BARRIERS, 0, 0 },
		{ "fork", "arm64", CONFIG_KPKEYS, COUNT_LEVEL_SWITCHES, 2 * 10, 4 * 4960 },
		{ "munmap", "s390", 0, COUNT_IPTE, 4960, 4960 },
		{ "munmap", "s390", CONFIG_S390_WITH_PTES, COUNT_IPTE, 0, 4960 },
	};
	static const uint64_t folios[] = { 1, 16 };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		for (size_t j = 0; j < 2; j++) {
			struct asked asked = { .workload = answers[i].workload,
					       .arch = answers[i].arch,
					       .kernel = KERNEL_V7_0,
					       .config = answers[i].config,
					       .folio = folios[j],
					       .pages = 4960,
					       .section = 496 };
			assert_int_equal(counted(&asked, answers[i].counter), answers[i].lazily);
			asked.mode = MODE_IMMEDIATE;
			assert_int_equal(counted(&asked, answers[i].counter), answers[i].at_once);
		}
	}
}

/*
 * Whatever exists runs, with folios where it may have some: no finding, and as many writes in a
 * section as without one.
 */
static void test_all_workloads_are_clean(void **state)
{
	(void)state;
	for (const struct workload *each = workloads; each->name; each++) {
		for (const struct arch *const *arch = arch_table; *arch; arch++) {
			if (!workload_exists(each, *arch, &kernels[KERNEL_V7_0]))
				continue;
			struct asked asked = { .workload = each->name,
					       .arch = (*arch)->name,
					       .kernel = KERNEL_V7_0,
					       .folio = 16,
					       .pages = 320,
					       .section = 96,
					       .half_dirty = true,
					       .half_young = true };
			struct measurement lazy = measure(&asked);
			asked.mode = MODE_IMMEDIATE;
			struct measurement immediate = measure(&asked);
			for (int i = 0; i < NR_FINDING_KINDS; i++)
				assert_int_equal(lazy.findings[i] + immediate.findings[i], 0);
			assert_int_equal(lazy.counters.n[COUNT_PTE_WRITES],
					 immediate.counters.n[COUNT_PTE_WRITES]);
			assert_true(lazy.folio == 1 || (lazy.folio == 16 && !each->splits_folios));
			measurement_fini(&lazy);
			measurement_fini(&immediate);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fault_maps_a_folio),
		cmocka_unit_test(test_layout_keeps_folios_whole),
		cmocka_unit_test(test_zap_asks_once_for_a_folio),
		cmocka_unit_test(test_fork_asks_once_for_a_batch),
		cmocka_unit_test(test_cold_asks_for_batches),
		cmocka_unit_test(test_cold_ages_old_entries_of_a_folio),
		cmocka_unit_test(test_old_entries_are_written_where_nobody_looks_first),
		cmocka_unit_test(test_kernel_memory_has_neither_holes_nor_folios),
		cmocka_unit_test(test_gather_holds_255_folios),
		cmocka_unit_test(test_aging_passes_over_old_pages),
		cmocka_unit_test(test_look_around_finds_less_to_do),
		cmocka_unit_test(test_part_of_a_folio_takes_a_section_more),
		cmocka_unit_test(test_backends_do_as_much_for_each_entry),
		cmocka_unit_test(test_all_workloads_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
