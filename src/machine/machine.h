/* SPDX-License-Identifier: MIT */
/*
 * The simulated machine: CPUs, tasks, and everything that a run owns. All mutable state of a run
 * is reachable from one struct machine; the only exception is the thread-local pointer to the
 * running CPU, which is what makes `current` and `this_cpu()` of kernel-shaped code possible. A
 * machine belongs to one OS thread for life.
 */
#ifndef LAZYMMU_MACHINE_MACHINE_H
#define LAZYMMU_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "finding.h"
#include "idmap.h"
#include "kernel.h"
#include "step.h"

enum {
	MAX_CPUS = 64,	     /* one bit each in a CPU mask */
	MAX_TASKS = 1 << 20, /* alive at the same time */
};

enum preempt_model {
	PREEMPT_NONE,
	PREEMPT_VOLUNTARY,
	PREEMPT_FULL,
	PREEMPT_LAZY, /* preempts at return to user mode or at a tick only */
	PREEMPT_RT,   /* spin_lock() may sleep and leaves preemption on */
	NR_PREEMPT_MODELS,
};

extern const char *const preempt_model_names[NR_PREEMPT_MODELS];

enum mode {
	MODE_LAZY,
	MODE_IMMEDIATE, /* section calls and hooks return at once: nothing is ever held back */
};

/* Kernel configuration, a bit set. */
enum config_flag {
	CONFIG_DEBUG_VM = 1 << 0,
	CONFIG_DEBUG_PAGEALLOC = 1 << 1,
	CONFIG_KFENCE = 1 << 2,
	CONFIG_KASAN_VMALLOC = 1 << 3,
	CONFIG_KPKEYS = 1 << 4,
	CONFIG_S390_WITH_PTES = 1 << 5,
	NR_CONFIG_FLAGS = 6,
};

extern const char *const config_flag_names[NR_CONFIG_FLAGS]; /* by bit */
/* 0: no option has that name. */
unsigned int config_flag_find(const char *name);

struct machine_config {
	const struct kernel *kernel;
	enum mode mode;
	enum preempt_model preempt;
	unsigned int config; /* of enum config_flag */
	int nr_cpus;	     /* 1..MAX_CPUS */
	bool radix;	     /* powerpc: radix MMU instead of hash */
	unsigned int page_shift;
	struct memory *memory; /* of the machine and all that belongs to it; NULL: the C library */
};

/*
 * The section state of a task. Linux include/linux/mm_types_task.h, struct lazy_mmu_state, commit
 * 5ab246749569 ("mm: enable lazy_mmu sections to nest"), v7.0: two u8, wrapping. Version 4 of its
 * series had a u8 and a flag instead.
 */
struct lazy_mmu_state {
	uint8_t enable_count;
	uint8_t pause_count;
	uint8_t nesting_level;
	bool active;
};

enum { MAX_LAZY_MMU_STATES = 256 };

/* The variables of callers that hold what enter() returned: one for each open section. */
struct lazy_mmu_states {
	unsigned int nr;
	uint64_t nested[MAX_LAZY_MMU_STATES / 64];
};

/*
 * What the simulator itself knows about a task's sections. Findings are judged on this view, the
 * mirrored code never reads it.
 */
struct section_view {
	unsigned int depth;  /* sections open, as the caller sees it */
	bool in_set_ptes;    /* set_ptes() has a section of its own open */
	unsigned int pauses; /* pauses open, as the caller sees it */
	bool batches;	     /* a section is open and not paused */
	bool effective;	     /* the outermost section switched batching on */
	/*
	 * Calls that the kernel skipped because of in_interrupt(): opens less closes, now and when
	 * bottom halves were last switched off.
	 */
	int skipped;
	int skipped_at_bh_off;
	uint64_t deferred;		  /* writes held back in the life of the task */
	uint64_t opened_at;		  /* deferred at the outermost enter */
	uint64_t prot_started;		  /* deferred when ptep_modify_prot_start() was called */
	uint64_t write_began;		  /* deferred when a write began, if somebody explores */
	uint64_t prot_old;		  /* what it returned */
	uint64_t opened_line;		  /* input line of the outermost enter, 0: none */
	char origin[FINDING_ORIGIN_SIZE]; /* backtrace of the outermost enter, "": none */
};

struct mm;
struct cpu;
struct machine;

struct task {
	int tid;
	int tgid;
	bool has_run; /* it was switched in at least once */
	struct machine *machine;
	struct cpu *cpu;      /* where it runs or last ran */
	struct mm *mm;	      /* NULL: kernel thread */
	struct mm *active_mm; /* what the CPU has loaded while it runs */

	unsigned int preempt_count; /* bit fields of preempt.h */
	unsigned int locks_held;
	const struct spinlock *awaits;	 /* it waits for this lock, which somebody else holds */
	unsigned int migration_disabled; /* PREEMPT_RT: locks held */
	uint64_t thread_flags;
	struct lazy_mmu_state lazy_mmu_state;
	struct lazy_mmu_states lazy_mmu_states; /* version 2 of the nesting series */
	uint64_t por_el1_lazy_mmu;		/* arm64 kpkeys: thread_struct.por_el1_lazy_mmu */
	uint64_t por_el1; /* arm64 kpkeys: the register, switched with the task */
	/* arm64: PTE writes behind the pending barrier; a child starts with none of its parent's.
	 */
	uint64_t pending_writes;

	/* What exploration has to know of the operation that it is in: the schedule points that it
	 * passed and the values that it read and still needs (observe()). */
	uint64_t history;

	struct section_view section;
	struct counters *counters; /* sink, never NULL */
};

struct cpu {
	int id;
	struct machine *machine;
	struct task *current;
	struct task *idle;
	bool irqs_disabled;
	bool need_resched;
	void *arch; /* per-CPU data of the backend, ops->percpu_size bytes */
};

/* Upward calls of a context switch and of fork: filled by the backend, a NULL does nothing. */
struct switch_hooks {
	void (*start)(struct task *prev); /* arch_start_context_switch(), still on prev */
	void (*end)(struct task *next);	  /* from __switch_to(); current is still prev */
	void (*fork)(struct task *parent, struct task *child);
};

/* Upward calls of backends: filled by the section layer. */
struct services {
	void (*task_pause)(struct task *task);	/* __task_lazy_mmu_mode_pause() */
	void (*task_resume)(struct task *task); /* __task_lazy_mmu_mode_resume() */
};

struct arch;
struct arch_ops;
struct hw;
struct mm_layer;

struct machine {
	struct machine_config config;
	const struct arch *arch;
	const struct arch_ops *ops;
	struct switch_hooks switch_hooks;
	struct services services;
	struct hw *hw;
	struct mm_layer *mm_layer; /* NULL: no address spaces but init_mm */

	struct cpu cpus[MAX_CPUS]; /* by id, config.nr_cpus of them */
	struct idmap tasks;	   /* struct task by tid */

	struct counters total; /* sink of tasks that are in no phase */
	struct finding_list findings;
	uint64_t line;	    /* of the input that is being replayed, 0: none */
	bool out_of_memory; /* a growth failed: the run ends as "could not run" */
	const char *limit;  /* the MAX_ that made it fail; NULL: the host has no more memory */

	/* Visits of schedule points go here when somebody explores or looks on; NULL in a plain
	 * run. */
	void (*explorer)(struct machine *machine, enum step step);
	void *explorer_data;
	/* Asked by need_resched() beside the CPU's own flag; NULL: never. */
	bool (*resched_source)(void *data);
	void *resched_data;
	/* Fills a backtrace of the C code that opens a section; NULL: the input line is enough. */
	void (*backtrace)(char *text, size_t size);
};

/*
 * The CPU that is being simulated in this OS thread. Every primitive reads it: initial-exec makes
 * that one load also in the shared library.
 */
extern _Thread_local struct cpu *running_cpu __attribute__((tls_model("initial-exec")));

static inline struct cpu *this_cpu(void)
{
	return running_cpu;
}

static inline struct machine *this_machine(void)
{
	return running_cpu->machine;
}

static inline struct task *current_task(void)
{
	return running_cpu->current;
}

static inline void count(enum counter counter, uint64_t n)
{
	running_cpu->current->counters->n[counter] += n;
}

/* Adds a size to one of the histograms of the current sink. */
void count_batch(uint64_t size);
void count_section(uint64_t size);
/* Counts one release of size held-back writes for a reason. */
void count_flush(enum flush_reason reason, uint64_t size);

/*
 * Reports a finding about the running task; detail is printf-like. Never fails: beyond
 * MAX_FINDINGS it is only counted.
 */
void report_finding(enum finding_kind kind, const char *format, ...)
	__attribute__((format(printf, 2, 3), cold));

/* 0, -ENOMEM or -EINVAL; the backend is attached afterwards (arch_attach()). */
int machine_create(const struct machine_config *config, struct machine **ret);
void machine_destroy(struct machine *machine);

/* Zeroed memory; sets out_of_memory and returns NULL when there is none. */
void *machine_alloc(struct machine *machine, size_t size);
void machine_free(struct machine *machine, void *block);

/* Sets out_of_memory: what a limit of this program refuses would falsify the rest of the run. */
void machine_reached_limit(struct machine *machine, const char *limit);

#endif
