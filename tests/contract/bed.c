/* SPDX-License-Identifier: MIT */
/* What the rules share: the prepared pages, the section over them, the expectations. */
#include "contract.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool is_preemptible(const struct bed *bed)
{
	if (strcmp(bed->subject->name, "sparc") == 0)
		return bed->kernel->sparc_preemptible;
	return strcmp(bed->subject->name, "powerpc") != 0 &&
	       strcmp(bed->subject->name, "s390-with-ptes") != 0;
}

void expect(struct bed *bed, bool condition, const char *format, ...)
{
	va_list args;

	if (condition || bed->failed)
		return;
	bed->failed = true;
	va_start(args, format);
	vsnprintf(bed->why, sizeof(bed->why), format, args);
	va_end(args);
}

void expect_equal(struct bed *bed, uint64_t got, uint64_t wanted, const char *what)
{
	expect(bed, got == wanted, "%s: %llu, expected %llu", what, (unsigned long long)got,
	       (unsigned long long)wanted);
}

void expect_clean(struct bed *bed)
{
	const struct finding_list *list = &bed->machine->findings;

	if (list->nr)
		expect(bed, false, "%s: %s", finding_rules[list->items[0].kind].name,
		       list->items[0].detail);
}

void expect_not_found(struct bed *bed, enum finding_kind kind)
{
	expect(bed, found(kind) == 0, "%s was found", finding_rules[kind].name);
}

vaddr_t page_addr(const struct bed *bed, unsigned int page)
{
	return bed->base + page * page_size(bed->mm);
}

pte_t *page_pte(const struct bed *bed, unsigned int page)
{
	return fixture_pte(bed->mm, page_addr(bed, page));
}

/* Every CPU of the mask has used the page. */
static void load_translations(struct mm *mm, vaddr_t addr)
{
	struct cpu *cpu = this_cpu();

	for (int i = 0; i < cpu->machine->config.nr_cpus; i++) {
		run_on(&cpu->machine->cpus[i]);
		if (mm->cpumask >> i & 1)
			hw_access(mm, addr, false);
	}
	run_on(cpu);
}

/* Straight into memory: what was there before the rule looks. */
void page_map(struct mm *mm, vaddr_t addr, unsigned int bits)
{
	const struct arch_ops *ops = this_machine()->ops;
	pte_t *ptep = fixture_pte(mm, addr);

	hw_write_pte(ptep, make_pte(FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift),
				    PTE_PRESENT | PTE_SPECIAL | bits));
	if (ops->hash_page)
		ops->hash_page(mm, addr, ptep);
	load_translations(mm, addr);
}

void bed_prepare(struct bed *bed, enum lever lever, struct mm *mm, vaddr_t base)
{
	unsigned int bits = PTE_WRITE | PTE_YOUNG | (is_init_mm(mm) ? 0 : PTE_USER);

	bed->lever = lever;
	bed->mm = mm;
	bed->base = base;
	for (unsigned int page = 0; page < NR_PAGES; page++)
		page_map(mm, page_addr(bed, page), bits);
}

void section_enter(const struct bed *bed)
{
	lazy_mmu_mode_enable_with_ptes(bed->mm, bed->base, page_addr(bed, NR_PAGES),
				       page_pte(bed, 0));
}

void section_leave(void)
{
	lazy_mmu_mode_disable();
}

/* The frame of a page after write_page(): any other than before. */
static pte_t written_pte(const struct bed *bed, unsigned int page)
{
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_SPECIAL;

	if (bed->lever == LEVER_CLEAR)
		return (pte_t){ 0 };
	return make_pte(2 * FILE_PFN_BASE + page, bits | (is_init_mm(bed->mm) ? 0 : PTE_USER));
}

void write_page(struct bed *bed, unsigned int page)
{
	vaddr_t addr = page_addr(bed, page);

	bed->barriers = counted(COUNT_BARRIERS);
	if (bed->lever == LEVER_CLEAR) {
		ptep_get_and_clear(bed->mm, addr, page_pte(bed, page));
	} else if (bed->lever == LEVER_PROT) {
		ptep_modify_prot_start(bed->mm, addr, page_pte(bed, page));
		ptep_modify_prot_commit(bed->mm, addr, page_pte(bed, page), written_pte(bed, page));
	} else {
		set_pte_at(bed->mm, addr, page_pte(bed, page), written_pte(bed, page));
	}
}

void write_pages(struct bed *bed, unsigned int first, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		write_page(bed, first + i);
}

uint64_t pending_writes(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	return ops->pending ? ops->pending() : 0;
}

/*
 * A cleared page must be gone everywhere; a stored one needs a flush of its caller's. s390 may have
 * put that off to a flush of the whole mm.
 */
static void expect_no_translation(struct bed *bed, unsigned int page)
{
	struct translations *set = &bed->mm->translations;
	vaddr_t addr = page_addr(bed, page);

	for (int cpu = 0; cpu < bed->machine->config.nr_cpus; cpu++)
		expect(bed, !translation_find(set, HOLDER_TLB, cpu, addr),
		       "cpu %d still translates page %u", cpu, page);
	expect(bed, !translation_find(set, HOLDER_HPT, -1, addr),
	       "the hash table still translates page %u", page);
	expect(bed, !translation_find(set, HOLDER_TSB, -1, addr),
	       "the TSB still translates page %u", page);
}

void expect_visible(struct bed *bed, unsigned int page)
{
	const struct arch_ops *ops = bed->machine->ops;

	expect_equal(bed, hw_read_pte(page_pte(bed, page)).val, written_pte(bed, page).val,
		     "PTE in memory");
	expect_equal(bed, pending_writes(), 0, "writes pending");
	/* Without a TLB flush of its own a backend leaves that to the caller. */
	if (bed->lever == LEVER_CLEAR && ops->flush_tlb_range && !bed->mm->flush_mm)
		expect_no_translation(bed, page);
	if (bed->machine->arch == arch_find("arm64"))
		expect(bed, counted(COUNT_BARRIERS) > bed->barriers, "no barrier since the write");
}

void expect_writes_held(struct bed *bed, uint64_t held_before, unsigned int nr)
{
	expect_equal(bed, counted(COUNT_DEFERRED) - held_before, nr, "writes held back");
}
