/* SPDX-License-Identifier: MIT */
/*
 * arm64: stores reach the page table at once and so do TLB invalidations; what a section holds back
 * is the barrier pair, dsb(ishst) and isb, after an entry became valid. The debt is a flag of the
 * task, so a section may sleep and migrate, and a context switch neither pays nor loses it: there
 * are no switch hooks (arch/arm64/kernel/process.c, v6.18).
 *
 * Batching came with 5fdd05efa1cd ("Batch barriers when updating kernel mappings"), v6.16;
 * 1ef3095b1405 made it tolerate nesting; 4dd9b4d7a8d5, v7.0, left the mode to the counters of the
 * task.
 *
 * Mirrors arch/arm64/include/asm/pgtable.h.
 */
#include "kpkeys.h"

static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 9, 9, 9, 9 } },
	{ .page_shift = 14, .bits = { 11, 11, 11, 1 } },
	{ .page_shift = 16, .bits = { 13, 13, 6, 0 } }, /* three levels: the fourth is folded */
};

/* arch/arm64/include/asm/thread_info.h, v6.18; v7.0 has the pending flag alone, as bit 31. */
static const uint64_t TIF_LAZY_MMU = UINT64_C(1) << 31;
static const uint64_t TIF_LAZY_MMU_PENDING = UINT64_C(1) << 32;

/* v6.16-rc, 5fdd05efa1cd: the flag is the mode, whoever asks. */
static bool is_first(void)
{
	return this_machine()->config.kernel->arm64_hooks == ARM64_HOOKS_FIRST;
}

/*
 * v6.18 keeps a flag of its own and is never in the mode in interrupt context; v7.0 asks the
 * counters, which give the same answer there. Before v6.16 nobody sets the flag.
 */
static inline bool in_lazy_mode(void)
{
	if (task_keeps_mode(this_machine()->config.kernel))
		return is_lazy_mmu_mode_active();
	if (is_first())
		return test_thread_flag(TIF_LAZY_MMU);
	return !in_interrupt() && test_thread_flag(TIF_LAZY_MMU);
}

/* emit_pte_barriers(), v6.18; in v6.1 and v6.12 the two barriers stand in each setter. */
__attribute__((noinline)) static void emit_barriers(enum counter counter)
{
	hw_barrier_pair();
	count(counter, 1);
}

/* queue_pte_barriers(), v6.18 and v7.0: one flag, however many entries owe the pair. */
static void queue_barriers(unsigned int nr_ptes, enum counter outside)
{
	struct task *task = current_task();

	if (!in_lazy_mode()) {
		emit_barriers(outside);
		return;
	}
	task_defer_writes(task, nr_ptes);
	task->pending_writes += nr_ptes;
	set_thread_flag(TIF_LAZY_MMU_PENDING);
}

static void flush_barriers(enum flush_reason reason)
{
	struct task *task = current_task();

	if (!test_and_clear_thread_flag(TIF_LAZY_MMU_PENDING))
		return;
	count_flush(reason, task->pending_writes);
	task->pending_writes = 0;
	emit_barriers(COUNT_SECTION_BARRIERS);
}

/*
 * v6.16-rc, 5fdd05efa1cd: debug kernels warn of an interrupt and of a nest, nobody looks for them.
 * b81c688426a9 and 1ef3095b1405 repaired both before the release.
 */
static void enter_first(void)
{
	vm_warn(in_interrupt(), "enter in interrupt");
	vm_warn(test_thread_flag(TIF_LAZY_MMU), "nested enter");
	set_thread_flag(TIF_LAZY_MMU);
	kpkeys_enter();
}

static void leave_first(void)
{
	kpkeys_leave();
	flush_barriers(FLUSH_LEAVE);
	clear_thread_flag(TIF_LAZY_MMU);
	kpkeys_check_leave();
}

/*
 * v6.18. In interrupt context enter, leave and flush return at once ("arm64/mm: Disable barrier
 * batching in interrupt contexts", v6.16). Setting the flag twice is harmless, so nesting is
 * tolerated: 1ef3095b1405.
 */
static void enter_flag(void)
{
	if (in_interrupt())
		return;
	set_thread_flag(TIF_LAZY_MMU);
	kpkeys_enter();
}

/* v6.18, 1ef3095b1405: any leave ends the mode; the rest of an outer section works at once. */
static void leave_flag(void)
{
	if (!in_interrupt()) {
		/* Before the barriers: the isb of the pair serves both. */
		kpkeys_leave();
		flush_barriers(FLUSH_LEAVE);
		clear_thread_flag(TIF_LAZY_MMU);
	}
	kpkeys_check_leave();
}

/*
 * Version 2 of the nesting series, patch 3: the flag tells enter() whether it is nested. ASSUME:
 * kpkeys would save and restore its register where the mode is turned on and off, not at each
 * level.
 */
static bool enter_state(void)
{
	if (in_interrupt())
		return false;
	bool nested = test_thread_flag(TIF_LAZY_MMU);
	set_thread_flag(TIF_LAZY_MMU);
	if (!nested)
		kpkeys_enter();
	return nested;
}

static void leave_state(bool nested)
{
	if (!in_interrupt()) {
		if (!nested)
			kpkeys_leave();
		flush_barriers(nested ? FLUSH_NESTED : FLUSH_LEAVE);
		if (!nested)
			clear_thread_flag(TIF_LAZY_MMU);
	}
	kpkeys_check_leave();
}

/* v7.0, 4dd9b4d7a8d5: empty but for kpkeys; called for the outermost section and at resume. */
static void enter_counted(void)
{
	kpkeys_enter();
}

static void leave_counted(void)
{
	kpkeys_leave();
	flush_barriers(leave_reason());
	kpkeys_check_leave();
}

/* v7.0: a nested disable(). It must not restore POR_EL1: the outer section goes on. */
static void flush_counted(void)
{
	flush_barriers(FLUSH_NESTED);
}

/*
 * pte_valid_not_user(), v6.18: valid, no user access and UXN set. A user page that may only be
 * executed has no user-access bit there but clear UXN; here it keeps PTE_USER, so two bits suffice.
 */
static bool is_valid_kernel(pte_t pte)
{
	return pte_valid(pte) && !pte_has(pte, PTE_USER);
}

/* RFC v5: the guard is in __set_pte_nosync(), so that each entry of set_ptes() has its own. */
__attribute__((noinline, cold)) static void store_guarded(pte_t *ptep, pte_t pte, unsigned int nr)
{
	for (; nr > 0; nr--) {
		uint64_t por_el1 = kpkeys_unlock_tables();
		hw_write_pte(ptep++, pte);
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
		kpkeys_lock_tables(por_el1);
	}
}

static void store_unlocked(pte_t *ptep, pte_t pte, unsigned int nr)
{
	if (__builtin_expect(has_kpkeys(), 0) && !in_lazy_mode())
		store_guarded(ptep, pte, nr);
	else
		store_ptes(ptep, pte, nr);
}

/* v6.12: __set_ptes() is nr times __set_pte(), each with its own barriers. */
static void set_ptes_each(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm;
	(void)addr;
	store_unlocked(ptep, pte, nr);
	for (unsigned int i = 0; i < nr && is_valid_kernel(pte); i++)
		emit_barriers(COUNT_PTE_BARRIERS);
}

/*
 * __set_ptes(), v6.16 and later: one decision after the loop, on the last value. The entries of a
 * run differ in their page frame only, so the first tells as much.
 */
static void set_ptes_once(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm;
	(void)addr;
	store_unlocked(ptep, pte, nr);
	if (is_valid_kernel(pte))
		queue_barriers(nr, COUNT_PTE_BARRIERS);
}

/* v6.16-rc: queue_pte_barriers() warned of an interrupt, and queued. */
static void set_ptes_first(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	vm_warn(is_valid_kernel(pte) && in_interrupt(), "a barrier is queued in interrupt");
	set_ptes_once(mm, addr, ptep, pte, nr);
}

/* The remaining accessors are atomic updates of one entry, and none of them owes a barrier. */
static pte_t ptep_get_and_clear_arm64(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	(void)mm;
	(void)addr;
	store_unlocked(ptep, (pte_t){ 0 }, 1);
	return old;
}

static void ptep_set_wrprotect_arm64(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	(void)mm;
	(void)addr;
	store_unlocked(ptep, pte_clear_bits(hw_read_pte(ptep), PTE_WRITE), 1);
}

static bool ptep_test_and_clear_young_arm64(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	(void)mm;
	(void)addr;
	store_unlocked(ptep, pte_mkold(old), 1);
	return pte_has(old, PTE_YOUNG);
}

/* arch/arm64/mm/fault.c, ptep_set_access_flags(): a compare-and-exchange loop. */
static void ptep_set_access_flags_arm64(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	(void)mm;
	(void)addr;
	store_unlocked(ptep, pte, 1);
}

/*
 * set_pmd() and set_pud() owe a pair when the new entry is valid, set_p4d() and set_pgd() always,
 * also when they clear, for user tables as well. kpkeys leaves no trace here: the store itself is
 * made by the page table. ASSUME: an entry of swapper_pg_dir, which is written through a fixmap
 * alias (set_swapper_pgd()), costs one pair like any other.
 */
static void set_table(struct mm *mm, int level, vaddr_t addr, struct table *child)
{
	(void)addr;
	if (mm->pgtable.geometry->bits[level - 1] == 0)
		return; /* folded: no such entry in memory */
	if (child || level == LEVEL_P4D)
		queue_barriers(0, COUNT_TABLE_BARRIERS);
}

static uint64_t pending(void)
{
	return test_thread_flag(TIF_LAZY_MMU_PENDING) ? 1 : 0;
}

static bool defers(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	(void)mm;
	(void)old;
	return op == PTE_OP_SET && is_valid_kernel(new);
}

/*
 * TLB flushes keep their defaults in every generation: TLBI is broadcast and completes at once, in
 * a section too. So does ptep_modify_prot_start(): clear and set (v6.18 asm/pgtable.h).
 */

/* What no generation changed. */
#define ARM64_COMMON_OPS                                                    \
	.moves_pmds = true, .ptep_get_and_clear = ptep_get_and_clear_arm64, \
	.ptep_set_wrprotect = ptep_set_wrprotect_arm64,                     \
	.ptep_test_and_clear_young = ptep_test_and_clear_young_arm64,       \
	.ptep_set_access_flags = ptep_set_access_flags_arm64, .set_table = set_table

#define ARM64_LAZY_OPS ARM64_COMMON_OPS, .pending = pending, .defers = defers

/* v6.1 and v6.12: no lazy mode. */
static const struct arch_ops ops_none = {
	ARM64_COMMON_OPS,
	.set_ptes = set_ptes_each,
};

/* Up to v6.19 arch_flush_lazy_mmu_mode() exists, but no generic code calls it. */
static const struct arch_ops ops_first = {
	ARM64_LAZY_OPS,
	.enter = enter_first,
	.leave = leave_first,
	.set_ptes = set_ptes_first,
};

static const struct arch_ops ops_flag = {
	ARM64_LAZY_OPS,
	.enter = enter_flag,
	.leave = leave_flag,
	.skips_in_interrupt = true,
	.set_ptes = set_ptes_once,
};

static const struct arch_ops ops_state = {
	ARM64_LAZY_OPS,
	.enter_state = enter_state,
	.leave_state = leave_state,
	.skips_in_interrupt = true,
	.set_ptes = set_ptes_once,
};

static const struct arch_ops ops_counted = {
	ARM64_LAZY_OPS,
	/* no .skips_in_interrupt: the generic calls ask */
	.enter = enter_counted,
	.leave = leave_counted,
	.flush = flush_counted,
	.set_ptes = set_ptes_once,
};

static const struct arch_ops *const ops_by_hooks[] = {
	[ARM64_HOOKS_NONE] = &ops_none,	      [ARM64_HOOKS_FIRST] = &ops_first,
	[ARM64_HOOKS_FLAG] = &ops_flag,	      [ARM64_HOOKS_STATE] = &ops_state,
	[ARM64_HOOKS_COUNTED] = &ops_counted,
};

static const struct arch_ops *select_arm64(const struct machine_config *config)
{
	return ops_by_hooks[config->kernel->arm64_hooks];
}

static const struct arch_variant variants[] = {
	{
		.label = "arm64",
		.defers = "the barrier pair after a valid kernel PTE or table entry",
		.flushed_by = "leave, nested disable, pause",
		.preemption = "as the caller, may sleep and migrate",
		.models = "arch/arm64/include/asm/pgtable.h",
	},
	{
		.label = "kpkeys",
		.defers = "as arm64, and the return of POR_EL1 to its default level",
		.flushed_by = "leave, pause",
		.preemption = "as the caller, may sleep and migrate",
		.models = "kpkeys_hardened_pgtables, RFC v5",
	},
};

const struct arch arch_arm64 = {
	.name = "arm64",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_arm64,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = KERNEL_V7_0,
	.leaves_cpumask_until = NR_KERNELS,
	.linear_map = LINEAR_MAP_SECTION,
	/* CONFIG_ARM64_HW_AFDBM. ASSUME: the CPU has FEAT_HAFDBS. */
	.sets_young_dirty = true,
};
