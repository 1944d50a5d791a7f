/* SPDX-License-Identifier: MIT */
/* PTE accessors: dispatch to the backend, accounting, and the rules about writes and reads. */
#include "pte_access.h"

/* The counter of held-back writes before an operation; judged after it. */
static inline uint64_t writes_begin(unsigned int nr)
{
	struct counters *counters = current_task()->counters;

	schedule_point();
	counters->n[COUNT_PTE_WRITES] += nr;
	return counters->n[COUNT_DEFERRED];
}

/* A section is open, and its caller may expect batching here. */
static inline bool expects_batching(const struct task *task)
{
	return task->section.depth > 0 && task->section.pauses == 0 && !in_interrupt();
}

static void judge_deferred(const struct task *task)
{
	if (task->section.depth == 0)
		report_finding(FINDING_BATCHING_LEAKED,
			       "a write outside any section was held back");
	report_finding(FINDING_NOT_IMMEDIATE, "a write %s is still pending when it returns",
		       in_interrupt()		  ? "in interrupt"
		       : task->section.depth == 0 ? "outside a section"
						  : "while paused");
}

static void judge_immediate(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	const struct machine *machine = this_machine();

	if (machine->config.mode == MODE_LAZY && machine->ops->defers &&
	    machine->ops->defers(op, mm, old, new))
		report_finding(FINDING_BATCHING_LOST, "a write inside a section was not held back");
}

/* What was held back and what the caller may expect nearly always agree: this is a hot path. */
static inline void writes_end(enum pte_op op, const struct mm *mm, uint64_t deferred_before,
			      pte_t old, pte_t new, unsigned int nr)
{
	struct task *task = current_task();
	struct counters *counters = task->counters;
	bool deferred = counters->n[COUNT_DEFERRED] != deferred_before;
	bool expected = expects_batching(task);

	if (!deferred)
		counters->n[COUNT_IMMEDIATE] += nr;
	if (deferred == expected)
		return;
	if (deferred)
		judge_deferred(task);
	else
		judge_immediate(op, mm, old, new);
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
	return pte;
}

void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	const struct arch_ops *ops = this_machine()->ops;
	pte_t old = hw_read_pte(ptep);
	uint64_t before = writes_begin(nr);

	count(pte_none(pte) ? COUNT_PTE_CLEARS : COUNT_PTE_SETS, nr);
	if (ops->set_ptes)
		ops->set_ptes(mm, addr, ptep, pte, nr);
	else
		store_ptes(ptep, pte, nr);
	writes_end(PTE_OP_SET, mm, before, old, pte, nr);
}

void set_pte_at(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	set_ptes(mm, addr, ptep, pte, 1);
}

pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;
	uint64_t before = writes_begin(1);

	count(COUNT_PTE_CLEARS, 1);
	pte_t old = ops->ptep_get_and_clear ? ops->ptep_get_and_clear(mm, addr, ptep)
					    : exchange_pte(ptep);
	writes_end(PTE_OP_CLEAR, mm, before, old, (pte_t){ 0 }, 1);
	return old;
}

/* Linux include/linux/pgtable.h: where no architecture says more, full makes no difference. */
pte_t ptep_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep, bool full)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!full || !ops->ptep_get_and_clear_full)
		return ptep_get_and_clear(mm, addr, ptep);
	uint64_t before = writes_begin(1);
	count(COUNT_PTE_CLEARS, 1);
	pte_t old = ops->ptep_get_and_clear_full(mm, addr, ptep);
	writes_end(PTE_OP_CLEAR, mm, before, old, (pte_t){ 0 }, 1);
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
	pte_t old = hw_read_pte(ptep);
	uint64_t before = writes_begin(1);
	ops->ptep_set_wrprotect(mm, addr, ptep);
	writes_end(PTE_OP_WRPROTECT, mm, before, old, pte_clear_bits(old, PTE_WRITE), 1);
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
	uint64_t before = writes_begin(1);
	bool young = ops->ptep_test_and_clear_young(mm, addr, ptep);
	writes_end(PTE_OP_YOUNG, mm, before, old, pte_mkold(old), 1);
	return young;
}

/* Start and commit are one write: the commit counts it, either may hold work back for it. */
pte_t ptep_modify_prot_start(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_modify_prot_start)
		return ptep_get_and_clear(mm, addr, ptep);
	current_task()->section.prot_started = writes_begin(0);
	return ops->ptep_modify_prot_start(mm, addr, ptep);
}

void ptep_modify_prot_commit(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_modify_prot_start && !ops->ptep_modify_prot_commit) {
		set_pte_at(mm, addr, ptep, pte);
		return;
	}
	pte_t old = hw_read_pte(ptep);
	writes_begin(1);
	if (ops->ptep_modify_prot_commit)
		ops->ptep_modify_prot_commit(mm, addr, ptep, pte);
	else
		store_ptes(ptep, pte, 1);
	writes_end(PTE_OP_PROT, mm, current_task()->section.prot_started, old, pte, 1);
}

void ptep_set_access_flags(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_set_access_flags) {
		set_pte_at(mm, addr, ptep, pte);
		return;
	}
	writes_begin(1);
	ops->ptep_set_access_flags(mm, addr, ptep, pte);
	count(COUNT_IMMEDIATE, 1);
}

static pte_t arch_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	uint64_t before = writes_begin(1);

	count(COUNT_PTE_CLEARS, 1);
	pte_t old = this_machine()->ops->ptep_clear_flush(mm, addr, ptep);
	writes_end(PTE_OP_CLEAR, mm, before, old, (pte_t){ 0 }, 1);
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
