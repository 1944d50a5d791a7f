/* SPDX-License-Identifier: MIT */
/* The random sequence: what a process and the kernel may do, one call at a time. */
#include "player.h"

#include "syscalls.h"

enum { MAX_RANGE = 700 /* pages */ };

static vaddr_t bytes(uint64_t pages)
{
	return pages * page_size(current_task()->mm);
}

static bool chance(struct player *player, uint64_t percent)
{
	return random_below(&player->random, 100) < percent;
}

/* An access through a mapping; a hash MMU translates only what is in its table. */
static void access_page(struct mm *mm, vaddr_t addr, bool write)
{
	const struct arch_ops *ops = this_machine()->ops;
	pte_t *ptep = fixture_pte(mm, addr);

	if (ops->hash_page && pte_valid(hw_read_pte(ptep)))
		ops->hash_page(mm, addr, ptep);
	hw_access(mm, addr, write);
}

/* An access of the running task, with the fault that it may take. */
static void touch(vaddr_t addr, bool write)
{
	struct mm *mm = current_task()->mm;

	if (vma_at(&mm_of(mm)->vmas, addr) &&
	    handle_mm_fault(mm_of(mm), addr, write ? ACCESS_WRITE : 0))
		access_page(mm, addr, write);
}

struct range {
	vaddr_t start;
	uint64_t nr; /* pages */
};

static struct range random_range(struct player *player)
{
	uint64_t nr = 1 + random_below(&player->random, MAX_RANGE);
	uint64_t first = random_below(&player->random, NR_PAGES - nr);

	return (struct range){ player->base + bytes(first), nr };
}

static void step_mmap(struct player *player)
{
	struct range range = random_range(player);
	unsigned int flags = VMA_READ | VMA_WRITE;

	if (chance(player, 20))
		flags |= VMA_SHARED;
	if (chance(player, 20))
		flags |= VMA_FILE;
	mm_mmap(range.start, bytes(range.nr), flags);
}

static void step_touch(struct player *player)
{
	struct range range = random_range(player);
	bool write = chance(player, 60);
	uint64_t stride = 1 + random_below(&player->random, 3);

	for (uint64_t i = 0; i < range.nr; i += stride)
		touch(range.start + bytes(i), write);
}

static void step_mprotect(struct player *player)
{
	const unsigned int prots[] = { 0, VMA_READ, VMA_READ | VMA_WRITE };
	struct range range = random_range(player);

	mm_mprotect(range.start, bytes(range.nr), prots[random_below(&player->random, 3)]);
}

/* Within one mapping: the source must be there, as the kernel asks. */
static void step_mremap(struct player *player)
{
	struct range range = random_range(player);
	vaddr_t end = range.start + bytes(range.nr);
	uint64_t to = random_below(&player->random, NR_PAGES);
	const struct vma *vma = vma_at(&mm_of(current_task()->mm)->vmas, range.start);

	if (!vma)
		return;
	if (end > vma->end)
		end = vma->end;
	mm_mremap(range.start, end - range.start, end - range.start,
		  player->base + bytes(NR_PAGES + to), false);
}

static void step_madvise(struct player *player)
{
	const unsigned int advices[] = { ADVICE_DONTNEED, ADVICE_FREE, ADVICE_COLD,
					 ADVICE_PAGEOUT };
	struct range range = random_range(player);

	mm_madvise(range.start, bytes(range.nr), advices[random_below(&player->random, 4)]);
}

static void step_munmap(struct player *player)
{
	struct range range = random_range(player);

	mm_munmap(range.start, bytes(range.nr));
}

/* The child writes to some pages, and goes or stays. */
static void step_fork(struct player *player)
{
	struct task *child = mm_fork(CHILD_TID + player->nr_children, false);

	if (!child)
		return;
	player->nr_children++;
	switch_to(this_cpu(), child);
	child->mm->cpumask |= (uint64_t)1 << this_cpu()->id;
	step_touch(player);
	step_mprotect(player);
	if (chance(player, 70)) {
		mm_exit();
		switch_to(this_cpu(), player->parent);
		task_exit(child);
		return;
	}
	switch_to(this_cpu(), player->parent);
}

static void step_vmap(struct player *player)
{
	uint64_t nr = 1 + random_below(&player->random, NR_VMALLOC_PAGES);
	vaddr_t end = player->vmalloc + bytes(nr);
	vaddr_t limit = player->vmalloc + bytes(NR_VMALLOC_PAGES);

	vunmap_range(player->vmalloc, limit);
	flush_tlb_range(init_mm(), player->vmalloc, limit);
	if (chance(player, 50))
		vmap_pages_range(player->vmalloc, end);
	else
		vmap_range(player->vmalloc, end);
	for (uint64_t i = 0; i < nr; i += 7)
		access_page(init_mm(), player->vmalloc + bytes(i), true);
}

static const struct {
	unsigned int percent;
	void (*run)(struct player *player);
} steps[] = {
	{ 12, step_mmap },    { 38, step_touch }, { 14, step_mprotect }, { 10, step_mremap },
	{ 10, step_madvise }, { 6, step_munmap }, { 4, step_fork },	 { 6, step_vmap },
};

void player_create(struct player *player, struct machine *machine, uint64_t seed)
{
	*player = (struct player){ .machine = machine, .random = { seed } };
	player->parent = current_task();
	fixture_user_mm();
	/* Neither at the start of a table. */
	player->base = (UINT64_C(1) << 32) + bytes(100);
	player->vmalloc = (UINT64_C(1) << 36) + bytes(50);
	mm_mmap(player->base, bytes(NR_PAGES), VMA_READ | VMA_WRITE);
}

void player_step(struct player *player)
{
	unsigned int dice = (unsigned int)random_below(&player->random, 100);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (dice < steps[i].percent) {
			steps[i].run(player);
			return;
		}
		dice -= steps[i].percent;
	}
}
