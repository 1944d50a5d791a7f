/* SPDX-License-Identifier: MIT */
/*
 * A scenario: what may happen. A few tasks with small programs, handlers that may interrupt them,
 * pages they work on, and what is expected to come of it. SCENARIOS in lazymmu(1) has the grammar.
 */
#ifndef LAZYMMU_EXPLORE_SCENARIO_H
#define LAZYMMU_EXPLORE_SCENARIO_H

#include "finding.h"
#include "machine.h"
#include "text.h"

enum {
	SCENARIO_NAME_SIZE = 64,
	MAX_SCENARIO_TASKS = 16,
	MAX_SCENARIO_CPUS = 8,
	MAX_HANDLERS = 8,
	MAX_PROGRAMS = MAX_SCENARIO_TASKS + MAX_HANDLERS,
	MAX_OPS = 1024, /* of all programs together */
	MAX_PAGES = 64, /* of each kind */
	MAX_MMS = 4,
	MAX_REGISTERS = 8,
	MAX_BLOCK_DEPTH = 4, /* loops and conditions inside each other */
	MAX_EXPECTATIONS = 64,
	MAX_MOVES = 65536, /* of a schedule */
	MAX_STORY_SIZE = 8192,
	MAX_REFILLS = 16, /* pages; what is beyond is loaded by accesses alone */
};

enum op_kind {
	/* Sections. */
	OP_ENABLE,
	OP_ENABLE_RANGE, /* with s390's hint: from the page on, to the last of its table */
	OP_DISABLE,
	OP_PAUSE,
	OP_RESUME,
	/* Page-table entries. */
	OP_WRITE, /* a write of a kind that the backend holds back */
	OP_SET,
	OP_SET_PTES, /* `value` consecutive ones */
	OP_CLEAR,
	OP_WRPROTECT,
	OP_YOUNG,
	OP_PROT, /* ptep_modify_prot_start() and _commit() */
	OP_GET,	 /* ptep_get() */
	OP_RAW,	 /* a read through the pointer */
	OP_ACCESS,
	OP_STORE,
	OP_FLUSH_RANGE, /* `value` pages from this one */
	OP_FLUSH_PAGE,
	OP_UNMAP,    /* munmap of one page: section, gather, free */
	OP_FREE,     /* the page behind it is freed, without any flush */
	OP_GUP,	     /* a lockless walker takes a reference */
	OP_WP_BEGIN, /* mm->write_protect_seq: fork begins to write-protect, */
	OP_WP_END,   /* and has ended */
	/* Memory of the kernel. */
	OP_ALLOC,	/* GFP_NOWAIT, freed at the end of the operation */
	OP_ALLOC_SLEEP, /* GFP_KERNEL */
	OP_KASAN_POPULATE,
	OP_KASAN_RELEASE,
	OP_SET_MEMORY, /* set_memory_valid() of one page of the linear map */
	/* Context. */
	OP_LOCK, /* the page-table lock of the page */
	OP_UNLOCK,
	OP_PREEMPT_OFF,
	OP_PREEMPT_ON,
	OP_BH_OFF,
	OP_BH_ON,
	OP_IRQ_OFF,
	OP_IRQ_ON,
	OP_SLEEP,
	OP_COND_RESCHED,
	OP_USER, /* back in user mode for a moment */
	OP_NOP,
	/* Tasks. */
	OP_FORK,
	OP_EXIT,
	/* Control. */
	OP_LOOP, /* `value` times, 0: for ever; `target` is behind its end */
	OP_IF,	 /* register `reg` equals `value`; else `target` */
	OP_END,	 /* of a block; `target` is its OP_LOOP or OP_IF */
	NR_OPS,
};

/* Which page an operation works on. */
enum page_space {
	SPACE_NONE,
	SPACE_KERNEL, /* k0, k1, ... of init_mm */
	SPACE_USER,   /* u0, u1, ... of the task's address space */
	SPACE_WRITE,  /* w0, w1, ... where the backend holds writes back */
};

struct op {
	enum op_kind kind;
	enum page_space space;
	unsigned int page;
	unsigned int value;
	unsigned int reg;
	unsigned int target;
	uint64_t line;
};

/* What operations look like in text; by enum op_kind. */
struct op_syntax {
	const char *name;
	bool has_page;
	bool has_register;
	enum op_value { VALUE_NONE, VALUE_OPTIONAL, VALUE_NEEDED } value;
	bool has_task;
	const char *summary;
};

extern const struct op_syntax op_syntax[NR_OPS];

struct program {
	char name[SCENARIO_NAME_SIZE];
	unsigned int first; /* of ops */
	unsigned int nr;
	int mm;	       /* of a task: index of its address space */
	bool is_child; /* begins at a fork, not at the start */
	/* Instead of operations: C code that calls the public interface. */
	void (*function)(void *data);
	void *data;
	/* Of a handler. */
	enum handler_kind { HANDLER_NONE, HANDLER_IRQ, HANDLER_SOFTIRQ, HANDLER_NMI } handler;
	unsigned int at_most;
	uint64_t line;
};

enum verdict { VERDICT_CLEAN, VERDICT_FINDING, VERDICT_BOUNDED, VERDICT_NOT_APPLICABLE };

extern const char *const verdict_names[];

/* The first line that fits a backend and a kernel says what must come out there. */
struct expectation {
	char arch[16];	  /* "*": every */
	int first_kernel; /* enum kernel_id */
	int last_kernel;
	enum verdict verdict;
	unsigned int findings; /* of a VERDICT_FINDING: a bit for each enum finding_kind allowed */
	unsigned int steps;    /* at most, 0: any number */
	uint64_t line;
};

/* One item of a schedule. */
struct move {
	enum move_kind {
		MOVE_STEPS,  /* `task` takes `count` steps, 0: as many as it can */
		MOVE_SWITCH, /* `cpu` switches to `task`, -1: to idle */
		MOVE_IRQ,    /* `handler` interrupts `cpu` */
		MOVE_REFILL, /* `cpu` loads a translation of `page` */
	} kind;
	int cpu;
	int task; /* program */
	unsigned int count;
	enum page_space space;
	unsigned int page;
	uint64_t line;
};

struct scenario {
	char name[SCENARIO_NAME_SIZE];
	char story[MAX_STORY_SIZE]; /* its comments, one line each */
	int nr_cpus;
	bool has_preempt;
	enum preempt_model preempt;
	unsigned int config;	 /* of enum config_flag */
	unsigned int page_shift; /* 0: the backend's default */
	unsigned int nr_mms;
	char mm_names[MAX_MMS][SCENARIO_NAME_SIZE];

	struct program programs[MAX_PROGRAMS]; /* tasks first */
	unsigned int nr_tasks;
	unsigned int nr_programs;
	struct op ops[MAX_OPS];
	unsigned int nr_ops;
	unsigned int nr_pages[SPACE_WRITE + 1]; /* by enum page_space: the highest in use and one */
	/* C code that maps what the tasks need, once for each address space; NULL: none. 0 or
	 * -errno. */
	int (*prepare)(unsigned int mm, void *data);
	void *prepare_data;
	/* Of C functions: what CPUs may load unasked; the number of a page is its place here. */
	struct listed_page {
		enum page_space space;
		uint64_t addr;
	} listed[MAX_REFILLS];
	unsigned int nr_listed;

	struct expectation expectations[MAX_EXPECTATIONS];
	unsigned int nr_expectations;
	/* A witness: the subject and the kernel that it was found on, and the order of things. */
	char arch[16];
	char kernel[SCENARIO_NAME_SIZE];
	struct move *moves;
	size_t nr_moves;
};

static inline bool is_task(const struct scenario *scenario, unsigned int program)
{
	return program < scenario->nr_tasks;
}

/* NULL: nothing is expected of this cell. */
const struct expectation *scenario_expectation(const struct scenario *scenario, const char *arch,
					       int kernel);

/*
 * Why something cannot have that name, or no further task or handler can; hint says what can, or is
 * NULL. NULL: it can.
 */
const char *name_fault(struct text name, const char **hint);
const char *program_name_fault(const struct scenario *scenario, struct text name,
			       const char **hint);

void scenario_destroy(struct scenario *scenario);

#endif
