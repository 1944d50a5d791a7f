/* SPDX-License-Identifier: MIT */
/*
 * One execution of a scenario on one machine: every task is a coroutine over the kernel-shaped code
 * of mm, lazy and arch, and stops at each schedule point. Where more than one thing can happen next
 * somebody is asked to choose. An execution always begins at the start; to get back to a state, its
 * choices are made again.
 */
#ifndef LAZYMMU_EXPLORE_EXECUTION_H
#define LAZYMMU_EXPLORE_EXECUTION_H

#include "coroutine.h"
#include "mm_struct.h"
#include "scenario.h"
#include "subject.h"

enum {
	FIRST_TID = 100, /* of the tasks of a scenario, in their order */
	MAX_FRAMES = 4,	 /* a task, and a softirq, an interrupt and an NMI over it */
	MAX_ACTIONS = 1024,
	/* Schedule points of one execution: what is longer is cut, and said to be. */
	MAX_EXECUTION_STEPS = 1 << 20,
};

/* What can happen next. */
struct action {
	enum action_kind {
		ACTION_STEP,   /* the task of `cpu` goes on to its next schedule point */
		ACTION_SWITCH, /* `cpu` switches to `target`, an actor; nr_tasks: to idle */
		ACTION_IRQ,    /* handler `target` strikes on `cpu` */
		ACTION_REFILL, /* `cpu` loads the translation of page `target` (speculation) */
	} kind;
	uint8_t cpu;
	uint8_t target;
	enum page_space space; /* ACTION_REFILL */
	/* Nobody asked for it: a preemption, an interrupt, a speculative load. */
	bool is_disturbance;
};

enum stop_reason {
	STOP_NOT,    /* it goes on */
	STOP_CHOSEN, /* whoever chooses wanted no more */
	STOP_ENDED,  /* nothing can happen any more: all tasks have ended */
	STOP_STUCK,  /* nothing can happen any more, but a task waits */
	STOP_FINDING,
	STOP_BOUND, /* MAX_EXECUTION_STEPS */
	STOP_DEEP,  /* a task has used up its stack */
	STOP_NO_MEMORY,
};

/* A program that is being executed: of the task itself, or of a handler over it. */
struct frame {
	unsigned int program;
	unsigned int pc;  /* of ops: the one that runs or comes next; of a C function: its calls */
	const char *call; /* of a C function: the call that it is in */
	unsigned int block_depth;
	unsigned int loops[MAX_BLOCK_DEPTH]; /* rounds left */
	/* Of a handler: what it interrupted. */
	bool irqs_disabled;
	uint64_t history; /* task->history */
};

struct execution;

struct actor {
	struct execution *execution;
	unsigned int index; /* of actors; from nr_tasks on the idle tasks by CPU */
	struct task *task;  /* NULL: not born, or gone */
	struct coroutine *coroutine;
	enum actor_state { ACTOR_UNBORN, ACTOR_ALIVE, ACTOR_DONE } state;
	bool on_cpu; /* current on `cpu`, or about to be */
	int cpu;
	bool in_switch;	 /* between the hooks of a context switch that it makes */
	enum step point; /* of the schedule point at which it waits */
	unsigned int registers[MAX_REGISTERS];
	struct frame frames[MAX_FRAMES];
	unsigned int nr_frames;
};

/* Choices that are known beforehand, and the step at which each is made. */
struct known_choice {
	uint32_t step;
	uint16_t index;
};

/* What happened, for the witness. */
struct moment {
	enum moment_kind { MOMENT_PART, MOMENT_SWITCH, MOMENT_IRQ, MOMENT_REFILL, MOMENT_END } kind;
	enum step step; /* MOMENT_PART */
	uint8_t cpu;
	uint8_t actor;	/* whose part it is; MOMENT_SWITCH: who gives way */
	uint8_t target; /* MOMENT_SWITCH: who comes; MOMENT_IRQ: handler; MOMENT_REFILL: page */
	enum page_space space; /* MOMENT_REFILL */
	uint8_t program;       /* whose operation it is */
	unsigned int op;       /* of ops, or the number of a call */
	const char *call;      /* of a C function, else NULL */
};

struct choice_point {
	const struct action *actions; /* what the CPU that acted last would do comes first */
	unsigned int nr;
};

struct execution_setup {
	const struct scenario *scenario;
	const struct subject *subject;
	const struct kernel *kernel;
	enum preempt_model preempt;
	int nr_cpus;
	unsigned int config;	 /* all of it */
	unsigned int page_shift; /* 0: the backend's default */
	/* machine->backtrace, NULL: nobody asks who opened a section. */
	void (*backtrace)(char *text, size_t size);
};

struct execution {
	struct execution_setup setup;
	/* Made first, without asking anybody. */
	const struct known_choice *known;
	uint32_t nr_known;
	/* Asked where several actions are possible, or always: an index, or -1 to stop here. */
	int (*choose)(void *data, const struct choice_point *point);
	void *choose_data;
	bool asks_always;
	bool goes_on; /* behind a finding, unless it is a BUG */
	/* Called for every step, NULL: nobody looks. */
	void (*record)(void *data, const struct moment *moment);
	void *record_data;

	struct memory *memory; /* of the machine: at every start as it was at the first */
	struct machine *machine;
	struct counters counters; /* of all tasks, since the start */
	struct actor actors[MAX_SCENARIO_TASKS + MAX_SCENARIO_CPUS];
	struct actor start[MAX_SCENARIO_TASKS + MAX_SCENARIO_CPUS]; /* as they begin */
	unsigned int nr_actors;
	struct mm *mms[MAX_MMS];
	enum pte_op lever;			  /* what OP_WRITE does, */
	bool lever_is_user;			  /* and where */
	unsigned int handlers_left[MAX_PROGRAMS]; /* by program */
	unsigned int write_protect_seq; /* of all address spaces: odd while one is copied */
	/* Pages that a program accesses, and whose translations a CPU may load at any time. */
	struct refill {
		enum page_space space;
		unsigned int page;
	} refills[MAX_REFILLS];
	unsigned int nr_refills;

	enum stop_reason stop;
	unsigned int steps;
	unsigned int disturbances;
	bool has_decision;
	struct action decision;
	int last_cpu;			    /* that acted */
	struct action actions[MAX_ACTIONS]; /* of the last choice */
	unsigned int nr_actions;
	uint32_t nr_taken; /* of the known choices */
};

/* 0, -EINVAL (the backend has no such page size), or -ENOMEM. */
int execution_create(const struct execution_setup *setup, struct execution **ret);
void execution_destroy(struct execution *execution);

/*
 * The task, or `idle`, of this thread's machine whose stack has overflown into that address; NULL:
 * none. May be called in a handler of a signal.
 */
const char *execution_overflown(const void *address);

/* From the start until something stops it. */
enum stop_reason execution_run(struct execution *execution);

/* The address of a page, and the address space that it is in. */
vaddr_t execution_page(const struct execution *execution, const struct actor *actor,
		       enum page_space space, unsigned int page, struct mm **ret);

/* The actor whose task it is. */
struct actor *actor_of(struct execution *execution, const struct task *task);

static inline bool actor_is_idle(const struct actor *actor)
{
	return actor->index >= actor->execution->setup.scenario->nr_tasks;
}

/* The program that an actor executes: a handler's over the task's own. */
static inline struct frame *top_frame(struct actor *actor)
{
	return &actor->frames[actor->nr_frames - 1];
}

/* Runs the program of the top frame to its end, on the actor's own stack. */
void run_frame(struct actor *actor);

/* All that can happen next; of more than max the rest may be left out. */
void list_actions(struct execution *execution, unsigned int max);

/* The first of the actions is that the CPU which acted last goes on. */
bool goes_on_first(const struct execution *execution);

/* explorer of the machine: where tasks stop. */
void execution_visit(struct machine *machine, enum step step);

#endif
