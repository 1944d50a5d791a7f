/* SPDX-License-Identifier: MIT */
/* Per-CPU state of Xen PV. */
#ifndef LAZYMMU_ARCH_XEN_XEN_H
#define LAZYMMU_ARCH_XEN_XEN_H

#include "multicalls.h"

/* arch/x86/include/asm/xen/hypervisor.h, up to v7.1. */
enum xen_lazy_mode { XEN_LAZY_NONE, XEN_LAZY_MMU, XEN_LAZY_CPU };

struct xen_cpu {
	struct mc_buffer mc;	 /* first: its address is that of the whole */
	enum xen_lazy_mode mode; /* xen_lazy_mode, up to v7.1; CPU mode is kept from v7.2 on too */
	bool tracks_mmu_mode;	 /* up to v7.1: the mode word knows MMU */
	bool nests;		 /* v6.6: a mode may be entered again */
	unsigned int nesting;	 /* xen_lazy_nesting, v6.6: levels beyond the first */
	bool switching;		 /* the leave hook runs for a switch hook */
	struct mm *loaded_mm;	 /* cpu_tlbstate.loaded_mm; NULL: init_mm, since boot */
};

static inline struct xen_cpu *this_xen(void)
{
	return this_cpu()->arch;
}

/* An MMU update on this CPU would be held back. */
bool xen_mmu_lazy(void);

#endif
