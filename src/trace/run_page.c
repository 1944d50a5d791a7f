/* SPDX-License-Identifier: MIT */
/* Page faults and insertions into the hash table. */
#include "run_events.h"

#include "query.h"
#include "syscalls.h"
#include "walkers.h"

/*
 * arch/powerpc/mm/book3s64/hash_4k.c and hash_64k.c: an access that the PTE does not allow returns
 * without inserting anything; one that it allows makes it young, a store dirty, too.
 */
static void hash_page(struct mm_struct *mm, vaddr_t addr, bool write)
{
	const struct arch_ops *ops = this_machine()->ops;

	if (!ops->hash_page)
		return;
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);
	if (!table)
		return;
	pte_t *ptep = pte_offset(&mm->mm.pgtable, table, addr);
	pte_t pte = hw_read_pte(ptep);
	if (!pte_valid(pte) || (write && !pte_has(pte, PTE_WRITE)))
		return;
	hw_write_pte(ptep, pte_set(pte, write ? PTE_YOUNG | PTE_DIRTY : PTE_YOUNG));
	ops->hash_page(&mm->mm, addr & ~(page_size(&mm->mm) - 1), ptep);
}

/* Elsewhere nobody records insertions: the access that is retried makes one. */
void access_page(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	handle_mm_fault(mm, addr, access);
	hash_page(mm, addr, access & ACCESS_WRITE);
	hw_access(&mm->mm, addr, access & ACCESS_WRITE);
}

/*
 * ASSUME: an access that is not told is a write where the mapping allows one. Reads come after the
 * first write, which leaves nothing to fault for; what a write alone faults for, such as a page
 * shared since a fork, is allowed there, too.
 */
static bool may_write(struct mm_struct *mm, vaddr_t addr)
{
	const struct vma *vma = vma_find(&mm->vmas, addr);

	return vma && (vma->start <= addr || vma->flags & VMA_GROWSDOWN) &&
	       vma->flags & VMA_WRITE && !(vma->flags & VMA_GUESSED);
}

static unsigned int access_of(struct mm_struct *mm, vaddr_t addr, uint64_t fault_bits)
{
	unsigned int access = 0;

	if (fault_bits & FAULT_WRITE || (fault_bits & FAULT_UNTOLD && may_write(mm, addr)))
		access |= ACCESS_WRITE;
	if (fault_bits & FAULT_EXEC)
		access |= ACCESS_EXEC;
	if (fault_bits & FAULT_PROT)
		access |= ACCESS_WAS_PRESENT;
	return access;
}

/* NULL, or why what the fault of one page does is not decided. */
static const char *why_unknown(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	const struct vma *vma = vma_at(&mm->vmas, addr);

	/* Most faults: neither question has to be asked. */
	if (vma && !(vma->flags & (VMA_UNSEEN | VMA_CACHED)))
		return NULL;
	if (!mm_fault_is_known(mm, addr, access))
		return older_memory;
	return mm_fault_maps_cache(mm, addr, access)
		       ? "which pages of shared memory are in the page cache is not recorded"
		       : NULL;
}

/* One fault for each page of the event; native text may name several. */
const char *on_fault(struct run *run, const struct proc *proc, const struct event *event)
{
	const uint64_t max_pages = UINT64_C(1) << 20;
	struct mm_struct *mm = user_mm();
	uint64_t nr = event->arg[2] ? event->arg[2] : 1;
	const char *why = NULL;
	vaddr_t addr;
	size_t nr_tables = mm ? mm->mm.pgtable.nr_tables : 0;
	(void)run;
	(void)proc;
	if (!mm || nr > max_pages || !mm_fold_address(&mm->mm, event->arg[0], &addr))
		return NULL;
	for (vaddr_t end = addr + nr * page_size(&mm->mm);
	     addr < end && addr < pgtable_limit(&mm->mm.pgtable); addr += page_size(&mm->mm)) {
		unsigned int access = access_of(mm, addr, event->arg[1]);
		const char *unknown = why_unknown(mm, addr, access);
		why = unknown ? unknown : why;
		access_page(mm, addr, access);
	}
	if (!why && mm->older && mm->mm.pgtable.nr_tables != nr_tables)
		return older_tables;
	return why;
}

/* Linux include/linux/mm_types.h, enum fault_flag, and mm.h, VM_READ to VM_SHARED (v6.1). */
const char *on_powerpc_fault(struct run *run, const struct proc *proc, const struct event *event)
{
	(void)run;
	enum { FAULT_FLAG_WRITE = 0x1, FAULT_FLAG_INSTRUCTION = 0x100 };
	enum { VM_SHARED = 0x8, VM_PFNMAP = 0x400 };
	struct mm_struct *mm = user_mm();
	unsigned int access = 0;
	vaddr_t addr;
	/* fs/exec.c, get_arg_page(): into the address space that execve has not entered yet. */
	bool next_mm = proc->in_syscall && proc->syscall == SYSCALL_EXECVE && !proc->execing;

	if (!mm || next_mm || !mm_fold_address(&mm->mm, event->arg[0], &addr))
		return NULL;
	if (event->arg[1] & FAULT_FLAG_WRITE)
		access |= ACCESS_WRITE;
	if (event->arg[1] & FAULT_FLAG_INSTRUCTION)
		access |= ACCESS_EXEC;
	/* The event names its VMA, so that one made by execve becomes known here. */
	unsigned int flags = (unsigned int)event->arg[4] & VMA_PROT_MASK;
	flags |= event->arg[4] & VM_SHARED ? VMA_SHARED : 0;
	flags |= event->arg[4] & VM_PFNMAP ? VMA_PFNMAP : 0;
	mm_reveal(event->arg[2], event->arg[3], flags | VMA_UNSEEN);
	/* Whether something was mapped there is not in the event. */
	bool known = !mm->older || mm_fault_is_known(mm, addr, access | ACCESS_WAS_PRESENT);
	handle_mm_fault(mm, addr, access);
	return known ? NULL : older_memory;
}

/* The PTE may be older than the recording: then the insertion proves that it is there. */
const char *on_hash_page(struct run *run, const struct proc *proc, const struct event *event)
{
	enum { ACCESS_BIT_WRITE = 2 }; /* _PAGE_WRITE, book3s/64/pgtable.h */
	struct mm_struct *mm = user_mm();
	vaddr_t addr;
	bool write = event->arg[1] & ACCESS_BIT_WRITE;

	(void)run;
	(void)proc;
	if (!mm || !mm_fold_address(&mm->mm, event->arg[0], &addr))
		return NULL;
	struct table *table = pgtable_find(&mm->mm.pgtable, addr, LEVEL_PTE);
	if (!table || !pte_present(hw_read_pte(pte_offset(&mm->mm.pgtable, table, addr))))
		handle_mm_fault(mm, addr, write ? ACCESS_WRITE : 0);
	hash_page(mm, addr, write);
	return NULL;
}
