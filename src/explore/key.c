/* SPDX-License-Identifier: MIT */
/*
 * The key of a state. Three kinds of parts: what belongs to a CPU, what belongs to a task, and the
 * rest. A task that runs is told where, and a CPU what waits for it alone; apart from that neither
 * names the other, so the parts can be put in an order of their own: CPUs by what is on them, tasks
 * of a class by what they are.
 *
 * Between two operations a task is at a known place: its program counter, loops and registers say
 * all. Inside an operation it also holds what it has read; task->history stands for that (see
 * observe()), together with the schedule points that it passed. A C function is inside one from its
 * beginning to its end.
 */
#include "key.h"

#include "hw.h"

/* A C function may look at the number of its task, so that no other task is like it. */
static bool has_functions(const struct scenario *scenario)
{
	for (unsigned int i = 0; i < scenario->nr_programs; i++) {
		if (scenario->programs[i].function)
			return true;
	}
	return false;
}

static bool same_ops(const struct scenario *scenario, const struct program *x,
		     const struct program *y)
{
	if (x->nr != y->nr || x->mm != y->mm)
		return false;
	for (unsigned int i = 0; i < x->nr; i++) {
		const struct op *a = &scenario->ops[x->first + i];
		const struct op *b = &scenario->ops[y->first + i];
		bool is_control = a->kind == OP_LOOP || a->kind == OP_IF || a->kind == OP_END;
		if (a->kind != b->kind || a->space != b->space || a->page != b->page ||
		    a->value != b->value || a->reg != b->reg ||
		    a->target - (is_control ? x->first : 0) !=
			    b->target - (is_control ? y->first : 0))
			return false;
	}
	return true;
}

void symmetry_find(const struct scenario *scenario, bool none, struct symmetry *ret)
{
	none |= has_functions(scenario);
	ret->cpus_are_equal = !none;
	for (unsigned int i = 0; i < scenario->nr_tasks; i++) {
		const struct program *program = &scenario->programs[i];
		ret->class_of[i] = i;
		/* A child is the one that a certain fork names. */
		for (unsigned int j = 0; j < i && !none && !program->is_child; j++) {
			if (!scenario->programs[j].is_child &&
			    same_ops(scenario, &scenario->programs[j], program)) {
				ret->class_of[i] = j;
				break;
			}
		}
	}
}

static void mix_task(struct fingerprint *fp, const struct task *task)
{
	const struct lazy_mmu_state *state = &task->lazy_mmu_state;

	fingerprint_mix(fp, (uint64_t)task->preempt_count << 32 | (uint64_t)state->active << 24 |
				    (uint64_t)state->nesting_level << 16 |
				    (uint64_t)state->enable_count << 8 | state->pause_count);
	fingerprint_mix(fp, task->lazy_mmu_states.nr);
	for (unsigned int i = 0; i < MAX_LAZY_MMU_STATES && i < task->lazy_mmu_states.nr; i += 64)
		fingerprint_mix(fp, task->lazy_mmu_states.nested[i / 64]);
	fingerprint_mix(fp, task->thread_flags);
	fingerprint_mix(fp, task->por_el1 << 32 ^ task->por_el1_lazy_mmu);
	fingerprint_mix(fp, task->pending_writes);
	fingerprint_mix(fp, (uint64_t)task->migration_disabled << 32 |
				    (task->mm ? (uint32_t)task->mm->id : 0));
	/* A write in the middle of it is judged by whether anything was held back since. */
	fingerprint_mix(
		fp, (uint64_t)task->section.depth << 32 | (uint64_t)task->section.pauses << 3 |
			    (uint64_t)(task->section.deferred != task->section.write_began) << 2 |
			    (uint64_t)(task->section.deferred != task->section.prot_started) << 1 |
			    task->section.in_set_ptes);
	/* Of skipped section calls only those count that the end of a BH-off region will judge. */
	if (task->preempt_count & SOFTIRQ_MASK)
		fingerprint_mix(
			fp, (uint64_t)(task->section.skipped - task->section.skipped_at_bh_off));
}

/* The PTE tables that a task has locked: a lock lasts from operation to operation. */
static void mix_locks(struct fingerprint *fp, const struct task *task, struct mm *mm)
{
	struct table *table;
	vaddr_t addr = 0, limit = pgtable_limit(&mm->pgtable);

	while ((table = pgtable_next(&mm->pgtable, addr, limit, &addr))) {
		if (table->lock.owner == task->tid) {
			fingerprint_mix(fp, (uint64_t)mm->id);
			fingerprint_mix(fp, addr);
		}
		addr += (vaddr_t)1 << level_shift(mm->pgtable.geometry, LEVEL_PMD);
	}
}

static void mix_held_locks(struct fingerprint *fp, const struct execution *execution,
			   const struct task *task)
{
	if (!task->locks_held)
		return;
	mix_locks(fp, task, &task->machine->hw->init_mm);
	for (int i = 0; i < MAX_MMS && execution->mms[i]; i++)
		mix_locks(fp, task, execution->mms[i]);
}

/* A task that has not begun is as one that waits to begin. */
static bool is_between_operations(const struct actor *actor)
{
	const struct frame *frame = &actor->frames[actor->nr_frames - 1];

	return actor->point == STEP_BEGIN &&
	       !actor->execution->setup.scenario->programs[frame->program].function;
}

/* What an actor is, wherever it runs. */
static struct fingerprint actor_part(const struct actor *actor, unsigned int class)
{
	const struct scenario *scenario = actor->execution->setup.scenario;
	struct fingerprint fp = { class, actor->state };

	if (actor->state == ACTOR_UNBORN || (actor->state == ACTOR_DONE && !actor->on_cpu))
		return fp;
	fingerprint_mix(&fp, (uint64_t)actor->point << 8 | (uint64_t)actor->in_switch << 1 |
				     actor->on_cpu);
	for (unsigned int i = 0; i < actor->nr_frames; i++) {
		const struct frame *frame = &actor->frames[i];
		unsigned int program = i ? frame->program : class;
		fingerprint_mix(&fp,
				(uint64_t)program << 32 | (uint64_t)frame->irqs_disabled << 31 |
					(frame->pc - scenario->programs[frame->program].first));
		fingerprint_mix(&fp, frame->history);
		for (unsigned int b = 0; b < frame->block_depth; b++)
			fingerprint_mix(&fp, frame->loops[b]);
	}
	for (int i = 0; i < MAX_REGISTERS; i++) {
		if (actor->registers[i])
			fingerprint_mix(&fp, (uint64_t)i << 32 | actor->registers[i]);
	}
	mix_task(&fp, actor->task);
	if (!is_between_operations(actor))
		fingerprint_mix(&fp, actor->task->history);
	mix_held_locks(&fp, actor->execution, actor->task);
	return fp;
}

/* Everything that is to be put in order. */
struct parts {
	struct fingerprint cpus[MAX_SCENARIO_CPUS];
	struct fingerprint actors[MAX_SCENARIO_TASKS];
	int order[MAX_SCENARIO_CPUS]; /* CPUs by what is on them */
};

static void mix_tlb(struct fingerprint *fp, const struct execution *execution, int cpu)
{
	hw_fingerprint_cpu(&execution->machine->hw->init_mm, cpu, fp);
	for (int i = 0; i < MAX_MMS && execution->mms[i]; i++)
		hw_fingerprint_cpu(execution->mms[i], cpu, fp);
}

/* The tasks that wait and can run nowhere else. */
static struct fingerprint bound_tasks(const struct execution *execution, int cpu,
				      const struct parts *parts)
{
	struct fingerprint bound = { 0, 0 };

	for (unsigned int i = 0; i < execution->setup.scenario->nr_tasks; i++) {
		const struct actor *actor = &execution->actors[i];
		if (actor->state == ACTOR_ALIVE && !actor->on_cpu && actor->cpu == cpu &&
		    actor->task->migration_disabled)
			fingerprint_add(&bound, parts->actors[i]);
	}
	return bound;
}

static struct fingerprint cpu_part(const struct execution *execution, int id,
				   const struct parts *parts)
{
	const struct cpu *cpu = &execution->machine->cpus[id];
	const struct actor *idle =
		&execution->actors[execution->setup.scenario->nr_tasks + (unsigned int)id];
	const struct actor *current = actor_of((struct execution *)execution, cpu->current);
	struct fingerprint fp = { 1, 2 };

	fingerprint_mix(&fp, (uint64_t)cpu->irqs_disabled << 1 | cpu->need_resched);
	fingerprint_mix(&fp, (uint64_t)idle->in_switch << 1 | idle->on_cpu);
	mix_task(&fp, idle->task);
	fingerprint_mix(&fp, idle->task->history);
	if (!actor_is_idle(current)) {
		fingerprint_mix(&fp, parts->actors[current->index].a);
		fingerprint_mix(&fp, parts->actors[current->index].b);
	}
	const struct fingerprint bound = bound_tasks(execution, id, parts);
	fingerprint_mix(&fp, bound.a);
	fingerprint_mix(&fp, bound.b);
	if (execution->machine->ops->fingerprint)
		execution->machine->ops->fingerprint(cpu, &fp);
	for (int i = 0; i < MAX_MMS && execution->mms[i]; i++)
		fingerprint_mix(&fp, execution->mms[i]->cpumask >> id & 1);
	mix_tlb(&fp, execution, id);
	return fp;
}

/* Insertion sort: a handful of them. */
static void order_cpus(const struct execution *execution, bool are_equal, struct parts *parts)
{
	for (int i = 0; i < execution->setup.nr_cpus; i++) {
		int at = i;
		for (; are_equal && at > 0 &&
		       fingerprint_compare(&parts->cpus[parts->order[at - 1]], &parts->cpus[i]) > 0;
		     at--)
			parts->order[at] = parts->order[at - 1];
		parts->order[at] = i;
	}
}

/* Insertion sort: a handful of them. */
static void insert(struct fingerprint *list, unsigned int nr, struct fingerprint part)
{
	for (; nr > 0 && fingerprint_compare(&list[nr - 1], &part) > 0; nr--)
		list[nr] = list[nr - 1];
	list[nr] = part;
}

/* Tasks of all classes in one list: a class is part of what they are. */
static void mix_actors(const struct execution *execution, const struct parts *parts,
		       struct fingerprint *fp)
{
	struct fingerprint list[MAX_SCENARIO_TASKS];
	unsigned int nr = execution->setup.scenario->nr_tasks;
	int place[MAX_SCENARIO_CPUS];

	for (int i = 0; i < execution->setup.nr_cpus; i++)
		place[parts->order[i]] = i;
	for (unsigned int i = 0; i < nr; i++) {
		const struct actor *actor = &execution->actors[i];
		struct fingerprint part = parts->actors[i];
		if (actor->on_cpu)
			fingerprint_mix(&part, (uint64_t)place[actor->cpu] + 1);
		insert(list, i, part);
	}
	for (unsigned int i = 0; i < nr; i++) {
		fingerprint_mix(fp, list[i].a);
		fingerprint_mix(fp, list[i].b);
	}
}

struct fingerprint execution_key(const struct execution *execution, const struct symmetry *symmetry)
{
	const struct scenario *scenario = execution->setup.scenario;
	struct parts parts;
	struct fingerprint fp = { 3, 4 };

	for (unsigned int i = 0; i < scenario->nr_tasks; i++)
		parts.actors[i] = actor_part(&execution->actors[i], symmetry->class_of[i]);
	for (int i = 0; i < execution->setup.nr_cpus; i++)
		parts.cpus[i] = cpu_part(execution, i, &parts);
	order_cpus(execution, symmetry->cpus_are_equal, &parts);
	for (int i = 0; i < execution->setup.nr_cpus; i++) {
		fingerprint_mix(&fp, parts.cpus[parts.order[i]].a);
		fingerprint_mix(&fp, parts.cpus[parts.order[i]].b);
	}
	mix_actors(execution, &parts, &fp);
	for (unsigned int i = scenario->nr_tasks; i < scenario->nr_programs; i++)
		fingerprint_mix(&fp, execution->handlers_left[i]);
	fingerprint_mix(&fp, execution->write_protect_seq);
	hw_fingerprint_mm(&execution->machine->hw->init_mm, &fp);
	for (int i = 0; i < MAX_MMS && execution->mms[i]; i++)
		hw_fingerprint_mm(execution->mms[i], &fp);
	hw_fingerprint(execution->machine, &fp);
	mm_layer_fingerprint(execution->machine, &fp);
	return fp;
}
