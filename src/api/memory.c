/* SPDX-License-Identifier: MIT */
/* Address spaces: system calls, a program's accesses, and walkers over ranges. */
#include "api.h"

#include <errno.h>

#include "kfence.h"
#include "preempt.h"
#include "pte_access.h"
#include "syscalls.h"
#include "walkers.h"

_Static_assert((int)LAZYMMU_VMA_READ == VMA_READ, "same bits");
_Static_assert((int)LAZYMMU_VMA_WRITE == VMA_WRITE, "same bits");
_Static_assert((int)LAZYMMU_VMA_EXEC == VMA_EXEC, "same bits");
_Static_assert((int)LAZYMMU_VMA_SHARED == VMA_SHARED, "same bits");
_Static_assert((int)LAZYMMU_VMA_FILE == VMA_FILE, "same bits");
_Static_assert((int)LAZYMMU_ADVICE_DONTNEED == ADVICE_DONTNEED, "same numbers");
_Static_assert((int)LAZYMMU_ADVICE_FREE == ADVICE_FREE, "same numbers");
_Static_assert((int)LAZYMMU_ADVICE_COLD == ADVICE_COLD, "same numbers");
_Static_assert((int)LAZYMMU_ADVICE_PAGEOUT == ADVICE_PAGEOUT, "same numbers");

int lazymmu_sys_mmap(uint64_t addr, uint64_t length, unsigned int vma_flags)
{
	if (is_refused())
		return -EBUSY;
	return mm_mmap(addr, length,
		       vma_flags & (VMA_PROT_MASK | LAZYMMU_VMA_SHARED | LAZYMMU_VMA_FILE));
}

int lazymmu_sys_munmap(uint64_t addr, uint64_t length)
{
	if (is_refused())
		return -EBUSY;
	return mm_munmap(addr, length);
}

int lazymmu_sys_mprotect(uint64_t addr, uint64_t length, unsigned int vma_flags)
{
	if (is_refused())
		return -EBUSY;
	return mm_mprotect(addr, length, vma_flags & VMA_PROT_MASK);
}

int lazymmu_sys_mremap(uint64_t addr, uint64_t old_length, uint64_t new_length, uint64_t new_addr)
{
	if (is_refused())
		return -EBUSY;
	return mm_mremap(addr, old_length, new_length, new_addr, false);
}

int lazymmu_sys_madvise(uint64_t addr, uint64_t length, enum lazymmu_advice advice)
{
	if (is_refused())
		return -EBUSY;
	return mm_madvise(addr, length, advice);
}

int lazymmu_sys_execve(void)
{
	int err = machine_is_explored() ? -EBUSY : mm_exec();

	/* Nobody maps a program here, so that what is mapped is known. */
	if (!err)
		mm_of(current_task()->mm)->incomplete = false;
	return err;
}

/* powerpc: the access finds no entry in the hash table and makes one. */
static void hash_accessed(struct mm *mm, vaddr_t addr)
{
	const struct arch_ops *ops = this_machine()->ops;
	pte_t *ptep = find_pte(mm, addr);

	if (!ops->hash_page || !ptep)
		return;
	pte_t pte = hw_read_pte(ptep);
	if (pte_valid(pte) && !pte_has(pte, PTE_HASHPTE))
		ops->hash_page(mm, addr & ~(page_size(mm) - 1), ptep);
}

int lazymmu_task_touch(uint64_t addr, bool write)
{
	struct mm *mm = current_task()->mm;

	function_calls(__func__);
	if (!mm || addr >= pgtable_limit(&mm->pgtable))
		return -EFAULT;
	if (!answer(hw_access(mm, addr, write))) {
		if (!vma_at(&mm_of(mm)->vmas, addr) ||
		    !handle_mm_fault(mm_of(mm), addr, write ? ACCESS_WRITE : 0))
			return result(-EFAULT);
		hw_access(mm, addr, write);
	}
	hash_accessed(mm, addr);
	return result(0);
}

struct apply {
	int (*fn)(struct lazymmu_pte *ptep, uint64_t addr, void *data);
	void *data;
};

static int apply_one(struct mm *mm, pte_t *ptep, vaddr_t addr, void *data)
{
	const struct apply *apply = data;

	(void)mm;
	int err = apply->fn((struct lazymmu_pte *)ptep, addr, apply->data);
	function_calls("lazymmu_mm_apply"); /* it goes on */
	return err;
}

static bool is_range(const struct mm *mm, uint64_t start, uint64_t end)
{
	return start < end && end <= pgtable_limit(&mm->pgtable) &&
	       !((start | end) & (page_size(mm) - 1));
}

int lazymmu_mm_apply(struct lazymmu_mm *handle, uint64_t start, uint64_t end,
		     int (*fn)(struct lazymmu_pte *ptep, uint64_t addr, void *data), void *data)
{
	struct mm *mm = mm_behind(handle);
	struct apply apply = { fn, data };

	function_calls(__func__);
	if (!is_range(mm, start, end))
		return -EINVAL;
	int err = apply_to_page_range(mm, start, end, apply_one, &apply);
	return this_machine()->out_of_memory ? -ENOMEM : err;
}

int lazymmu_mm_zap(struct lazymmu_mm *handle, uint64_t start, uint64_t end)
{
	struct mm *mm = mm_behind(handle);

	function_calls(__func__);
	if (is_init_mm(mm) || !is_range(mm, start, end))
		return -EINVAL;
	zap_page_range_single(mm, start, end);
	return this_machine()->out_of_memory ? -ENOMEM : 0;
}

void lazymmu_page_free(struct lazymmu_mm *mm, uint64_t addr)
{
	function_calls(__func__);
	hw_page_freed(mm_behind(mm), addr);
}

/* First page of [start, end) that is mapped; end: none. */
static vaddr_t first_mapped(struct mm *mm, vaddr_t start, vaddr_t end)
{
	struct table *table;
	vaddr_t addr = start;

	while ((table = pgtable_next(&mm->pgtable, addr, end, &addr))) {
		vaddr_t next = pmd_addr_end(mm, addr, end);
		const pte_t *ptep = pte_offset(&mm->pgtable, table, addr);
		for (; addr < next; addr += page_size(mm), ptep++) {
			if (!pte_none(believed_pte(ptep)))
				return addr;
		}
	}
	return end;
}

/* First fit. ASSUME: the vmalloc area is the upper half of what the kernel's tables can map. */
int lazymmu_kernel_map(uint64_t nr_pages, uint64_t *ret)
{
	struct mm *mm = init_mm();
	vaddr_t size = page_size(mm), limit = pgtable_limit(&mm->pgtable);
	vaddr_t start = limit / 2;

	if (is_refused())
		return -EBUSY;
	might_sleep();
	if (nr_pages == 0 || nr_pages >= limit / 2 / size)
		return -EINVAL;
	vaddr_t length = nr_pages * size;
	while (start + length + size <= limit) {
		/* Behind what is there a page stays free, and so one does behind the new pages. */
		vaddr_t before = start > limit / 2 ? start - size : start;
		vaddr_t mapped = first_mapped(mm, before, start + length + size);
		if (mapped == start + length + size) {
			*ret = start;
			return vmap_pages_range(start, start + length) ? -ENOMEM : 0;
		}
		start = mapped < start ? start + size : mapped + size;
	}
	return -ENOMEM;
}

void lazymmu_kernel_unmap(uint64_t addr)
{
	struct mm *mm = init_mm();
	vaddr_t end = addr;

	function_calls(__func__);
	might_sleep();
	for (pte_t *ptep; (ptep = find_pte(mm, end)) && !pte_none(believed_pte(ptep));)
		end += page_size(mm);
	observe(end);
	vunmap_range(addr, end);
}

uint64_t lazymmu_kfence_alloc(void)
{
	function_calls(__func__);
	return observe(kfence_alloc());
}

void lazymmu_kfence_free(uint64_t object)
{
	function_calls(__func__);
	kfence_free(object);
}
