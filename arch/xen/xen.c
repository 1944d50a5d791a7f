/* SPDX-License-Identifier: MIT */
/*
 * Xen PV on x86-64: hypercalls are held back. Page tables in use are pinned, that is read-only to
 * the guest; a queued PTE update leaves the OLD value in memory until the hypercall, for this CPU
 * too. Native writes (clears, write-protects, young bits) trap and are emulated at once: they are
 * never batched.
 *
 * Mirrors arch/x86/xen/mmu_pv.c, enlighten_pv.c and arch/x86/include/asm/xen/hypervisor.h, and
 * arch/x86/mm/tlb.c for the flushes.
 */
#include "context.h"
#include "mode.h"
#include "pinning.h"
#include "xen.h"

/* arch/x86/mm/tlb.c, tlb_single_page_flush_ceiling. */
enum { FLUSH_CEILING = 33 };

/*
 * Is an MMU update to be held back? Up to v7.1 the mode word says so (xen_get_lazy_mode() hides it
 * in interrupt); v7.2 (bec6f41a6fe5) asks is_lazy_mmu_mode_active().
 */
bool xen_mmu_lazy(void)
{
	const struct xen_cpu *xen = this_xen();

	if (xen->mode == XEN_LAZY_MMU)
		return !in_interrupt();
	if (xen->tracks_mmu_mode)
		return false;
	return is_lazy_mmu_mode_active();
}

/* A write that goes at once overtakes a queued one to the same entry. */
static void check_order(const pte_t *ptep, const char *what)
{
	if (xen_mc_find(&this_xen()->mc, ptep))
		report_finding(FINDING_ORDER_INVERTED,
			       "%s overtakes a queued update of the same entry", what);
}

__attribute__((noinline)) static void set_pte_directly(pte_t *ptep, pte_t pte)
{
	check_order(ptep, "a direct mmu_update");
	count(COUNT_DIRECT_SET_PTE, 1);
	hw_hypercall(0, true);
	hw_write_pte(ptep, pte);
}

/* mmu_pv.c, xen_set_pte() with xen_batched_set_pte(): outside a section one direct hypercall. */
static void xen_set_pte(pte_t *ptep, pte_t pte)
{
	struct mc_buffer *mc = &this_xen()->mc;

	if (!xen_mmu_lazy()) {
		set_pte_directly(ptep, pte);
		return;
	}
	defer_writes(1);
	xen_mc_queue_update(mc, ptep, pte, false);
}

__attribute__((noinline)) static void set_run(pte_t *ptep, pte_t pte, unsigned int nr)
{
	for (; nr > 0; nr--) {
		xen_set_pte(ptep++, pte);
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
	}
}

static void set_ptes_xen(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	(void)mm; /* xen_set_pte() does not ask whether the table is pinned */
	(void)addr;
	if (nr > 1)
		set_run(ptep, pte, nr);
	else
		xen_set_pte(ptep, pte);
}

/*
 * arch/x86/include/asm/pgtable.h: clears, write-protects and young bits are native atomics, not
 * paravirt operations. On a pinned table each faults into Xen and is emulated.
 */
static void native_write(struct mm *mm, pte_t *ptep, pte_t pte)
{
	if (mm->pinned) {
		check_order(ptep, "an emulated write");
		hw_emulated_write();
	}
	hw_write_pte(ptep, pte);
}

static pte_t ptep_get_and_clear_xen(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	(void)addr;
	native_write(mm, ptep, (pte_t){ 0 });
	return old;
}

static void ptep_set_wrprotect_xen(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	(void)addr;
	native_write(mm, ptep, pte_clear_bits(hw_read_pte(ptep), PTE_WRITE));
}

/* arch/x86/mm/pgtable.c, ptep_test_and_clear_young(): writes only if the bit is set (aged_bits). */
static bool ptep_test_and_clear_young_xen(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	(void)addr;
	native_write(mm, ptep, pte_mkold(old));
	return pte_has(old, PTE_YOUNG);
}

/* mmu_pv.c, xen_ptep_modify_prot_start(): nothing is written. */
static pte_t ptep_modify_prot_start_xen(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	(void)mm;
	(void)addr;
	return hw_read_pte(ptep);
}

/*
 * xen_ptep_modify_prot_commit(): through the buffer inside a section and outside; the entry was in
 * use since the start, so that its accessed and dirty bits are preserved.
 */
static void ptep_modify_prot_commit_xen(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	struct mc_buffer *mc = &this_xen()->mc;

	(void)mm;
	(void)addr;
	if (!xen_mmu_lazy()) {
		xen_mc_issue_update(mc, ptep, pte, true);
		return;
	}
	defer_writes(1);
	xen_mc_queue_update(mc, ptep, pte, true);
}

/* mmu_pv.c, xen_flush_tlb(), _one_user(), _multi(): a new entry each, queued behind updates. */
static void queue_tlb_flush(enum mc_request_kind kind, unsigned int bytes, struct mm *mm,
			    vaddr_t addr)
{
	struct mc_buffer *mc = &this_xen()->mc;
	const struct mc_request request = { .kind = kind, .mm = mm, .value = addr };

	preempt_disable();
	xen_mc_batch(mc);
	xen_mc_entry(mc, MC_MMUEXT_OP, bytes, &request);
	xen_mc_issue(mc, !xen_mmu_lazy());
	preempt_enable();
}

/*
 * arch/x86/mm/tlb.c, flush_tlb_mm_range(): more than 33 strides are one full flush. With another
 * CPU in the mask the flush is one hypercall for all of them; an mm that no CPU has loaded needs
 * none.
 */
static void flush_tlb_range_xen(struct mm *mm, const struct tlb_range *range)
{
	/* struct mmuext_op and a CPU mask of one long. */
	const unsigned int multi_bytes = MMUEXT_OP_SIZE + 8;
	const vaddr_t page_bytes = (vaddr_t)1 << mm->pgtable.geometry->page_shift;
	vaddr_t stride = (vaddr_t)1 << range->stride_shift;

	if (!observe(mm->cpumask))
		return;
	if (mm_other_cpus(mm)) {
		bool one_page = !range->fullmm && range->end - range->start <= page_bytes;
		queue_tlb_flush(one_page ? MC_INVLPG_MULTI : MC_TLB_MULTI, multi_bytes, mm,
				range->start);
		return;
	}
	if (range->fullmm || (range->end - range->start) >> range->stride_shift > FLUSH_CEILING) {
		queue_tlb_flush(MC_TLB_LOCAL, MMUEXT_OP_SIZE, mm, range->start);
		return;
	}
	for (vaddr_t addr = range->start; addr < range->end; addr += stride)
		queue_tlb_flush(MC_INVLPG, MMUEXT_OP_SIZE, mm, addr);
}

static void flush_tlb_mm_xen(struct mm *mm)
{
	flush_tlb_range_xen(mm, &(struct tlb_range){ .end = ~(vaddr_t)0, .fullmm = true });
}

/*
 * arch/x86/mm/tlb.c, flush_tlb_one_kernel() and __flush_tlb_all(): xen_flush_tlb_one_user() and
 * xen_flush_tlb(), queued behind the updates of a section.
 */
static void flush_tlb_local_xen(struct mm *mm, vaddr_t start, vaddr_t end)
{
	bool one_page = end - start <= (vaddr_t)1 << mm->pgtable.geometry->page_shift;

	queue_tlb_flush(one_page ? MC_INVLPG : MC_TLB_LOCAL, MMUEXT_OP_SIZE, mm, start);
}

static uint64_t pending_xen(void)
{
	return xen_mc_nr_updates(&this_xen()->mc);
}

static pte_t believed_xen(const pte_t *ptep)
{
	const struct mc_request *queued = xen_mc_find(&this_xen()->mc, ptep);

	return queued ? mc_result(queued) : hw_read_pte(ptep);
}

static void fingerprint_xen(const struct cpu *cpu, struct fingerprint *fingerprint)
{
	const struct xen_cpu *xen = cpu->arch;
	const struct mc_buffer *mc = &xen->mc;

	fingerprint_mix(fingerprint,
			(uint64_t)xen->nesting << 3 | (uint64_t)xen->mode << 1 | xen->switching);
	fingerprint_mix(fingerprint, xen->loaded_mm ? (uint64_t)xen->loaded_mm->id : 0);
	/* A request is open while interrupts are off; behind it the flags are nobody's. */
	fingerprint_mix(fingerprint, (uint64_t)mc->mcidx << 40 | (uint64_t)mc->argidx << 20 |
					     (uint64_t)mc->cbidx << 4 | mc->last_op << 1 |
					     (cpu->irqs_disabled && mc->irq_flags));
	for (unsigned int i = 0; i < mc->nr_requests; i++) {
		const struct mc_request *request = &mc->requests[i];
		fingerprint_mix(fingerprint, (uint64_t)request->kind << 1 | request->preserve_ad);
		fingerprint_mix(fingerprint, request->kind == MC_PTE
						     ? hw_pte_number(cpu->machine, request->ptep)
					     : request->mm ? (uint64_t)request->mm->id
							   : 0);
		fingerprint_mix(fingerprint, request->value);
	}
}

static bool defers_xen(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	(void)mm;
	(void)old;
	(void)new;
	return op == PTE_OP_SET || op == PTE_OP_PROT;
}

/* What no generation changed. */
#define XEN_COMMON_OPS                                                                       \
	.percpu_size = sizeof(struct xen_cpu), .moves_pmds = true, .set_ptes = set_ptes_xen, \
	.ptep_get_and_clear = ptep_get_and_clear_xen,                                        \
	.ptep_set_wrprotect = ptep_set_wrprotect_xen,                                        \
	.ptep_test_and_clear_young = ptep_test_and_clear_young_xen, .aged_bits = PTE_YOUNG,  \
	.ptep_modify_prot_start = ptep_modify_prot_start_xen,                                \
	.ptep_modify_prot_commit = ptep_modify_prot_commit_xen, .set_table = set_table_xen,  \
	.alloc_table = alloc_table_xen, .release_table = release_table_xen,                  \
	.flush_tlb_local = flush_tlb_local_xen, .flush_tlb_range = flush_tlb_range_xen,      \
	.flush_tlb_mm = flush_tlb_mm_xen, .activate_mm = activate_mm_xen,                    \
	.dup_mmap = dup_mmap_xen, .exit_mmap = exit_mmap_xen, .pending = pending_xen,        \
	.believed = believed_xen, .defers = defers_xen, .fingerprint = fingerprint_xen,      \
	.switch_hooks = { .start = start_switch, .end = end_switch, .fork = fork_xen }

/* v6.1 to v6.19 */
static const struct arch_ops ops_leave = {
	XEN_COMMON_OPS,	     .init_cpu = init_cpu_with_mode, .enter = enter_mode,
	.leave = leave_mode, .flush = flush_by_leaving,
};

/* v6.6 to v6.14 */
static const struct arch_ops ops_nest = {
	XEN_COMMON_OPS,
	.init_cpu = init_cpu_with_nests,
	.enter = enter_mode,
	.leave = leave_mode,
	.flush = flush_by_leaving,
	/* bcc6cc832573: what the counter of 49147beb0ccb was made for */
	.batching = xen_mmu_lazy,
};

/* Version 2 of the nesting series. */
static const struct arch_ops ops_state = {
	XEN_COMMON_OPS,
	.init_cpu = init_cpu_with_mode,
	.enter_state = enter_state,
	.leave_state = leave_state,
	.flush = flush_by_leaving,
};

/* v7.0 */
static const struct arch_ops ops_flush = {
	XEN_COMMON_OPS,	     .init_cpu = init_cpu_with_mode,
	.enter = enter_mode, .leave = leave_mode,
	.flush = flush_mode,
};

/* v7.1 */
static const struct arch_ops ops_idempotent = {
	XEN_COMMON_OPS,
	.init_cpu = init_cpu_with_mode,
	.enter = enter_idempotent,
	.leave = leave_idempotent,
	.flush = flush_mode,
};

/* v7.2 and later */
static const struct arch_ops ops_modeless = {
	XEN_COMMON_OPS,
	/* no .enter: is_lazy_mmu_mode_active() is all there is to know */
	.leave = leave_modeless,
	.flush = flush_modeless,
};

static const struct arch_ops *const ops_by_hooks[] = {
	[XEN_HOOKS_LEAVE] = &ops_leave,		  [XEN_HOOKS_NEST] = &ops_nest,
	[XEN_HOOKS_STATE] = &ops_state,		  [XEN_HOOKS_FLUSH] = &ops_flush,
	[XEN_HOOKS_IDEMPOTENT] = &ops_idempotent, [XEN_HOOKS_MODELESS] = &ops_modeless,
};

static const struct arch_ops *select_xen(const struct machine_config *config)
{
	return ops_by_hooks[config->kernel->xen_hooks];
}

static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 9, 9, 9, 9 } },
};

static const struct arch_variant variants[] = {
	{
		.label = "Xen PV",
		.defers = "hypercalls: up to 31 PTE updates in one mmu_update",
		.flushed_by = "leave, nested disable, pause, full buffer, context switch",
		.preemption = "as the caller",
		.models = "arch/x86/xen/mmu_pv.c, multicalls.c, enlighten_pv.c",
	},
};

const struct arch arch_xen = {
	.name = "xen",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_xen,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = KERNEL_V6_16_RC,
	.leaves_cpumask_until = KERNEL_V6_12,
	.sets_young_dirty = true,
	.merges_vmas = true,
	.linear_map = LINEAR_MAP_FLUSH,
};
