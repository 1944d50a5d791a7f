/* SPDX-License-Identifier: MIT */
/*
 * Mirrors Linux arch/s390/include/asm/{tlbflush,tlb,mmu_context}.h, v6.1 to v7.0. IDTE, the flush
 * of a whole address space, has no counter.
 */
#include "flush_mm.h"

#include "s390.h"

static struct s390_cpu *s390_of(const struct cpu *cpu)
{
	return cpu->arch;
}

/*
 * asm/mmu_context.h, switch_mm_irqs_off(): cpu_attach_mask changes when another mm is loaded, and
 * enter_lazy_tlb() does nothing, so that a kernel thread keeps the mm of the task before it.
 */
static bool is_attached(const struct cpu *cpu, const struct mm *mm)
{
	const struct mm *running = cpu->current->mm;

	return mm == (running ? running : s390_of(cpu)->attached);
}

/*
 * The test of ptep_flush_lazy(). init_mm is attached by mem_init() and pcpu_prepare_secondary()
 * until a CPU loads its first user mm: ASSUME: none is left alone in its mask.
 */
bool attached_here_alone(const struct mm *mm)
{
	const struct cpu *here = this_cpu();
	const struct cpu *cpus = here->machine->cpus, *end = cpus + here->machine->config.nr_cpus;

	if (is_init_mm(mm) || !is_attached(here, mm))
		return false;
	for (const struct cpu *cpu = cpus; cpu < end; cpu++) {
		if (cpu != here && is_attached(cpu, mm))
			return false;
	}
	return true;
}

/* asm/tlbflush.h, __tlb_flush_mm_lazy(): completes what was put off, and nothing else. */
static void flush_mm_lazy(struct mm *mm)
{
	if (!mm->flush_mm)
		return;
	mm->flush_mm = false;
	hw_drop_tlb_mm(mm, true);
}

/* Flushes know no range; __tlb_flush_kernel() asks nobody. */
void flush_tlb_mm_s390(struct mm *mm)
{
	if (is_init_mm(mm))
		hw_drop_tlb_mm(mm, true);
	else
		flush_mm_lazy(mm);
}

void flush_tlb_range_s390(struct mm *mm, const struct tlb_range *range)
{
	(void)range;
	flush_tlb_mm_s390(mm);
}

/* Empty: ptep_clear_flush() has flushed the one page. */
void flush_tlb_page_s390(struct mm *mm, vaddr_t addr)
{
	(void)mm;
	(void)addr;
}

/* asm/tlb.h, pte_free_tlb() and its like: the flush of the gather takes the table out too. */
void release_table_s390(struct mm *mm, struct table *table)
{
	(void)table;
	mm->flush_mm = true;
}

void start_switch_s390(struct task *prev)
{
	if (prev->mm)
		s390_of(this_cpu())->attached = prev->mm;
}

/* finish_arch_post_lock_switch(): what another CPU put off is done before the mm runs here. */
void end_switch_s390(struct task *next)
{
	if (next->mm)
		flush_mm_lazy(next->mm);
}

void detach_mm(const struct mm *mm)
{
	struct machine *machine = this_machine();

	for (int i = 0; i < machine->config.nr_cpus; i++) {
		struct s390_cpu *s390 = s390_of(&machine->cpus[i]);
		if (s390->attached == mm)
			s390->attached = NULL;
	}
}
