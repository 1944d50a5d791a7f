/* SPDX-License-Identifier: MIT */
/* Operations of the section API, counted in the source of each generation. */
#include "protocol.h"

#include <stddef.h>

const char *const section_api_names[] = {
	[API_STATELESS] = "stateless",
	[API_TOKEN] = "token",
	[API_FLAG] = "flag",
	[API_COUNTERS] = "counters",
};

const struct protocol_cost protocol_costs[] = {
	/*
	 * include/linux/pgtable.h, v6.18: the hooks are the API; mm/kasan/shadow.c pauses by hand.
	 * A write asks batch->active (powerpc hash_tlb.c, sparc tlb.c), or in_interrupt() and the
	 * thread flag (arm64 asm/pgtable.h, from v6.16 on) or the mode word (asm/xen/hypervisor.h;
	 * mmu_pv.c, xen_batched_set_pte(), asks before it queues and in xen_mc_issue()).
	 */
	{ API_STATELESS, "enable, disable", 0, 0, 0, 2 },
	{ API_STATELESS, "enable, disable, nested", 0, 0, 0, 2 },
	{ API_STATELESS, "pause, resume", 0, 0, 0, 2 },
	{ API_STATELESS, "each write, powerpc or sparc", 1, 0, 1, 0 },
	{ API_STATELESS, "each write, arm64 since v6.16", 2, 0, 2, 0 },
	{ API_STATELESS, "each write, Xen (set_pte: twice)", 2, 0, 2, 0 },
	/*
	 * Version 2 of the nesting series, patch 2: the same, and a variable of the caller, which a
	 * register holds.
	 */
	{ API_TOKEN, "enable, disable", 0, 0, 0, 2 },
	{ API_TOKEN, "enable, disable, nested", 0, 0, 0, 2 },
	{ API_TOKEN, "pause, resume", 0, 0, 0, 2 },
	{ API_TOKEN, "each write, powerpc or sparc", 1, 0, 1, 0 },
	{ API_TOKEN, "each write, arm64", 2, 0, 2, 0 },
	{ API_TOKEN, "each write, Xen (set_pte: twice)", 2, 0, 2, 0 },
	/*
	 * Version 4, patches 7 and 12: in_interrupt(), the level, and of the outermost the flag. A
	 * write asks in_interrupt() and the flag, or Xen's mode word.
	 */
	{ API_FLAG, "enable, disable", 4, 4, 4, 2 },
	{ API_FLAG, "enable, disable, nested", 4, 2, 4, 1 },
	{ API_FLAG, "pause, resume", 2, 2, 2, 2 },
	{ API_FLAG, "each write (Xen, set_pte: twice)", 2, 0, 2, 0 },
	/*
	 * include/linux/pgtable.h and sched.h, v7.0, 9273dfaeaca8 and 5ab246749569: enable() and
	 * disable() ask in_interrupt() and pause_count, change enable_count and ask for the first
	 * or the last; pause() and resume() ask in_interrupt(), change pause_count and ask both. A
	 * write asks all three, but on Xen, which asks its mode word up to v7.1.
	 */
	{ API_COUNTERS, "enable, disable", 6, 2, 6, 2 },
	{ API_COUNTERS, "enable, disable, nested", 6, 2, 6, 1 },
	{ API_COUNTERS, "pause, resume", 6, 2, 6, 2 },
	{ API_COUNTERS, "each write (Xen, set_pte: twice)", 3, 0, 3, 0 },
	{ API_COUNTERS, "each write, Xen up to v7.1", 2, 0, 2, 0 },
	{ API_COUNTERS, NULL, 0, 0, 0, 0 },
};
