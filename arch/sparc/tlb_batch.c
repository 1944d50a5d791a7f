/* SPDX-License-Identifier: MIT */
/*
 * Mirrors Linux arch/sparc/mm/tlb.c, arch/sparc/mm/tsb.c and arch/sparc/kernel/smp_64.c, v6.18 and
 * v7.0.
 */
#include "tlb_batch.h"

/* Bit 0 of an address in the batch: the old PTE was executable. */
enum { VADDR_EXEC = 1 };

static struct tlb_batch *this_batch(void)
{
	return this_cpu()->arch;
}

static struct tlb_batch *get_batch(void)
{
	preempt_disable();
	return this_batch();
}

static void put_batch(void)
{
	preempt_enable();
}

/*
 * asm/mmu_64.h, CTX_VALID(). A context is given out by the same switch_mm() that puts the CPU in
 * the mask, so a forked mm has none until it runs. ASSUME: a context is never taken back (no
 * wrap-around of context numbers), so that "some CPU is in the mask" is the same question;
 * context_valid says it for an mm that execve has loaded before anything ran in it.
 */
static bool has_context(const struct mm *mm)
{
	return mm->context_valid || mm->cpumask != 0;
}

/*
 * A cross call interrupts every other CPU in the mask, whether a mondo runs xcall_flush_tlb_page
 * there or smp_call_function_many() a loop. Counted by CPU that is interrupted: the cost of either
 * grows with them, and one unit for both keeps a batch of one comparable with a batch of many.
 */
static void cross_call(const struct mm *mm)
{
	hw_cross_call(mm_other_cpus(mm));
}

/*
 * arch/sparc/mm/ultra.S: a D-MMU demap, and an I-MMU demap when bit 0 of the address is set. A
 * demap is counted by page and CPU, so both together are one and an executable page adds none.
 */
static void demap(struct mm *mm, const vaddr_t *vaddrs, unsigned int nr)
{
	hw_demap(mm, vaddrs, nr, mm_other_cpus(mm));
}

/* arch/sparc/kernel/smp_64.c, smp_flush_tlb_page(): does not ask for a context. */
static void global_flush_tlb_page(struct mm *mm, vaddr_t vaddr)
{
	cross_call(mm);
	demap(mm, &vaddr, 1);
}

/*
 * smp_64.c, smp_flush_tlb_pending(): one function call for all addresses. It waits, because the
 * other CPUs read this CPU's array.
 */
static void smp_flush_tlb_pending(const struct tlb_batch *batch)
{
	cross_call(batch->mm);
	demap(batch->mm, batch->vaddrs, batch->tlb_nr);
}

/* arch/sparc/mm/tsb.c, flush_tsb_user(): under the context lock, before any demap. */
static void flush_tsb_user(const struct tlb_batch *batch)
{
	hw_tsb_flush(batch->mm, batch->vaddrs, batch->tlb_nr);
}

/* arch/sparc/mm/tlb.c, flush_tlb_pending(), v7.0: the TSB first, so that no TLB refills from it. */
void flush_tlb_pending(enum flush_reason reason)
{
	struct tlb_batch *batch = get_batch();

	if (batch->tlb_nr) {
		count_flush(reason, batch->tlb_nr);
		flush_tsb_user(batch);
		if (has_context(batch->mm)) {
			if (batch->tlb_nr == 1)
				global_flush_tlb_page(batch->mm, batch->vaddrs[0]);
			else
				smp_flush_tlb_pending(batch);
		}
		batch->tlb_nr = 0;
	}
	put_batch();
}

/* After the depth that the caller sees: the kernel itself does not tell a level from another. */
static enum flush_reason leave_depth_reason(void)
{
	return current_task()->section.depth > 1 ? FLUSH_NESTED : FLUSH_LEAVE;
}

/*
 * tlb.c, arch_enter_lazy_mmu_mode(), up to v6.14: the flag of the CPU on which it was called. A
 * section that is switched out leaves it behind, with its batch, for whoever runs there next.
 */
void tlb_batch_enter_preemptible(void)
{
	this_batch()->active = true;
}

/* Writes of the running task in the batch of another CPU, or of a task that has left this one. */
static void check_writers(void)
{
	struct machine *machine = this_machine();

	for (int i = 0; i < machine->config.nr_cpus; i++) {
		const struct tlb_batch *batch = machine->cpus[i].arch;
		const struct task *writer = idmap_find(&machine->tasks, batch->writer);
		bool is_concerned = batch == this_batch() || writer == current_task();
		if (batch->tlb_nr && writer && is_concerned && writer->cpu != &machine->cpus[i])
			report_finding(FINDING_WRONG_CPU,
				       "the batch of cpu %d holds writes of task %d, now on cpu %d",
				       i, writer->tid, writer->cpu->id);
	}
}

/* Same place: the flag goes on the CPU where leave began, the batch on the one where it flushes. */
void tlb_batch_leave_preemptible(void)
{
	struct tlb_batch *batch = this_batch();
	unsigned int nr = batch->tlb_nr;

	check_writers();
	observe((uint64_t)this_cpu()->id << 32 | nr);
	schedule_point();
	if (nr)
		flush_tlb_pending(leave_depth_reason());
	schedule_point();
	batch->active = false;
}

/*
 * tlb.c, arch_enter_lazy_mmu_mode(), v6.15 to v6.19: a1d416bf9faf made the section not preemptible,
 * at every level. It is in 6.1.y and 6.12.y too.
 */
void tlb_batch_enter_stateless(void)
{
	preempt_disable();
	this_batch()->active = true;
}

/* Same place: an inner leave turns batching off for the rest of the outer section. */
void tlb_batch_leave_stateless(void)
{
	flush_tlb_pending(leave_depth_reason());
	this_batch()->active = false;
	preempt_enable();
}

/* Version 2 of the nesting series, patch 6: preemption goes off at every level, as before. */
bool tlb_batch_enter_state(void)
{
	preempt_disable();
	bool nested = this_batch()->active;
	this_batch()->active = true;
	return nested;
}

void tlb_batch_leave_state(bool nested)
{
	flush_tlb_pending(nested ? FLUSH_NESTED : FLUSH_LEAVE);
	if (!nested)
		this_batch()->active = false;
	preempt_enable();
}

/* tlb.c, dacd24ec4965, v7.0: called for the outermost section only, and again after a pause. */
void tlb_batch_enter(void)
{
	preempt_disable();
}

void tlb_batch_leave(void)
{
	flush_tlb_pending(leave_reason());
	preempt_enable();
}

void tlb_batch_flush(void)
{
	flush_tlb_pending(FLUSH_NESTED);
}

/* v6.18: the flag alone, also in interrupt. v7.0: the task, and never in interrupt. */
static bool is_batching(const struct tlb_batch *batch)
{
	if (task_keeps_mode(this_machine()->config.kernel))
		return is_lazy_mmu_mode_active();
	return batch->active;
}

static void batch_add(struct tlb_batch *batch, struct mm *mm, vaddr_t vaddr,
		      unsigned int hugepage_shift)
{
	if (batch->tlb_nr && batch->hugepage_shift != hugepage_shift)
		flush_tlb_pending(FLUSH_HUGESHIFT);
	if (batch->tlb_nr == 0) {
		batch->mm = mm;
		batch->hugepage_shift = hugepage_shift;
	}
	batch->vaddrs[batch->tlb_nr++] = vaddr;
	batch->writer = current_task()->tid;
	defer_writes(1);
	if (batch->tlb_nr >= TLB_BATCH_NR)
		flush_tlb_pending(FLUSH_FULL);
}

/* flush_tsb_user_page() and global_flush_tlb_page(). */
__attribute__((noinline)) static void flush_page(struct mm *mm, vaddr_t page)
{
	hw_tsb_flush(mm, &page, 1);
	global_flush_tlb_page(mm, page);
}

/*
 * tlb.c, tlb_batch_add_one(), v6.18 and v7.0. A batch of another mm is flushed before anybody asks
 * whether batching is on, so an immediate write or an interrupt can do it too.
 */
void tlb_batch_add_one(struct mm *mm, vaddr_t vaddr, bool exec, unsigned int hugepage_shift)
{
	struct tlb_batch *batch = get_batch();
	unsigned int page_shift = mm->pgtable.geometry->page_shift;
	vaddr_t page = vaddr >> page_shift << page_shift;

	if (batch->tlb_nr && batch->mm != mm)
		flush_tlb_pending(FLUSH_MM);
	if (is_batching(batch))
		batch_add(batch, mm, page | (exec ? VADDR_EXEC : 0), hugepage_shift);
	else
		flush_page(mm, page);
	put_batch();
}

/*
 * An mm never outlives its entries: what a section that never ended has left in this CPU's batch
 * goes now, and what it has left in another CPU's batch can no longer be flushed by anybody.
 */
void tlb_batch_exit_mmap(struct mm *mm)
{
	struct machine *machine = this_machine();

	for (int i = 0; i < machine->config.nr_cpus; i++) {
		struct tlb_batch *batch = machine->cpus[i].arch;
		if (batch->tlb_nr == 0 || batch->mm != mm)
			continue;
		if (batch == this_batch()) {
			flush_tlb_pending(FLUSH_TLB);
			continue;
		}
		report_finding(FINDING_WRONG_CPU, "%u writes are left in the batch of cpu %d",
			       batch->tlb_nr, i);
		batch->tlb_nr = 0;
	}
}

void tlb_batch_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint)
{
	const struct tlb_batch *batch = cpu->arch;

	fingerprint_mix(fingerprint, (uint64_t)batch->tlb_nr << 1 | batch->active);
	if (batch->tlb_nr) {
		fingerprint_mix(fingerprint, (uint64_t)batch->mm->id << 32 | batch->hugepage_shift);
		fingerprint_mix(fingerprint, (uint64_t)batch->writer); /* check_writers() */
	}
	for (unsigned int i = 0; i < batch->tlb_nr; i++)
		fingerprint_mix(fingerprint, batch->vaddrs[i]);
}

uint64_t tlb_batch_pending(void)
{
	return this_batch()->tlb_nr;
}

bool tlb_batch_batching(void)
{
	return is_batching(this_batch());
}
