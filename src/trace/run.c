/* SPDX-License-Identifier: MIT */
/* From events to calls of the address-space, section and PTE layers. */
#include "run.h"

#include <errno.h>

#include "pte_access.h"
#include "sched.h"
#include "syscalls.h"
#include "walkers.h"

/* include/uapi/linux/sched.h and mman.h. */
enum {
	KERNEL_CLONE_VM = 0x100,
	KERNEL_MREMAP_DONTUNMAP = 4,
};

/* A walker asks whether it should stop: the recording said so while the syscall ran. */
static bool resched_from_recording(void *data)
{
	struct run *run = data;

	if (!run->cuts)
		return false;
	run->cuts--;
	return true;
}

int run_create(const struct arch *arch, const struct machine_config *config, struct run *run)
{
	*run = (struct run){ .arch = arch };
	int err = machine_create(config, &run->machine);
	if (err)
		return err;
	err = arch_attach(run->machine, arch);
	if (!err)
		err = mm_layer_attach(run->machine);
	if (err) {
		run_destroy(run);
		return err;
	}
	lazy_attach(run->machine);
	run->machine->resched_source = resched_from_recording;
	run->machine->resched_data = run;
	return 0;
}

void run_destroy(struct run *run)
{
	if (!run->machine)
		return;
	run_on(&run->machine->cpus[0]);
	if (run->observed)
		mm_put(run->observed);
	mm_layer_detach(run->machine);
	arch_detach(run->machine);
	machine_destroy(run->machine);
	run->machine = NULL;
}

void run_switch(struct run *run, int cpu_id, int tid, struct counters *counters)
{
	struct machine *machine = run->machine;
	struct cpu *cpu = &machine->cpus[cpu_id];
	struct task *task = tid == 0 ? cpu->idle : task_find(machine, tid);

	run_on(cpu);
	if (!task)
		task = task_with_past(machine, tid, cpu_id);
	if (!task)
		return;
	/* It runs elsewhere in the model: it was switched out there, unseen. */
	if (task->cpu != cpu && task->cpu->current == task)
		switch_to(task->cpu, task->cpu->idle);
	switch_to(cpu, task);
	task->counters = counters ? counters : &machine->total;
	if (task->mm)
		task->mm->cpumask |= (uint64_t)1 << cpu_id;
}

/* A task that was alive before the recording has an address space that nobody saw being made. */
static struct mm_struct *user_mm(void)
{
	struct task *task = current_task();

	if (!task->mm && mm_exec())
		return NULL;
	return mm_of(task->mm);
}

static unsigned int vma_flags_of_mmap(uint64_t prot, uint64_t map_flags)
{
	unsigned int flags = (unsigned int)prot & VMA_PROT_MASK;

	if (map_flags & MAPPING_SHARED)
		flags |= VMA_SHARED;
	return map_flags & MAPPING_ANONYMOUS ? flags : flags | VMA_FILE;
}

static bool failed(uint64_t result)
{
	return (int64_t)result < 0 && (int64_t)result >= -4095;
}

static const char *const unseen_memory = "memory that execve mapped is not in the recording";

/* MAP_POPULATE touches every page at once. */
static void populate(struct mm_struct *mm, vaddr_t start, uint64_t length, uint64_t prot)
{
	unsigned int access = prot & VMA_WRITE ? ACCESS_WRITE : 0;

	for (vaddr_t addr = start; addr < start + length; addr += page_size(&mm->mm)) {
		if (!handle_mm_fault(mm, addr, access))
			break;
	}
}

static const char *end_mmap(const struct proc *proc, struct mm_struct *mm, uint64_t result)
{
	/* A recording may claim any length: page tables are made for what is touched alone. */
	const uint64_t max_populate = UINT64_C(1) << 30;

	if (mm_mmap(result, proc->arg[1], vma_flags_of_mmap(proc->arg[2], proc->arg[3])))
		return "a mmap makes no sense on this backend's address space";
	if (!(proc->arg[3] & (MAPPING_POPULATE | MAPPING_ANONYMOUS)))
		return "the mapped file may be a device, which maps its pages at once";
	if (!(proc->arg[3] & MAPPING_POPULATE))
		return NULL;
	if (proc->arg[1] > max_populate)
		return "a MAP_POPULATE of more than 1 GiB is not followed";
	populate(mm, result, proc->arg[1], proc->arg[2]);
	return NULL;
}

static void forget_task(struct task *task)
{
	if (task->mm) {
		struct mm_struct *mm = mm_of(task->mm);
		task->mm = NULL;
		mm_put(mm);
	}
	task_exit(task);
}

/*
 * Stores through a shared mapping that is already writable leave no trace, and a dirty page makes
 * the unmap flush early; a driver may have filled its mapping in mmap().
 */
static const char *end_munmap(struct mm_struct *mm, vaddr_t addr, uint64_t length)
{
	unsigned int flags = mm_flags(mm, addr, length);

	mm_munmap(addr, length);
	if (flags & VMA_FILE && flags & VMA_SHARED)
		return "what a shared file mapping holds is not recorded (dirty pages, devices)";
	return NULL;
}

static const char *end_clone(const struct proc *proc, uint64_t result)
{
	bool share = proc->syscall == SYSCALL_VFORK ||
		     (proc->syscall == SYSCALL_CLONE && proc->arg[0] & KERNEL_CLONE_VM);
	struct mm_struct *mm = user_mm();

	/* The child saw its own return first. */
	if (proc->forked == (int)result || result == 0)
		return NULL;
	/* Lines of the child before its clone was known ran as a task of nobody. */
	if (task_find(current_task()->machine, (int)result))
		forget_task(task_find(current_task()->machine, (int)result));
	if (mm_fork((int)result, share) == NULL)
		return "a task could not be created";
	return share || !mm || !mm->incomplete ? NULL : unseen_memory;
}

static const char *syscall_end(const struct proc *proc, uint64_t result)
{
	const uint64_t *arg = proc->arg;
	struct mm_struct *mm = user_mm();

	if (!mm)
		return "no memory";
	switch (proc->syscall) {
	case SYSCALL_MMAP:
		return end_mmap(proc, mm, result);
	case SYSCALL_MUNMAP:
		return end_munmap(mm, arg[0], arg[1]);
	case SYSCALL_MPROTECT:
		mm_mprotect(arg[0], arg[1], (unsigned int)arg[2] & VMA_PROT_MASK);
		break;
	case SYSCALL_MREMAP:
		mm_mremap(arg[0], arg[1], arg[2], result, arg[3] & KERNEL_MREMAP_DONTUNMAP);
		break;
	case SYSCALL_MADVISE:
		mm_madvise(arg[0], arg[1], (unsigned int)arg[2]);
		break;
	case SYSCALL_BRK:
		mm_brk(result);
		break;
	case SYSCALL_CLONE:
	case SYSCALL_CLONE3:
	case SYSCALL_FORK:
	case SYSCALL_VFORK:
		return end_clone(proc, result);
	case SYSCALL_EXECVE:
		if (!proc->execing)
			mm_exec();
		mm_of(current_task()->mm)->mm.cpumask |= proc->cpus;
		return unseen_memory;
	case SYSCALL_KERNEL_MEMORY:
	case SYSCALL_WRITE:
	case SYSCALL_OTHER:
	case SYSCALL_EXIT:
	case SYSCALL_EXIT_GROUP:
	case NR_SYSCALLS:
		break;
	}
	return NULL;
}

static const char *on_fault(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	struct mm_struct *mm = user_mm();
	unsigned int access = 0;

	if (!mm || event->arg[0] >= pgtable_limit(&mm->mm.pgtable))
		return NULL;
	if (event->arg[1] & FAULT_WRITE)
		access |= ACCESS_WRITE;
	if (event->arg[1] & FAULT_EXEC)
		access |= ACCESS_EXEC;
	if (event->arg[1] & FAULT_PROT)
		access |= ACCESS_WAS_PRESENT;
	handle_mm_fault(mm, event->arg[0], access);
	hw_access(&mm->mm, event->arg[0], access & ACCESS_WRITE);
	return NULL;
}

/* Linux include/linux/mm_types.h, enum fault_flag, and mm.h, VM_READ to VM_SHARED (v6.1). */
static const char *on_powerpc_fault(struct run *run, const struct proc *proc,
				    const struct event *event)
{
	(void)run;
	(void)proc;
	enum { FAULT_FLAG_WRITE = 0x1, FAULT_FLAG_INSTRUCTION = 0x100, VM_SHARED = 8 };
	struct mm_struct *mm = user_mm();
	unsigned int access = 0;

	if (!mm || event->arg[0] >= pgtable_limit(&mm->mm.pgtable))
		return NULL;
	if (event->arg[1] & FAULT_FLAG_WRITE)
		access |= ACCESS_WRITE;
	if (event->arg[1] & FAULT_FLAG_INSTRUCTION)
		access |= ACCESS_EXEC;
	/* The event names its VMA, so that one made by execve becomes known here. */
	unsigned int flags = (unsigned int)event->arg[4] & VMA_PROT_MASK;
	flags |= event->arg[4] & VM_SHARED ? VMA_SHARED : 0;
	mm_reveal(event->arg[2], event->arg[3], flags | VMA_UNSEEN);
	handle_mm_fault(mm, event->arg[0], access);
	return NULL;
}

/*
 * arch/powerpc/mm/book3s64/hash_4k.c and hash_64k.c: an access that the PTE does not allow returns
 * without inserting anything.
 */
static const char *on_hash_page(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	enum { ACCESS_BIT_WRITE = 2 }; /* _PAGE_WRITE, book3s/64/pgtable.h */
	const struct arch_ops *ops = this_machine()->ops;
	struct mm_struct *mm = user_mm();
	vaddr_t addr = event->arg[0];

	if (!mm || !ops->hash_page || addr >= pgtable_limit(&mm->mm.pgtable))
		return NULL;
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);
	if (!table || !pte_present(hw_read_pte(pte_offset(&mm->mm.pgtable, table, addr)))) {
		handle_mm_fault(mm, addr, event->arg[1] & ACCESS_BIT_WRITE ? ACCESS_WRITE : 0);
		table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);
	}
	if (!table)
		return NULL;
	pte_t *ptep = pte_offset(&mm->mm.pgtable, table, addr);
	pte_t pte = hw_read_pte(ptep);
	bool write = event->arg[1] & ACCESS_BIT_WRITE;
	if (pte_valid(pte) && (!write || pte_has(pte, PTE_WRITE)))
		ops->hash_page(&mm->mm, addr & ~(page_size(&mm->mm) - 1), ptep);
	return NULL;
}

/*
 * A PTE known by where it lies, not by what it maps: the n-th PTE of memory stands for the n-th
 * page, so that neighbours stay neighbours and tables stay tables.
 */
static pte_t *observed_pte(struct run *run, const struct event *event, struct mm **ret_mm,
			   vaddr_t *ret_addr)
{
	bool kernel = event->arg[1];

	if (!kernel && !run->observed)
		run->observed = mm_create(run->machine);
	struct mm *mm = kernel ? init_mm() : run->observed ? &run->observed->mm : NULL;
	if (!mm)
		return NULL;
	vaddr_t addr = (event->arg[0] / sizeof(pte_t) << mm->pgtable.geometry->page_shift) &
		       (pgtable_limit(&mm->pgtable) - 1);
	/* The tables themselves are older than the recording: they cost nothing here. */
	struct table *table = mm->pgtable.root;
	while (table && table->level > LEVEL_PTE) {
		struct table *child = pgtable_find(&mm->pgtable, addr, table->level - 1);
		table = child ? child : pgtable_add(&mm->pgtable, table, addr);
	}
	if (!table) {
		run->machine->out_of_memory = true;
		return NULL;
	}
	*ret_mm = mm;
	*ret_addr = addr;
	return pte_offset(&mm->pgtable, table, addr);
}

static const char *on_observed_write(struct run *run, const struct proc *proc,
				     const struct event *event)
{
	(void)proc;
	struct mm *mm;
	vaddr_t addr;
	pte_t *ptep = observed_pte(run, event, &mm, &addr);

	if (!ptep)
		return NULL;
	if (event->kind == EVENT_CLEAR_PTE) {
		ptep_get_and_clear(mm, addr, ptep);
		return NULL;
	}
	unsigned int bits = event->arg[2] ? PTE_PRESENT | PTE_WRITE | PTE_YOUNG : PTE_SWAP;
	uint64_t pfn = FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift);
	set_pte_at(mm, addr, ptep,
		   make_pte(pfn, bits | (event->arg[1] ? 0 : PTE_USER) | PTE_SPECIAL));
	return NULL;
}

/* Native text: a run of entries of the task's own or the kernel's page tables. */
static const char *on_native_ptes(struct run *run, const struct proc *proc,
				  const struct event *event)
{
	(void)run;
	(void)proc;
	struct mm_struct *user = event->arg[3] ? NULL : user_mm();
	struct mm *mm = user ? &user->mm : init_mm();
	vaddr_t size = page_size(mm), addr = event->arg[0] & ~(size - 1);
	const uint64_t max_entries = UINT64_C(1) << 20;
	uint64_t nr = event->arg[1] < max_entries ? event->arg[1] : max_entries;
	unsigned int bits = PTE_PRESENT | PTE_WRITE | PTE_YOUNG | (user ? PTE_USER : 0);

	for (uint64_t i = 0; i < nr && addr < pgtable_limit(&mm->pgtable); i++, addr += size) {
		struct table *table = pte_alloc(mm, addr);
		if (!table)
			return NULL;
		pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		uint64_t pfn = FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift);
		switch ((enum ptes_op)event->arg[2]) {
		case PTES_SET:
			set_pte_at(mm, addr, ptep, make_pte(pfn, bits | PTE_SPECIAL));
			break;
		case PTES_RAW:
			set_pte_at(mm, addr, ptep, (pte_t){ event->arg[4] });
			break;
		case PTES_SWAP:
			set_pte_at(mm, addr, ptep, make_pte(pfn, PTE_SWAP));
			break;
		case PTES_CLEAR:
		case PTES_MOVE:
			ptep_get_and_clear(mm, addr, ptep);
			break;
		case PTES_WRPROTECT:
			ptep_set_wrprotect(mm, addr, ptep);
			break;
		case PTES_MKOLD:
			ptep_test_and_clear_young(mm, addr, ptep);
			break;
		case PTES_GET:
			ptep_get(ptep);
			break;
		}
	}
	return NULL;
}

static const char *section_leave(void)
{
	/* The inlined enter of some walkers is not recorded: its leave alone means nothing. */
	if (current_task()->section.depth == 0 && this_machine()->config.mode == MODE_LAZY)
		return "a leave was recorded without its enter";
	lazy_mmu_mode_disable();
	return NULL;
}

static const char *task_gone(void)
{
	struct mm_struct *mm = current_task()->mm ? mm_of(current_task()->mm) : NULL;
	const char *why = mm && mm->incomplete ? unseen_memory : NULL;

	mm_exit();
	return why;
}

/* One handler for each kind of cause; what has none is columns only. */
typedef const char *(*event_handler)(struct run *run, const struct proc *proc,
				     const struct event *event);

static const char *on_sys_enter(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	if (event->syscall == SYSCALL_EXIT || event->syscall == SYSCALL_EXIT_GROUP)
		return task_gone();
	return NULL;
}

static const char *on_sys_exit(struct run *run, const struct proc *proc, const struct event *event)
{
	if (!proc->in_syscall)
		return NULL;
	/* These act before they fail, too. */
	if (proc->syscall == SYSCALL_KERNEL_MEMORY)
		return "the syscall may map kernel memory, which is not recorded";
	if (proc->syscall == SYSCALL_WRITE)
		return "a write may act on page tables (clear_refs), its file is not recorded";
	if (failed(event->arg[0]))
		return NULL;
	run->cuts = proc->cuts;
	const char *why = syscall_end(proc, event->arg[0]);
	if (!why && run->cuts < proc->cuts)
		why = "a walker was told to reschedule, where it stopped is not recorded";
	run->cuts = 0;
	return why;
}

static const char *on_new_exec(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	(void)event;
	mm_exec();
	return unseen_memory;
}

static const char *on_fork(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	return end_clone(proc, event->arg[1]);
}

static const char *on_kernel_map(struct run *run, const struct proc *proc,
				 const struct event *event)
{
	const uint64_t *arg = event->arg;

	(void)run;
	/* Inside mmap() or brk() the syscall itself says it. */
	if (!proc->execing || !user_mm())
		return NULL;
	if (event->kind == EVENT_KERNEL_BRK)
		mm_mmap(arg[0], arg[1], VMA_READ | VMA_WRITE);
	else
		mm_mmap(arg[1], arg[2],
			(unsigned int)(arg[3] & VMA_PROT_MASK) | (arg[0] ? VMA_FILE : 0));
	return NULL;
}

static const char *on_section(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	(void)proc;
	if (event->kind == EVENT_SECTION_LEAVE)
		return section_leave();
	if (event->kind == EVENT_SECTION_ENTER)
		lazy_mmu_mode_enable();
	else if (event->kind == EVENT_SECTION_PAUSE)
		lazy_mmu_mode_pause();
	else
		lazy_mmu_mode_resume();
	return NULL;
}

/* Switched out and in again: who ran between is not said. */
static const char *on_switched(struct run *run, const struct proc *proc, const struct event *event)
{
	struct task *task = current_task();

	(void)run;
	(void)proc;
	(void)event;
	switch_to(this_cpu(), this_cpu()->idle);
	switch_to(this_cpu(), task);
	return NULL;
}

static const event_handler handlers[NR_EVENT_KINDS] = {
	[EVENT_SYS_ENTER] = on_sys_enter,
	[EVENT_SYS_EXIT] = on_sys_exit,
	[EVENT_NEW_EXEC] = on_new_exec,
	[EVENT_FORK] = on_fork,
	[EVENT_FAULT] = on_fault,
	[EVENT_MM_FAULT] = on_powerpc_fault,
	[EVENT_HASH_PAGE] = on_hash_page,
	[EVENT_KERNEL_MMAP] = on_kernel_map,
	[EVENT_KERNEL_BRK] = on_kernel_map,
	[EVENT_SECTION_ENTER] = on_section,
	[EVENT_SECTION_LEAVE] = on_section,
	[EVENT_SECTION_PAUSE] = on_section,
	[EVENT_SECTION_RESUME] = on_section,
	[EVENT_SET_PTE] = on_observed_write,
	[EVENT_CLEAR_PTE] = on_observed_write,
	[EVENT_PTES] = on_native_ptes,
	[EVENT_TASK_SWITCHED] = on_switched,
};

const char *run_event(struct run *run, const struct proc *proc, const struct event *event)
{
	run->machine->line = event->line;
	return handlers[event->kind] ? handlers[event->kind](run, proc, event) : NULL;
}

void run_forget(struct run *run, int tid)
{
	struct task *task = task_find(run->machine, tid);

	if (!task)
		return;
	run_on(task->cpu);
	forget_task(task);
}
