/* SPDX-License-Identifier: MIT */
/*
 * PTE writes in sections, for callgrind: pte_write.sh counts the instructions of write_section()
 * and divides them by the number of writes that this program prints.
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
	NR_SECTIONS = 64, /* of one full PTE table each */
	TASK = 100,
};

static const vaddr_t base = UINT64_C(1) << 30; /* a user address, aligned to a table everywhere */

/* mprotect of user memory, vmap of kernel memory. */
enum workload { MPROTECT, VMAP };

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

/* What callgrind looks at: nothing but one section and its writes. */
__attribute__((noinline)) static void write_section(struct mm *mm, pte_t *ptep, enum workload kind)
{
	vaddr_t addr = base, end = base + pmd_size(mm);

	lazy_mmu_mode_enable_with_ptes(mm, addr, end, ptep);
	for (; addr < end; addr += page_size(mm), ptep++) {
		if (kind == VMAP) {
			set_pte_at(mm, addr, ptep, present_pte(addr, kind));
		} else {
			pte_t pte = ptep_modify_prot_start(mm, addr, ptep);
			pte.val ^= PTE_WRITE;
			ptep_modify_prot_commit(mm, addr, ptep, pte);
		}
	}
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

static void write_sections(enum workload kind)
{
	struct mm *mm = kind == VMAP ? init_mm() : current_task()->mm;
	pte_t *ptep = first_pte(mm);
	vaddr_t addr = base;

	for (pte_t *each = ptep; addr < base + pmd_size(mm); addr += page_size(mm), each++)
		set_pte_at(mm, addr, each, present_pte(addr, kind));
	memset(current_task()->counters->n, 0, sizeof(current_task()->counters->n));
	for (int i = 0; i < NR_SECTIONS; i++) {
		if (kind == MPROTECT)
			touch_pages(mm, ptep);
		write_section(mm, ptep, kind);
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
	const struct arch *arch = argc == 4 ? arch_find(argv[1]) : NULL;
	const struct kernel *kernel = argc == 4 ? kernel_find(argv[2]) : NULL;

	if (!arch || !kernel) {
		fprintf(stderr, "usage: pte_write BACKEND KERNEL mprotect|vmap\n");
		return 2;
	}
	struct machine *machine = make_machine(arch, kernel);
	struct task *task = task_with_past(machine, TASK, 0);

	run_on(&machine->cpus[0]);
	switch_to(this_cpu(), task);
	if (mm_exec())
		abort();
	write_sections(strcmp(argv[3], "vmap") == 0 ? VMAP : MPROTECT);
	printf("%llu writes, %llu deferred\n",
	       (unsigned long long)task->counters->n[COUNT_PTE_WRITES],
	       (unsigned long long)task->counters->n[COUNT_DEFERRED]);
	int findings = machine->findings.total != 0;
	mm_layer_detach(machine);
	arch_detach(machine);
	machine_destroy(machine);
	return findings;
}
