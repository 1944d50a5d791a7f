/* SPDX-License-Identifier: MIT */
/*
 * s390. Without CONFIG_S390_WITH_PTES, and before v7.0, there is no lazy mode: a change of a valid
 * PTE is one IPTE. With it (a proposal, see ipte_range.c) held back are the PTE values themselves:
 * writes in the hinted range go to a cache of the CPU, ptep_get() reads the cache, and at the end
 * ranged IPTE invalidates the valid entries before the values are stored.
 *
 * Mirrors Linux arch/s390/include/asm/pgtable.h and arch/s390/mm/pgtable.c.
 */
#include "ipte_range.h"

/* 4K pages: page tables of 256 entries, region and segment tables of 2048. */
static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 8, 11, 11, 11 } },
};

/*
 * ptep_xchg_direct() and ptep_xchg_lazy(): a valid PTE is invalidated by IPTE before it changes.
 * ASSUME: one IPTE each. Not modelled is the shortcut of the lazy variant for an mm that runs on
 * this CPU alone, which leaves the TLB entry for a later flush of the whole mm, nor that an old PTE
 * is invalid until the next access faults.
 */
static void exchange_direct(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	if (pte_valid(hw_read_pte(ptep)))
		hw_ipte(mm, addr);
	hw_write_pte(ptep, pte);
}

/* Series version 5, patch 2/4: a change of an entry that may be valid is cached in the range. */
static void exchange(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	if (ipte_range_write(ptep, pte))
		defer_writes(1);
	else
		exchange_direct(mm, addr, ptep, pte);
}

/* set_pte(): a plain store, the caller has invalidated the entry before. */
static void set_pte(pte_t *ptep, pte_t pte)
{
	if (ipte_range_write(ptep, pte))
		defer_writes(1);
	else
		hw_write_pte(ptep, pte);
}

static void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm;
	(void)addr;
	for (unsigned int i = 0; i < nr; i++) {
		set_pte(&ptep[i], pte);
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
	}
}

/* Teardown of a whole mm is held back too: the series' ptep_get_and_clear_full() asks the range. */
static pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = ipte_range_read(ptep);

	exchange(mm, addr, ptep, (pte_t){ 0 });
	return old;
}

/* asm/pgtable.h: an entry that is not writable stays as it is. */
static void ptep_set_wrprotect(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t pte = ipte_range_read(ptep);

	if (pte_has(pte, PTE_WRITE))
		exchange(mm, addr, ptep, pte_clear_bits(pte, PTE_WRITE));
}

/* asm/pgtable.h: an entry that is not young is invalid to the hardware, nothing is left to do. */
static bool ptep_test_and_clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t pte = ipte_range_read(ptep);

	if (pte_has(pte, PTE_YOUNG))
		exchange(mm, addr, ptep, pte_clear_bits(pte, PTE_YOUNG));
	return pte_has(pte, PTE_YOUNG);
}

/*
 * arch/s390/mm/pgtable.c: the start invalidates, the commit stores. Together they are one write,
 * which counts as held back at the commit. None stands for the invalidated value in between.
 */
static pte_t ptep_modify_prot_start(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t none = { 0 };
	pte_t old = ipte_range_read(ptep);

	if (!ipte_range_write(ptep, none))
		exchange_direct(mm, addr, ptep, none);
	return old;
}

static void ptep_modify_prot_commit(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	(void)mm;
	(void)addr;
	set_pte(ptep, pte);
}

/*
 * asm/pgtable.h: direct, and not among the operations that the series redirects; it comes from a
 * fault, outside any section. ASSUME: no RDP facility, which would spare some of these IPTEs.
 */
static void ptep_set_access_flags(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	if (!pte_same(hw_read_pte(ptep), pte))
		exchange_direct(mm, addr, ptep, pte);
}

/*
 * asm/tlbflush.h, __tlb_flush_mm_lazy(): flushes know no range, they take the whole mm. A flush of
 * user pages only completes what exchanges have begun, and a cached entry has begun nothing: its
 * translation stays until the section lets go. ASSUME: a flush with nothing cached drops all.
 */
static void flush_tlb_mm(struct mm *mm)
{
	if (is_init_mm(mm) || !ipte_range_holds(mm))
		hw_drop_tlb_mm(mm, true);
}

static void flush_tlb_range(struct mm *mm, const struct tlb_range *range)
{
	(void)range;
	flush_tlb_mm(mm);
}

/* No section hooks, so the range is never open and every write below is direct. */
static const struct arch_ops ops_direct = {
	.percpu_size = sizeof(struct ipte_range),
	.init_cpu = ipte_range_init_cpu,
	.ptep_get_and_clear = ptep_get_and_clear,
	.ptep_set_wrprotect = ptep_set_wrprotect,
	.ptep_test_and_clear_young = ptep_test_and_clear_young,
	.ptep_modify_prot_start = ptep_modify_prot_start,
	.ptep_modify_prot_commit = ptep_modify_prot_commit,
	.ptep_set_access_flags = ptep_set_access_flags,
	.flush_tlb_range = flush_tlb_range,
	.flush_tlb_mm = flush_tlb_mm,
};

static const struct arch_ops ops_with_ptes = {
	.percpu_size = sizeof(struct ipte_range),
	.init_cpu = ipte_range_init_cpu,
	.enter = ipte_range_enter,
	.leave = ipte_range_leave,
	.flush = ipte_range_flush,
	.enter_with_ptes = ipte_range_enter_with_ptes,
	.set_ptes = set_ptes,
	.ptep_get_and_clear = ptep_get_and_clear,
	.ptep_set_wrprotect = ptep_set_wrprotect,
	.ptep_test_and_clear_young = ptep_test_and_clear_young,
	.ptep_modify_prot_start = ptep_modify_prot_start,
	.ptep_modify_prot_commit = ptep_modify_prot_commit,
	.ptep_set_access_flags = ptep_set_access_flags,
	.ptep_get = ipte_range_read,
	.flush_tlb_range = flush_tlb_range,
	.flush_tlb_mm = flush_tlb_mm,
	.exit_mmap = ipte_range_exit_mmap,
	.pending = ipte_range_pending,
	.believed = ipte_range_read,
	/*
	 * No .defers: it would have to know the PTE. Outside the hint and after a pause a write is
	 * direct by design, inside the range every write is cached, so no batching can be lost.
	 */
};

static const struct arch_ops *select_s390(const struct machine_config *config)
{
	bool has_option = config->config & CONFIG_S390_WITH_PTES;

	return has_option && config->kernel->api == API_COUNTERS ? &ops_with_ptes : &ops_direct;
}

static const struct arch_variant variants[] = {
	{
		.label = "s390",
		.defers = "the PTE values of the hinted range (s390_with_ptes, else nothing)",
		.flushed_by = "leave, inner disable, pause",
		.preemption = "off (s390_with_ptes, else as the caller)",
		.models = "s390 series version 5 (proposed), asm/pgtable.h",
	},
};

const struct arch arch_s390 = {
	.name = "s390",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_s390,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = NR_KERNELS,
	.leaves_cpumask_until = NR_KERNELS,
	.merges_vmas = true,
	.no_gather = true,
};
