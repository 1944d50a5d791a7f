/* SPDX-License-Identifier: MIT */
/* handle_mm_fault(): new pages, fault-around, copy-on-write and reuse. No section is opened. */
#include "walkers.h"

#include "linear_map.h"

/* mm/memory.c, fault_around_bytes: 64 KiB, aligned. */
enum { FAULT_AROUND_BYTES = 65536 };

/*
 * A page for user memory. ASSUME: that it is unmapped again when it is freed, long after the
 * section that zapped it, needs no modelling.
 */
static uint64_t user_page_alloc(void)
{
	uint64_t pfn = page_alloc();

	if (pfn)
		debug_pagealloc_map(pfn, true);
	return pfn;
}

static unsigned int vma_pte_bits(const struct vma *vma)
{
	unsigned int bits = PTE_PRESENT | PTE_USER | PTE_YOUNG;

	return vma->flags & VMA_EXEC ? bits | PTE_EXEC : bits;
}

/* A preempt-off lock around one entry, as every fault handler takes. */
static void install(struct mm *mm, vaddr_t addr, struct table *table, pte_t pte)
{
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);

	set_pte_at(mm, addr, ptep, pte);
	pte_unmap_unlock(table);
}

static void install_anon(struct mm *mm, struct vma *vma, vaddr_t addr, struct table *table)
{
	uint64_t pfn = user_page_alloc();

	if (!pfn)
		return;
	vma->flags |= VMA_ANON_VMA;
	install(mm, addr, table, make_pte(pfn, vma_pte_bits(vma) | PTE_WRITE | PTE_DIRTY));
}

static bool range_is_none(const pte_t *ptep, unsigned int nr)
{
	unsigned int i = 0;

	while (i < nr && pte_none(ptep_get(&ptep[i])))
		i++;
	return i == nr;
}

/*
 * mm/memory.c, alloc_anon_folio(), v6.8: the largest folio around the fault that is naturally
 * aligned and lies within the VMA, where nothing is mapped yet. There is none of two pages
 * (THP_ORDERS_ALL_ANON).
 */
static unsigned int folio_that_fits(const struct mm *mm, const struct vma *vma, vaddr_t addr,
				    struct table *table)
{
	unsigned int nr = vma->flags & VMA_NOHUGEPAGE ? 0 : this_machine()->mm_layer->folio_pages;

	for (; nr > 2; nr /= 2) {
		const vaddr_t size = nr * page_size(mm);
		vaddr_t start = addr & ~(size - 1);
		if (start >= vma->start && start + size <= vma->end &&
		    range_is_none(pte_offset(&mm->pgtable, table, start), nr))
			return nr;
	}
	return 1;
}

/* do_anonymous_page(), v6.8: one set_ptes() for all of a folio. */
static void install_folio(struct mm *mm, struct vma *vma, vaddr_t addr, struct table *table,
			  unsigned int nr)
{
	uint64_t pfn = page_alloc_folio(nr);

	if (!pfn)
		return;
	for (unsigned int i = 0; i < nr; i++)
		debug_pagealloc_map(pfn + i, true);
	vma->flags |= VMA_ANON_VMA;
	addr &= ~(nr * page_size(mm) - 1);
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	set_ptes(mm, addr, ptep, make_pte(pfn, vma_pte_bits(vma) | PTE_WRITE | PTE_DIRTY), nr);
	pte_unmap_unlock(table);
}

/* mm/memory.c, do_anonymous_page(): a read maps the zero page. */
static void anonymous_fault(struct mm *mm, struct vma *vma, vaddr_t addr, struct table *table,
			    bool write)
{
	unsigned int nr = write ? folio_that_fits(mm, vma, addr, table) : 1;

	if (nr > 1)
		install_folio(mm, vma, addr, table, nr);
	else if (write)
		install_anon(mm, vma, addr, table);
	else
		install(mm, addr, table, make_pte(ZERO_PFN, vma_pte_bits(vma) | PTE_SPECIAL));
}

static pte_t file_pte(const struct mm *mm, const struct vma *vma, vaddr_t addr, bool write)
{
	uint64_t pfn = FILE_PFN_BASE + (addr >> mm->pgtable.geometry->page_shift);
	unsigned int bits = vma_pte_bits(vma) | PTE_FILE;
	if (vma_writable_at_once(vma))
		bits |= PTE_WRITE;
	return make_pte(pfn, write ? bits | PTE_WRITE | PTE_DIRTY : bits);
}

/*
 * mm/memory.c, do_fault_around(), and mm/filemap.c, filemap_map_pages(): the aligned window around
 * the fault, within VMA and PTE table, where nothing is mapped yet. ASSUME: all of it is in the
 * page cache.
 */
static void fault_around(struct mm *mm, const struct vma *vma, vaddr_t addr, struct table *table)
{
	vaddr_t window = FAULT_AROUND_BYTES > page_size(mm) ? FAULT_AROUND_BYTES : page_size(mm);
	vaddr_t start = addr & ~(window - 1);

	/* The window keeps its size when the VMA starts inside it. */
	start = start < vma->start ? vma->start : start;
	vaddr_t end = pmd_addr_end(mm, addr, start + window);
	end = end > vma->end ? vma->end : end;
	spin_lock(&table->lock);
	for (vaddr_t page = start; page < end;) {
		pte_t *ptep = pte_offset(&mm->pgtable, table, page);
		unsigned int nr = 0;
		for (vaddr_t at = page; at < end && pte_none(ptep_get(&ptep[nr]));
		     at = page + nr * page_size(mm))
			nr += nr_none(mm, &ptep[nr], at, end);
		if (nr)
			set_ptes(mm, page, ptep, file_pte(mm, vma, page, false), nr);
		page += (nr + 1) * page_size(mm);
	}
	spin_unlock(&table->lock);
}

/* mm/shmem.c, shmem_fault(): shared anonymous memory gets a page of its own on any access. */
static void shmem_fault(struct mm *mm, const struct vma *vma, vaddr_t addr, struct table *table,
			bool write)
{
	install(mm, addr, table, file_pte(mm, vma, addr, write));
}

/* mm/memory.c, do_read_fault(), do_cow_fault(), do_shared_fault(). */
static void file_fault(struct mm *mm, struct vma *vma, vaddr_t addr, struct table *table,
		       bool write)
{
	if (!write)
		fault_around(mm, vma, addr, table);
	else if (vma->flags & VMA_SHARED)
		install(mm, addr, table, file_pte(mm, vma, addr, true));
	else
		install_anon(mm, vma, addr, table);
}

/* mm/memory.c, do_wp_page(): reuse an exclusive or shared-mapping page, else copy it. */
static void write_protect_fault(struct mm *mm, struct vma *vma, vaddr_t addr, struct table *table,
				pte_t pte)
{
	pte_t *ptep;

	if (page_exclusive(pte) || (vma->flags & VMA_SHARED)) {
		ptep = pte_offset_map_lock(mm, table, addr);
		ptep_set_access_flags(mm, addr, ptep,
				      pte_set(pte, PTE_WRITE | PTE_DIRTY | PTE_YOUNG));
		pte_unmap_unlock(table);
		return;
	}
	/* wp_page_copy(): cleared and flushed first, so that no CPU sees two pages at once. */
	uint64_t pfn = user_page_alloc();
	if (!pfn)
		return;
	vma->flags |= VMA_ANON_VMA;
	ptep = pte_offset_map_lock(mm, table, addr);
	ptep_clear_flush(mm, addr, ptep);
	set_pte_at(mm, addr, ptep, make_pte(pfn, vma_pte_bits(vma) | PTE_WRITE | PTE_DIRTY));
	pte_unmap_unlock(table);
	page_remove_rmap(page_pool(), pte);
}

/*
 * mm/memory.c, end of handle_pte_fault(): the mapping allows the access, so what was missing is a
 * young or dirty bit. An MMU that sets them itself does not fault for them.
 */
static void mark_used(struct mm *mm, vaddr_t addr, struct table *table, pte_t pte, bool write)
{
	pte_t used = pte_set(pte, write ? PTE_YOUNG | PTE_DIRTY : PTE_YOUNG);

	if (this_machine()->hw->sets_young_dirty || pte_same(used, pte))
		return;
	pte_t *ptep = pte_offset_map_lock(mm, table, addr);
	ptep_set_access_flags(mm, addr, ptep, used);
	pte_unmap_unlock(table);
}

/* A page of a shared mapping was mapped, and not writable: its file system wants to know. */
static pte_t note_notify(struct vma *vma, pte_t *ptep, pte_t pte)
{
	if (!pte_has(pte, PTE_WRITE))
		return pte;
	vma->flags |= VMA_NOTIFY;
	pte = pte_clear_bits(pte, PTE_WRITE | PTE_DIRTY);
	hw_write_pte(ptep, pte);
	return pte;
}

static bool access_allowed(const struct vma *vma, unsigned int access)
{
	if (access & ACCESS_WRITE)
		return vma->flags & VMA_WRITE;
	if (access & ACCESS_EXEC)
		return vma->flags & VMA_EXEC;
	return vma->flags & VMA_PROT_MASK;
}

/* mm/mmap.c, expand_stack(): the mapping above grows down to the fault. */
static struct vma *grow_down(struct mm_struct *mm, vaddr_t addr)
{
	struct vma *vma = vma_find(&mm->vmas, addr);

	if (!vma || !(vma->flags & VMA_GROWSDOWN))
		return NULL;
	vma->start = addr & ~(page_size(&mm->mm) - 1);
	return vma;
}

/*
 * A fault in memory that nobody was seen to map: execve's own segments, or what was there before
 * the recording. One page of it is known to exist now; its protection is whatever the access needs.
 */
static struct vma *unseen_vma(struct mm_struct *mm, vaddr_t addr)
{
	vaddr_t start = addr & ~(page_size(&mm->mm) - 1);

	if (vma_insert(&mm->vmas, start, start + page_size(&mm->mm),
		       VMA_PROT_MASK | VMA_UNSEEN | VMA_GUESSED))
		return NULL;
	mm->incomplete = true;
	return vma_at(&mm->vmas, addr);
}

bool handle_mm_fault(struct mm_struct *mm, vaddr_t addr, unsigned int access)
{
	struct vma *vma = vma_at(&mm->vmas, addr);

	if (!vma)
		vma = grow_down(mm, addr);
	if (!vma)
		vma = unseen_vma(mm, addr);
	if (!vma || vma->flags & VMA_HUGETLB || !access_allowed(vma, access))
		return false;
	struct table *table = pte_alloc(&mm->mm, addr);
	if (!table)
		return false;
	addr &= ~(page_size(&mm->mm) - 1);
	pte_t *ptep = pte_offset(&mm->mm.pgtable, table, addr);
	/* Older than the recording, and read-only: a store to it copies. */
	if (access & ACCESS_WAS_PRESENT && pte_none(hw_read_pte(ptep)))
		hw_write_pte(ptep, make_pte(FILE_PFN_BASE, vma_pte_bits(vma) | PTE_FILE));
	pte_t pte = ptep_get(ptep);
	bool write = access & ACCESS_WRITE;

	if (write && access & ACCESS_WAS_PRESENT && vma->flags & VMA_SHARED)
		pte = note_notify(vma, ptep, pte);
	if (!pte_present(pte)) {
		if (vma->flags & VMA_FILE)
			file_fault(&mm->mm, vma, addr, table, write);
		else if (vma->flags & VMA_SHARED)
			shmem_fault(&mm->mm, vma, addr, table, write);
		else
			anonymous_fault(&mm->mm, vma, addr, table, write);
	} else if (write && !pte_has(pte, PTE_WRITE)) {
		write_protect_fault(&mm->mm, vma, addr, table, pte);
	} else if (pte_valid(pte)) {
		mark_used(&mm->mm, addr, table, pte, write);
	}
	return true;
}
