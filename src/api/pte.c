/* SPDX-License-Identifier: MIT */
/* Sections, page tables and their entries, TLB flushes; and views of them that change nothing. */
#include "api.h"

#include <errno.h>

#include "pte_access.h"
#include "walkers.h"

_Static_assert(sizeof(struct lazymmu_pte) == sizeof(pte_t), "a PTE is passed as it is");
_Static_assert((int)LAZYMMU_PTE_PRESENT == PTE_PRESENT, "same bits");
_Static_assert((int)LAZYMMU_PTE_WRITE == PTE_WRITE, "same bits");
_Static_assert((int)LAZYMMU_PTE_USER == PTE_USER, "same bits");
_Static_assert((int)LAZYMMU_PTE_EXEC == PTE_EXEC, "same bits");
_Static_assert((int)LAZYMMU_PTE_YOUNG == PTE_YOUNG, "same bits");
_Static_assert((int)LAZYMMU_PTE_DIRTY == PTE_DIRTY, "same bits");
_Static_assert((int)LAZYMMU_PTE_SPECIAL == PTE_SPECIAL, "same bits");
_Static_assert((int)LAZYMMU_PTE_PROTNONE == PTE_PROTNONE, "same bits");
_Static_assert((int)LAZYMMU_PTE_HASHPTE == PTE_HASHPTE, "same bits");
_Static_assert((int)LAZYMMU_PTE_FILE == PTE_FILE, "same bits");
_Static_assert((int)LAZYMMU_PTE_SWAP == PTE_SWAP, "same bits");
_Static_assert((int)LAZYMMU_PTE_PFN_SHIFT == PTE_PFN_SHIFT, "same bits");

void lazymmu_section_enable(void)
{
	function_calls(__func__);
	lazy_mmu_mode_enable();
}

void lazymmu_section_enable_range(struct lazymmu_mm *mm, uint64_t addr, uint64_t end,
				  struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	lazy_mmu_mode_enable_with_ptes(mm_behind(mm), addr, end, ptep_of(ptep));
}

void lazymmu_section_disable(void)
{
	function_calls(__func__);
	lazy_mmu_mode_disable();
}

void lazymmu_section_pause(void)
{
	function_calls(__func__);
	lazy_mmu_mode_pause();
}

void lazymmu_section_resume(void)
{
	function_calls(__func__);
	lazy_mmu_mode_resume();
}

void lazymmu_section_flush(void)
{
	const struct machine *machine = this_machine();

	function_calls(__func__);
	if (machine->ops->flush && machine->config.mode == MODE_LAZY)
		machine->ops->flush();
}

bool lazymmu_section_is_active(void)
{
	function_calls(__func__);
	return answer(is_lazy_mmu_mode_active());
}

uint64_t lazymmu_section_pending(void)
{
	const struct arch_ops *ops = this_machine()->ops;

	function_calls(__func__);
	return observe(ops->pending ? ops->pending() : 0);
}

struct lazymmu_mm *lazymmu_mm_init(void)
{
	return mm_handle(init_mm());
}

/* Where a table is in the host means nothing to the machine; its number does. */
static struct lazymmu_table *table_handle(struct table *table)
{
	observe(table ? hw_pte_number(this_machine(), table->ptes) : UINT64_MAX);
	return (struct lazymmu_table *)table;
}

struct lazymmu_table *lazymmu_table_find(struct lazymmu_mm *handle, uint64_t addr)
{
	struct mm *mm = mm_behind(handle);

	function_calls(__func__);
	if (addr >= pgtable_limit(&mm->pgtable))
		return NULL;
	return table_handle(pgtable_find(&mm->pgtable, addr, LEVEL_PTE));
}

int lazymmu_table_alloc(struct lazymmu_mm *handle, uint64_t addr, struct lazymmu_table **ret)
{
	struct mm *mm = mm_behind(handle);

	function_calls(__func__);
	if (addr >= pgtable_limit(&mm->pgtable))
		return -EINVAL;
	struct table *table = pte_alloc(mm, addr);
	if (!table)
		return -ENOMEM;
	*ret = table_handle(table);
	return 0;
}

struct lazymmu_pte *lazymmu_table_pte(struct lazymmu_table *table, uint64_t addr)
{
	/* All address spaces of a machine have the geometry of init_mm. */
	return (struct lazymmu_pte *)pte_offset(&init_mm()->pgtable, (struct table *)table, addr);
}

void lazymmu_table_lock(struct lazymmu_table *table)
{
	function_calls(__func__);
	spin_lock(&((struct table *)table)->lock);
}

void lazymmu_table_unlock(struct lazymmu_table *table)
{
	function_calls(__func__);
	spin_unlock(&((struct table *)table)->lock);
}

struct lazymmu_pte lazymmu_pte_get(const struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	return pte_value(ptep_get(ptep_of(ptep)));
}

void lazymmu_pte_set(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep,
		     struct lazymmu_pte pte, unsigned int nr)
{
	function_calls(__func__);
	set_ptes(mm_behind(mm), addr, ptep_of(ptep), pte_of(pte), nr);
}

struct lazymmu_pte lazymmu_pte_get_and_clear(struct lazymmu_mm *mm, uint64_t addr,
					     struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	return pte_value(ptep_get_and_clear(mm_behind(mm), addr, ptep_of(ptep)));
}

void lazymmu_pte_clear(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	pte_clear(mm_behind(mm), addr, ptep_of(ptep));
}

struct lazymmu_pte lazymmu_pte_clear_flush(struct lazymmu_mm *mm, uint64_t addr,
					   struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	return pte_value(ptep_clear_flush(mm_behind(mm), addr, ptep_of(ptep)));
}

void lazymmu_pte_set_wrprotect(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	ptep_set_wrprotect(mm_behind(mm), addr, ptep_of(ptep));
}

bool lazymmu_pte_test_and_clear_young(struct lazymmu_mm *mm, uint64_t addr,
				      struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	return answer(ptep_test_and_clear_young(mm_behind(mm), addr, ptep_of(ptep)));
}

struct lazymmu_pte lazymmu_pte_modify_start(struct lazymmu_mm *mm, uint64_t addr,
					    struct lazymmu_pte *ptep)
{
	function_calls(__func__);
	return pte_value(ptep_modify_prot_start(mm_behind(mm), addr, ptep_of(ptep)));
}

void lazymmu_pte_modify_commit(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep,
			       struct lazymmu_pte pte)
{
	function_calls(__func__);
	ptep_modify_prot_commit(mm_behind(mm), addr, ptep_of(ptep), pte_of(pte));
}

void lazymmu_pte_set_access_flags(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep,
				  struct lazymmu_pte pte)
{
	function_calls(__func__);
	ptep_set_access_flags(mm_behind(mm), addr, ptep_of(ptep), pte_of(pte));
}

pte_t *find_pte(struct mm *mm, vaddr_t addr)
{
	if (addr >= pgtable_limit(&mm->pgtable))
		return NULL;
	struct table *table = pgtable_find(&mm->pgtable, addr, LEVEL_PTE);
	return table ? pte_offset(&mm->pgtable, table, addr) : NULL;
}

pte_t believed_pte(const pte_t *ptep)
{
	const struct arch_ops *ops = this_machine()->ops;

	return ops->believed ? ops->believed(ptep) : hw_read_pte(ptep);
}

struct lazymmu_pte lazymmu_mm_hardware_pte(struct lazymmu_mm *mm, uint64_t addr)
{
	const pte_t *ptep;

	function_calls(__func__);
	ptep = find_pte(mm_behind(mm), addr);
	return pte_value(ptep ? hw_read_pte(ptep) : (pte_t){ 0 });
}

struct lazymmu_pte lazymmu_mm_kernel_pte(struct lazymmu_mm *mm, uint64_t addr)
{
	const pte_t *ptep;

	function_calls(__func__);
	ptep = find_pte(mm_behind(mm), addr);
	return pte_value(ptep ? believed_pte(ptep) : (pte_t){ 0 });
}

void lazymmu_tlb_flush_range(struct lazymmu_mm *mm, uint64_t start, uint64_t end)
{
	function_calls(__func__);
	flush_tlb_range(mm_behind(mm), start, end);
}

void lazymmu_tlb_flush_page(struct lazymmu_mm *mm, uint64_t addr)
{
	function_calls(__func__);
	flush_tlb_page(mm_behind(mm), addr);
}

void lazymmu_tlb_flush_mm(struct lazymmu_mm *mm)
{
	function_calls(__func__);
	flush_tlb_mm(mm_behind(mm));
}

bool lazymmu_tlb_access(struct lazymmu_mm *mm, uint64_t addr, bool write)
{
	function_calls(__func__);
	return addr < pgtable_limit(&mm_behind(mm)->pgtable) &&
	       answer(hw_access(mm_behind(mm), addr, write));
}
