/* SPDX-License-Identifier: MIT */
/*
 * A backend: what one architecture holds back in a section, and when it lets go.
 *
 * To add one: a folder arch/<name>/ with <name>.c that ends in a `const struct arch arch_<name>`,
 * one line in arch/table.c and one in arch/meson.build. The contract and differential suites pick
 * it up by name. A backend includes arch.h alone: it sees the machine and the hardware, and no
 * section layer, walker or report. Write it like the kernel file that it mirrors, in your own
 * words, with file and commit above each rule.
 *
 * Every operation acts on the running CPU and its current task. A NULL operation does what its
 * comment says; leave a comment where that default is right.
 */
#ifndef LAZYMMU_ARCH_H
#define LAZYMMU_ARCH_H

#include "hw.h"
#include "preempt.h"

/* Which PTE operation a question is about. */
enum pte_op {
	PTE_OP_SET,	  /* set_pte_at(), set_ptes() */
	PTE_OP_CLEAR,	  /* ptep_get_and_clear(), pte_clear() */
	PTE_OP_WRPROTECT, /* ptep_set_wrprotect() */
	PTE_OP_YOUNG,	  /* ptep_test_and_clear_young() */
	PTE_OP_PROT,	  /* ptep_modify_prot_start() and _commit() */
};

/* The range of TLB entries that an mmu_gather has to flush; bytes. */
struct tlb_range {
	vaddr_t start;
	vaddr_t end;
	bool fullmm;
	bool freed_tables;
	unsigned int stride_shift;
};

struct arch_ops {
	/* Size of cpu->arch, zeroed at creation. */
	size_t percpu_size;
	/* Per-CPU data of a new machine; NULL: zero is right. */
	void (*init_cpu)(struct cpu *cpu);

	/*
	 * Section hooks, arch_enter/leave/flush_lazy_mmu_mode(). Called as the kernel generation
	 * calls them (nested or not). NULL: nothing happens.
	 */
	void (*enter)(void);
	void (*leave)(void);
	void (*flush)(void);
	/*
	 * The same for the series whose enter() returns a state: true is LAZY_MMU_NESTED. Such a
	 * kernel calls these instead.
	 */
	bool (*enter_state)(void);
	void (*leave_state)(bool nested);
	/* arch_wants_lazy_mmu_mode() says no, where a kernel asks. */
	bool refuses_mode;
	/*
	 * A kernel whose generic calls ask nothing: enter and leave do nothing where in_interrupt()
	 * holds.
	 */
	bool skips_in_interrupt;
	/* s390: the hint of the outermost enable; NULL: enter. The range lies in one PTE table. */
	void (*enter_with_ptes)(struct mm *mm, vaddr_t addr, vaddr_t end, pte_t *ptep);

	struct switch_hooks switch_hooks;

	/*
	 * PTE accessors. nr consecutive entries of one table, page frames counting up from pte's.
	 * NULL: a plain store or exchange in memory, nothing else.
	 */
	void (*set_ptes)(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte, unsigned int nr);
	pte_t (*ptep_get_and_clear)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	/* The mm is being torn down: no task uses it. NULL: ptep_get_and_clear(). */
	pte_t (*ptep_get_and_clear_full)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	/* NULL: ptep_get_and_clear() and flush_tlb_page(). */
	pte_t (*ptep_clear_flush)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	void (*ptep_set_wrprotect)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	bool (*ptep_test_and_clear_young)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	uint64_t aged_bits; /* it leaves an entry alone that has none of them; 0: it writes all */
	/*
	 * Both or neither. NULL: ptep_get_and_clear() and set_ptes(), as include/linux/pgtable.h
	 * does.
	 */
	pte_t (*ptep_modify_prot_start)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	void (*ptep_modify_prot_commit)(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
	/* A fault that only adds permission or young and dirty bits. NULL: set_ptes(). */
	void (*ptep_set_access_flags)(struct mm *mm, vaddr_t addr, pte_t *ptep, pte_t pte);
	/* ptep_get(). NULL: memory. */
	pte_t (*ptep_get)(const pte_t *ptep);

	/*
	 * A table entry of a level above the PTE was made (child) or cleared (child NULL); addr is
	 * where it maps. NULL: nothing.
	 */
	void (*set_table)(struct mm *mm, int level, vaddr_t addr, struct table *child);
	/* A page became or stops being a page table. NULL: nothing. */
	void (*alloc_table)(struct mm *mm, struct table *table);
	void (*release_table)(struct mm *mm, struct table *table);

	/* TLB flushes. NULL: the translations are dropped at once, nothing is counted. */
	void (*flush_tlb_range)(struct mm *mm, const struct tlb_range *range);
	void (*flush_tlb_page)(struct mm *mm, vaddr_t addr);
	void (*flush_tlb_mm)(struct mm *mm);
	/* x86, of this CPU alone: one page or everything. */
	void (*flush_tlb_local)(struct mm *mm, vaddr_t start, vaddr_t end);
	/* tlb_flush() of mmu_gather. NULL: flush_tlb_range(). */
	void (*tlb_flush)(struct mm *mm, const struct tlb_range *range);

	/* Life of an address space. NULL: nothing. */
	void (*activate_mm)(struct mm *mm);		   /* execve: the new mm is loaded */
	void (*dup_mmap)(struct mm *oldmm, struct mm *mm); /* fork: all VMAs are copied */
	void (*exit_mmap)(struct mm *mm);		   /* before the last unmap */
	/* powerpc: a translation of addr enters the hash table. NULL: nothing. */
	void (*hash_page)(struct mm *mm, vaddr_t addr, pte_t *ptep);
	/* powerpc: it is to leave the hash table, the entry stays. NULL: nothing. */
	void (*hash_flush)(struct mm *mm, vaddr_t addr, pte_t *ptep);

	/* mremap may move a whole PTE table: CONFIG_HAVE_MOVE_PMD, and the MMU allows it. */
	bool moves_pmds;
	/* Tables of this MMU where they differ from the backend's; the same page sizes. NULL: they
	 * don't. */
	const struct geometry *geometries;

	/*
	 * For exploration: adds the per-CPU data to a fingerprint. A backend without any, or whose
	 * data means nothing to its future, has none.
	 */
	void (*fingerprint)(const struct cpu *cpu, struct fingerprint *fingerprint);

	/* pte_clear() notes the old entry, as ptep_get_and_clear() does; else it stores none. */
	bool clear_is_exchange;
	/* ptep_modify_prot_commit() is a set_pte_at(), with whatever that opens. */
	bool commit_is_set_pte;

	/* For the rules. Held-back writes of the running CPU and task; NULL: never any. */
	uint64_t (*pending)(void);
	/*
	 * set_ptes() opens a section of its own (v6.6): is the CPU in the mode after it? NULL: it
	 * opens none.
	 */
	bool (*batching)(void);
	/* What the kernel believes *ptep to be, queued writes included. NULL: memory. */
	pte_t (*believed)(const pte_t *ptep);
	/*
	 * A write of this kind is held back in a section of this backend. NULL: never. The old
	 * entry of PTE_OP_PROT is the one that the start returned.
	 */
	bool (*defers)(enum pte_op op, const struct mm *mm, pte_t old, pte_t new);
};

/* One row of the table of backends: README and `lazymmu list arch` print it. */
struct arch_variant {
	const char *label;
	const char *defers;	/* what is held back */
	const char *flushed_by; /* what releases it */
	const char *preemption; /* in a section */
	const char *models;	/* kernel files */
};

struct arch {
	const char *name;		   /* spelling on the command line */
	const struct geometry *geometries; /* the first is the default */
	size_t nr_geometries;
	/* Operations for a configuration, by kernel generation and options. Never NULL. */
	const struct arch_ops *(*select)(const struct machine_config *config);
	const struct arch_variant *variants;
	size_t nr_variants;
	/*
	 * CONFIG_PT_RECLAIM: MADV_DONTNEED frees a PTE table that it emptied, from this kernel on;
	 * NR_KERNELS: never. Commit 6375e95f381e, v6.14, x86-64 alone; later where tables are freed
	 * by RCU and the architecture has no tlb_remove_table() of its own (ASSUME: from v7.0 on).
	 */
	enum kernel_id reclaims_tables_since;
	/*
	 * A CPU that loads another user mm leaves the mm_cpumask() of the one before, up to this
	 * kernel alone; NR_KERNELS: in none. arch/x86/mm/tlb.c, switch_mm_irqs_off(), until commit
	 * 209954cbc7d0, v6.13.
	 */
	enum kernel_id leaves_cpumask_until;
	/*
	 * How a page of the linear map is unmapped and mapped (DEBUG_PAGEALLOC): arm64
	 * set_memory_valid() opens a section of its own; x86 __set_pages_p() writes the PTE and
	 * calls the flush hook; the others use no PTE operation of a section.
	 */
	enum linear_map { LINEAR_MAP_OTHER, LINEAR_MAP_SECTION, LINEAR_MAP_FLUSH } linear_map;
	/*
	 * The MMU marks entries young and dirty. Else software does: an old entry is invalid to the
	 * hardware and a clean one read-only, until the next access faults.
	 */
	bool sets_young_dirty;
	/* pte_modify() makes an old entry valid again (sparc64). */
	bool prot_validates;
	/* CONFIG_MMU_GATHER_NO_GATHER: pages are freed one by one, there are no batches of them. */
	bool no_gather;
	bool merges_vmas; /* CONFIG_MMU_GATHER_MERGE_VMAS: one TLB flush for several VMAs */
};

/* In order of display, ends with NULL. */
extern const struct arch *const arch_table[];

const struct arch *arch_find(const char *name);
/* Gives a new machine its backend and its hardware. 0, -EINVAL (page size) or -ENOMEM. */
int arch_attach(struct machine *machine, const struct arch *arch);
void arch_detach(struct machine *machine);

/* A backend held back nr writes of a task. */
static inline void task_defer_writes(struct task *task, unsigned int nr)
{
	task->counters->n[COUNT_DEFERRED] += nr;
	task->section.deferred += nr;
}

static inline void defer_writes(unsigned int nr)
{
	task_defer_writes(current_task(), nr);
}

/*
 * Why a leave hook runs: where the task counts, its state tells a pause from the last disable; up
 * to v6.19 a pause is a leave.
 */
static inline enum flush_reason leave_reason(void)
{
	const struct lazy_mmu_state *state = &current_task()->lazy_mmu_state;

	return state->pause_count || state->nesting_level ? FLUSH_PAUSE : FLUSH_LEAVE;
}

/* There is something to enter and to leave. */
static inline bool arch_has_mode(const struct arch_ops *ops)
{
	return ops->leave || ops->leave_state;
}

/* The default store of set_ptes(): nr consecutive entries in memory. */
static inline void store_ptes(pte_t *ptep, pte_t pte, unsigned int nr)
{
	hw_write_pte(ptep, pte); /* nearly always the only one */
	for (unsigned int i = 1; i < nr; i++) {
		pte.val += (uint64_t)1 << PTE_PFN_SHIFT;
		hw_write_pte(&ptep[i], pte);
	}
}

/* The default exchange with none. */
static inline pte_t exchange_pte(pte_t *ptep)
{
	pte_t old = hw_read_pte(ptep);

	hw_write_pte(ptep, (pte_t){ 0 });
	return old;
}

#endif
