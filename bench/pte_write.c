/* SPDX-License-Identifier: MIT */
/*
 * PTE writes for callgrind: pte_write.sh counts the instructions of write_table() and divides them
 * by the number of writes that this program prints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm_struct.h"
#include "pte_access.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

enum {
	NR_ROUNDS = 64, /* of one full PTE table each */
	TASK = 100,
};

static const vaddr_t base = UINT64_C(1) << 30; /* a user address, aligned to a table everywhere */

/* mprotect of user memory, vmap of kernel memory. */
enum workload { MPROTECT, VMAP };

struct load {
	enum workload kind;
	bool in_section;
};

static pte_t present_pte(vaddr_t addr, enum workload kind)
{
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY;

	return make_pte(addr >> PTE_PFN_SHIFT, kind == VMAP ? bits : bits | PTE_USER);
}

static pte_t *first_pte(struct mm *mm)
{
	struct table *table = pte_alloc(mm, base);

	if (!table)
		abort();
	return pte_offset(&mm->pgtable, table, base);
}

__attribute__((noinline)) static void mprotect_ptes(struct mm *mm, vaddr_t addr, vaddr_t end,
						    pte_t *ptep)
{
	const vaddr_t size = page_size(mm);

	for (; addr < end; addr += size, ptep++) {
		pte_t pte = ptep_modify_prot_start(mm, addr, ptep);
		pte.val ^= PTE_WRITE;
		ptep_modify_prot_commit(mm, addr, ptep, pte);
	}
}

__attribute__((noinline)) static void vmap_ptes(struct mm *mm, vaddr_t addr, vaddr_t end,
						pte_t *ptep)
{
	const vaddr_t size = page_size(mm);

	for (; addr < end; addr += size, ptep++)
		set_pte_at(mm, addr, ptep, present_pte(addr, VMAP));
}

/* What callgrind looks at: nothing but the writes of a table, in one section or outside any. */
__attribute__((noinline)) static void write_table(struct mm *mm, pte_t *ptep,
						  const struct load *load)
{
	const vaddr_t end = base + pmd_size(mm);

	if (load->in_section)
		lazy_mmu_mode_enable_with_ptes(mm, base, end, ptep);
	if (load->kind == VMAP)
		vmap_ptes(mm, base, end, ptep);
	else
		mprotect_ptes(mm, base, end, ptep);
	if (load->in_section)
		lazy_mmu_mode_disable();
}

/* powerpc holds back nothing but what was hashed: every page is touched between two sections. */
static void touch_pages(struct mm *mm, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->hash_page)
		return;
	for (vaddr_t addr = base; addr < base + pmd_size(mm); addr += page_size(mm), ptep++)
		ops->hash_page(mm, addr, ptep);
}

static void write_tables(const struct load *load)
{
	struct mm *mm = load->kind == VMAP ? init_mm() : current_task()->mm;
	pte_t *ptep = first_pte(mm);
	vaddr_t addr = base;

	for (pte_t *each = ptep; addr < base + pmd_size(mm); addr += page_size(mm), each++)
		set_pte_at(mm, addr, each, present_pte(addr, load->kind));
	memset(current_task()->counters->n, 0, sizeof(current_task()->counters->n));
	for (int i = 0; i < NR_ROUNDS; i++) {
		if (load->kind == MPROTECT)
			touch_pages(mm, ptep);
		write_table(mm, ptep, load);
	}
}

static struct machine *make_machine(const struct arch *arch, const struct kernel *kernel)
{
	struct machine_config config = { .kernel = kernel,
					 .preempt = PREEMPT_FULL,
					 .nr_cpus = 2,
					 .config = CONFIG_S390_WITH_PTES,
					 .page_shift = arch->geometries[0].page_shift };
	struct machine *machine;

	if (machine_create(&config, &machine) || arch_attach(machine, arch) ||
	    mm_layer_attach(machine))
		abort();
	lazy_attach(machine);
	return machine;
}

int main(int argc, char **argv)
{
	const struct arch *arch = argc == 5 ? arch_find(argv[1]) : NULL;
	const struct kernel *kernel = argc == 5 ? kernel_find(argv[2]) : NULL;

	if (!arch || !kernel) {
		fprintf(stderr, "usage: pte_write BACKEND KERNEL mprotect|vmap section|outside\n");
		return 2;
	}
	const struct load load = { strcmp(argv[3], "vmap") == 0 ? VMAP : MPROTECT,
				   strcmp(argv[4], "section") == 0 };
	struct machine *machine = make_machine(arch, kernel);
	struct task *task = task_with_past(machine, TASK, 0);

	run_on(&machine->cpus[0]);
	switch_to(this_cpu(), task);
	if (mm_exec())
		abort();
	write_tables(&load);
	printf("%llu writes, %llu deferred\n",
	       (unsigned long long)task->counters->n[COUNT_PTE_WRITES],
	       (unsigned long long)task->counters->n[COUNT_DEFERRED]);
	int findings = machine->findings.total != 0;
	mm_layer_detach(machine);
	arch_detach(machine);
	machine_destroy(machine);
	return findings;
}
