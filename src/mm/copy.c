/* SPDX-License-Identifier: MIT */
/* copy_pte_range(): fork. */
#include "folio.h"
#include "walkers.h"

enum {
	COPY_PROGRESS_LIMIT = 32, /* mm/memory.c: then need_resched() is looked at */
	COPY_PROGRESS_ENTRY = 8,
};

/* What a fork copies from and to. */
struct copy {
	struct mm *dst;
	struct mm *src;
	const struct page_pool *pages;
	unsigned int shared_lost; /* bits that both entries lose */
	unsigned int child_lost;  /* bits that the child's entry loses, those included */
};

/*
 * mm/memory.c, copy_present_pte(): a private writable page becomes copy-on-write in parent and
 * child; a shared one is copied as it is, clean.
 */
static struct copy copy_of(struct mm *dst, struct mm *src, const struct vma *vma)
{
	const unsigned int never_copied = PTE_HASHPTE | PTE_YOUNG | PTE_VALID_OLD;
	bool shared = vma->flags & VMA_SHARED;

	return (struct copy){
		.dst = dst,
		.src = src,
		.pages = page_pool(),
		.shared_lost = shared ? 0 : PTE_WRITE,
		.child_lost = never_copied | (shared ? PTE_DIRTY : PTE_WRITE),
	};
}

static bool needs_wrprotect(const struct copy *copy, pte_t pte)
{
	return pte.val & copy->shared_lost;
}

/* One more maps the page; returns the child's entry. */
static inline pte_t share_page(const struct copy *copy, pte_t pte)
{
	page_add_rmap(copy->pages, pte);
	return pte_clear_bits(pte, copy->child_lost);
}

static void copy_present_pte(const struct copy *copy, vaddr_t addr, pte_t *dst_ptep,
			     pte_t *src_ptep, pte_t pte)
{
	if (needs_wrprotect(copy, pte))
		ptep_set_wrprotect(copy->src, addr, src_ptep);
	set_pte_at(copy->dst, addr, dst_ptep, share_page(copy, pte));
}

/*
 * mm/memory.c, copy_present_ptes(), v6.9: the entries of a folio, which agree in their dirty bit
 * where the child's keep it, are write-protected together if one of them is writable
 * (wrprotect_ptes()), and set together (set_ptes()). Returns how many they are.
 */
static unsigned int copy_folio_ptes(const struct copy *copy, vaddr_t addr, pte_t *dst_ptep,
				    pte_t *src_ptep, pte_t pte, unsigned int room)
{
	unsigned int nr = folio_pte_batch(src_ptep, &pte, room, PTE_DIRTY & ~copy->child_lost);

	for (unsigned int i = 0; i < nr && needs_wrprotect(copy, pte); i++)
		ptep_set_wrprotect(copy->src, addr + i * page_size(copy->src), &src_ptep[i]);
	for (unsigned int i = 1; i < nr; i++)
		page_add_rmap(copy->pages, pte_advance(pte, i));
	set_ptes(copy->dst, addr, dst_ptep, share_page(copy, pte), nr);
	return nr;
}

/* The run of present entries from *src_ptep on; how many. */
static unsigned int copy_present_ptes(const struct copy *copy, pte_t *dst_ptep, pte_t *src_ptep,
				      unsigned int room)
{
	unsigned int nr = 0, protected = 0;
	pte_t pte;

	for (; nr < room && pte_present(pte = hw_read_pte(&src_ptep[nr])); nr++) {
		if (needs_wrprotect(copy, pte)) {
			hw_write_pte(&src_ptep[nr], pte_clear_bits(pte, copy->shared_lost));
			protected++;
		}
		hw_write_pte(&dst_ptep[nr], share_page(copy, pte));
	}
	count_plain_writes(COUNT_PTE_SETS, nr + protected);
	return nr;
}

/* One section over both tables, under both locks. Returns where it stopped. */
static vaddr_t copy_section(const struct copy *copy, struct table *dst_table,
			    struct table *src_table, vaddr_t addr, vaddr_t end)
{
	pte_t *dst_ptep = pte_offset_map_lock(copy->dst, dst_table, addr);
	pte_t *src_ptep = pte_offset_map_lock(copy->src, src_table, addr);
	const vaddr_t size = page_size(copy->src);
	unsigned int progress = 0, nr;
	struct counters *outer = walker_begin(WALKER_COPY);

	lazy_mmu_mode_enable_with_ptes(copy->src, addr, end, src_ptep);
	for (; addr < end; addr += nr * size, dst_ptep += nr, src_ptep += nr) {
		nr = 1;
		if (progress >= COPY_PROGRESS_LIMIT) {
			progress = 0;
			if (need_resched())
				break;
		}
		pte_t pte = ptep_get(src_ptep);
		if (pte_none(pte)) {
			nr = nr_none(copy->src, src_ptep, addr, end);
			progress += nr;
			continue;
		}
		if (!pte_present(pte))
			set_pte_at(copy->dst, addr, dst_ptep, pte);
		else if (has_folios(copy->pages))
			nr = copy_folio_ptes(copy, addr, dst_ptep, src_ptep, pte,
					     nr_ptes(copy->src, addr, end));
		else if (writes_are_plain())
			nr = copy_present_ptes(copy, dst_ptep, src_ptep,
					       nr_ptes(copy->src, addr, end));
		else
			copy_present_pte(copy, addr, dst_ptep, src_ptep, pte);
		progress += nr * COPY_PROGRESS_ENTRY;
	}
	lazy_mmu_mode_disable();
	walker_end(outer);
	pte_unmap_unlock(src_table);
	pte_unmap_unlock(dst_table);
	return addr;
}

/* mm/memory.c, vma_needs_copy(): file pages can be faulted in again. */
static bool vma_needs_copy(const struct vma *vma)
{
	return vma->flags & (VMA_PFNMAP | VMA_ANON_VMA);
}

int copy_range(struct mm_struct *dst, struct mm_struct *src, const struct vma *vma)
{
	const struct copy copy = copy_of(&dst->mm, &src->mm, vma);
	struct table *src_table;
	vaddr_t addr = vma->start;

	if (!vma_needs_copy(vma))
		return 0;
	while ((src_table = pgtable_next(&src->mm.pgtable, addr, vma->end, &addr))) {
		vaddr_t next = pmd_addr_end(&src->mm, addr, vma->end);
		struct table *dst_table = pte_alloc(&dst->mm, addr);
		if (!dst_table)
			return -1;
		while (addr < next) {
			addr = copy_section(&copy, dst_table, src_table, addr, next);
			cond_resched();
		}
	}
	return 0;
}
