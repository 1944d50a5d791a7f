/* SPDX-License-Identifier: MIT */
/* What the operations on a page do: each is a few lines of kernel-shaped code. */
#include "kasan.h"
#include "lazy.h"
#include "ops.h"
#include "preempt.h"
#include "pte_access.h"
#include "sched.h"
#include "walkers.h"

/* A page of an operation. */
struct place {
	struct mm *mm;
	vaddr_t addr;
	struct table *table;
	pte_t *ptep;
};

static struct place place_of(const struct actor *actor, enum page_space space, unsigned int page)
{
	struct place place;

	place.addr = execution_page(actor->execution, actor, space, page, &place.mm);
	place.table = pte_alloc(place.mm, place.addr);
	place.ptep = pte_offset(&place.mm->pgtable, place.table, place.addr);
	return place;
}

static struct place place_of_op(const struct actor *actor, const struct op *op)
{
	return place_of(actor, op->space, op->page);
}

/* `set PAGE 0` writes none. */
static pte_t make_value(const struct mm *mm, unsigned int value)
{
	const unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | PTE_DIRTY | PTE_SPECIAL;

	if (value == 0)
		return (pte_t){ 0 };
	return make_pte(FILE_PFN_BASE + value, is_init_mm(mm) ? bits : bits | PTE_USER);
}

/* What a register takes: 0 for none, the number of `set`, or that of the page. */
static unsigned int value_of(pte_t pte)
{
	uint64_t pfn = pte_pfn(pte);

	return (unsigned int)(pfn >= FILE_PFN_BASE ? pfn - FILE_PFN_BASE : pfn);
}

static void take(struct actor *actor, const struct op *op, pte_t pte)
{
	if (op->reg < MAX_REGISTERS)
		actor->registers[op->reg] = value_of(pte);
}

/* The w pages lie behind the others of their table. */
static void enable_range(struct actor *actor, const struct op *op)
{
	struct place first = place_of_op(actor, op);
	unsigned int nr = (op->space == SPACE_WRITE ? 1u : 2u) * MAX_PAGES - op->page;

	lazy_mmu_mode_enable_with_ptes(first.mm, first.addr, first.addr + nr * page_size(first.mm),
				       first.ptep);
}

static void set(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	set_pte_at(place.mm, place.addr, place.ptep, make_value(place.mm, op->value));
}

static void clear(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	ptep_get_and_clear(place.mm, place.addr, place.ptep);
}

static void write_page(struct actor *actor, const struct op *op)
{
	if (actor->execution->lever == PTE_OP_SET)
		set(actor, op);
	else
		clear(actor, op);
}

static void set_several(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	set_ptes(place.mm, place.addr, place.ptep, make_value(place.mm, 1), op->value);
}

static void wrprotect(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	ptep_set_wrprotect(place.mm, place.addr, place.ptep);
}

static void clear_young(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	ptep_test_and_clear_young(place.mm, place.addr, place.ptep);
}

static void prot(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);
	pte_t old = ptep_modify_prot_start(place.mm, place.addr, place.ptep);

	observe(old.val);
	ptep_modify_prot_commit(place.mm, place.addr, place.ptep, pte_clear_bits(old, PTE_WRITE));
}

static void get(struct actor *actor, const struct op *op)
{
	take(actor, op, ptep_get(place_of_op(actor, op).ptep));
}

static void raw(struct actor *actor, const struct op *op)
{
	take(actor, op, ptep_read_raw(place_of_op(actor, op).ptep));
}

static void access_page(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	hw_access(place.mm, place.addr, op->kind == OP_STORE);
}

static void flush_pages(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	flush_tlb_range(place.mm, place.addr, place.addr + op->value * page_size(place.mm));
}

static void flush_one(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	flush_tlb_page(place.mm, place.addr);
}

static void unmap(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	zap_page_range_single(place.mm, place.addr, place.addr + page_size(place.mm));
}

/* From here on a translation of the page leads to memory of somebody else. */
static void free_page(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	hw_page_freed(place.mm, place.addr);
}

/* Some CPU's kernel code has taken the permission to write away, in memory or in its batch. */
static bool is_write_protected(const struct actor *actor, const pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct cpu *here = this_cpu();
	bool is_protected = !pte_has(hw_read_pte(ptep), PTE_WRITE);

	for (int i = 0; i < actor->execution->setup.nr_cpus && ops->believed; i++) {
		run_on(&here->machine->cpus[i]);
		is_protected |= !pte_has(ops->believed(ptep), PTE_WRITE);
	}
	run_on(here);
	return is_protected;
}

/*
 * Linux mm/gup.c, gup_fast(): no lock; reads the entry, takes a reference, reads it again; and, for
 * fork, gives up where mm->write_protect_seq shows that one is under way.
 */
static void gup(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);
	unsigned int *sequence = &actor->execution->write_protect_seq;
	unsigned int before = *sequence;

	if (before & 1)
		return;
	observe(before);
	pte_t pte = hw_read_pte(place.ptep);
	bool was_protected = is_write_protected(actor, place.ptep);
	observe(pte.val << 1 | was_protected);
	schedule_step(STEP_READ);
	if (!pte_has(pte, PTE_PRESENT | PTE_WRITE) || !pte_same(pte, hw_read_pte(place.ptep)) ||
	    *sequence != before)
		return;
	if (was_protected)
		report_finding(FINDING_STALE_TRANSLATION,
			       "a lockless walker took a writable reference through an entry that "
			       "was write-protected before it looked");
}

static void kasan(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);
	vaddr_t end = place.addr + 8 * page_size(place.mm);

	if (op->kind == OP_KASAN_POPULATE)
		kasan_populate_vmalloc(place.addr, end);
	else
		kasan_release_vmalloc(place.addr, end);
}

static void take_lock(struct actor *actor, const struct op *op)
{
	struct place place = place_of_op(actor, op);

	pte_offset_map_lock(place.mm, place.table, place.addr);
}

static void release_lock(struct actor *actor, const struct op *op)
{
	pte_unmap_unlock(place_of_op(actor, op).table);
}

void (*const page_operations[NR_OPS])(struct actor *actor, const struct op *op) = {
	[OP_ENABLE_RANGE] = enable_range,
	[OP_WRITE] = write_page,
	[OP_SET] = set,
	[OP_SET_PTES] = set_several,
	[OP_CLEAR] = clear,
	[OP_WRPROTECT] = wrprotect,
	[OP_YOUNG] = clear_young,
	[OP_PROT] = prot,
	[OP_GET] = get,
	[OP_RAW] = raw,
	[OP_ACCESS] = access_page,
	[OP_STORE] = access_page,
	[OP_FLUSH_RANGE] = flush_pages,
	[OP_FLUSH_PAGE] = flush_one,
	[OP_UNMAP] = unmap,
	[OP_FREE] = free_page,
	[OP_GUP] = gup,
	[OP_KASAN_POPULATE] = kasan,
	[OP_KASAN_RELEASE] = kasan,
	[OP_LOCK] = take_lock,
	[OP_UNLOCK] = release_lock,
};
