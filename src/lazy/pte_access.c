/* SPDX-License-Identifier: MIT */
/* PTE accessors: dispatch to the backend, accounting, and the rules about writes and reads. */
#include "pte_access.h"

#include "section.h"

/*
 * What the entry is now, in memory and to the kernel, is needed behind the next schedule points: by
 * whoever asked for the write, by the backend, and to judge it.
 */
void visit_before_write(struct task *task, const pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	observe(hw_read_pte(ptep).val);
	if (ops->ptep_get)
		observe(ops->ptep_get(ptep).val);
	task->section.write_began = task->section.deferred;
}

/* A section of set_ptes() itself judges its own write when it ends, see end_own_section(). */
void report_deferred(const struct task *task)
{
	if (task->section.in_set_ptes)
		return;
	if (task->section.depth == 0)
		report_finding(FINDING_BATCHING_LEAKED,
			       "a write outside any section was held back");
	report_finding(FINDING_NOT_IMMEDIATE, "a write %s is still pending when it returns",
		       task_in_interrupt(task)	  ? "in interrupt"
		       : task->section.depth == 0 ? "outside a section"
						  : "while paused");
}

void report_not_deferred(const struct task *task)
{
	if (!task->section.in_set_ptes)
		report_finding(FINDING_BATCHING_LOST, "a write inside a section was not held back");
}

/*
 * v6.6, bcc6cc832573: set_ptes() opens a section, in the section of a caller or outside. Its leave
 * releases what was written in it; where that has also ended the mode, the caller's section has
 * lost the write and those that follow. ASSUME: pte_clear() of sparc, a set_pte_at() of none, opens
 * no section; if it did, no section of v6.6 would ever batch there.
 *
 * Returns the view of the interrupted or outer call, for end_own_section().
 */
static bool begin_own_section(void)
{
	struct section_view *section = &current_task()->section;
	bool outer = section->in_set_ptes;

	section->in_set_ptes = true;
	arch_enter(NULL);
	return outer;
}

static void end_own_section(bool outer, enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	struct task *task = current_task();
	const struct arch_ops *ops = this_machine()->ops;

	arch_leave();
	task->section.in_set_ptes = outer;
	if (!expects_batching(task) && ops->pending())
		report_deferred(task);
	else if (expects_batching(task) && !ops->batching() && must_defer(op, mm, old, new))
		report_not_deferred(task);
}

void set_ptes_in_section(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	bool outer = begin_own_section();
	pte_t old = write_ptes(mm, addr, ptep, pte, nr);

	end_own_section(outer, PTE_OP_SET, mm, old, pte);
}

void commit_in_section(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	bool outer = begin_own_section();

	commit_pte(mm, addr, ptep, pte);
	end_own_section(outer, PTE_OP_PROT, mm, (pte_t){ current_task()->section.prot_old }, pte);
}

void judge_read(const pte_t *ptep, pte_t seen)
{
	pte_t believed = this_machine()->ops->believed(ptep);

	if (!pte_same(believed, seen))
		report_finding(FINDING_STALE_READ, "read %llx, but %llx was written",
			       (unsigned long long)seen.val, (unsigned long long)believed.val);
}

pte_t ptep_read_raw(const pte_t *ptep)
{
	schedule_point();
	pte_t pte = hw_read_pte(ptep);
	if (this_machine()->ops->believed)
		judge_read(ptep, pte);
	observe(pte.val);
	return pte;
}

void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	set_ptes_inline(mm, addr, ptep, pte, nr);
}

/*
 * arch/x86/include/asm/paravirt.h, arch/s390/include/asm/pgtable.h, arch/sparc/include/asm/
 * pgtable_64.h, arch/arm64/include/asm/pgtable.h (v6.18): a store of none, so that Xen queues it
 * and s390 has no IPTE for it. Of sparc see the ASSUME above.
 */
void pte_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (this_machine()->ops->clear_is_exchange)
		ptep_get_and_clear(mm, addr, ptep);
	else
		write_ptes(mm, addr, ptep, (pte_t){ 0 }, 1);
}

pte_t arch_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	struct task *task = current_task();
	uint64_t before = write_begin(task, 1, ptep);

	task->counters->n[COUNT_PTE_CLEARS]++;
	pte_t old = this_machine()->ops->ptep_get_and_clear_full(mm, addr, ptep);
	write_end(task, before, PTE_OP_CLEAR, mm, old, (pte_t){ 0 }, 1);
	return old;
}

/* Generic default: read, then set_pte_at() of the write-protected value. */
void ptep_set_wrprotect(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_set_wrprotect) {
		set_pte_at(mm, addr, ptep, pte_clear_bits(ptep_get(ptep), PTE_WRITE));
		return;
	}
	struct task *task = current_task();
	uint64_t before = write_begin(task, 1, ptep);
	pte_t old = hw_read_pte(ptep);
	ops->ptep_set_wrprotect(mm, addr, ptep);
	write_end(task, before, PTE_OP_WRPROTECT, mm, old, pte_clear_bits(old, PTE_WRITE), 1);
}

bool ptep_test_and_clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;
	pte_t old = ptep_get(ptep);

	if (!ops->ptep_test_and_clear_young) {
		if (pte_has(old, PTE_YOUNG))
			set_pte_at(mm, addr, ptep, pte_mkold(old));
		return pte_has(old, PTE_YOUNG);
	}
	if (ops->aged_bits && !(old.val & ops->aged_bits))
		return false;
	struct task *task = current_task();
	uint64_t before = write_begin(task, 1, ptep);
	old = hw_read_pte(ptep);
	bool young = ops->ptep_test_and_clear_young(mm, addr, ptep);
	write_end(task, before, PTE_OP_YOUNG, mm, old, pte_mkold(old), 1);
	return young;
}

void ptep_set_access_flags(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_set_access_flags) {
		set_pte_at(mm, addr, ptep, pte);
		return;
	}
	write_begin(current_task(), 1, ptep);
	ops->ptep_set_access_flags(mm, addr, ptep, pte);
	count(COUNT_IMMEDIATE, 1);
}

static pte_t arch_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	struct task *task = current_task();
	uint64_t before = write_begin(task, 1, ptep);

	task->counters->n[COUNT_PTE_CLEARS]++;
	pte_t old = this_machine()->ops->ptep_clear_flush(mm, addr, ptep);
	write_end(task, before, PTE_OP_CLEAR, mm, old, (pte_t){ 0 }, 1);
	return old;
}

/* Linux mm/pgtable-generic.c, ptep_clear_flush(): flush_tlb_page() if pte_accessible(). */
pte_t ptep_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	if (this_machine()->ops->ptep_clear_flush)
		return arch_clear_flush(mm, addr, ptep);
	pte_t old = ptep_get_and_clear(mm, addr, ptep);
	if (pte_valid(old))
		flush_tlb_page(mm, addr);
	return old;
}

/* What the kernel believes the PTE of addr to be. */
static pte_t believed_at(struct mm *mm, vaddr_t addr)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);

	if (!table)
		return (pte_t){ 0 };
	const pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
	return ops->believed ? ops->believed(ptep) : hw_read_pte(ptep);
}

static void flush_range(struct mm *mm, const struct tlb_range *range)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	if (ops->flush_tlb_range)
		ops->flush_tlb_range(mm, range);
	else
		hw_drop_tlb(mm, range->start, range->end, true);
	hw_flush_completed(mm, range->start, range->end, believed_at);
}

void flush_tlb_range(struct mm *mm, vaddr_t start, vaddr_t end)
{
	flush_range(mm, &(struct tlb_range){ .start = start,
					     .end = end,
					     .stride_shift = mm->pgtable.geometry->page_shift });
}

void flush_tlb_page(struct mm *mm, vaddr_t addr)
{
	const struct arch_ops *ops = this_machine()->ops;
	vaddr_t page_size = (vaddr_t)1 << mm->pgtable.geometry->page_shift;

	if (!ops->flush_tlb_page) {
		flush_tlb_range(mm, addr, addr + page_size);
		return;
	}
	ops->flush_tlb_page(mm, addr);
	hw_flush_completed(mm, addr, addr + page_size, believed_at);
}

void flush_tlb_mm(struct mm *mm)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (ops->flush_tlb_mm)
		ops->flush_tlb_mm(mm);
	else
		hw_drop_tlb_mm(mm, true);
	hw_flush_completed(mm, 0, ~(vaddr_t)0, believed_at);
}

void flush_tlb_local(struct mm *mm, vaddr_t start, vaddr_t end)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	if (ops->flush_tlb_local)
		ops->flush_tlb_local(mm, start, end);
	else
		hw_drop_tlb(mm, start, end, false);
}

void tlb_flush(struct mm *mm, const struct tlb_range *range)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->tlb_flush) {
		flush_range(mm, range);
		return;
	}
	ops->tlb_flush(mm, range);
	hw_flush_completed(mm, range->start, range->end, believed_at);
}

void pte_flush_hash(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct task *task = current_task();
	pte_t pte = hw_read_pte(ptep);

	if (!ops->hash_flush || !pte_has(pte, PTE_HASHPTE))
		return;
	uint64_t before = write_begin(task, 1, ptep);
	ops->hash_flush(mm, addr, ptep);
	write_end(task, before, PTE_OP_YOUNG, mm, pte, pte, 1);
}
