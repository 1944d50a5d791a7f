/* SPDX-License-Identifier: MIT */
/*
 * Mirrors the posted series for s390, version 5 of 13 Jul 2026, patches 1/4 and 2/4. It is not
 * known to be merged, and later versions differ. ASSUME: facility 13 (IPTE range) is there and the
 * guest is not a secure one; without either, every hook returns at once.
 */
#include "s390.h"

/* The cache is all poison: nothing is held back. */
static void reset_window(struct ipte_range *range)
{
	range->first = PTRS_PER_PTE;
	range->last = 0;
}

void ipte_range_init_cpu(struct cpu *cpu)
{
	struct ipte_range *range = &((struct s390_cpu *)cpu->arch)->range;

	for (unsigned int i = 0; i < PTRS_PER_PTE; i++)
		range->cache[i] = (pte_t){ PTE_POISON };
	reset_window(range);
}

static unsigned int cached_entries(const struct ipte_range *range)
{
	unsigned int nr = 0;

	for (unsigned int i = range->first; i < range->last; i++)
		nr += !is_poison(range->cache[i]);
	return nr;
}

uint64_t ipte_range_pending(void)
{
	return cached_entries(this_range());
}

/* A held-back write to an entry that the hardware may use now. */
static bool needs_ipte(const struct ipte_range *range, unsigned int index)
{
	return !is_poison(range->cache[index]) &&
	       pte_valid_young(hw_read_pte(&range->base_pte[index]));
}

/* One IPTE-range for the stretch that begins at start; the first index behind it. */
static unsigned int invalidate_stretch(const struct ipte_range *range, unsigned int start)
{
	unsigned int page_shift = range->mm->pgtable.geometry->page_shift;
	unsigned int end = start;

	while (end < range->last && needs_ipte(range, end))
		end++;
	hw_ipte_range(range->mm, range->base_addr + ((vaddr_t)start << page_shift),
		      range->base_addr + ((vaddr_t)end << page_shift));
	return end;
}

/*
 * Patch 2/4: runs of cached entries are split by the validity that the hardware sees now; each
 * valid stretch costs one IPTE-range, then the values are stored and the slots poisoned again.
 */
static void write_back(struct ipte_range *range, enum flush_reason reason)
{
	const unsigned int last = range->last;
	pte_t *base = range->base_pte;
	unsigned int cached = 0;

	for (unsigned int i = range->first; i < last;)
		i = needs_ipte(range, i) ? invalidate_stretch(range, i) : i + 1;
	for (unsigned int i = range->first; i < last; i++) {
		if (is_poison(range->cache[i]))
			continue;
		hw_write_pte(&base[i], range->cache[i]);
		range->cache[i] = (pte_t){ PTE_POISON };
		cached++;
	}
	if (cached)
		count_flush(reason, cached);
	reset_window(range);
}

void ipte_range_fingerprint(const struct cpu *cpu, struct fingerprint *fingerprint)
{
	const struct ipte_range *range = &((const struct s390_cpu *)cpu->arch)->range;

	fingerprint_mix(fingerprint, range->count);
	if (!range->mm)
		return;
	fingerprint_mix(fingerprint, (uint64_t)range->mm->id << 32 | range->nr);
	fingerprint_mix(fingerprint, range->base_addr);
	fingerprint_mix(fingerprint, range->base_end);
	for (unsigned int i = range->first; i < range->last; i++)
		fingerprint_mix(fingerprint, (uint64_t)i << 52 ^ range->cache[i].val);
}

static void forget(struct ipte_range *range)
{
	range->mm = NULL;
	range->nr = 0;
}

/* Patch 2/4, without a hint and after a pause: get_cpu_var() turns preemption off, no range. */
void ipte_range_enter(void)
{
	preempt_disable();
	this_range()->count++;
}

/*
 * The range lies in one table, so it is cut at the table's end whatever the caller says. Where a
 * section never ended its range stays: only the outermost hint is honoured.
 */
void ipte_range_enter_with_ptes(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep)
{
	unsigned int page_shift = mm->pgtable.geometry->page_shift;
	unsigned int room = PTRS_PER_PTE - (unsigned int)(addr >> page_shift) % PTRS_PER_PTE;
	vaddr_t nr = end > addr ? (end - addr) >> page_shift : 0;

	ipte_range_enter();
	struct ipte_range *range = this_range();
	if (range->mm)
		return;
	range->mm = mm;
	range->base_addr = addr;
	range->base_end = end;
	range->base_pte = ptep;
	range->nr = nr < room ? (unsigned int)nr : room;
}

static void leave_for(enum flush_reason reason)
{
	struct ipte_range *range = this_range();

	if (range->mm) {
		write_back(range, reason);
		forget(range);
	}
	range->count--;
	preempt_enable();
}

/* Also the hook of a pause: resume() is a plain enter, so the hint is lost until the next section.
 */
void ipte_range_leave(void)
{
	leave_for(leave_reason());
}

/* An inner disable(): leaves and enters with the same arguments; preemptible between the two. */
void ipte_range_flush(void)
{
	const struct ipte_range *range = this_range();
	struct mm *mm = range->mm;
	vaddr_t addr = range->base_addr, end = range->base_end;
	pte_t *ptep = range->base_pte;

	if (!mm)
		return;
	observe((uint64_t)mm->id);
	observe(addr);
	observe(end);
	leave_for(FLUSH_NESTED);
	ipte_range_enter_with_ptes(mm, addr, end, ptep);
}

/*
 * An mm never outlives its range: what a section that never ended holds on this CPU is written back
 * now, and what it has left on another CPU can no longer be written by anybody.
 */
void ipte_range_exit_mmap(struct mm *mm)
{
	struct machine *machine = this_machine();

	for (int i = 0; i < machine->config.nr_cpus; i++) {
		struct ipte_range *range = &((struct s390_cpu *)machine->cpus[i].arch)->range;
		if (range->mm != mm)
			continue;
		if (range == this_range()) {
			write_back(range, FLUSH_LEAVE);
		} else {
			report_finding(FINDING_WRONG_CPU,
				       "%u writes are left in the range of cpu %d",
				       cached_entries(range), i);
			ipte_range_init_cpu(&machine->cpus[i]);
		}
		forget(range);
	}
}
