/* SPDX-License-Identifier: MIT */
/* The hash MMU's batch: who joins it, when it is flushed, and the section hooks. */
#include "hash_tlb.h"

enum { SID_SHIFT_1T = 40 };

static struct ppc64_tlb_batch *this_batch(void)
{
	return this_cpu()->arch;
}

/*
 * ASSUME: 1T segments for the kernel and for user addresses from 1 TiB on, 256M segments below, as
 * on a CPU that has both.
 */
static enum segment_size segment_size(const struct mm *mm, vaddr_t addr)
{
	return is_init_mm(mm) || addr >> SID_SHIFT_1T ? MMU_SEGSIZE_1T : MMU_SEGSIZE_256M;
}

/* __flush_tlb_pending(): a batch of one takes the path of a single page. */
static void flush_tlb_pending(struct ppc64_tlb_batch *batch, enum flush_reason reason)
{
	bool local = mm_is_thread_local(batch->mm);

	count_flush(reason, batch->index);
	if (batch->index == 1)
		hw_hash_flush_single(batch->mm, batch->addrs[0], local);
	else
		hw_hash_flush_range(batch->mm, batch->addrs, batch->index, local);
	batch->index = 0;
}

static void flush_if_any(enum flush_reason reason)
{
	struct ppc64_tlb_batch *batch = this_batch();

	if (batch->index)
		flush_tlb_pending(batch, reason);
}

/*
 * Up to v6.18 the flag belongs to the CPU and interrupt context is not asked for: a handler adds to
 * the batch of the task that it interrupted.
 */
static bool is_batching(const struct ppc64_tlb_batch *batch)
{
	if (task_keeps_mode(this_machine()->config.kernel))
		return is_lazy_mmu_mode_active();
	return batch->active;
}

/* A batch holds entries of one mm, page size and segment size; what differs flushes it first. */
static size_t flush_if_unlike(struct ppc64_tlb_batch *batch, const struct mm *mm,
			      unsigned int psize, enum segment_size ssize)
{
	if (batch->mm != mm)
		flush_tlb_pending(batch, FLUSH_MM);
	else if (batch->psize != psize)
		flush_tlb_pending(batch, FLUSH_PSIZE);
	else if (batch->ssize != ssize)
		flush_tlb_pending(batch, FLUSH_SSIZE);
	return batch->index;
}

static bool is_full(size_t index)
{
	return index >= PPC64_TLB_BATCH_NR;
}

static void batch_put(struct ppc64_tlb_batch *batch, size_t i, vaddr_t addr)
{
	struct task *task = current_task();

	batch->addrs[i] = addr >> batch->psize << batch->psize;
	batch->index = i + 1;
	task->counters->n[COUNT_HASH_BATCHED]++;
	task_defer_writes(task, 1);
}

static void batch_add(struct ppc64_tlb_batch *batch, struct mm *mm, vaddr_t addr)
{
	unsigned int psize = mm->pgtable.geometry->page_shift;
	enum segment_size ssize = segment_size(mm, addr);
	size_t i = observe(batch->index);

	/* The index was read: an interrupt that adds from here on is overwritten below. */
	schedule_point();
	if (i)
		i = flush_if_unlike(batch, mm, psize, ssize);
	if (i == 0) {
		batch->mm = mm;
		batch->psize = psize;
		batch->ssize = ssize;
	}
	batch_put(batch, i, addr);
	if (is_full(i + 1))
		flush_tlb_pending(batch, FLUSH_FULL);
}

/* The entries of the batch, if there are any, stay where they are. */
static void flush_at_once(struct mm *mm, vaddr_t addr)
{
	count(COUNT_HASH_IMMEDIATE, 1);
	hw_hash_flush_single(mm, addr, mm_is_thread_local(mm));
}

/* hpte_need_flush(), v7.0, the same in v6.18 but for is_batching(). */
__attribute__((noinline)) static void need_flush(struct mm *mm, vaddr_t addr)
{
	struct ppc64_tlb_batch *batch;

	preempt_disable();
	batch = this_batch();
	if (is_batching(batch))
		batch_add(batch, mm, addr);
	else
		flush_at_once(mm, addr);
	preempt_enable();
}

/* Nearly every entry joins its like. */
static bool joins(const struct ppc64_tlb_batch *batch, const struct mm *mm, vaddr_t addr)
{
	return batch->index && !is_full(batch->index + 1) && batch->mm == mm &&
	       batch->psize == mm->pgtable.geometry->page_shift &&
	       batch->ssize == segment_size(mm, addr);
}

/* Where nobody is there to look in between, preemption need not go off. */
void hpte_need_flush(struct mm *mm, vaddr_t addr)
{
	struct ppc64_tlb_batch *batch = this_batch();

	if (this_machine()->explorer)
		need_flush(mm, addr);
	else if (!is_batching(batch))
		flush_at_once(mm, addr);
	else if (joins(batch, mm, addr))
		batch_put(batch, batch->index, addr);
	else
		need_flush(mm, addr);
}

/*
 * Up to v6.18, each level: preemption off since b9ef323ea168 (v6.1), which is why the switch code
 * for an active batch cannot run and has no hook here.
 */
void hash_enter_flag(void)
{
	preempt_disable();
	this_batch()->active = true;
}

/* Any leave ends the mode of the CPU, an inner one too. */
void hash_leave_flag(void)
{
	flush_if_any(FLUSH_LEAVE);
	this_batch()->active = false;
	preempt_enable();
}

/* Version 2 of the nesting series, patch 5: preemption goes off at every level, as before. */
bool hash_enter_state(void)
{
	preempt_disable();
	bool nested = this_batch()->active;
	this_batch()->active = true;
	return nested;
}

void hash_leave_state(bool nested)
{
	flush_if_any(nested ? FLUSH_NESTED : FLUSH_LEAVE);
	if (!nested)
		this_batch()->active = false;
	preempt_enable();
}

/* v7.0, 313a05a15a1b: called for the outermost section, at pause and at resume. */
void hash_enter_counted(void)
{
	preempt_disable();
}

void hash_leave_counted(void)
{
	flush_if_any(leave_reason());
	preempt_enable();
}

/* v7.0: a nested disable(). */
void hash_flush_counted(void)
{
	flush_if_any(FLUSH_NESTED);
}

/*
 * book3s/64/tlbflush.h: with the hash MMU these are empty, in a section and outside: what has to go
 * was noted when the PTE changed.
 */
void hash_flush_tlb_range(struct mm *mm, const struct tlb_range *range)
{
	(void)mm;
	(void)range;
}

void hash_flush_tlb_page(struct mm *mm, vaddr_t addr)
{
	(void)mm;
	(void)addr;
}

void hash_flush_tlb_mm(struct mm *mm)
{
	(void)mm;
}

/* hash__tlb_flush(): pages are about to be freed, so the batch goes out whatever its mm. */
void hash_tlb_flush(struct mm *mm, const struct tlb_range *range)
{
	(void)mm;
	(void)range;
	flush_if_any(FLUSH_TLB);
}

void hash_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint)
{
	const struct ppc64_tlb_batch *batch = cpu->arch;

	fingerprint_mix(fingerprint, (uint64_t)batch->index << 1 | batch->active);
	if (batch->index)
		fingerprint_mix(fingerprint,
				(uint64_t)batch->mm->id << 32 | batch->psize << 8 | batch->ssize);
	for (size_t i = 0; i < batch->index; i++)
		fingerprint_mix(fingerprint, batch->addrs[i]);
}

uint64_t hash_pending(void)
{
	return this_batch()->index;
}

bool hash_batching(void)
{
	return is_batching(this_batch());
}
