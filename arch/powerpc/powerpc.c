/* SPDX-License-Identifier: MIT */
/*
 * powerpc book3s64. With the hash MMU a change of a PTE that was hashed leaves a stale entry in
 * the hash table and in TLBs; a section collects their addresses in a batch of the CPU and removes
 * them together. The PTE itself changes at once. With the radix MMU every hook returns early.
 *
 * Mirrors arch/powerpc/include/asm/book3s/64/{pgtable,hash}.h; the batch is in hash_tlb.c.
 */
#include "hash_tlb.h"

/* Hash: arch/powerpc/include/asm/book3s/64/hash-4k.h and hash-64k.h. */
static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 9, 7, 9, 9 } },
	{ .page_shift = 16, .bits = { 8, 10, 10, 8 } },
};

static bool radix_enabled(void)
{
	return this_machine()->config.radix;
}

/*
 * pte_update() and hash__pte_update(): only a PTE that was hashed has something to remove. The
 * hashed bit stays unless it is among the bits to clear: the recorded hash faults after a fork find
 * it set in write-protected PTEs, and an mprotect after clear_refs flushes pages again that were
 * not inserted in between.
 */
static pte_t pte_update(struct mm *mm, vaddr_t addr, pte_t *ptep, uint64_t clear)
{
	pte_t old = hw_read_pte(ptep);

	hw_write_pte(ptep, (pte_t){ old.val & ~clear });
	if (!radix_enabled() && pte_has(old, PTE_HASHPTE))
		hpte_need_flush(mm, addr);
	return old;
}

/*
 * set_ptes(), arch/powerpc/mm/pgtable.c: the old entry is not valid, so there is nothing to flush;
 * no section of its own since 47b8def9358c. set_pte_filter_hash() drops the hashed bit of the new
 * value, which is why moved pages arrive unhashed.
 */
static void set_ptes_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm;
	(void)addr;
	store_ptes(ptep, pte_clear_bits(pte, PTE_HASHPTE), nr);
}

static pte_t ptep_get_and_clear_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	return pte_update(mm, addr, ptep, ~UINT64_C(0));
}

static void ptep_set_wrprotect_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (pte_has(hw_read_pte(ptep), PTE_WRITE))
		pte_update(mm, addr, ptep, PTE_WRITE);
}

/*
 * asm/book3s/64/pgtable.h, __ptep_test_and_clear_young(): a hashed PTE is updated, and so flushed,
 * even if it is not young; any other only if it is (aged_bits).
 */
static bool ptep_test_and_clear_young_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	return pte_has(pte_update(mm, addr, ptep, PTE_YOUNG), PTE_YOUNG);
}

/*
 * The entry becomes invalid but not none: it keeps all but PRESENT until the commit, as the
 * kernel's _PAGE_INVALID does.
 */
static pte_t ptep_modify_prot_start_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	return pte_update(mm, addr, ptep, PTE_PRESENT);
}

/* set_pte_at_unchecked(): a store, through the same filter as set_ptes(). */
static void ptep_modify_prot_commit_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	set_ptes_powerpc(mm, addr, ptep, pte, 1);
}

/* The hash-table entry stays: the next access takes a hash fault and updates it. */
static void ptep_set_access_flags_powerpc(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	uint64_t hashed = hw_read_pte(ptep).val & PTE_HASHPTE;

	(void)mm;
	(void)addr;
	pte = pte_clear_bits(pte, PTE_HASHPTE);
	hw_write_pte(ptep, (pte_t){ pte.val | hashed });
}

/* A hash fault, or the preload after a page fault (update_mmu_cache()), inserts a translation. */
static void hash_page(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t pte = pte_set(hw_read_pte(ptep), PTE_HASHPTE);

	hw_write_pte(ptep, pte);
	hw_hpt_insert(mm, addr, pte);
}

/* pte_update() that clears nothing, as hpte_flush_range() has it; hpte_need_flush() by name. */
static void hash_flush(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_update(mm, addr, ptep, 0);
}

/* Stores feed no batch; a read-only PTE is not write-protected again. */
static bool defers(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	(void)mm;
	(void)new;
	if (op == PTE_OP_SET)
		return false;
	if (op == PTE_OP_WRPROTECT && !pte_has(old, PTE_WRITE))
		return false;
	return pte_has(old, PTE_HASHPTE);
}

/* What no generation changed. asm/book3s/64/pgtable.h: pte_clear() is a pte_update(). */
#define ACCESSORS                                                       \
	.clear_is_exchange = true, .set_ptes = set_ptes_powerpc,        \
	.ptep_get_and_clear = ptep_get_and_clear_powerpc,               \
	.ptep_set_wrprotect = ptep_set_wrprotect_powerpc,               \
	.ptep_test_and_clear_young = ptep_test_and_clear_young_powerpc, \
	.aged_bits = PTE_YOUNG | PTE_HASHPTE,                           \
	.ptep_modify_prot_start = ptep_modify_prot_start_powerpc,       \
	.ptep_modify_prot_commit = ptep_modify_prot_commit_powerpc,     \
	.ptep_set_access_flags = ptep_set_access_flags_powerpc

#define HASH_OPS                                                                                   \
	ACCESSORS, .percpu_size = sizeof(struct ppc64_tlb_batch),                                  \
		   .flush_tlb_range = hash_flush_tlb_range, .flush_tlb_page = hash_flush_tlb_page, \
		   .flush_tlb_mm = hash_flush_tlb_mm, .tlb_flush = hash_tlb_flush,                 \
		   .hash_page = hash_page, .hash_flush = hash_flush,                               \
		   .fingerprint = hash_fingerprint, .pending = hash_pending, .defers = defers

static const struct arch_ops ops_hash_flag = {
	HASH_OPS,
	.enter = hash_enter_flag,
	.leave = hash_leave_flag,
};

/* v6.6: set_ptes() opens a section, and a commit is a set_pte_at(). */
static const struct arch_ops ops_hash_set_ptes = {
	HASH_OPS,
	.enter = hash_enter_flag,
	.leave = hash_leave_flag,
	.commit_is_set_pte = true,
	.batching = hash_batching,
};

static const struct arch_ops ops_hash_state = {
	HASH_OPS,
	.enter_state = hash_enter_state,
	.leave_state = hash_leave_state,
};

static const struct arch_ops ops_hash_counted = {
	HASH_OPS,
	.enter = hash_enter_counted,
	.leave = hash_leave_counted,
	.flush = hash_flush_counted,
};

static const struct arch_ops *const hash_ops_by_api[] = {
	[API_STATELESS] = &ops_hash_flag,
	[API_TOKEN] = &ops_hash_state,
	[API_FLAG] = &ops_hash_counted,
	[API_COUNTERS] = &ops_hash_counted,
};

/* arch/powerpc/include/asm/book3s/64/radix-4k.h and radix-64k.h. */
static const struct geometry radix_geometries[] = {
	{ .page_shift = 12, .bits = { 9, 9, 9, 13 } },
	{ .page_shift = 16, .bits = { 5, 9, 9, 13 } },
};

/*
 * Version 4 of the nesting series forgot radix_enabled() in arch_flush_lazy_mmu_mode() (patch 3,
 * found in review). The batch of the hash MMU is empty, so the kernel itself notices nothing: the
 * warning is the laboratory's.
 */
static void radix_flush_unguarded(void)
{
	vm_warn(true, "(of the model) the radix MMU's flush hook looks at the hash batch");
}

/* arch_supports_page_table_move(); TLB flushes complete at once. */
#define RADIX_OPS ACCESSORS, .geometries = radix_geometries, .moves_pmds = true

/* Every hook returns early. */
static const struct arch_ops ops_radix = {
	RADIX_OPS,
};

static const struct arch_ops ops_radix_refusing = {
	RADIX_OPS,
	.refuses_mode = true,
};

static const struct arch_ops ops_radix_unguarded = {
	RADIX_OPS,
	.flush = radix_flush_unguarded,
};

static const struct arch_ops *const radix_ops_by_hooks[] = {
	[RADIX_RETURNS] = &ops_radix,
	[RADIX_REFUSES] = &ops_radix_refusing,
	[RADIX_UNGUARDED] = &ops_radix_unguarded,
};

static const struct arch_ops *select_powerpc(const struct machine_config *config)
{
	const struct kernel *kernel = config->kernel;

	if (config->radix)
		return radix_ops_by_hooks[kernel->radix_hooks];
	return kernel->set_ptes_section ? &ops_hash_set_ptes : hash_ops_by_api[kernel->api];
}

static const struct arch_variant variants[] = {
	{
		.label = "powerpc hash",
		.defers = "hash-table and TLB invalidations of hashed PTEs",
		.flushed_by =
			"192 entries, another mm or size, leave, nested disable, pause, mmu_gather",
		.preemption = "off",
		.models = "arch/powerpc/mm/book3s64/hash_tlb.c",
	},
	{
		.label = "powerpc radix",
		.defers = "nothing",
		.flushed_by = "-",
		.preemption = "as the caller",
		.models = "arch/powerpc/include/asm/book3s/64/tlbflush-hash.h",
	},
};

const struct arch arch_powerpc = {
	.name = "powerpc",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_powerpc,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = NR_KERNELS,
	.leaves_cpumask_until = NR_KERNELS,
	.merges_vmas = true,
	/*
	 * hash_4k.c and hash_64k.c: the hash fault does. ASSUME: a radix MMU does it itself (Power
	 * ISA 3.0 leaves it the choice).
	 */
	.sets_young_dirty = true,
};
