/* SPDX-License-Identifier: MIT */
/*
 * One internal event: what every reader yields and replay consumes. An event is a line of the
 * recording: its columns (task, CPU, flags), which are causes on every line, and what the line
 * says.
 *
 * Causes drive the model. Effects are only ever compared with what the model predicts.
 */
#ifndef LAZYMMU_TRACE_EVENT_H
#define LAZYMMU_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_OTHER, /* only the columns mean something */

	/* Causes: syscalls. arg[0..5] in syscall order; mapped to one numbering by the reader. */
	EVENT_SYS_ENTER,
	EVENT_SYS_EXIT, /* arg[0]: result, negative errno on failure */

	/* Causes: paging. */
	EVENT_FAULT,	/* arg: address, enum fault_bit, pages (one fault each) */
	EVENT_MM_FAULT, /* powerpc handle_mm_fault. arg: address, flags, vm_start, vm_end, vm_flags
			 */
	EVENT_FAULT_AROUND, /* filemap_map_pages. arg: address, pgoff, start_pgoff, end_pgoff */
	EVENT_HASH_PAGE,    /* a translation enters the hash table. arg: address, access bits */
	EVENT_HASH_FAULT,   /* arg: address, access */
	EVENT_KERNEL_MMAP,  /* vm_mmap_pgoff. arg: file (0: none), address, length, prot, flags */
	EVENT_KERNEL_BRK,   /* vm_brk_flags. arg: address, length */
	/* A recorder lists a mapping that is there (perf's MMAP2). arg: address, length, prot, enum
	 * map_flag bits. Inside mmap() and its like the syscall itself says it. */
	EVENT_MAPPING,

	/* Causes: tasks. */
	EVENT_NEW_EXEC, /* begin_new_exec: the old mm goes, the new one is loaded */
	EVENT_EXEC,	/* sched_process_exec */
	EVENT_FORK,	/* sched_process_fork. arg: parent tid, child tid */
	EVENT_NEW_TASK, /* task_newtask, before EVENT_FORK. arg: child tid, CLONE_ bits */
	EVENT_EXIT,	/* sched_process_exit. arg: tid */
	EVENT_SWITCH,	/* sched_switch. arg: prev tid, next tid; text: prev_state */
	EVENT_IRQ_ENTER,
	EVENT_IRQ_EXIT,
	EVENT_SOFTIRQ_ENTER,
	EVENT_SOFTIRQ_EXIT,
	EVENT_MARKER, /* text: what the program wrote */

	/* Causes: the section API and PTE writes themselves. text: the calling function. */
	EVENT_SECTION_ENTER,
	EVENT_SECTION_LEAVE,
	EVENT_SECTION_PAUSE,
	EVENT_SECTION_RESUME,
	EVENT_SECTION_FLUSH,
	/* Native text. arg: address, count, enum ptes_op, kernel (0/1), value of PTES_RAW. */
	EVENT_PTES,
	EVENT_SET_PTE,	     /* arg: ptep, kernel (0/1), valid (0/1) */
	EVENT_CLEAR_PTE,     /* arg: ptep, kernel */
	EVENT_TASK_SWITCHED, /* arm64 lazy_mmu:switch. arg: in_section */
	EVENT_CALL,

	/* Effects, Xen. */
	EVENT_XEN_BATCH,	/* xen_mc_batch */
	EVENT_XEN_ISSUE,	/* arg: 1 "flush: yes", 0 "flush: no", 2 not said (older kernels) */
	EVENT_XEN_ENTRY,	/* arg: op number */
	EVENT_XEN_ENTRY_ALLOC,	/* arg: bytes */
	EVENT_XEN_EXTEND,	/* arg: op number, bytes, 0 OK 1 BAD_OP 2 NO_SPACE */
	EVENT_XEN_FLUSH_REASON, /* text: NONE, BATCH, ARGS or CALLBACK */
	EVENT_XEN_FLUSH,	/* arg: calls, argument bytes, callbacks */
	EVENT_XEN_SET_PTE,
	EVENT_XEN_PROT_COMMIT,
	EVENT_XEN_INVLPG,      /* xen_mmu_flush_tlb_one_user */
	EVENT_XEN_PROBE_ENTER, /* k_xen_enter_lazy_mmu, k_paravirt_enter_lazy_mmu and their like */
	EVENT_XEN_PROBE_LEAVE,

	/* Effects, powerpc. */
	EVENT_HPTE_NEED_FLUSH,	 /* arg: batch active (0/1), index */
	EVENT_FLUSH_TLB_PENDING, /* arg: index */
	EVENT_FLUSH_HASH_PAGE,
	EVENT_FLUSH_HASH_RANGE, /* arg: number */
	EVENT_PPC_ENTER,	/* enter_* probe */
	EVENT_PPC_LEAVE,	/* leave_* probe */

	/*
	 * Effects, any backend: a probe, or the function tracer, at a function of lazy MMU mode
	 * that says nothing else. Sections are predicted from their causes, not from these.
	 */
	EVENT_PROBE_ENTER,
	EVENT_PROBE_LEAVE,
	EVENT_PROBE_UPDATE, /* an entry of the page table is handed to the batch */
	EVENT_PROBE_FLUSH,

	/* Effects, arm64. text: the function. */
	EVENT_ARM64_PENDING,
	EVENT_ARM64_TEST_PENDING,
	EVENT_ARM64_BARRIER_PAIR,
	EVENT_ARM64_TLBI,

	/* An effect that nothing counts (stack traces, tlb_flush, hcall_entry...). */
	EVENT_EFFECT_OTHER,

	/* Native text: `expect NAME OP VALUE`; text is the rest of the line. */
	EVENT_EXPECT,
	NR_EVENT_KINDS,
};

enum fault_bit {
	FAULT_PROT = 1 << 0, /* the page was mapped, the access was not allowed */
	FAULT_WRITE = 1 << 1,
	FAULT_USER = 1 << 2,
	FAULT_UNTOLD = 1 << 3, /* the recorder does not say how the page was accessed */
	FAULT_EXEC = 1 << 4,
};

/* What an EVENT_PTES does to a run of consecutive entries. */
enum ptes_op {
	PTES_SET,
	PTES_CLEAR,
	PTES_WRPROTECT,
	PTES_MKOLD,
	PTES_MOVE,
	PTES_SWAP,
	PTES_RAW,
	PTES_GET,
};

/* The syscalls that change (or may change) page tables or tasks; every other one is SYSCALL_OTHER.
 */
enum syscall_nr {
	SYSCALL_OTHER,
	SYSCALL_MMAP,	  /* addr, length, prot, enum map_flag bits, fd, offset */
	SYSCALL_MUNMAP,	  /* addr, length */
	SYSCALL_MPROTECT, /* addr, length, prot */
	SYSCALL_MREMAP,	  /* addr, old length, new length, flags, new addr */
	SYSCALL_MADVISE,  /* addr, length, advice (kernel numbers) */
	SYSCALL_MLOCK,	  /* addr, length */
	SYSCALL_MLOCK2,	  /* addr, length, flags */
	SYSCALL_MUNLOCK,  /* addr, length */
	SYSCALL_MLOCKALL, /* enum mlockall_flag bits */
	SYSCALL_MUNLOCKALL,
	SYSCALL_BRK,	/* addr */
	SYSCALL_CLONE,	/* flags (kernel CLONE_ bits) */
	SYSCALL_CLONE3, /* its flags are in memory; EVENT_NEW_TASK says them */
	SYSCALL_FORK,
	SYSCALL_VFORK,
	SYSCALL_EXECVE, /* arguments are not read; execveat() too */
	SYSCALL_EXIT,
	SYSCALL_EXIT_GROUP,
	SYSCALL_WRITE,	       /* any write(): to clear_refs it acts on page tables */
	SYSCALL_KERNEL_MEMORY, /* may map kernel memory: modules, BPF programs and filters */
	SYSCALL_FILE,	       /* may unmap or write-protect pages of mapped files */
	SYSCALL_UNMODELLED,    /* changes address spaces in another way */
	NR_SYSCALLS,
};

static inline bool syscall_is_fork(enum syscall_nr nr)
{
	return nr == SYSCALL_CLONE || nr == SYSCALL_CLONE3 || nr == SYSCALL_FORK ||
	       nr == SYSCALL_VFORK;
}

static inline bool syscall_is_exit(enum syscall_nr nr)
{
	return nr == SYSCALL_EXIT || nr == SYSCALL_EXIT_GROUP;
}

/* mmap flags in one numbering: those of x86, the reader maps the others. */
enum map_flag {
	MAPPING_SHARED = 0x1,
	MAPPING_PRIVATE = 0x2,
	MAPPING_FIXED = 0x10,
	MAPPING_ANONYMOUS = 0x20,
	MAPPING_GROWSDOWN = 0x100,
	MAPPING_LOCKED = 0x2000,
	MAPPING_NORESERVE = 0x4000,
	MAPPING_POPULATE = 0x8000,
	MAPPING_NONBLOCK = 0x10000,
	MAPPING_HUGETLB = 0x40000,
	MAPPING_FIXED_NOREPLACE = 0x100000,
};

/* mlockall() flags of x86. */
enum mlockall_flag {
	LOCK_CURRENT = 1,
	LOCK_FUTURE = 2,
};

/* Of an event: when is not said, or was not asked for. */
#define EVENT_NO_TIME UINT64_MAX

enum { EVENT_MAX_ARGS = 6, EVENT_TEXT_SIZE = 128 };

struct event {
	uint64_t line; /* 1-based */
	uint64_t time; /* nanoseconds, or EVENT_NO_TIME */
	enum event_kind kind;

	/* Columns. */
	int tid;  /* -1: not said */
	int tgid; /* -1: not said */
	int cpu;  /* -1: not said */
	bool has_flags;
	bool irqs_off;
	bool after_loss;   /* the recorder lost events before this one */
	bool need_resched; /* TIF_NEED_RESCHED, what walkers ask for */
	bool hardirq;
	bool softirq;
	unsigned int preempt_depth;

	enum syscall_nr syscall; /* of EVENT_SYS_ENTER and _EXIT */
	uint64_t arg[EVENT_MAX_ARGS];
	char text[EVENT_TEXT_SIZE]; /* NUL-terminated, cut if longer */
};

/* An event of a line that says nothing yet. */
static inline void event_init(struct event *event, uint64_t line)
{
	event->line = line;
	event->time = EVENT_NO_TIME;
	event->kind = EVENT_OTHER;
	event->tid = -1;
	event->tgid = -1;
	event->cpu = -1;
	event->has_flags = false;
	event->irqs_off = false;
	event->after_loss = false;
	event->need_resched = false;
	event->hardirq = false;
	event->softirq = false;
	event->preempt_depth = 0;
	event->syscall = SYSCALL_OTHER;
	for (int i = 0; i < EVENT_MAX_ARGS; i++)
		event->arg[i] = 0;
	event->text[0] = '\0';
}

/* True for what a prediction must never look at. */
static inline bool event_is_effect(enum event_kind kind)
{
	return kind >= EVENT_XEN_BATCH && kind <= EVENT_EFFECT_OTHER;
}

#endif
