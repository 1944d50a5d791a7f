/* SPDX-License-Identifier: MIT */
/*
 * The same sequence of syscalls, faults and kernel mappings on a backend and on the oracle: after
 * it, page-table memory and what an access does must be the same. The oracle is the generic
 * backend with the geometry of the other: it holds nothing back.
 *
 *	differential SUBJECT
 */
#include <stdio.h>
#include <stdlib.h>

#include "player.h"

enum {
	NR_STEPS = 120,
	NR_SEEDS = 3,
};

/* What is compared: a PTE without the bit that only the powerpc hash table knows. */
static uint64_t memory_of(struct mm *mm, vaddr_t addr)
{
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	if (!table)
		return 0;
	return pte_clear_bits(hw_read_pte(pte_offset(&mm->pgtable, table, addr)), PTE_HASHPTE).val;
}

/* A translation that the CPU holds must not allow what the page table forbids. */
static bool translation_is_stale(struct mm *mm, vaddr_t addr)
{
	const struct translation *held = translation_find(&mm->translations, HOLDER_TLB, 0, addr);
	pte_t pte = { memory_of(mm, addr) };

	if (!held)
		return false;
	return !pte_valid(pte) || pte_pfn(pte) != pte_pfn(held->pte) ||
	       (pte_has(held->pte, PTE_WRITE) && !pte_has(pte, PTE_WRITE));
}

static bool compare_range(struct mm *mm, struct player *player, struct mm *oracle_mm,
			  struct player *oracle, vaddr_t start, uint64_t nr)
{
	vaddr_t size = page_size(mm);

	for (uint64_t i = 0; i < nr; i++) {
		vaddr_t addr = start + i * size;
		run_on(&oracle->machine->cpus[0]);
		uint64_t wanted = memory_of(oracle_mm, addr);
		run_on(&player->machine->cpus[0]);
		uint64_t got = memory_of(mm, addr);
		if (got != wanted) {
			printf("page %llu: PTE %llx, oracle %llx\n", (unsigned long long)i,
			       (unsigned long long)got, (unsigned long long)wanted);
			return false;
		}
		if (translation_is_stale(mm, addr)) {
			printf("page %llu: the CPU holds a stale translation\n",
			       (unsigned long long)i);
			return false;
		}
	}
	return true;
}

static struct mm *mm_of_task(struct player *player, int tid)
{
	const struct task *task = task_find(player->machine, tid);

	return task ? task->mm : NULL;
}

static bool compare(struct player *player, struct player *oracle)
{
	bool same = compare_range(player->parent->mm, player, oracle->parent->mm, oracle,
				  player->base, 2 * NR_PAGES);

	for (int i = 0; same && i < player->nr_children; i++) {
		struct mm *mm = mm_of_task(player, CHILD_TID + i);
		struct mm *oracle_mm = mm_of_task(oracle, CHILD_TID + i);
		if (!mm != !oracle_mm)
			return false;
		if (mm)
			same = compare_range(mm, player, oracle_mm, oracle, player->base, NR_PAGES);
	}
	return same &&
	       compare_range(&player->machine->hw->init_mm, player, &oracle->machine->hw->init_mm,
			     oracle, player->vmalloc, NR_VMALLOC_PAGES);
}

static uint64_t pending(const struct machine *machine)
{
	return machine->ops->pending ? machine->ops->pending() : 0;
}

/* Plays step by step on both; false at the first difference. */
static bool play(struct player *player, struct player *oracle)
{
	for (int step = 0; step < NR_STEPS; step++) {
		run_on(&oracle->machine->cpus[0]);
		player_step(oracle);
		run_on(&player->machine->cpus[0]);
		player_step(player);
		if (pending(player->machine)) {
			printf("step %d: writes are pending outside a section\n", step);
			return false;
		}
		if ((step % 10 == 9 || step == NR_STEPS - 1) && !compare(player, oracle)) {
			printf("step %d differs\n", step);
			return false;
		}
	}
	return true;
}

/* A section of a whole syscall loses its batching: B4 on v6.6; B15, a forked task on Xen v7.3 and
 * what shares its hooks. */
static bool loses_batching(const struct machine *machine)
{
	const struct kernel *kernel = machine->config.kernel;
	bool is_xen = machine->arch == arch_find("xen");

	if (machine->config.mode == MODE_IMMEDIATE)
		return false;
	return is_xen ? kernel->xen_switch == XEN_SWITCH_PAUSE && !kernel->fork_pauses
		      : kernel->set_ptes_section;
}

/* No sequence of whole syscalls may break a rule, but for the two that are known. */
static bool is_clean(const struct machine *machine)
{
	const struct finding_list *list = &machine->findings;
	uint64_t known = loses_batching(machine) ? list->by_kind[FINDING_BATCHING_LOST] : 0;

	if (list->total == known)
		return true;
	for (size_t i = 0; i < list->nr; i++)
		printf("finding %s: %s\n", finding_rules[list->items[i].kind].name,
		       list->items[i].detail);
	return false;
}

/* The oracle's operations: none, but a PMD moves where the other backend's does. */
static const struct arch_ops moving_ops = { .moves_pmds = true };
static const struct arch_ops staying_ops = { .moves_pmds = false };

static const struct arch_ops *select_moving(const struct machine_config *config)
{
	(void)config;
	return &moving_ops;
}

static const struct arch_ops *select_staying(const struct machine_config *config)
{
	(void)config;
	return &staying_ops;
}

/* What the mm layer asks of a backend decides which tables exist: the same for both. */
static struct arch oracle_of(const struct machine *machine)
{
	struct arch oracle = *machine->arch;

	oracle.name = "oracle";
	oracle.geometries = machine->hw->init_mm.pgtable.geometry;
	oracle.nr_geometries = 1;
	oracle.select = machine->ops->moves_pmds ? select_moving : select_staying;
	return oracle;
}

static bool run(const struct setup *setup, uint64_t seed)
{
	struct setup oracle_setup = *setup;
	struct player player, oracle;

	oracle_setup.subject = "generic";
	player_create(&player, fixture_create(setup), seed);
	const struct arch oracle_arch = oracle_of(player.machine);
	player_create(&oracle, fixture_create_with(&oracle_setup, &oracle_arch), seed);
	bool good = play(&player, &oracle) && is_clean(player.machine);
	if (!good)
		printf("FAILED %s, %s, %s, page shift %u, seed %llu\n", setup->subject,
		       kernels[setup->kernel].name, setup->mode == MODE_LAZY ? "lazy" : "immediate",
		       setup->page_shift, (unsigned long long)seed);
	fixture_destroy(player.machine);
	fixture_destroy(oracle.machine);
	return good;
}

static bool run_kernels(const struct subject *subject, unsigned int page_shift)
{
	bool good = true;

	for (int kernel = 0; kernel < NR_KERNELS; kernel++) {
		for (uint64_t seed = 1; seed <= NR_SEEDS; seed++) {
			struct setup setup = { .subject = subject->name,
					       .kernel = (enum kernel_id)kernel,
					       .mode = MODE_LAZY,
					       .page_shift = page_shift };
			good &= run(&setup, seed);
			setup.mode = MODE_IMMEDIATE;
			good &= run(&setup, seed);
		}
	}
	return good;
}

int main(int argc, char **argv)
{
	const struct subject *subject = argc == 2 ? subject_find(argv[1]) : NULL;
	bool good = true;

	if (!subject) {
		fprintf(stderr, "usage: differential SUBJECT\n");
		return EXIT_FAILURE;
	}
	const struct arch *arch = arch_find(subject->arch);
	for (size_t i = 0; i < arch->nr_geometries; i++)
		good &= run_kernels(subject, arch->geometries[i].page_shift);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
