/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own names on the machine that runs, so that kernel-shaped code compiles as it is:
 * include it in that code and in nothing else. Every function is a thin wrapper over one of
 * <lazymmu/lazymmu.h>, behaves like the kernel function of its name, and needs a machine that runs.
 * Kernel files are those of v7.0 unless said.
 *
 * Where simulator and kernel differ:
 *  - a pmd_t * stands for the PTE table behind a PMD entry; it cannot be stepped to a neighbour;
 *  - a page-table lock is the table; spinlock_t has no other use;
 *  - struct vm_area_struct has the few members that PTE functions look at; make one for a range;
 *  - pointers that vmap() returns are addresses on the machine, not in the host.
 */
#ifndef LAZYMMU_KERNEL_H
#define LAZYMMU_KERNEL_H

#include <lazymmu/lazymmu.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ---- */

#define task_struct lazymmu_task
#define mm_struct lazymmu_mm

typedef struct lazymmu_pte pte_t;
typedef struct lazymmu_table pmd_t;
typedef struct lazymmu_table spinlock_t;

typedef struct {
	unsigned int bits; /* of enum lazymmu_pte_bit */
} pgprot_t;

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_start;
	unsigned long vm_end;
	pgprot_t vm_page_prot;
};

struct page;

typedef int (*pte_fn_t)(pte_t *pte, unsigned long addr, void *data);

#define current lazymmu_task_current()
#define init_mm (*lazymmu_mm_init())

/* Known when the machine runs, not before. */
#undef PAGE_SIZE
#define PAGE_SIZE ((unsigned long)lazymmu_page_size())
#undef PAGE_MASK
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SIZE ((unsigned long)lazymmu_table_size())

/* ---- sections: include/linux/pgtable.h, include/linux/sched.h ---- */

static inline void lazy_mmu_mode_enable(void)
{
	lazymmu_section_enable();
}

static inline void lazy_mmu_mode_disable(void)
{
	lazymmu_section_disable();
}

static inline void lazy_mmu_mode_pause(void)
{
	lazymmu_section_pause();
}

static inline void lazy_mmu_mode_resume(void)
{
	lazymmu_section_resume();
}

/* The proposal of s390's series. */
static inline void lazy_mmu_mode_enable_with_ptes(struct mm_struct *mm, unsigned long addr,
						  unsigned long end, pte_t *ptep)
{
	lazymmu_section_enable_range(mm, addr, end, ptep);
}

static inline bool is_lazy_mmu_mode_active(void)
{
	return lazymmu_section_is_active();
}

/* What generic code called up to v6.19; on a later kernel they are enable() and disable(). */
static inline void arch_enter_lazy_mmu_mode(void)
{
	lazymmu_section_enable();
}

static inline void arch_leave_lazy_mmu_mode(void)
{
	lazymmu_section_disable();
}

static inline void arch_flush_lazy_mmu_mode(void)
{
	lazymmu_section_flush();
}

/* ---- assertions: include/asm-generic/bug.h ---- */

static inline bool lazymmu_warn_on(bool condition, const char *text)
{
	if (condition)
		lazymmu_finding_report(text);
	return condition;
}

/* A finding of the rule "assertion" in place of a warning in the log. */
#undef WARN_ON
#define WARN_ON(condition) lazymmu_warn_on(!!(condition), "WARN_ON(" #condition ")")

/* ---- PTE values ---- */

static inline pgprot_t __pgprot(unsigned int bits)
{
	pgprot_t prot;

	prot.bits = bits;
	return prot;
}

#define PAGE_NONE __pgprot(LAZYMMU_PTE_PROTNONE | LAZYMMU_PTE_YOUNG)
#define PAGE_READONLY __pgprot(LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_USER | LAZYMMU_PTE_YOUNG)
#define PAGE_SHARED \
	__pgprot(LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_USER | LAZYMMU_PTE_YOUNG | LAZYMMU_PTE_WRITE)
#define PAGE_KERNEL \
	__pgprot(LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_WRITE | LAZYMMU_PTE_YOUNG | LAZYMMU_PTE_DIRTY)
#define PAGE_KERNEL_RO __pgprot(LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_YOUNG | LAZYMMU_PTE_DIRTY)

static inline pte_t __pte(uint64_t val)
{
	pte_t pte;

	pte.val = val;
	return pte;
}

static inline uint64_t pte_val(pte_t pte)
{
	return pte.val;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte((uint64_t)pfn << LAZYMMU_PTE_PFN_SHIFT | prot.bits);
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return (unsigned long)(pte.val >> LAZYMMU_PTE_PFN_SHIFT);
}

static inline bool pte_none(pte_t pte)
{
	return pte.val == 0;
}

static inline bool pte_present(pte_t pte)
{
	return (pte.val & (LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_PROTNONE)) != 0;
}

static inline bool pte_write(pte_t pte)
{
	return (pte.val & LAZYMMU_PTE_WRITE) != 0;
}

static inline bool pte_young(pte_t pte)
{
	return (pte.val & LAZYMMU_PTE_YOUNG) != 0;
}

static inline bool pte_dirty(pte_t pte)
{
	return (pte.val & LAZYMMU_PTE_DIRTY) != 0;
}

static inline bool pte_special(pte_t pte)
{
	return (pte.val & LAZYMMU_PTE_SPECIAL) != 0;
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return a.val == b.val;
}

static inline pte_t pte_mkwrite(pte_t pte, struct vm_area_struct *vma)
{
	(void)vma;
	return __pte(pte.val | LAZYMMU_PTE_WRITE);
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return __pte(pte.val & ~(uint64_t)LAZYMMU_PTE_WRITE);
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	return __pte(pte.val | LAZYMMU_PTE_YOUNG);
}

static inline pte_t pte_mkold(pte_t pte)
{
	return __pte(pte.val & ~(uint64_t)LAZYMMU_PTE_YOUNG);
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return __pte(pte.val | LAZYMMU_PTE_DIRTY);
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return __pte(pte.val & ~(uint64_t)LAZYMMU_PTE_DIRTY);
}

static inline pte_t pte_mkspecial(pte_t pte)
{
	return __pte(pte.val | LAZYMMU_PTE_SPECIAL);
}

/* Frame, young, dirty and special stay. */
static inline pte_t pte_modify(pte_t pte, pgprot_t prot)
{
	const uint64_t kept =
		~(uint64_t)(LAZYMMU_PTE_PRESENT | LAZYMMU_PTE_WRITE | LAZYMMU_PTE_USER |
			    LAZYMMU_PTE_EXEC | LAZYMMU_PTE_PROTNONE);

	return __pte((pte.val & kept) | prot.bits);
}

/* ---- page tables: include/linux/mm.h, mm/rmap.c, mm/pgtable-generic.c ---- */

/* The PTE table that maps address; NULL: there is none. */
static inline pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long address)
{
	return lazymmu_table_find(mm, address);
}

static inline unsigned long pmd_addr_end(unsigned long addr, unsigned long end)
{
	unsigned long boundary = (addr + PMD_SIZE) & ~(PMD_SIZE - 1);

	return boundary - 1 < end - 1 ? boundary : end;
}

static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long address)
{
	return lazymmu_table_pte(pmd, address);
}

static inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	(void)mm;
	return pmd;
}

static inline void spin_lock(spinlock_t *lock)
{
	lazymmu_table_lock(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	lazymmu_table_unlock(lock);
}

static inline pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
					 spinlock_t **ptlp)
{
	*ptlp = pte_lockptr(mm, pmd);
	spin_lock(*ptlp);
	return pte_offset_kernel(pmd, addr);
}

static inline void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl)
{
	(void)pte;
	spin_unlock(ptl);
}

/* 0, -ENOMEM, or what fn returned. */
static inline int apply_to_page_range(struct mm_struct *mm, unsigned long address,
				      unsigned long size, pte_fn_t fn, void *data)
{
	return lazymmu_mm_apply(mm, address, address + size, fn, data);
}

struct zap_details;

/* mm/memory.c. What is in details is not looked at. */
static inline void zap_page_range_single(struct vm_area_struct *vma, unsigned long address,
					 unsigned long size, struct zap_details *details)
{
	(void)details;
	lazymmu_mm_zap(vma->vm_mm, address, address + size);
}

/* Pages and protection are the machine's choice: pages and prot are not looked at. */
static inline void *vmap(struct page **pages, unsigned int count, unsigned long flags,
			 pgprot_t prot)
{
	uint64_t addr;

	(void)pages;
	(void)flags;
	(void)prot;
	return lazymmu_kernel_map(count, &addr) ? NULL : (void *)(uintptr_t)addr;
}

static inline void vunmap(const void *addr)
{
	lazymmu_kernel_unmap((uintptr_t)addr);
}

/* ---- PTE accessors: include/linux/pgtable.h ---- */

static inline pte_t ptep_get(const pte_t *ptep)
{
	return lazymmu_pte_get(ptep);
}

static inline void set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte,
			    unsigned int nr)
{
	lazymmu_pte_set(mm, addr, ptep, pte, nr);
}

static inline void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	lazymmu_pte_set(mm, addr, ptep, pte, 1);
}

static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	return lazymmu_pte_get_and_clear(mm, addr, ptep);
}

static inline void pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	lazymmu_pte_clear(mm, addr, ptep);
}

static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	lazymmu_pte_set_wrprotect(mm, addr, ptep);
}

static inline pte_t ptep_clear_flush(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	return lazymmu_pte_clear_flush(vma->vm_mm, addr, ptep);
}

static inline int ptep_test_and_clear_young(struct vm_area_struct *vma, unsigned long addr,
					    pte_t *ptep)
{
	return lazymmu_pte_test_and_clear_young(vma->vm_mm, addr, ptep);
}

static inline pte_t ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr,
					   pte_t *ptep)
{
	return lazymmu_pte_modify_start(vma->vm_mm, addr, ptep);
}

static inline void ptep_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr,
					   pte_t *ptep, pte_t old_pte, pte_t pte)
{
	(void)old_pte;
	lazymmu_pte_modify_commit(vma->vm_mm, addr, ptep, pte);
}

/* Whether the entry changed. */
static inline int ptep_set_access_flags(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
					pte_t entry, int dirty)
{
	bool changed = !pte_same(lazymmu_mm_kernel_pte(vma->vm_mm, addr), entry);

	(void)dirty;
	if (changed)
		lazymmu_pte_set_access_flags(vma->vm_mm, addr, ptep, entry);
	return changed;
}

/* ---- TLB flushes: Documentation/core-api/cachetlb.rst ---- */

static inline void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
				   unsigned long end)
{
	lazymmu_tlb_flush_range(vma->vm_mm, start, end);
}

static inline void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	lazymmu_tlb_flush_page(vma->vm_mm, addr);
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	lazymmu_tlb_flush_mm(mm);
}

static inline void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	lazymmu_tlb_flush_range(lazymmu_mm_init(), start, end);
}

/* ---- context: include/linux/preempt.h, interrupt.h, irqflags.h, sched.h ---- */

static inline void preempt_disable(void)
{
	lazymmu_preempt_disable();
}

static inline void preempt_enable(void)
{
	lazymmu_preempt_enable();
}

static inline unsigned int preempt_count(void)
{
	return lazymmu_preempt_count();
}

static inline void local_bh_disable(void)
{
	lazymmu_bh_disable();
}

static inline void local_bh_enable(void)
{
	lazymmu_bh_enable();
}

/* Macros because the kernel's assign to their argument. */
#define local_irq_save(flags) ((void)((flags) = lazymmu_irq_save()))
#define local_irq_restore(flags) lazymmu_irq_restore((flags) != 0)

static inline void local_irq_disable(void)
{
	lazymmu_irq_save();
}

static inline void local_irq_enable(void)
{
	lazymmu_irq_restore(false);
}

static inline bool irqs_disabled(void)
{
	return lazymmu_irq_is_disabled();
}

static inline bool preemptible(void)
{
	return lazymmu_preempt_count() == 0 && !lazymmu_irq_is_disabled();
}

static inline bool in_interrupt(void)
{
	return lazymmu_interrupt_is_active();
}

static inline int smp_processor_id(void)
{
	return lazymmu_cpu_current();
}

static inline void might_sleep(void)
{
	lazymmu_sched_might_sleep();
}

static inline bool need_resched(void)
{
	return lazymmu_sched_need_resched();
}

static inline int cond_resched(void)
{
	lazymmu_sched_cond_resched();
	return 0;
}

#ifdef __cplusplus
}
#endif

#endif
