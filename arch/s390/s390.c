/* SPDX-License-Identifier: MIT */
/*
 * s390. Without CONFIG_S390_WITH_PTES, and before v7.0, there is no lazy mode: a change of a valid
 * PTE is one IPTE, or the mm is flushed as a whole afterwards (flush_mm.c). With it (a proposal,
 * see ipte_range.c) held back are the PTE values themselves: writes in the hinted range go to a
 * cache of the CPU, ptep_get() reads the cache, and at the end ranged IPTE invalidates the valid
 * entries before the values are stored.
 *
 * Mirrors Linux arch/s390/include/asm/pgtable.h and arch/s390/mm/pgtable.c.
 */
#include "flush_mm.h"
#include "s390.h"

/* 4K pages: page tables of 256 entries, region and segment tables of 2048. */
static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 8, 11, 11, 11 } },
};

/*
 * The index of a PTE in the range; false: outside, or there is no range: it has no slots while the
 * CPU's count is 0. Nobody asks for in_interrupt(): a handler's write to a PTE of the interrupted
 * task's range is held back too.
 */
static bool find_slot(const struct ipte_range *range, const pte_t *ptep, unsigned int *index)
{
	/* Below the range the difference wraps to something large. */
	uintptr_t slot = ((uintptr_t)ptep - (uintptr_t)range->base_pte) / sizeof(pte_t);

	*index = (unsigned int)slot;
	return slot < range->nr;
}

/* Holds a write back; false: the PTE is outside the range, the caller writes it. */
static bool range_write(const pte_t *ptep, pte_t pte)
{
	struct ipte_range *range = this_range();
	unsigned int index;

	if (!find_slot(range, ptep, &index))
		return false;
	if (is_poison(range->cache[index])) {
		if (range->first > index)
			range->first = index;
		if (range->last <= index)
			range->last = index + 1;
	}
	range->cache[index] = pte;
	return true;
}

/* The held-back value if there is one, else memory. */
static pte_t range_read(const pte_t *ptep)
{
	const struct ipte_range *range = this_range();
	unsigned int index;

	if (find_slot(range, ptep, &index) && !is_poison(range->cache[index]))
		return range->cache[index];
	return hw_read_pte(ptep);
}

/*
 * ptep_xchg_direct(): a valid PTE is invalidated by IPTE before it changes. An old one is invalid
 * already (pte_mkold() sets _PAGE_INVALID).
 */
__attribute__((noinline)) static void exchange_direct(struct mm *mm, vaddr_t addr, pte_t *ptep,
						      pte_t pte)
{
	if (pte_valid_young(hw_read_pte(ptep)))
		hw_ipte(mm, addr);
	hw_write_pte(ptep, pte);
}

/*
 * ptep_flush_lazy(): an mm that no other CPU has loaded is flushed as a whole later. Not in
 * immediate mode, the comparison in which nothing at all is put off: one IPTE for each PTE.
 */
static void flush_lazy(struct mm *mm, vaddr_t addr)
{
	if (this_machine()->config.mode == MODE_IMMEDIATE || !attached_here_alone(mm))
		hw_ipte(mm, addr);
	else
		mm->flush_mm = true;
}

/* ptep_xchg_lazy(): where ptep_xchg_direct() has an IPTE, it may be put off. */
__attribute__((noinline)) static void exchange_lazy(struct mm *mm, vaddr_t addr, pte_t *ptep,
						    pte_t pte)
{
	if (pte_valid_young(hw_read_pte(ptep)))
		flush_lazy(mm, addr);
	hw_write_pte(ptep, pte);
}

/* Series version 5, patch 2/4: a write to an entry of the range goes to the cache. */
static bool hold_back(pte_t *ptep, pte_t pte)
{
	if (!range_write(ptep, pte))
		return false;
	defer_writes(1);
	return true;
}

/* set_pte(): a plain store, the caller has invalidated the entry before. */
static void set_pte(pte_t *ptep, pte_t pte)
{
	if (!hold_back(ptep, pte))
		hw_write_pte(ptep, pte);
}

__attribute__((noinline)) static void set_run(pte_t *ptep, pte_t pte, unsigned int nr)
{
	for (; nr > 0; nr--) {
		set_pte(ptep++, pte);
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
	}
}

static void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm;
	(void)addr;
	if (nr > 1)
		set_run(ptep, pte, nr);
	else
		set_pte(ptep, pte);
}

static pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const pte_t none = { 0 };
	pte_t old = range_read(ptep);

	if (!hold_back(ptep, none))
		exchange_lazy(mm, addr, ptep, none);
	return old;
}

/*
 * asm/pgtable.h: nobody can use the mm, so that the entries need no IPTE; the series holds back
 * these stores too, and pays for them with IPTE ranges.
 */
static pte_t ptep_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = range_read(ptep);

	(void)mm;
	(void)addr;
	set_pte(ptep, (pte_t){ 0 });
	return old;
}

/* asm/pgtable.h: direct, and not among the operations that the series redirects. */
static pte_t ptep_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	exchange_direct(mm, addr, ptep, (pte_t){ 0 });
	return old;
}

/* asm/pgtable.h: an entry that is not writable stays as it is. */
static void ptep_set_wrprotect(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = range_read(ptep);
	pte_t pte = pte_clear_bits(old, PTE_WRITE);

	if (pte_has(old, PTE_WRITE) && !hold_back(ptep, pte))
		exchange_lazy(mm, addr, ptep, pte);
}

/*
 * asm/pgtable.h: ptep_xchg_direct() of whatever it is. An entry that is not young is invalid to the
 * hardware, so that it is stored without an IPTE.
 */
static bool ptep_test_and_clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = range_read(ptep);

	if (!hold_back(ptep, pte_mkold(old)))
		exchange_direct(mm, addr, ptep, pte_mkold(old));
	return pte_has(old, PTE_YOUNG);
}

/*
 * arch/s390/mm/pgtable.c: the start invalidates, the commit stores. Together they are one write,
 * which counts as held back at the commit. None stands for the invalidated value in between.
 */
static pte_t ptep_modify_prot_start(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const pte_t none = { 0 };
	pte_t old = range_read(ptep);

	if (!range_write(ptep, none))
		exchange_lazy(mm, addr, ptep, none);
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

/* An mm never outlives its range, nor what a CPU remembers of it. */
static void exit_mmap(struct mm *mm)
{
	ipte_range_exit_mmap(mm);
	detach_mm(mm);
}

static void fingerprint_s390(const struct cpu *cpu, struct fingerprint *fingerprint)
{
	const struct s390_cpu *s390 = cpu->arch;

	fingerprint_mix(fingerprint, s390->attached ? (uint64_t)s390->attached->id : 0);
	ipte_range_fingerprint(cpu, fingerprint);
}

/* What the proposal does not change. */
#define S390_COMMON_OPS                                                                           \
	.percpu_size = sizeof(struct s390_cpu), .init_cpu = ipte_range_init_cpu,                  \
	.switch_hooks = { .start = start_switch_s390, .end = end_switch_s390 },                   \
	.ptep_get_and_clear = ptep_get_and_clear,                                                 \
	.ptep_get_and_clear_full = ptep_get_and_clear_full, .ptep_clear_flush = ptep_clear_flush, \
	.ptep_set_wrprotect = ptep_set_wrprotect,                                                 \
	.ptep_test_and_clear_young = ptep_test_and_clear_young,                                   \
	.ptep_modify_prot_start = ptep_modify_prot_start,                                         \
	.ptep_modify_prot_commit = ptep_modify_prot_commit,                                       \
	.ptep_set_access_flags = ptep_set_access_flags, .release_table = release_table_s390,      \
	.flush_tlb_range = flush_tlb_range_s390, .flush_tlb_page = flush_tlb_page_s390,           \
	.flush_tlb_mm = flush_tlb_mm_s390, .exit_mmap = exit_mmap, .fingerprint = fingerprint_s390

/* No section hooks, so the range is never open and every write below is direct. */
static const struct arch_ops ops_direct = { S390_COMMON_OPS };

static const struct arch_ops ops_with_ptes = {
	S390_COMMON_OPS,
	.enter = ipte_range_enter,
	.leave = ipte_range_leave,
	.flush = ipte_range_flush,
	.enter_with_ptes = ipte_range_enter_with_ptes,
	.set_ptes = set_ptes,
	.ptep_get = range_read,
	.pending = ipte_range_pending,
	.believed = range_read,
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
