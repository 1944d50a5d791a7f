/* SPDX-License-Identifier: MIT */
/*
 * lazymmu as a library: simulated machines on which kernel-shaped code runs, and what it did there.
 *
 * Create a machine for a backend and a kernel, make a task, switch to it, and from then on call the
 * functions of the sections "sections", "page tables", "address space" and "context" as that task;
 * <lazymmu/kernel.h> gives them the kernel's own names. Then read counters and findings.
 *
 *	struct lazymmu_config config = { .backend = "xen", .kernel = "v7.0" };
 *	struct lazymmu_machine *machine;
 *	struct lazymmu_task *task;
 *
 *	if (lazymmu_machine_create(&config, &machine, NULL) == 0 &&
 *	    lazymmu_task_create(machine, 100, &task) == 0 && lazymmu_task_switch(task, 0) == 0)
 *		code_under_test();
 *	printf("%zu findings\n", lazymmu_finding_count(machine, NULL));
 *	lazymmu_machine_destroy(machine);
 *
 * Or hand such code to lazymmu_explore(), which tries it in every order.
 *
 * Rules of the whole header:
 *  - a call that can fail returns 0 or a negative errno; a result goes to the last parameter and is
 *    written on success only. -ENOMEM also makes lazymmu_machine_status() fail from then on;
 *  - a finding is a result about the simulated kernel, never an error of a call;
 *  - addresses and lengths are in bytes, CPUs count from 0; nothing is ever mapped in the host;
 *  - handles and strings belong to the machine and die with it, unless stated otherwise; names of
 *    backends, kernels, counters and rules are constants;
 *  - a machine belongs to the OS thread that created it. One thread may have several machines: the
 *    last lazymmu_task_switch() or lazymmu_machine_create() says which one runs;
 *  - functions that take neither machine nor task act on the running CPU and its current task, and
 *    need a machine that runs.
 */
#ifndef LAZYMMU_LAZYMMU_H
#define LAZYMMU_LAZYMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Marks what the library exports; everything else is hidden. */
#define LAZYMMU_PUBLIC __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

struct lazymmu_machine;
struct lazymmu_task;
struct lazymmu_mm;    /* an address space; the kernel's is lazymmu_mm_init() */
struct lazymmu_table; /* one page of PTEs */

/* ---- machine ---- */

enum lazymmu_preempt {
	LAZYMMU_PREEMPT_NONE,
	LAZYMMU_PREEMPT_VOLUNTARY,
	LAZYMMU_PREEMPT_FULL,
	LAZYMMU_PREEMPT_LAZY,
	LAZYMMU_PREEMPT_RT, /* page-table locks may sleep and leave preemption on */
};

enum lazymmu_mode {
	LAZYMMU_MODE_LAZY,
	LAZYMMU_MODE_IMMEDIATE, /* sections do nothing: what batching is compared with */
};

/* Kernel options, a bit set. */
enum lazymmu_option {
	LAZYMMU_OPTION_DEBUG_VM = 1 << 0,
	LAZYMMU_OPTION_DEBUG_PAGEALLOC = 1 << 1,
	LAZYMMU_OPTION_KFENCE = 1 << 2,
	LAZYMMU_OPTION_KASAN_VMALLOC = 1 << 3,
	LAZYMMU_OPTION_KPKEYS = 1 << 4,
	LAZYMMU_OPTION_S390_WITH_PTES = 1 << 5,
};

/* Zero is the default of every member but the two names. */
struct lazymmu_config {
	const char *backend; /* see lazymmu_backend_name() */
	const char *kernel;  /* see lazymmu_kernel_name() */
	int nr_cpus;	     /* 0: one */
	enum lazymmu_preempt preempt;
	enum lazymmu_mode mode;
	unsigned int options;	/* of enum lazymmu_option */
	bool radix;		/* powerpc: radix MMU instead of hash */
	unsigned int page_size; /* bytes, 0: the backend's default */
};

/* Why a call failed, one line without a newline. */
struct lazymmu_diag {
	char text[256];
};

/*
 * A machine with its idle tasks; CPU 0 runs. diag may be NULL. -EINVAL: unknown name, or a value
 * out of range. The caller destroys it.
 */
LAZYMMU_PUBLIC int lazymmu_machine_create(const struct lazymmu_config *config,
					  struct lazymmu_machine **ret, struct lazymmu_diag *diag);
/* With everything in it; NULL is allowed. */
LAZYMMU_PUBLIC void lazymmu_machine_destroy(struct lazymmu_machine *machine);
/*
 * 0, or -ENOMEM: memory ran out at some time, or a limit was reached (tasks, VMAs); counters and
 * findings mean nothing any more.
 */
LAZYMMU_PUBLIC int lazymmu_machine_status(const struct lazymmu_machine *machine);
/* Bytes of a page, and of what one PTE table maps, on the machine that runs. */
LAZYMMU_PUBLIC uint64_t lazymmu_page_size(void);
LAZYMMU_PUBLIC uint64_t lazymmu_table_size(void);

/*
 * Runs fn(data) once, at the after-th place from now on (1: the next) where another context of the
 * machine could look or act: before PTE reads and writes, between a section counter and its arch
 * hook, before TLB flushes, where preemption or interrupts are switched on again. fn may run
 * handlers, switch to other tasks and migrate the interrupted one; it must not end it. Afterwards
 * the interrupted task goes on where it last ran. after 0 takes an injection back.
 */
LAZYMMU_PUBLIC void lazymmu_machine_inject(struct lazymmu_machine *machine, uint64_t after,
					   void (*fn)(void *data), void *data);
/* The injection has not run yet: the code under test has fewer such places. */
LAZYMMU_PUBLIC bool lazymmu_machine_inject_pending(const struct lazymmu_machine *machine);
/* The line of a script that the caller interprets; findings carry it. 0: none. */
LAZYMMU_PUBLIC void lazymmu_machine_set_line(struct lazymmu_machine *machine, uint64_t line);

/* What there is: NULL for an index beyond the last. */
LAZYMMU_PUBLIC const char *lazymmu_backend_name(size_t index);
LAZYMMU_PUBLIC const char *lazymmu_kernel_name(size_t index); /* oldest first, labs last */
LAZYMMU_PUBLIC const char *lazymmu_version(void);

/* ---- tasks ---- */

/*
 * A task that was alive before: its past (forked by a task that ran, switched in and out on CPU 0)
 * runs through the kernel's hooks. It has no address space. -EINVAL: tid is below 2, the first that
 * is free; -EEXIST; -EBUSY: preemption or interrupts are off on CPU 0; -ENOMEM.
 */
LAZYMMU_PUBLIC int lazymmu_task_create(struct lazymmu_machine *machine, int tid,
				       struct lazymmu_task **ret);
/* NULL: no such task is alive. */
LAZYMMU_PUBLIC struct lazymmu_task *lazymmu_task_find(struct lazymmu_machine *machine, int tid);
LAZYMMU_PUBLIC struct lazymmu_task *lazymmu_task_idle(struct lazymmu_machine *machine, int cpu);

/*
 * The task runs on cpu from here on, and the thread simulates that CPU: a context switch with the
 * kernel's hooks where another task ran, a migration where it ran elsewhere. The caller says that
 * the scheduler gets there. -EBUSY: it cannot, because preemption or interrupts are off for the
 * task that would have to give way, or for this one where it runs; or, on PREEMPT_RT, the task
 * holds a lock and would migrate. -EINVAL: no such CPU.
 */
LAZYMMU_PUBLIC int lazymmu_task_switch(struct lazymmu_task *task, int cpu);

/* NULL: no machine runs. */
LAZYMMU_PUBLIC struct lazymmu_task *lazymmu_task_current(void);
LAZYMMU_PUBLIC int lazymmu_task_id(const struct lazymmu_task *task);
/* The address space, NULL: none. Valid while a task has it. */
LAZYMMU_PUBLIC struct lazymmu_mm *lazymmu_task_mm(const struct lazymmu_task *task);
LAZYMMU_PUBLIC int lazymmu_cpu_current(void);

/* ---- system calls of the running task ---- */

enum lazymmu_vma_flag {
	LAZYMMU_VMA_READ = 1 << 0,
	LAZYMMU_VMA_WRITE = 1 << 1,
	LAZYMMU_VMA_EXEC = 1 << 2,
	LAZYMMU_VMA_SHARED = 1 << 3,
	LAZYMMU_VMA_FILE = 1 << 4, /* of a file that is in the page cache; else anonymous */
};

enum lazymmu_advice {
	LAZYMMU_ADVICE_DONTNEED = 4,
	LAZYMMU_ADVICE_FREE = 8,
	LAZYMMU_ADVICE_COLD = 20,
	LAZYMMU_ADVICE_PAGEOUT = 21,
};

/* Each: 0, -EINVAL (no address space, or a range that makes no sense) or -ENOMEM. */
LAZYMMU_PUBLIC int lazymmu_sys_mmap(uint64_t addr, uint64_t length, unsigned int vma_flags);
LAZYMMU_PUBLIC int lazymmu_sys_munmap(uint64_t addr, uint64_t length);
LAZYMMU_PUBLIC int lazymmu_sys_mprotect(uint64_t addr, uint64_t length, unsigned int vma_flags);
LAZYMMU_PUBLIC int lazymmu_sys_mremap(uint64_t addr, uint64_t old_length, uint64_t new_length,
				      uint64_t new_addr);
LAZYMMU_PUBLIC int lazymmu_sys_madvise(uint64_t addr, uint64_t length, enum lazymmu_advice advice);
/* The running task gets a new address space with nothing mapped, as execve() makes it. */
LAZYMMU_PUBLIC int lazymmu_sys_execve(void);
/* A child of the running task. Errors as in lazymmu_task_create(), but never -EBUSY. */
LAZYMMU_PUBLIC int lazymmu_sys_fork(int tid, bool share_mm, struct lazymmu_task **ret);
/*
 * The running task ends: what it leaves unbalanced is a finding, its handle is gone, the idle task
 * of its CPU runs. -EINVAL: it is an idle task.
 */
LAZYMMU_PUBLIC int lazymmu_sys_exit(void);

/*
 * A program's load or store, with page faults and their handling. -EFAULT: nothing is mapped there
 * or the mapping does not allow it.
 */
LAZYMMU_PUBLIC int lazymmu_task_touch(uint64_t addr, bool write);

/* ---- sections ---- */

/*
 * What generic code calls, whatever the kernel: lazy_mmu_mode_enable() and its three companions
 * from v7.0 on, arch_enter_lazy_mmu_mode() and arch_leave_lazy_mmu_mode() before.
 */
LAZYMMU_PUBLIC void lazymmu_section_enable(void);
LAZYMMU_PUBLIC void lazymmu_section_disable(void);
LAZYMMU_PUBLIC void lazymmu_section_pause(void);
LAZYMMU_PUBLIC void lazymmu_section_resume(void);

struct lazymmu_pte {
	uint64_t val;
};

/* enable() with the range of s390's proposal, in one PTE table; elsewhere the same as enable(). */
LAZYMMU_PUBLIC void lazymmu_section_enable_range(struct lazymmu_mm *mm, uint64_t addr, uint64_t end,
						 struct lazymmu_pte *ptep);
/* arch_flush_lazy_mmu_mode(), called by name. */
LAZYMMU_PUBLIC void lazymmu_section_flush(void);
/* is_lazy_mmu_mode_active(): by the counters of the task, so never before v7.0. */
LAZYMMU_PUBLIC bool lazymmu_section_is_active(void);

/* ---- page tables ---- */

/* One neutral layout for all architectures: page frame number above bit 12, bits below. */
enum lazymmu_pte_bit {
	LAZYMMU_PTE_PRESENT = 1 << 0,
	LAZYMMU_PTE_WRITE = 1 << 1,
	LAZYMMU_PTE_USER = 1 << 2,
	LAZYMMU_PTE_EXEC = 1 << 3,
	LAZYMMU_PTE_YOUNG = 1 << 4,
	LAZYMMU_PTE_DIRTY = 1 << 5,
	LAZYMMU_PTE_SPECIAL = 1 << 6,  /* no struct page behind it */
	LAZYMMU_PTE_PROTNONE = 1 << 7, /* mapped, but no access allowed */
	LAZYMMU_PTE_HASHPTE = 1 << 8,  /* powerpc: it was hashed */
	LAZYMMU_PTE_FILE = 1 << 9,
	LAZYMMU_PTE_SWAP = 1 << 10, /* not present: a swap or migration entry */
	LAZYMMU_PTE_PFN_SHIFT = 12,
};

/* init_mm of the machine that runs. */
LAZYMMU_PUBLIC struct lazymmu_mm *lazymmu_mm_init(void);

/* The PTE table that maps addr. find: NULL if there is none; alloc makes what is missing. */
LAZYMMU_PUBLIC struct lazymmu_table *lazymmu_table_find(struct lazymmu_mm *mm, uint64_t addr);
LAZYMMU_PUBLIC int lazymmu_table_alloc(struct lazymmu_mm *mm, uint64_t addr,
				       struct lazymmu_table **ret);
/* The entry of addr; its neighbours are ptep[1] and so on, to the end of the table. */
LAZYMMU_PUBLIC struct lazymmu_pte *lazymmu_table_pte(struct lazymmu_table *table, uint64_t addr);
/*
 * The page-table lock of the table. It is a finding to take one that cannot become free (the task
 * holds it, or its holder does not run), to unlock one of somebody else, and to exit with one.
 */
LAZYMMU_PUBLIC void lazymmu_table_lock(struct lazymmu_table *table);
LAZYMMU_PUBLIC void lazymmu_table_unlock(struct lazymmu_table *table);

/* The accessors, each like the kernel function of its name; addr is what ptep maps in mm. */
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_pte_get(const struct lazymmu_pte *ptep);
/* nr entries of one table, page frames counting up. */
LAZYMMU_PUBLIC void lazymmu_pte_set(struct lazymmu_mm *mm, uint64_t addr, struct lazymmu_pte *ptep,
				    struct lazymmu_pte pte, unsigned int nr);
/* Without a look at the old entry: on Xen a set, on powerpc like get_and_clear. */
LAZYMMU_PUBLIC void lazymmu_pte_clear(struct lazymmu_mm *mm, uint64_t addr,
				      struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_pte_get_and_clear(struct lazymmu_mm *mm, uint64_t addr,
							    struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_pte_clear_flush(struct lazymmu_mm *mm, uint64_t addr,
							  struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC void lazymmu_pte_set_wrprotect(struct lazymmu_mm *mm, uint64_t addr,
					      struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC bool lazymmu_pte_test_and_clear_young(struct lazymmu_mm *mm, uint64_t addr,
						     struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_pte_modify_start(struct lazymmu_mm *mm, uint64_t addr,
							   struct lazymmu_pte *ptep);
LAZYMMU_PUBLIC void lazymmu_pte_modify_commit(struct lazymmu_mm *mm, uint64_t addr,
					      struct lazymmu_pte *ptep, struct lazymmu_pte pte);
LAZYMMU_PUBLIC void lazymmu_pte_set_access_flags(struct lazymmu_mm *mm, uint64_t addr,
						 struct lazymmu_pte *ptep, struct lazymmu_pte pte);

/* Views that cost and count nothing; a PTE that has no table is 0. */
/* What a hardware walker reads in memory now. */
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_mm_hardware_pte(struct lazymmu_mm *mm, uint64_t addr);
/* What the kernel has written, writes that the running CPU still holds back included. */
LAZYMMU_PUBLIC struct lazymmu_pte lazymmu_mm_kernel_pte(struct lazymmu_mm *mm, uint64_t addr);
/* Writes that the running CPU and task hold back. */
LAZYMMU_PUBLIC uint64_t lazymmu_section_pending(void);

LAZYMMU_PUBLIC void lazymmu_tlb_flush_range(struct lazymmu_mm *mm, uint64_t start, uint64_t end);
LAZYMMU_PUBLIC void lazymmu_tlb_flush_page(struct lazymmu_mm *mm, uint64_t addr);
LAZYMMU_PUBLIC void lazymmu_tlb_flush_mm(struct lazymmu_mm *mm);
/*
 * An access by the running CPU, without fault handling; false: it faults. The entry becomes young
 * and, by a store, dirty; on sparc64 and s390, where software marks entries, it has to be already.
 */
LAZYMMU_PUBLIC bool lazymmu_tlb_access(struct lazymmu_mm *mm, uint64_t addr, bool write);

/*
 * apply_to_page_range(): fn for each PTE of [start, end), in sections, tables made on the way; ends
 * with the first result that is not 0, and returns it. -EINVAL: the range is not page-aligned, or
 * empty, or too high; or -ENOMEM.
 */
LAZYMMU_PUBLIC int lazymmu_mm_apply(struct lazymmu_mm *mm, uint64_t start, uint64_t end,
				    int (*fn)(struct lazymmu_pte *ptep, uint64_t addr, void *data),
				    void *data);
/*
 * zap_page_range_single() of [start, end) of a user address space: clears the PTEs in sections,
 * flushes, and only then frees the pages. -EINVAL: as above, or of lazymmu_mm_init(); or -ENOMEM.
 */
LAZYMMU_PUBLIC int lazymmu_mm_zap(struct lazymmu_mm *mm, uint64_t start, uint64_t end);
/*
 * The page that addr maps is freed, and goes to somebody else: from here on it is a finding to
 * access it through a translation that a CPU still holds. No PTE changes and nothing is flushed.
 */
LAZYMMU_PUBLIC void lazymmu_page_free(struct lazymmu_mm *mm, uint64_t addr);
/*
 * vmap() of nr_pages at a place that the machine picks, with a guard page behind; and vunmap() of
 * what it returned. -EINVAL: no page, or more than there is room for; or -ENOMEM.
 */
LAZYMMU_PUBLIC int lazymmu_kernel_map(uint64_t nr_pages, uint64_t *ret);
LAZYMMU_PUBLIC void lazymmu_kernel_unmap(uint64_t addr);
/*
 * A slab allocation that KFENCE samples, and its end: the object's page of the linear map is mapped
 * and unmapped again, on arm64 in a section of its own. Any context may do that to anybody's
 * section. 0: no memory, or the machine has no LAZYMMU_OPTION_KFENCE.
 */
LAZYMMU_PUBLIC uint64_t lazymmu_kfence_alloc(void);
LAZYMMU_PUBLIC void lazymmu_kfence_free(uint64_t object);

/* ---- context ---- */

LAZYMMU_PUBLIC void lazymmu_preempt_disable(void);
LAZYMMU_PUBLIC void lazymmu_preempt_enable(void);
/* Bits 0-7 preempt, 8-15 softirq, 16-19 hardirq, 20-23 NMI. */
LAZYMMU_PUBLIC unsigned int lazymmu_preempt_count(void);
LAZYMMU_PUBLIC void lazymmu_bh_disable(void);
/* A section that was opened or closed meanwhile, but not both, is a finding where that matters. */
LAZYMMU_PUBLIC void lazymmu_bh_enable(void);
/* Whether interrupts were off before. */
LAZYMMU_PUBLIC bool lazymmu_irq_save(void);
LAZYMMU_PUBLIC void lazymmu_irq_restore(bool was_off);
LAZYMMU_PUBLIC bool lazymmu_irq_is_disabled(void);

enum lazymmu_interrupt {
	LAZYMMU_INTERRUPT_HARDIRQ,
	LAZYMMU_INTERRUPT_SOFTIRQ,
	LAZYMMU_INTERRUPT_NMI,
};

/*
 * A handler, over the running task. -EBUSY: it cannot come here (interrupts or bottom halves are
 * off, or a handler of its kind or above runs). What it leaves unbalanced is a finding.
 */
LAZYMMU_PUBLIC int lazymmu_interrupt_run(enum lazymmu_interrupt kind, void (*handler)(void *data),
					 void *data);
/* in_interrupt(): in a handler, or with bottom halves off. */
LAZYMMU_PUBLIC bool lazymmu_interrupt_is_active(void);

LAZYMMU_PUBLIC void lazymmu_sched_might_sleep(void);
LAZYMMU_PUBLIC void lazymmu_sched_cond_resched(void);
LAZYMMU_PUBLIC bool lazymmu_sched_need_resched(void);
/* The scheduler wants the running CPU: a walker stops at its next check. */
LAZYMMU_PUBLIC void lazymmu_sched_set_need_resched(void);

/* ---- counters ---- */

/* Exact integers since creation or the last reset; zero where a backend has no such thing. */
struct lazymmu_counters {
	uint64_t sections;	  /* outermost, that took effect */
	uint64_t nested_sections; /* opened inside another */
	uint64_t max_depth;
	uint64_t pte_writes; /* PTEs written, cleared or changed */
	uint64_t deferred;   /* of these, work was held back for */
	uint64_t immediate;  /* of these, all work was done at once */
	uint64_t flushes;    /* releases of held-back work */
	uint64_t barriers;   /* arm64: dsb(ishst) + isb pairs */
	uint64_t tlbie_local;
	uint64_t tlbie_global;
	uint64_t hash_flush_single; /* powerpc: flush_hash_page() */
	uint64_t hash_flush_range;  /* powerpc: flush_hash_range() */
	uint64_t demaps;	    /* sparc: by page and CPU */
	uint64_t cross_calls;	    /* sparc */
	uint64_t hypercalls;	    /* Xen: a multicall counts once */
	uint64_t pte_hypercalls;    /* Xen: of these, with mmu_update requests */
	uint64_t multicall_entries; /* Xen */
	uint64_t emulated_writes;   /* Xen: native PTE writes that trapped */
	uint64_t invlpg;	    /* Xen: single-page flush hypercalls */
	uint64_t ipte;		    /* s390 */
	uint64_t ipte_range;	    /* s390 */
};

LAZYMMU_PUBLIC void lazymmu_counter_copy(const struct lazymmu_machine *machine,
					 struct lazymmu_counters *ret);
/* By the name of the member above; UINT64_MAX: there is no such counter. */
LAZYMMU_PUBLIC uint64_t lazymmu_counter_get(const struct lazymmu_machine *machine,
					    const char *name);
LAZYMMU_PUBLIC const char *lazymmu_counter_name(size_t index); /* NULL beyond the last */
/* How often held-back work was released for a reason; UINT64_MAX: there is no such reason. */
LAZYMMU_PUBLIC uint64_t lazymmu_flush_count(const struct lazymmu_machine *machine,
					    const char *reason);
LAZYMMU_PUBLIC const char *lazymmu_flush_reason_name(size_t index); /* NULL beyond the last */

enum lazymmu_histogram {
	LAZYMMU_HISTOGRAM_BATCH_SIZES,	   /* held-back writes per flush that had any */
	LAZYMMU_HISTOGRAM_SECTION_ENTRIES, /* held-back writes per outermost section */
};

struct lazymmu_bin {
	uint64_t size;
	uint64_t count;
};

/* Copies the first nr bins, by ascending size, and returns how many there are. */
LAZYMMU_PUBLIC size_t lazymmu_histogram_copy(const struct lazymmu_machine *machine,
					     enum lazymmu_histogram histogram,
					     struct lazymmu_bin *bins, size_t nr);
/* Counters, reasons and histograms start at 0 again. Not between modify_start and _commit. */
LAZYMMU_PUBLIC void lazymmu_counter_reset(struct lazymmu_machine *machine);

/* ---- findings ---- */

struct lazymmu_finding {
	const char *name;    /* of the rule: stable, never renamed */
	const char *rule;    /* the rule in words */
	const char *mirrors; /* the kernel text that states or checks it */
	const char *detail;  /* what was seen */
	const char
		*opened; /* C functions that opened the section, innermost first; "": not known */
	uint64_t line;	 /* of the caller's script when it was found, 0: none */
	uint64_t opened_line; /* of the caller's script when the section was opened, 0: none */
	int cpu;
	int tid;
};

/* All findings of a rule; NULL: of every rule. 0 also for a rule that does not exist. */
LAZYMMU_PUBLIC uint64_t lazymmu_finding_count(const struct lazymmu_machine *machine,
					      const char *name);
/*
 * In order of time. -ENOENT: there are not so many, or it was beyond those kept (256). detail and
 * opened are valid until lazymmu_finding_clear().
 */
LAZYMMU_PUBLIC int lazymmu_finding_get(const struct lazymmu_machine *machine, size_t index,
				       struct lazymmu_finding *ret);
LAZYMMU_PUBLIC void lazymmu_finding_clear(struct lazymmu_machine *machine);
/*
 * The running task says that an invariant of its own does not hold: a finding of the rule
 * "assertion", which lazymmu_explore() looks for like any other. detail is one line, cut at 159
 * bytes. WARN_ON() of <lazymmu/kernel.h> calls it.
 */
LAZYMMU_PUBLIC void lazymmu_finding_report(const char *detail);
LAZYMMU_PUBLIC const char *lazymmu_rule_name(size_t index); /* NULL beyond the last */

/* ---- exploration ---- */

/*
 * Tasks and interrupt handlers as C functions, tried in every order that the preemption model, the
 * CPUs and the handlers allow, until a rule is broken or everything was seen. They call the
 * functions of the sections "sections", "page tables" and "context", by these names or by those of
 * <lazymmu/kernel.h>. Each call is a step, and so is each place in it where another context could
 * look or act.
 *
 * A function runs many times, and most times it is left in the middle for good. So it must
 *  - come to an end, and do the same whenever the calls return the same: no time, no chance, no
 *    input, nothing that the address of an object decides;
 *  - keep what it changes in local variables and on the machine; memory of the host that others see
 *    it may only read. What it computes is told apart by what the calls returned;
 *  - own nothing that somebody would have to give back (memory, files, locks of the host);
 *  - not leave by longjmp() or an exception, which a failing assertion of a unit test does; its own
 *    assertions are WARN_ON() or lazymmu_finding_report();
 *  - live on a stack of 256 KiB, most of which is its own.
 *
 * Refused there with -EBUSY: system calls, lazymmu_task_switch() and lazymmu_kernel_map(). Machines
 * must not be made or destroyed.
 */

/*
 * Names are told apart in the witness and in schedules: letters, digits, '-', '_' and '.', and not
 * idle, switch, irq or refill.
 */
struct lazymmu_explore_task {
	const char *name;
	void (*run)(void *data);
	void *data;
	unsigned int mm; /* tasks with the same number, below 4, share an address space */
};

struct lazymmu_explore_handler {
	const char *name;
	enum lazymmu_interrupt kind;
	unsigned int at_most; /* times that it strikes, 0: once */
	void (*run)(void *data);
	void *data;
};

struct lazymmu_explore_page {
	uint64_t addr;	/* any in the page */
	bool is_kernel; /* of lazymmu_mm_init(); else of the task that runs on the CPU */
};

/* Zero is the default of every member but the backend, the kernel and the tasks. */
struct lazymmu_explore_config {
	struct lazymmu_config machine; /* at most 8 CPUs, and not LAZYMMU_MODE_IMMEDIATE */
	const struct lazymmu_explore_task *tasks;
	size_t nr_tasks; /* 1 to 16 */
	const struct lazymmu_explore_handler *handlers;
	size_t nr_handlers; /* at most 8 */
	/*
	 * With several CPUs each may load the translations of these pages at any time, as real ones
	 * do, and not only by an access of its task. `refill CPU PAGE` in schedules, where the
	 * first is k0 or u0, the second k1 or u1, ...
	 */
	const struct lazymmu_explore_page *speculated;
	size_t nr_speculated; /* at most 16 */
	/*
	 * Called before the search by each thread, and once more before the witness is made, for
	 * each address space that a task has, which current has then: maps what the tasks need, by
	 * system calls or page tables, and may keep in data what they read. A result that is not 0
	 * ends the exploration.
	 */
	int (*prepare)(unsigned int mm, void *data);
	void *prepare_data;
	uint64_t max_states; /* 0: a million */
	/* Preemptions, interrupts and other things that nobody asked for in a schedule; 0: any. */
	unsigned int max_disturbances;
	/*
	 * Threads, at most 256, 0: one. The result is the same for any number, but each thread has
	 * a machine of its own, on which it calls prepare and the functions: they run at the same
	 * time as those of other threads, and what prepare keeps of a machine (tables, PTEs) must
	 * be kept for each thread.
	 */
	unsigned int jobs;
	/*
	 * Not NULL: instead of a search the one order that lazymmu_exploration_schedule() gave for
	 * these tasks and handlers, and behind its last move what happens when nobody disturbs. A
	 * rule that it breaks is found again; else the verdict is bounded. -EINVAL: it is
	 * malformed, or a move is not possible when its turn comes.
	 */
	const char *schedule;
};

/* What came of an exploration; owns everything that is got from it. */
struct lazymmu_exploration;

/*
 * Explores; the machine that ran before runs again afterwards. The caller destroys the result.
 * -EINVAL: a value that is out of range or missing, diag (may be NULL) has it; -ENOMEM; -EAGAIN:
 * there are no threads; or what prepare returned. A finding is no error.
 */
LAZYMMU_PUBLIC int lazymmu_explore(const struct lazymmu_explore_config *config,
				   struct lazymmu_exploration **ret, struct lazymmu_diag *diag);
/* NULL is allowed. */
LAZYMMU_PUBLIC void lazymmu_exploration_destroy(struct lazymmu_exploration *exploration);

enum lazymmu_verdict {
	LAZYMMU_VERDICT_CLEAN,	 /* every order was tried, and none breaks a rule */
	LAZYMMU_VERDICT_FINDING, /* there is a witness */
	LAZYMMU_VERDICT_BOUNDED, /* nothing was found within the bounds, but not all was tried */
};

struct lazymmu_exploration_summary {
	enum lazymmu_verdict verdict;
	const char *bound; /* the bound that was reached, when bounded; else NULL */
	uint64_t states;   /* that differ, by 128 bits of everything that the future depends on */
	uint64_t transitions;
	uint64_t schedule_points; /* passed, all schedules together */
	/* Of the witness: as few disturbances as possible, and then as few steps. Or of schedule.
	 */
	unsigned int disturbances;
	size_t nr_steps;	    /* see lazymmu_exploration_step() */
	unsigned int failing_steps; /* the last of them: of the call that fails, and its context */
};

LAZYMMU_PUBLIC void lazymmu_exploration_summary(const struct lazymmu_exploration *exploration,
						struct lazymmu_exploration_summary *ret);
/* The rule that the witness breaks. -ENOENT: there is no witness. */
LAZYMMU_PUBLIC int lazymmu_exploration_finding(const struct lazymmu_exploration *exploration,
					       struct lazymmu_finding *ret);

struct lazymmu_explore_step {
	int cpu;
	const char *text; /* TASK CALL: PART, or what the CPU does, one line */
};

/* A step of the witness, first to last. -ENOENT: there are not so many. */
LAZYMMU_PUBLIC int lazymmu_exploration_step(const struct lazymmu_exploration *exploration,
					    size_t index, struct lazymmu_explore_step *ret);
/*
 * The order of the witness, for schedule of a configuration: "TASK STEPS ; switch CPU TASK ; ...",
 * as in SCENARIOS of lazymmu(1). "": there is no witness.
 */
LAZYMMU_PUBLIC const char *
lazymmu_exploration_schedule(const struct lazymmu_exploration *exploration);
/*
 * All of it as text for people, as `lazymmu explore` prints it, with a timeline of the witness that
 * has a column for each CPU. Errors are those of the stream.
 */
LAZYMMU_PUBLIC void lazymmu_exploration_print(const struct lazymmu_exploration *exploration,
					      FILE *out);

#ifdef __cplusplus
}
#endif

#endif
