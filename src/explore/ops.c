/* SPDX-License-Identifier: MIT */
/* What the operations of scenarios do: each is a few lines of kernel-shaped code. */
#include "execution.h"
#include "function.h"
#include "kasan.h"
#include "lazy.h"
#include "linear_map.h"
#include "preempt.h"
#include "pte_access.h"
#include "sched.h"
#include "syscalls.h"
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

static void enable(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_enable();
}

/* The w pages lie behind the others of their table. */
static void enable_range(struct actor *actor, const struct op *op)
{
	struct place first = place_of_op(actor, op);
	unsigned int nr = (op->space == SPACE_WRITE ? 1u : 2u) * MAX_PAGES - op->page;

	lazy_mmu_mode_enable_with_ptes(first.mm, first.addr, first.addr + nr * page_size(first.mm),
				       first.ptep);
}

static void disable(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_disable();
}

static void pause_section(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_pause();
}

static void resume_section(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	lazy_mmu_mode_resume();
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

/* Linux mm/memory.c, copy_page_range(): raw_write_seqcount_begin() and _end(). */
static void change_sequence(struct actor *actor, const struct op *op)
{
	(void)op;
	actor->execution->write_protect_seq++;
}

static void set_memory(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	if (this_machine()->arch->linear_map == LINEAR_MAP_SECTION)
		set_memory_valid(1, true);
}

static void alloc(struct actor *actor, const struct op *op)
{
	(void)actor;
	if (op->kind == OP_ALLOC_SLEEP)
		might_sleep();
	kernel_page_free(observe(kernel_page_alloc()));
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

static void preempt_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	preempt_disable();
}

static void preempt_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	preempt_enable();
}

static void bh_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_bh_disable();
}

static void bh_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_bh_enable();
}

static void irq_off(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_irq_save();
}

static void irq_on(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	local_irq_restore(false);
}

static void go_to_sleep(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	might_sleep();
}

static void offer_cpu(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	cond_resched();
}

static void go_to_user(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
	schedule_step(STEP_USER);
}

static void do_nothing(struct actor *actor, const struct op *op)
{
	(void)actor;
	(void)op;
}

static void fork_child(struct actor *actor, const struct op *op)
{
	struct actor *child = &actor->execution->actors[op->target];

	if (child->state != ACTOR_UNBORN)
		return;
	child->task = mm_fork(actor->task->tid - (int)actor->index + (int)op->target, true);
	if (child->task)
		child->state = ACTOR_ALIVE;
}

/* By enum op_kind; control is run_frame()'s. */
static void (*const operations[NR_OPS])(struct actor *actor, const struct op *op) = {
	[OP_ENABLE] = enable,
	[OP_ENABLE_RANGE] = enable_range,
	[OP_DISABLE] = disable,
	[OP_PAUSE] = pause_section,
	[OP_RESUME] = resume_section,
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
	[OP_WP_BEGIN] = change_sequence,
	[OP_WP_END] = change_sequence,
	[OP_ALLOC] = alloc,
	[OP_ALLOC_SLEEP] = alloc,
	[OP_KASAN_POPULATE] = kasan,
	[OP_KASAN_RELEASE] = kasan,
	[OP_SET_MEMORY] = set_memory,
	[OP_LOCK] = take_lock,
	[OP_UNLOCK] = release_lock,
	[OP_PREEMPT_OFF] = preempt_off,
	[OP_PREEMPT_ON] = preempt_on,
	[OP_BH_OFF] = bh_off,
	[OP_BH_ON] = bh_on,
	[OP_IRQ_OFF] = irq_off,
	[OP_IRQ_ON] = irq_on,
	[OP_SLEEP] = go_to_sleep,
	[OP_COND_RESCHED] = offer_cpu,
	[OP_USER] = go_to_user,
	[OP_NOP] = do_nothing,
	[OP_FORK] = fork_child,
};

/* The end of a block: back to the operation behind its head, or on. */
static unsigned int end_block(struct frame *frame, const struct op *ops)
{
	const struct op *head = &ops[ops[frame->pc].target];
	unsigned int *rounds = &frame->loops[frame->block_depth - 1];

	if (head->kind == OP_LOOP && (head->value == 0 || --*rounds))
		return (unsigned int)(head - ops) + 1;
	frame->block_depth--;
	return frame->pc + 1;
}

/* Control operations; true: pc has moved, there is nothing else to do. */
static bool run_control(struct actor *actor, struct frame *frame, const struct op *ops)
{
	const struct op *op = &ops[frame->pc];

	if (op->kind == OP_LOOP || op->kind == OP_IF) {
		bool enters = op->kind == OP_LOOP || actor->registers[op->reg] == op->value;
		frame->pc = enters ? frame->pc + 1 : op->target;
		if (enters)
			frame->loops[frame->block_depth++] = op->value;
	} else if (op->kind == OP_END) {
		frame->pc = end_block(frame, ops);
		/* A loop without an operation must end somewhere, too. */
		schedule_point();
	} else {
		return false;
	}
	return true;
}

void run_frame(struct actor *actor)
{
	const struct scenario *scenario = actor->execution->setup.scenario;
	struct frame *frame = top_frame(actor);
	const struct program *program = &scenario->programs[frame->program];

	if (program->function) {
		run_function(actor, program);
		return;
	}
	while (frame->pc < program->first + program->nr) {
		const struct op *op = &scenario->ops[frame->pc];
		current_task()->history = 0;
		if (run_control(actor, frame, scenario->ops))
			continue;
		schedule_step(STEP_BEGIN);
		if (op->kind == OP_EXIT)
			break;
		actor->execution->machine->line = op->line;
		operations[op->kind](actor, op);
		frame->pc++;
	}
	frame->pc = program->first + program->nr;
	current_task()->history = 0;
}
