/* SPDX-License-Identifier: MIT */
/*
 * Mirrors Linux arch/x86/xen/multicalls.c (v6.18, v7.0) and, behind xen_mc_flush(), what the
 * hypervisor does with the calls.
 */
#include "multicalls.h"

/* __xen_mc_entry(): the test is >=, so the last byte of the argument area is never used. */
void xen_mc_entry(struct mc_buffer *buffer, enum mc_op op, unsigned int bytes,
		  const struct mc_request *request)
{
	buffer->argidx = (buffer->argidx + 7) & ~7u;
	if (buffer->mcidx == MC_BATCH || buffer->argidx + bytes >= MC_ARGS)
		xen_mc_flush(buffer, buffer->mcidx == MC_BATCH ? FLUSH_BATCH : FLUSH_ARGS);
	buffer->mcidx++;
	buffer->argidx += bytes;
	buffer->last_op = op;
	xen_mc_add_request(buffer, request);
}

/* xen_mc_extend_args(), and what its callers do when it fails with BAD_OP or NO_SPACE. */
void xen_mc_extend_or_entry(struct mc_buffer *buffer, enum mc_op op, unsigned int bytes,
			    const struct mc_request *request)
{
	bool fits = buffer->mcidx && buffer->last_op == op && buffer->argidx + bytes < MC_ARGS;

	if (!fits) {
		xen_mc_entry(buffer, op, bytes, request);
		return;
	}
	buffer->argidx += bytes;
	xen_mc_add_request(buffer, request);
}

void xen_mc_callback(struct mc_buffer *buffer)
{
	if (buffer->cbidx == MC_BATCH)
		xen_mc_flush(buffer, FLUSH_CALLBACK);
	buffer->cbidx++;
}

/* The hypervisor's side of one request. */
static void execute(const struct mc_request *request)
{
	switch (request->kind) {
	case MC_PTE:
		hw_write_pte(request->ptep, mc_result(request));
		break;
	case MC_INVLPG:
		hw_invlpg();
		hw_drop_tlb(request->mm, request->value, request->value + 1, false);
		break;
	case MC_INVLPG_MULTI:
		hw_drop_tlb(request->mm, request->value, request->value + 1, true);
		break;
	case MC_TLB_LOCAL:
		hw_drop_tlb_mm(request->mm, false);
		break;
	case MC_TLB_MULTI:
		hw_drop_tlb_mm(request->mm, true);
		break;
	case MC_TABLE:
	case MC_OTHER:
		break;
	}
}

/* xen_mc_flush(): one entry is a direct hypercall, more are one multicall, none is nothing. */
void xen_mc_flush(struct mc_buffer *buffer, enum flush_reason reason)
{
	if (preemptible())
		report_finding(FINDING_KERNEL_BUG, "xen_mc_flush(): BUG_ON, preemptible");
	if (buffer->mcidx) {
		hw_hypercall(buffer->mcidx > 1 ? buffer->mcidx : 0, buffer->nr_updates > 0);
		count_flush(reason, buffer->nr_updates);
		for (unsigned int i = 0; i < buffer->nr_requests; i++)
			execute(&buffer->requests[i]);
	}
	buffer->mcidx = buffer->argidx = buffer->cbidx = 0;
	buffer->nr_updates = buffer->nr_requests = 0;
	buffer->first_ptep = buffer->last_ptep = NULL;
}

const struct mc_request *xen_mc_find(const struct mc_buffer *buffer, const pte_t *ptep)
{
	if (!buffer->nr_updates || ptep < buffer->first_ptep || ptep > buffer->last_ptep)
		return NULL;
	for (unsigned int i = buffer->nr_requests; i-- > 0;) {
		if (buffer->requests[i].kind == MC_PTE && buffer->requests[i].ptep == ptep)
			return &buffer->requests[i];
	}
	return NULL;
}
