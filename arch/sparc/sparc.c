/* SPDX-License-Identifier: MIT */
/*
 * sparc64. The PTE store is immediate; held back is the work on the translation that the old PTE
 * may have left behind: its TSB entry and its TLB demap. A batch of addresses belongs to the CPU.
 *
 * Mirrors Linux arch/sparc/mm/tlb.c, arch/sparc/include/asm/{tlbflush_64,tlb_64,pgtable_64}.h and
 * arch/sparc/kernel/smp_64.c.
 */
#include "tlb_batch.h"

/* 8K pages: asm/page_64.h; a table is a page of 1024 entries at every level. */
static const struct geometry geometries[] = {
	{ .page_shift = 13, .bits = { 10, 10, 10, 10 } },
};

/* execve gives the mm a context; a forked one gets its own when it first runs. */
static void activate_mm(struct mm *mm)
{
	mm->context_valid = true;
}

/*
 * asm/pgtable_64.h, maybe_tlb_batch_add(): kernel mappings are left to flush_tlb_kernel_range(),
 * and a PTE that the MMU could not use left nothing behind. pte_accessible() is the valid bit.
 * PROT_NONE lacks it; pte_mkold() takes it away, pte_mkyoung() gives it back at the next fault.
 */
static bool leaves_translation(const struct mm *mm, pte_t old)
{
	return !is_init_mm(mm) && pte_valid_young(old);
}

/*
 * asm/pgtable_64.h, __set_pte_at(): the store, then the batch with the OLD value. ASSUME: a sun4v
 * CPU, whose D-cache needs no flush for the colour of an address.
 */
static void set_pte(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	pte_t old = hw_read_pte(ptep);

	hw_write_pte(ptep, pte);
	/* Every entry of a PTE table maps one base page. */
	if (leaves_translation(mm, old))
		tlb_batch_add_one(mm, addr, pte_has(old, PTE_EXEC),
				  mm->pgtable.geometry->page_shift);
}

__attribute__((noinline)) static void set_run(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte,
					      unsigned int nr)
{
	for (; nr > 0; nr--) {
		set_pte(mm, addr, ptep++, pte);
		addr += (vaddr_t)1 << mm->pgtable.geometry->page_shift;
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
	}
}

/* asm/pgtable_64.h, set_ptes(), since eb61ad14c459 (v6.15) without a section of its own. */
static void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	if (nr > 1)
		set_run(mm, addr, ptep, pte, nr);
	else
		set_pte(mm, addr, ptep, pte);
}

/* asm/pgtable_64.h: a read, then set_pte_at() of none. */
static pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	set_pte(mm, addr, ptep, (pte_t){ 0 });
	return old;
}

/*
 * asm/tlbflush_64.h: empty for user ranges, the batch is the only flush that they get. A kernel
 * range goes at once (flush_tlb_kernel_range()); it is the same in and out of a section, so it is
 * not counted. flush_tlb_page() is this with one page.
 */
static void flush_tlb_range(struct mm *mm, const struct tlb_range *range)
{
	if (is_init_mm(mm))
		hw_drop_tlb(mm, range->start, range->end, true);
}

static void flush_tlb_mm(struct mm *mm)
{
	if (is_init_mm(mm))
		hw_drop_tlb_mm(mm, true);
}

/* asm/tlb_64.h: what mmu_gather frees must be out of the TLBs, so the batch goes now. */
static void tlb_flush(struct mm *mm, const struct tlb_range *range)
{
	(void)mm; /* the batch names its own */
	(void)range;
	flush_tlb_pending(FLUSH_TLB);
}

static bool defers(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	(void)op; /* each of them ends in __set_pte_at() */
	(void)new;
	return leaves_translation(mm, old);
}

/*
 * No switch hooks, also where a section is preemptible. Write-protect, young and prot_start/commit
 * are the generic ones; a start clears a valid PTE and adds it, the commit finds none and adds
 * nothing.
 */
#define SPARC_COMMON_OPS                                                                  \
	.percpu_size = sizeof(struct tlb_batch), .set_ptes = set_ptes,                    \
	.ptep_get_and_clear = ptep_get_and_clear, .flush_tlb_range = flush_tlb_range,     \
	.flush_tlb_mm = flush_tlb_mm, .tlb_flush = tlb_flush, .activate_mm = activate_mm, \
	.exit_mmap = tlb_batch_exit_mmap, .fingerprint = tlb_batch_fingerprint,           \
	.pending = tlb_batch_pending, .defers = defers

static const struct arch_ops ops_preemptible = {
	SPARC_COMMON_OPS,
	.enter = tlb_batch_enter_preemptible,
	.leave = tlb_batch_leave_preemptible,
	.batching = tlb_batch_batching,
};

static const struct arch_ops ops_stateless = {
	SPARC_COMMON_OPS,
	.enter = tlb_batch_enter_stateless,
	.leave = tlb_batch_leave_stateless,
};

static const struct arch_ops ops_state = {
	SPARC_COMMON_OPS,
	.enter_state = tlb_batch_enter_state,
	.leave_state = tlb_batch_leave_state,
};

static const struct arch_ops ops_counters = {
	SPARC_COMMON_OPS,
	.enter = tlb_batch_enter,
	.leave = tlb_batch_leave,
	.flush = tlb_batch_flush,
};

static const struct arch_ops *const ops_by_api[] = {
	[API_STATELESS] = &ops_stateless,
	[API_TOKEN] = &ops_state,
	[API_FLAG] = &ops_counters,
	[API_COUNTERS] = &ops_counters,
};

static const struct arch_ops *select_sparc(const struct machine_config *config)
{
	return config->kernel->sparc_preemptible ? &ops_preemptible
						 : ops_by_api[config->kernel->api];
}

static const struct arch_variant variants[] = {
	{
		.label = "sparc64",
		.defers = "TSB invalidation and TLB demap of user pages",
		.flushed_by =
			"192 entries, another mm or page size, leave, nested disable, pause, mmu_gather",
		.preemption = "off",
		.models = "arch/sparc/mm/tlb.c, asm/tlbflush_64.h, asm/pgtable_64.h",
	},
};

const struct arch arch_sparc = {
	.name = "sparc",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_sparc,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = NR_KERNELS,
	.leaves_cpumask_until = NR_KERNELS,
	.prot_validates = true,
	.merges_vmas = true,
};
