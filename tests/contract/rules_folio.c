/* SPDX-License-Identifier: MIT */
/*
 * Large folios: what belongs to a batch, and that a walk of batches leaves in memory what a walk of
 * pages leaves. Linux mm/internal.h, folio_pte_batch(), and those who call it.
 */
#include "contract.h"

#include <string.h>

#include "folio.h"
#include "syscalls.h"

enum {
	FOLIO = 16,
	MAPPED = 4 * FOLIO, /* pages of two address spaces: by page, and by folio */
	CHILD_TID = 300,
};

static const vaddr_t START = (vaddr_t)1 << 33; /* begins a table everywhere */

static bool kernel_has_folios(const struct bed *bed)
{
	return bed->kernel->large_folios;
}

static struct mm *user_mm(void)
{
	return current_task()->mm;
}

static vaddr_t addr_of(unsigned int page)
{
	return START + page * page_size(user_mm());
}

static uint64_t bytes_of(unsigned int pages)
{
	return pages * page_size(user_mm());
}

static pte_t *pte_of(unsigned int page)
{
	return fixture_pte(user_mm(), addr_of(page));
}

static void use_page(unsigned int page)
{
	const struct arch_ops *ops = this_machine()->ops;

	handle_mm_fault(mm_of(user_mm()), addr_of(page), ACCESS_WRITE);
	if (ops->hash_page)
		ops->hash_page(user_mm(), addr_of(page), pte_of(page));
}

/* A new address space, all pages used. */
static void map_by(unsigned int folio_pages, unsigned int nr_pages)
{
	this_machine()->mm_layer->folio_pages = folio_pages;
	fixture_user_mm();
	mm_mmap(START, bytes_of(nr_pages), VMA_READ | VMA_WRITE);
	for (unsigned int page = 0; page < nr_pages; page++)
		use_page(page);
}

static void lose(unsigned int page, unsigned int bits)
{
	hw_write_pte(pte_of(page), pte_clear_bits(hw_read_pte(pte_of(page)), bits));
}

static unsigned int batch_at(unsigned int page, unsigned int max_nr, unsigned int respected)
{
	pte_t pte = hw_read_pte(pte_of(page));

	return folio_pte_batch(pte_of(page), &pte, max_nr, respected);
}

/* Neighbours in memory and in the address space, and still two folios. */
static void batch_ends_with_folio(struct bed *bed)
{
	map_by(FOLIO, MAPPED);
	expect_equal(bed, pte_pfn(hw_read_pte(pte_of(FOLIO))),
		     pte_pfn(hw_read_pte(pte_of(FOLIO - 1))) + 1, "frame of the next folio");
	expect_equal(bed, batch_at(0, MAPPED, 0), FOLIO, "entries of a folio");
	expect_equal(bed, batch_at(3, MAPPED, 0), FOLIO - 3, "entries from the fourth on");
	expect_equal(bed, folio_nr_pages(hw_read_pte(pte_of(3))), FOLIO, "pages of it");
	map_by(0, MAPPED);
	expect_equal(bed, batch_at(0, MAPPED, 0), 1, "entries of a page");
}

/* The rest of a folio is somebody else's: another range, another table. */
static void batch_ends_with_range(struct bed *bed)
{
	map_by(FOLIO, MAPPED);
	expect_equal(bed, batch_at(0, 5, 0), 5, "entries of five");
	mm_munmap(START, bytes_of(5));
	for (unsigned int page = 0; page < MAPPED; page++)
		expect_equal(bed, pte_none(hw_read_pte(pte_of(page))), page < 5, "unmapped");
	expect_clean(bed);
}

/* Moved to where a table ends in the middle of a folio. */
static void batch_ends_with_table(struct bed *bed)
{
	const vaddr_t target = START + 2 * pmd_size(bed->mm) - 8 * page_size(bed->mm);

	map_by(FOLIO, FOLIO);
	mm_mremap(START, bytes_of(FOLIO), bytes_of(FOLIO), target, false);
	pte_t first = hw_read_pte(fixture_pte(user_mm(), target));
	expect(bed, pte_present(first), "nothing has moved");
	expect_equal(bed, folio_nr_pages(first), FOLIO, "pages of what moved");
	mm_mprotect(target, bytes_of(FOLIO), VMA_READ);
	for (unsigned int page = 0; page < FOLIO; page++)
		expect(bed,
		       !pte_has(hw_read_pte(fixture_pte(user_mm(), target + bytes_of(page))),
				PTE_WRITE),
		       "page %u is writable", page);
	mm_munmap(target, bytes_of(FOLIO));
	expect_clean(bed);
}

static void batch_agrees(struct bed *bed)
{
	map_by(FOLIO, MAPPED);
	lose(3, PTE_YOUNG);
	lose(5, PTE_WRITE);
	lose(9, PTE_DIRTY);
	expect_equal(bed, batch_at(0, MAPPED, 0), FOLIO, "entries where nothing matters");
	expect_equal(bed, batch_at(0, MAPPED, PTE_WRITE), 5, "entries of equal write bits");
	expect_equal(bed, batch_at(0, MAPPED, PTE_DIRTY), 9, "entries of equal dirty bits");
	lose(7, PTE_USER);
	expect_equal(bed, batch_at(0, MAPPED, 0), 7, "entries of equal other bits");
}

/* FPB_MERGE_WRITE and _YOUNG_DIRTY: the first entry stands for all. */
static void batch_merges(struct bed *bed)
{
	const unsigned int bits = PTE_YOUNG | PTE_DIRTY | PTE_WRITE;

	map_by(FOLIO, MAPPED);
	for (unsigned int page = 0; page < FOLIO - 1; page++)
		lose(page, bits);
	pte_t pte = hw_read_pte(pte_of(0));
	folio_pte_batch(pte_of(0), &pte, FOLIO - 1, 0);
	expect_equal(bed, pte.val & bits, 0, "bits that none has");
	folio_pte_batch(pte_of(0), &pte, FOLIO, 0);
	expect_equal(bed, pte.val & bits, bits, "bits that the last one has");
	expect_equal(bed, pte_pfn(pte), pte_pfn(hw_read_pte(pte_of(0))), "frame");
}

/* A page that came later stands where one of the folio was, with its frame. */
static void hole_is_not_of_the_folio(struct bed *bed)
{
	map_by(FOLIO, MAPPED);
	uint64_t pfn = pte_pfn(hw_read_pte(pte_of(5)));
	mm_munmap(addr_of(5), bytes_of(1));
	mm_mmap(addr_of(5), bytes_of(1), VMA_READ | VMA_WRITE);
	use_page(5);
	expect_equal(bed, pte_pfn(hw_read_pte(pte_of(5))), pfn, "frame that is used again");
	expect_equal(bed, batch_at(0, MAPPED, 0), 5, "entries before it");
	expect_equal(bed, batch_at(5, MAPPED, 0), 1, "entries of it");
	expect_equal(bed, batch_at(6, MAPPED, 0), FOLIO - 6, "entries behind it");
}

/* alloc_anon_folio(): naturally aligned, in the VMA, where nothing is. */
static void folio_fits(struct bed *bed)
{
	map_by(0, 1);
	this_machine()->mm_layer->folio_pages = FOLIO;
	mm_mmap(addr_of(1), bytes_of(FOLIO + 1), VMA_READ | VMA_WRITE);
	use_page(2);
	expect_equal(bed, folio_nr_pages(hw_read_pte(pte_of(2))), 1, "pages beside a mapped one");
	use_page(4);
	expect_equal(bed, folio_nr_pages(hw_read_pte(pte_of(4))), 4, "pages of a smaller folio");
	use_page(15);
	expect_equal(bed, folio_nr_pages(hw_read_pte(pte_of(8))), 8, "pages around the last");
	use_page(FOLIO);
	expect_equal(bed, folio_nr_pages(hw_read_pte(pte_of(FOLIO))), 1, "pages at the VMA's end");
}

/* madvise of a part: the section ends, the folio is split, and the next section takes its pages. */
static void part_is_split(struct bed *bed)
{
	map_by(FOLIO, MAPPED);
	uint64_t before = counted(COUNT_SECTIONS);
	mm_madvise(START, bytes_of(FOLIO + 5), ADVICE_FREE);
	expect_equal(bed, counted(COUNT_SECTIONS) - before, bed->machine->ops->refuses_mode ? 0 : 2,
		     "sections");
	expect_equal(bed, batch_at(0, MAPPED, 0), FOLIO, "entries of the folio before");
	expect_equal(bed, batch_at(FOLIO, MAPPED, 0), 1, "entries of what was split");
	for (unsigned int page = 0; page < MAPPED; page++)
		expect_equal(bed, pte_has(hw_read_pte(pte_of(page)), PTE_DIRTY), page >= FOLIO + 5,
			     "dirty");
}

/* What a walk leaves of each page. */
struct outcome {
	pte_t ptes[MAPPED];
	pte_t other[MAPPED]; /* of the child, of the place before, or later */
};

static void look(struct mm *mm, vaddr_t start, pte_t ptes[MAPPED])
{
	for (unsigned int page = 0; page < MAPPED; page++)
		ptes[page] = hw_read_pte(fixture_pte(mm, start + page * page_size(mm)));
}

static void forks(struct outcome *outcome)
{
	struct task *child = mm_fork(CHILD_TID + user_mm()->id, false);

	look(user_mm(), START, outcome->ptes);
	look(child->mm, START, outcome->other);
}

static void protects(struct outcome *outcome)
{
	mm_mprotect(START, bytes_of(MAPPED), VMA_READ);
	look(user_mm(), START, outcome->ptes);
	mm_mprotect(START, bytes_of(MAPPED), VMA_READ | VMA_WRITE);
	look(user_mm(), START, outcome->other);
}

static void ages(struct outcome *outcome)
{
	mm_madvise(START, bytes_of(MAPPED), ADVICE_COLD);
	look(user_mm(), START, outcome->ptes);
}

static void frees(struct outcome *outcome)
{
	mm_madvise(START, bytes_of(MAPPED), ADVICE_FREE);
	look(user_mm(), START, outcome->ptes);
}

static void drops(struct outcome *outcome)
{
	mm_madvise(addr_of(7), bytes_of(2 * FOLIO), ADVICE_DONTNEED);
	look(user_mm(), START, outcome->ptes);
}

static void moves(struct outcome *outcome)
{
	mm_mremap(START, bytes_of(MAPPED), bytes_of(MAPPED), addr_of(2 * MAPPED), false);
	look(user_mm(), START, outcome->other);
	look(user_mm(), addr_of(2 * MAPPED), outcome->ptes);
}

static struct outcome outcome_of(void (*walk)(struct outcome *outcome), unsigned int folio_pages,
				 unsigned int lost_here_and_there)
{
	struct outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	map_by(folio_pages, MAPPED);
	for (unsigned int page = 0; page < MAPPED; page += 3)
		lose(page, lost_here_and_there);
	walk(&outcome);
	return outcome;
}

/*
 * Bits but for the frame, which two address spaces cannot share, and what the hash MMU notes of the
 * past: a batch rewrites entries that a walk of pages leaves alone.
 */
static void expect_alike(struct bed *bed, const pte_t *pages, const pte_t *folios,
			 unsigned int ignored, const char *what)
{
	const uint64_t bits =
		(((uint64_t)1 << PTE_PFN_SHIFT) - 1) & ~(uint64_t)(ignored | PTE_HASHPTE);

	for (unsigned int page = 0; page < MAPPED; page++) {
		expect(bed, !((pages[page].val ^ folios[page].val) & bits),
		       "%s: page %u is %llx by page, %llx by folio", what, page,
		       (unsigned long long)pages[page].val, (unsigned long long)folios[page].val);
		expect(bed,
		       page == 0 || pte_none(folios[page]) || pte_none(folios[page - 1]) ||
			       pte_pfn(folios[page]) == pte_pfn(folios[page - 1]) + 1,
		       "%s: page %u has another's frame", what, page);
	}
}

/* mprotect makes all of a batch as young and dirty as any of it; nothing else depends on batches.
 */
static void walks_are_alike(struct bed *bed)
{
	static const struct {
		const char *what;
		void (*walk)(struct outcome *outcome);
	} walks[] = { { "fork", forks },      { "mprotect", protects },	  { "MADV_COLD", ages },
		      { "MADV_FREE", frees }, { "MADV_DONTNEED", drops }, { "mremap", moves } };
	static const unsigned int lost[] = { 0, PTE_DIRTY, PTE_YOUNG, PTE_DIRTY | PTE_YOUNG };

	for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		for (size_t j = 0; j < sizeof(lost) / sizeof(lost[0]); j++) {
			unsigned int ignored = walks[i].walk == protects
						       ? PTE_YOUNG | PTE_DIRTY | PTE_VALID_OLD
						       : 0;
			struct outcome pages = outcome_of(walks[i].walk, 0, lost[j]);
			struct outcome folios = outcome_of(walks[i].walk, FOLIO, lost[j]);
			expect_alike(bed, pages.ptes, folios.ptes, ignored, walks[i].what);
			expect_alike(bed, pages.other, folios.other, ignored, walks[i].what);
		}
	}
	expect_clean(bed);
}

/* cac1db8c3aad, v6.17: modify_prot_start_ptes() collects the bits of the batch. */
static void mprotect_collects(struct bed *bed)
{
	bool batches = bed->kernel->mprotect_batches;

	map_by(FOLIO, MAPPED);
	for (unsigned int page = 0; page < 2 * FOLIO - 1; page++)
		lose(page, PTE_DIRTY);
	mm_mprotect(START, bytes_of(MAPPED), VMA_READ);
	for (unsigned int page = 0; page < MAPPED; page++)
		expect_equal(bed, pte_has(hw_read_pte(pte_of(page)), PTE_DIRTY),
			     page >= (batches ? FOLIO : 2 * FOLIO - 1), "dirty");
}

static const struct rule rules[] = {
	{ "folio-batch-ends-with-folio", kernel_has_folios, batch_ends_with_folio },
	{ "folio-batch-ends-with-range", kernel_has_folios, batch_ends_with_range },
	{ "folio-batch-ends-with-table", kernel_has_folios, batch_ends_with_table },
	{ "folio-batch-agrees", kernel_has_folios, batch_agrees },
	{ "folio-batch-merges", kernel_has_folios, batch_merges },
	{ "folio-hole-is-not-of-it", kernel_has_folios, hole_is_not_of_the_folio },
	{ "folio-fits", kernel_has_folios, folio_fits },
	{ "folio-part-is-split", kernel_has_folios, part_is_split },
	{ "folio-walks-are-alike", kernel_has_folios, walks_are_alike },
	{ "folio-mprotect-collects", kernel_has_folios, mprotect_collects },
};

const struct rule_list folio_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
