/* SPDX-License-Identifier: MIT */
/*
 * The seven ways of keeping the lazy mode on Xen, for SPIN: NTASKS tasks, each with a nested section
 * and two writes, on two CPUs, with any preemption and migration, and with -DTICK one interrupt that
 * writes. Written from the same rules as arch/xen/mode.c and src/lazy/, not from that code, and with
 * one atomic step for what lazymmu does between two schedule points; a context switch is one step.
 *
 *	spin -DNTASKS=3 -DPROTOCOL=V7_1 -a protocols.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * An assertion stands for each BUG_ON, for "a write in a section is held back" and for "after
 * disable() nothing is pending".
 */
#define NCPUS 2
#define IDLE NTASKS

#define V6_6 1
#define SERIES_V2 2
#define LAB_FLAG 3
#define V7_0 4
#define PATCH_0508 5
#define V7_1 6
#define V7_3 7

/* What each is made of. */
#if PROTOCOL == V6_6
#define STATELESS
#define NESTS
#define FLAG_OVER_SWITCH
#elif PROTOCOL == SERIES_V2
#define TOKEN
#define FLAG_OVER_SWITCH
#elif PROTOCOL == LAB_FLAG
#define FLAG_OVER_SWITCH
#elif PROTOCOL == PATCH_0508
#define PAUSE_OVER_SWITCH
#elif PROTOCOL == V7_1
#define IDEMPOTENT
#elif PROTOCOL == V7_3
#define MODELESS
#define PAUSE_OVER_SWITCH
#endif

/* The mode word of a CPU. */
#define NONE 0
#define MMU 1
#define CPU 2

/* Pages: bits of `memory` and `queued`. */
#define PAGE0 1
#define PAGE1 2
#define PAGE2 4

byte current[NCPUS] = IDLE;
bool in_irq[NCPUS];
byte mode[NCPUS];
byte nesting[NCPUS]; /* v6.6: levels beyond the first */
byte queued[NCPUS];  /* pages whose new value the CPU holds back */
byte memory;	     /* pages whose new value has arrived */

byte cpu_of[NTASKS] = NCPUS; /* NCPUS: the task waits */
bool done[NTASKS];
byte enable_count[NTASKS];
byte kept[NTASKS]; /* series-v2: the states that enter() returned, the innermost in bit 0 */
byte pause_count[NTASKS];
bool was_lazy[NTASKS]; /* the thread flag over a switch */

/* A task may take its next step. */
#define goes_on(t) (cpu_of[t] != NCPUS && !in_irq[cpu_of[t]])
#define here cpu_of[me]

#ifdef MODELESS
#define holds_back(c, t) (enable_count[t] > 0 && pause_count[t] == 0)
#else
#define holds_back(c, t) (mode[c] == MMU)
#endif

inline send(c)
{
	memory = memory | queued[c];
	queued[c] = 0
}

/* The mode word of CPU c: levels of one mode only where they nest. */
inline enter_lazy(c, m)
{
#ifdef NESTS
	if
	:: mode[c] == m -> nesting[c]++
	:: else -> assert(mode[c] == NONE); mode[c] = m
	fi
#else
	assert(mode[c] == NONE);
	mode[c] = m
#endif
}

inline leave_lazy(c, m)
{
	assert(mode[c] == m);
	if
	:: nesting[c] > 0 -> nesting[c]--
	:: else -> mode[c] = NONE
	fi
}

/* The hooks as mm/ and the switch see them. */
inline enter_hook(c)
{
#if defined(MODELESS)
	skip
#elif defined(IDEMPOTENT)
	if
	:: mode[c] != MMU -> enter_lazy(c, MMU)
	:: else
	fi
#else
	enter_lazy(c, MMU)
#endif
}

inline leave_hook(c)
{
	send(c);
#if defined(IDEMPOTENT)
	if
	:: mode[c] != NONE -> leave_lazy(c, MMU)
	:: else
	fi
#elif !defined(MODELESS)
	leave_lazy(c, MMU)
#endif
}

inline flush_hook(c)
{
	if
	:: holds_back(c, me) -> send(c)
	:: else
	fi
}

/* prev is no idle task; those never open a section. */
inline switch_out(c, prev)
{
#if defined(PAUSE_OVER_SWITCH)
	pause_count[prev]++;
	if
	:: pause_count[prev] == 1 && enable_count[prev] > 0 -> leave_hook(c)
	:: else
	fi;
#else
	if
	:: mode[c] == MMU ->
		leave_hook(c);
#if defined(FLAG_OVER_SWITCH)
		was_lazy[prev] = true
#endif
	:: else
	fi;
#endif
	enter_lazy(c, CPU);
	cpu_of[prev] = NCPUS
}

/* What is queued leaves with the switch, whatever the hooks of prev did. */
inline end_switch(c)
{
	send(c);
	leave_lazy(c, CPU)
}

inline switch_in(c, next)
{
	end_switch(c);
#if defined(PAUSE_OVER_SWITCH)
	pause_count[next]--;
	if
	:: pause_count[next] == 0 && enable_count[next] > 0 -> enter_hook(c)
	:: else
	fi;
#elif defined(FLAG_OVER_SWITCH)
	if
	:: was_lazy[next] -> was_lazy[next] = false; enter_hook(c)
	:: else
	fi;
#else
	if
	:: enable_count[next] > 0 -> enter_hook(c)
	:: else
	fi;
#endif
	current[c] = next;
	cpu_of[next] = c
}

inline switch_to(c, next)
{
	if
	:: current[c] == IDLE -> enter_lazy(c, CPU)
	:: else -> switch_out(c, current[c])
	fi;
	switch_in(c, next)
}

#define CAN_SWITCH(t) atomic { !in_irq[c] && cpu_of[t] == NCPUS && !done[t] -> switch_to(c, t) }

/* Preemption: whatever runs here, any waiting task may come. With none left a CPU goes idle. */
proctype Scheduler(byte c)
{
end:	do
	:: CAN_SWITCH(0)
	:: CAN_SWITCH(1)
#if NTASKS > 2
	:: CAN_SWITCH(2)
#endif
#if NTASKS > 3
	:: CAN_SWITCH(3)
#endif
#if NTASKS > 4
	:: CAN_SWITCH(4)
#endif
#if NTASKS > 5
	:: CAN_SWITCH(5)
#endif
	:: atomic {
		current[c] != IDLE && done[current[c]] ->
			switch_out(c, current[c]);
			end_switch(c);
			current[c] = IDLE
	   }
	od
}

/* A step of a task: all that nobody can look into. */
#define STEP(statements) atomic { goes_on(me) -> statements }
#define STEP_IF(condition, statements) atomic { goes_on(me) && (condition) -> statements }
#define PASS STEP(assert(pause_count[me] == 0)) /* the test never stops one that runs */

inline enable()
{
	PASS; /* begin; test */
#if defined(STATELESS)
	STEP(enter_hook(here)) /* hook */
#elif defined(TOKEN)
	if /* hook */
	:: STEP_IF(mode[here] == MMU, kept[me] = kept[me] << 1 | 1)
	:: STEP_IF(mode[here] != MMU, skip);
	   STEP(enter_hook(here); kept[me] = kept[me] << 1)
	fi
#else
	if /* count; hook */
	:: STEP_IF(enable_count[me] > 0, enable_count[me]++)
	:: STEP_IF(enable_count[me] == 0, enable_count[me]++);
	   STEP(enter_hook(here))
	fi
#endif
}

inline disable(last)
{
	PASS; /* begin; test */
#if defined(STATELESS)
	STEP(leave_hook(here)); /* hook */
#elif defined(TOKEN)
	STEP(if /* hook */
	     :: kept[me] & 1 -> send(here)
	     :: else -> leave_hook(here)
	     fi;
	     kept[me] = kept[me] >> 1);
#else
	if /* count; hook */
	:: STEP_IF(enable_count[me] == 1, enable_count[me]--); STEP(leave_hook(here))
	:: STEP_IF(enable_count[me] > 1, enable_count[me]--); STEP(flush_hook(here))
	fi;
#endif
	STEP(assert(queued[here] == 0); done[me] = last) /* preemption is on again */
}

inline write(page)
{
	PASS; /* begin */
#if defined(STATELESS)
	STEP(enter_hook(here)); /* set_ptes() opens a section of its own */
#endif
	STEP(assert(holds_back(here, me)); queued[here] = queued[here] | page);
	PASS /* interrupts are on again */
#if defined(STATELESS)
	;
	STEP(leave_hook(here));
	STEP(assert(holds_back(here, me)))
#endif
}

proctype Task(byte me)
{
	enable();
	enable();
	write(PAGE0);
	disable(false);
	write(PAGE1);
	disable(true);
end:	false
}

#ifdef TICK
#define STRIKE(cpu) atomic { \
	current[cpu] != IDLE && !done[current[cpu]] -> c = cpu; in_irq[cpu] = true }

/* The mode is hidden from an interrupt: what it writes takes effect at once. */
proctype Tick()
{
	byte c;

end:	if
	:: STRIKE(0)
	:: STRIKE(1)
	fi;
	skip; /* begin */
#ifdef STATELESS
	atomic { enter_hook(c) };
	memory = memory | PAGE2;
	atomic { leave_hook(c) };
	atomic { in_irq[c] = false; c = 0 };
#else
	atomic { memory = memory | PAGE2; in_irq[c] = false; c = 0 };
#endif
end_of_it:
	false
}
#endif

init
{
	byte i;

	atomic {
		for (i : 0 .. NTASKS - 1) {
#ifdef PAUSE_OVER_SWITCH
			pause_count[i] = 1; /* they were switched out */
#endif
			run Task(i)
		}
		i = 0;
		run Scheduler(0);
		run Scheduler(1);
#ifdef TICK
		run Tick()
#endif
	}
end:	false
}
