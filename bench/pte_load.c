/* SPDX-License-Identifier: MIT */
/* PTE writes and sections, as loads of a benchmark. */
#include "pte_load.h"

#include <errno.h>
#include <string.h>

#include "pte_access.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

enum {
	NR_PAGES = 4096, /* full tables everywhere */
	NR_SECTIONS = 4096,
	TASK = 100,
};

static const vaddr_t BASE = (vaddr_t)1 << 30; /* user and kernel address; begins a table */

const struct pte_load pte_loads[] = {
	{ "store", "store", LOAD_STORE, false },
	{ "set_pte/section", "write", LOAD_SET_PTE, true },
	{ "set_pte/outside", "write", LOAD_SET_PTE, false },
	{ "mprotect/section", "write", LOAD_MPROTECT, true },
	{ "mprotect/outside", "write", LOAD_MPROTECT, false },
	{ "enter+leave", "pair", LOAD_SECTION, false },
	{ "enter+leave/nested", "pair", LOAD_SECTION, true },
	{ .name = NULL },
};

static const struct subject kpkeys = { .name = "arm64-kpkeys",
				       .arch = "arm64",
				       .config = CONFIG_KPKEYS };

const struct subject *lab_subject(size_t i)
{
	size_t nr = 0;

	while (subjects[nr].name)
		nr++;
	if (i < nr)
		return &subjects[i];
	return i == nr ? &kpkeys : NULL;
}

const struct subject *lab_subject_find(const char *name)
{
	const struct subject *subject;

	for (size_t i = 0; (subject = lab_subject(i)); i++) {
		if (strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

static pte_t present_pte(vaddr_t addr, unsigned int bits)
{
	return make_pte(addr >> PTE_PFN_SHIFT,
			PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY | bits);
}

static vaddr_t end_of(const struct mm *mm)
{
	return BASE + NR_PAGES * page_size(mm);
}

static pte_t *ptep_of(struct mm *mm, vaddr_t addr)
{
	return pte_offset(&mm->pgtable, pgtable_find(&mm->pgtable, addr, LEVEL_PTE), addr);
}

static int make_pages(struct mm *mm)
{
	const unsigned int bits = is_init_mm(mm) ? 0 : PTE_USER;

	for (vaddr_t addr = BASE; addr < end_of(mm); addr += page_size(mm)) {
		if (!pte_alloc(mm, addr))
			return -ENOMEM;
		set_pte_at(mm, addr, ptep_of(mm, addr), present_pte(addr, bits));
	}
	return 0;
}

int lab_init(struct lab *lab, const struct subject *subject, const struct kernel *kernel)
{
	const struct arch *arch = arch_find(subject->arch);
	const struct machine_config config = { .kernel = kernel,
					       .preempt = PREEMPT_FULL,
					       .nr_cpus = 2,
					       .config = subject->config,
					       .radix = subject->radix,
					       .page_shift = arch->geometries[0].page_shift };

	*lab = (struct lab){ 0 };
	if (machine_create(&config, &lab->machine) || arch_attach(lab->machine, arch) ||
	    mm_layer_attach(lab->machine))
		return -ENOMEM;
	lazy_attach(lab->machine);
	struct task *task = task_with_past(lab->machine, TASK, 0);
	if (!task)
		return -ENOMEM;
	run_on(&lab->machine->cpus[0]);
	switch_to(this_cpu(), task);
	if (mm_exec())
		return -ENOMEM;
	lab->user = task->mm;
	return make_pages(init_mm()) ? -ENOMEM : make_pages(lab->user);
}

void lab_fini(struct lab *lab)
{
	if (!lab->machine)
		return;
	run_on(&lab->machine->cpus[0]);
	mm_layer_detach(lab->machine);
	arch_detach(lab->machine);
	machine_destroy(lab->machine);
}

/* powerpc holds back nothing but what was hashed: every page is used between two sections. */
bool pte_load_wears(const struct lab *lab, const struct pte_load *load)
{
	return load->kind == LOAD_MPROTECT && lab->machine->ops->hash_page;
}

void pte_load_prepare(const struct lab *lab, const struct pte_load *load)
{
	struct mm *mm = lab->user;

	if (!pte_load_wears(lab, load))
		return;
	for (vaddr_t addr = BASE; addr < end_of(mm); addr += page_size(mm))
		lab->machine->ops->hash_page(mm, addr, ptep_of(mm, addr));
}

typedef void write_ptes_of(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep);

static void store_values(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	const vaddr_t size = page_size(mm);

	for (; addr < end; addr += size, ptep++)
		hw_write_pte(ptep, present_pte(addr, 0));
}

static void vmap_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	const vaddr_t size = page_size(mm);

	for (; addr < end; addr += size, ptep++)
		set_pte_at(mm, addr, ptep, present_pte(addr, 0));
}

static void mprotect_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	const vaddr_t size = page_size(mm);

	for (; addr < end; addr += size, ptep++) {
		pte_t pte = ptep_modify_prot_start(mm, addr, ptep);
		pte.val ^= PTE_WRITE;
		ptep_modify_prot_commit(mm, addr, ptep, pte);
	}
}

static void walk_tables(struct mm *mm, bool in_section, write_ptes_of *write)
{
	const vaddr_t end = end_of(mm), size = pmd_size(mm);

	for (vaddr_t addr = BASE; addr < end; addr += size) {
		pte_t *ptep = ptep_of(mm, addr);
		if (in_section)
			lazy_mmu_mode_enable_with_ptes(mm, addr, addr + size, ptep);
		write(mm, addr, addr + size, ptep);
		if (in_section)
			lazy_mmu_mode_disable();
	}
}

static uint64_t make_sections(bool nested)
{
	if (nested)
		lazy_mmu_mode_enable();
	for (int i = 0; i < NR_SECTIONS; i++) {
		lazy_mmu_mode_enable();
		lazy_mmu_mode_disable();
	}
	if (nested)
		lazy_mmu_mode_disable();
	return NR_SECTIONS;
}

/* A function of its own in any build: callgrind looks for it. */
__attribute__((noinline)) uint64_t pte_load_run(const struct lab *lab, const struct pte_load *load)
{
	const struct counters *counters = current_task()->counters;
	uint64_t before = counters->n[COUNT_PTE_WRITES];

	switch (load->kind) {
	case LOAD_STORE:
		walk_tables(init_mm(), false, store_values);
		return NR_PAGES;
	case LOAD_SECTION:
		return make_sections(load->in_section);
	case LOAD_SET_PTE:
		walk_tables(init_mm(), load->in_section, vmap_ptes);
		break;
	case LOAD_MPROTECT:
		walk_tables(lab->user, load->in_section, mprotect_ptes);
		break;
	}
	return counters->n[COUNT_PTE_WRITES] - before;
}
