/* SPDX-License-Identifier: MIT */
/*
 * The portable PTE accessors, under their kernel names (Linux include/linux/pgtable.h). Each asks
 * the backend, counts the writes and judges the rules that hold for every backend.
 */
#ifndef LAZYMMU_LAZY_PTE_ACCESS_H
#define LAZYMMU_LAZY_PTE_ACCESS_H

#include "arch.h"

/* The schedule point before a write, when somebody explores. */
void visit_before_write(struct task *task, const pte_t *ptep) __attribute__((cold));

/*
 * Between the two, the backend makes nr writes, from ptep on; how many the task held back until
 * then. Nothing may come between this and the write.
 */
static inline uint64_t write_begin(struct task *task, unsigned int nr, const pte_t *ptep)
{
	if (__builtin_expect(this_machine()->explorer != NULL, 0))
		visit_before_write(task, ptep);
	task->counters->n[COUNT_PTE_WRITES] += nr;
	return task->section.deferred;
}

/* Findings: a write was held back where none may be, or was not where it had to be. */
void report_deferred(const struct task *task) __attribute__((cold));
void report_not_deferred(const struct task *task) __attribute__((cold));

/* v6.6: the write in a section of its own. */
void set_ptes_in_section(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
	__attribute__((cold));
void commit_in_section(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte) __attribute__((cold));

static inline bool opens_section(const struct arch_ops *ops)
{
	return __builtin_expect(ops->batching != NULL, 0) &&
	       this_machine()->config.mode == MODE_LAZY;
}

static inline bool must_defer(enum pte_op op, const struct mm *mm, pte_t old, pte_t new)
{
	const struct arch_ops *ops = this_machine()->ops;

	return ops->defers && ops->defers(op, mm, old, new);
}

/* A section is open, and its caller may expect batching here. */
static inline bool expects_batching(const struct task *task)
{
	return task->section.batches && !task_in_interrupt(task);
}

/*
 * What was held back is judged by what the caller of the section may expect. In immediate mode no
 * section is ever open.
 */
static inline void write_end(struct task *task, uint64_t deferred_before, enum pte_op op,
			     const struct mm *mm, pte_t old, pte_t new, unsigned int nr)
{
	bool expected = expects_batching(task);

	if (task->section.deferred == deferred_before) {
		task->counters->n[COUNT_IMMEDIATE] += nr;
		if (expected && must_defer(op, mm, old, new))
			report_not_deferred(task);
	} else if (!expected) {
		report_deferred(task);
	}
}

/* The write itself; what the entry was before. */
static inline pte_t write_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct task *task = current_task();
	uint64_t before = write_begin(task, nr, ptep);
	pte_t old = hw_read_pte(ptep);

	task->counters->n[pte_none(pte) ? COUNT_PTE_CLEARS : COUNT_PTE_SETS] += nr;
	if (ops->set_ptes)
		ops->set_ptes(mm, addr, ptep, pte, nr);
	else
		store_ptes(ptep, pte, nr);
	write_end(task, before, PTE_OP_SET, mm, old, pte, nr);
	return old;
}

/* set_ptes(), for a caller with a constant nr. */
static inline void set_ptes_inline(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte,
				   unsigned int nr)
{
	if (opens_section(this_machine()->ops))
		set_ptes_in_section(mm, addr, ptep, pte, nr);
	else
		write_ptes(mm, addr, ptep, pte, nr);
}

/*
 * Linux include/linux/pgtable.h, lazy MMU mode comment: a raw read after a queued write may return
 * the old value. Reports one that did.
 */
void judge_read(const pte_t *ptep, pte_t seen);

/* Inline: walkers read every entry of a table. */
static inline pte_t ptep_get(const pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	schedule_point();
	pte_t pte = ops->ptep_get ? ops->ptep_get(ptep) : hw_read_pte(ptep);
	if (ops->believed)
		judge_read(ptep, pte);
	observe(pte.val);
	return pte;
}

/*
 * Nobody could tell one access of a walker from the next, nor that need_resched() was not asked in
 * between: a walker may pass over a run of entries that it leaves alone.
 */
static inline bool reads_are_plain(void)
{
	const struct machine *machine = this_machine();
	const struct arch_ops *ops = machine->ops;

	return !machine->explorer && !machine->resched_source && !this_cpu()->need_resched &&
	       !ops->ptep_get && !ops->believed;
}

/* The same, and a write of user memory is nothing but a store: a walker may write a run at once. */
static inline bool writes_are_plain(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	return reads_are_plain() && !ops->set_ptes && !ops->ptep_get_and_clear &&
	       !ops->ptep_get_and_clear_full && !ops->ptep_set_wrprotect &&
	       !ops->ptep_modify_prot_start && !ops->defers && !ops->batching;
}

/* nr plain writes of one kind were made. */
static inline void count_plain_writes(enum counter kind, unsigned int nr)
{
	count(COUNT_PTE_WRITES, nr);
	count(kind, nr);
	count(COUNT_IMMEDIATE, nr);
}

/* A read through the pointer, as code does that goes past ptep_get(). */
pte_t ptep_read_raw(const pte_t *ptep);
void set_ptes(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr);
/* Whatever was there; nobody asks what. */
void pte_clear(struct mm *mm, vaddr_t addr, pte_t *ptep);
void ptep_set_wrprotect(struct mm *mm, vaddr_t addr, pte_t *ptep);
bool ptep_test_and_clear_young(struct mm *mm, vaddr_t addr, pte_t *ptep);
void ptep_set_access_flags(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
/* Clears and flushes the one page if it could be in a TLB. */
pte_t ptep_clear_flush(struct mm *mm, vaddr_t addr, pte_t *ptep);

static inline void set_pte_at(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	set_ptes_inline(mm, addr, ptep, pte, 1);
}

static inline pte_t ptep_get_and_clear(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct task *task = current_task();
	uint64_t before = write_begin(task, 1, ptep);

	task->counters->n[COUNT_PTE_CLEARS]++;
	pte_t old = ops->ptep_get_and_clear ? ops->ptep_get_and_clear(mm, addr, ptep)
					    : exchange_pte(ptep);
	write_end(task, before, PTE_OP_CLEAR, mm, old, (pte_t){ 0 }, 1);
	return old;
}

pte_t arch_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep);

/*
 * Linux include/linux/pgtable.h: full, the whole mm goes and no task uses it, makes no difference
 * where no architecture says more.
 */
static inline pte_t ptep_get_and_clear_full(struct mm *mm, vaddr_t addr, pte_t *ptep, bool full)
{
	return full && this_machine()->ops->ptep_get_and_clear_full
		       ? arch_get_and_clear_full(mm, addr, ptep)
		       : ptep_get_and_clear(mm, addr, ptep);
}

/* Start and commit are one write: the commit counts it, either may hold work back for it. */
static inline pte_t ptep_modify_prot_start(struct mm *mm, vaddr_t addr, pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_modify_prot_start)
		return ptep_get_and_clear(mm, addr, ptep);
	struct task *task = current_task();
	task->section.prot_started = write_begin(task, 0, ptep);
	pte_t old = ops->ptep_modify_prot_start(mm, addr, ptep);
	task->section.prot_old = old.val;
	return old;
}

static inline void commit_pte(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	struct task *task = current_task();

	write_begin(task, 1, ptep);
	this_machine()->ops->ptep_modify_prot_commit(mm, addr, ptep, pte);
	write_end(task, task->section.prot_started, PTE_OP_PROT, mm,
		  (pte_t){ task->section.prot_old }, pte, 1);
}

static inline void ptep_modify_prot_commit(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->ptep_modify_prot_start)
		set_pte_at(mm, addr, ptep, pte);
	else if (ops->commit_is_set_pte && opens_section(ops))
		commit_in_section(mm, addr, ptep, pte);
	else
		commit_pte(mm, addr, ptep, pte);
}

/*
 * powerpc: what was hashed of an entry is invalidated, the entry itself stays: pte_update() that
 * clears nothing, and hpte_need_flush() called by name. It counts as a write, and may be held back.
 */
void pte_flush_hash(struct mm *mm, vaddr_t addr, pte_t *ptep);

void flush_tlb_range(struct mm *mm, vaddr_t start, vaddr_t end);
void flush_tlb_page(struct mm *mm, vaddr_t addr);
void flush_tlb_mm(struct mm *mm);
/* x86, kernel addresses: flush_tlb_one_kernel() and __flush_tlb_all(), this CPU alone. */
void flush_tlb_local(struct mm *mm, vaddr_t start, vaddr_t end);
/* tlb_flush() of an mmu_gather. */
void tlb_flush(struct mm *mm, const struct tlb_range *range);

#endif
