/* SPDX-License-Identifier: MIT */
/*
 * The per-CPU multicall buffer of Xen PV. Linux arch/x86/xen/multicalls.[ch], identical in v6.18
 * and v7.0: 32 entries, 512 bytes of arguments, 32 callbacks. A run of page-table updates is one
 * entry whose argument area grows, so that argument space, not entries, ends it: 31 updates.
 */
#ifndef LAZYMMU_ARCH_XEN_MULTICALLS_H
#define LAZYMMU_ARCH_XEN_MULTICALLS_H

#include "arch.h"

enum {
	MC_BATCH = 32,
	MC_ARGS = MC_BATCH * 16, /* bytes */
	MMU_UPDATE_SIZE = 16,	 /* struct mmu_update */
	MMUEXT_OP_SIZE = 24,	 /* struct mmuext_op */
};

enum mc_op {
	MC_NO_OP,	      /* the buffer is empty */
	MC_MMU_UPDATE,	      /* __HYPERVISOR_mmu_update */
	MC_MMUEXT_OP,	      /* __HYPERVISOR_mmuext_op */
	MC_STACK_SWITCH,      /* __HYPERVISOR_stack_switch: no argument bytes */
	MC_UPDATE_VA_MAPPING, /* __HYPERVISOR_update_va_mapping: no argument bytes */
};

/* One thing that the hypervisor is asked to do, in order. */
struct mc_request {
	enum mc_request_kind {
		MC_PTE,	   /* *ptep = value */
		MC_TABLE,  /* an entry above the PTE level: the sparse tables hold it already */
		MC_INVLPG, /* the page at address value of mm, this CPU */
		MC_INVLPG_MULTI, /* the same page, every CPU in the mm's mask */
		MC_TLB_LOCAL,	 /* all of mm, this CPU */
		MC_TLB_MULTI,	 /* all of mm, every CPU in its mask */
		MC_OTHER,	 /* pinning, aliases, CR3, stack: nothing that the model looks at */
	} kind;
	bool preserve_ad; /* of a PTE: MMU_PT_UPDATE_PRESERVE_AD */
	union {
		pte_t *ptep;
		struct mm *mm;
	};
	uint64_t value;
};

struct mc_buffer {
	unsigned int mcidx;  /* entries used */
	unsigned int argidx; /* argument bytes used */
	unsigned int cbidx;  /* callbacks queued */
	enum mc_op last_op;
	unsigned int nr_requests;
	unsigned int nr_others; /* of these, those that are no page-table updates */
	struct mc_request requests[MC_BATCH * 2]; /* at most 31 with arguments and 32 without */
	/* No queued PTE pointer is outside, NULL: there is none. A read outside needs no search. */
	const pte_t *first_ptep;
	const pte_t *last_ptep;
	bool irq_flags; /* xen_mc_irq_flags: one slot, batches do not nest */
};

/* A new entry for op with bytes of arguments, flushing first when it does not fit. */
void xen_mc_entry(struct mc_buffer *buffer, enum mc_op op, unsigned int bytes,
		  const struct mc_request *request);

/* A request of op: joins the last entry if that has the same op and there is space. */
void xen_mc_extend_or_entry(struct mc_buffer *buffer, enum mc_op op, unsigned int bytes,
			    const struct mc_request *request);
/* Something to run after the next flush. */
void xen_mc_callback(struct mc_buffer *buffer);

void xen_mc_flush(struct mc_buffer *buffer, enum flush_reason reason);

/* Page-table updates queued. */
static inline unsigned int xen_mc_nr_updates(const struct mc_buffer *buffer)
{
	return buffer->nr_requests - buffer->nr_others;
}

/* Opens and closes one request: interrupts are off in between. */
static inline void xen_mc_batch(struct mc_buffer *buffer)
{
	buffer->irq_flags = local_irq_save();
}

/* flush: nothing may stay queued. */
static inline void xen_mc_issue(struct mc_buffer *buffer, bool flush)
{
	if (flush)
		xen_mc_flush(buffer, FLUSH_ISSUE);
	local_irq_restore(buffer->irq_flags);
}

/* The same around one PTE update. */
void xen_mc_update(struct mc_buffer *buffer, bool flush, pte_t *ptep, pte_t pte, bool preserve_ad);

/*
 * A PTE update that may not stay queued; with nothing before it, it is a hypercall of its own, as
 * xen_mc_flush() would find.
 */
void xen_mc_issue_update(struct mc_buffer *buffer, pte_t *ptep, pte_t pte, bool preserve_ad);

/*
 * A PTE update that may stay queued: nearly always one more request of the entry that is being
 * filled. Nobody can look before that is done, so interrupts need not go off for it.
 */
static inline void xen_mc_queue_update(struct mc_buffer *buffer, pte_t *ptep, pte_t pte,
				       bool preserve_ad)
{
	if (buffer->last_op != MC_MMU_UPDATE || buffer->argidx + MMU_UPDATE_SIZE >= MC_ARGS) {
		xen_mc_update(buffer, false, ptep, pte, preserve_ad);
		return;
	}
	struct mc_request *request = &buffer->requests[buffer->nr_requests++];
	request->kind = MC_PTE;
	request->preserve_ad = preserve_ad;
	request->ptep = ptep;
	request->value = pte.val;
	buffer->argidx += MMU_UPDATE_SIZE;
	if (ptep > buffer->last_ptep)
		buffer->last_ptep = ptep;
	else if (ptep < buffer->first_ptep)
		buffer->first_ptep = ptep;
	irq_schedule_point();
}

/*
 * What a PTE request makes of the entry: with MMU_PT_UPDATE_PRESERVE_AD the hypervisor keeps the
 * accessed and dirty bits that the MMU has set since the guest read it (Xen arch/x86/mm.c,
 * update_intpte()).
 */
static inline pte_t mc_result(const struct mc_request *request)
{
	const unsigned int kept = request->preserve_ad ? PTE_YOUNG | PTE_DIRTY : 0;

	return (pte_t){ request->value | (hw_read_pte(request->ptep).val & kept) };
}

/* The queued request for *ptep, NULL when none is queued. */
const struct mc_request *xen_mc_find(const struct mc_buffer *buffer, const pte_t *ptep);

#endif
