/* SPDX-License-Identifier: MIT */
/*
 * Mirrors Linux arch/x86/xen/multicalls.c (v6.18, v7.0) and, behind xen_mc_flush(), what the
 * hypervisor does with the calls.
 */
#include "multicalls.h"

static void add_request(struct mc_buffer *buffer, const struct mc_request *request)
{
	buffer->requests[buffer->nr_requests++] = *request;
	buffer->nr_others += request->kind != MC_PTE && request->kind != MC_TABLE;
	if (request->kind != MC_PTE)
		return;
	if (!buffer->last_ptep)
		buffer->first_ptep = buffer->last_ptep = request->ptep;
	else if (request->ptep > buffer->last_ptep)
		buffer->last_ptep = request->ptep;
	else if (request->ptep < buffer->first_ptep)
		buffer->first_ptep = request->ptep;
}

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
	add_request(buffer, request);
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
	add_request(buffer, request);
}

/*
 * This and the next are not inlined: the registers that they need would be saved for each update
 * that is merely queued.
 */
__attribute__((noinline)) void xen_mc_update(struct mc_buffer *buffer, bool flush, pte_t *ptep,
					     pte_t pte, bool preserve_ad)
{
	const struct mc_request request = {
		.kind = MC_PTE, .preserve_ad = preserve_ad, .ptep = ptep, .value = pte.val
	};

	xen_mc_batch(buffer);
	xen_mc_extend_or_entry(buffer, MC_MMU_UPDATE, MMU_UPDATE_SIZE, &request);
	xen_mc_issue(buffer, flush);
}

__attribute__((noinline)) void xen_mc_issue_update(struct mc_buffer *buffer, pte_t *ptep, pte_t pte,
						   bool preserve_ad)
{
	const struct mc_request request = {
		.kind = MC_PTE, .preserve_ad = preserve_ad, .ptep = ptep, .value = pte.val
	};

	if (buffer->mcidx) {
		xen_mc_update(buffer, true, ptep, pte, preserve_ad);
		return;
	}
	hw_hypercall(0, true);
	count_flush(FLUSH_ISSUE, 1);
	hw_write_pte(ptep, mc_result(&request));
	irq_schedule_point();
}

void xen_mc_callback(struct mc_buffer *buffer)
{
	if (buffer->cbidx == MC_BATCH)
		xen_mc_flush(buffer, FLUSH_CALLBACK);
	buffer->cbidx++;
}

/* The hypervisor's side of one request. */
__attribute__((noinline)) static void execute(const struct mc_request *request)
{
	switch (request->kind) {
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
	case MC_PTE: /* xen_mc_flush() does it */
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
		const struct mc_request *end = &buffer->requests[buffer->nr_requests];
		unsigned int nr_updates = xen_mc_nr_updates(buffer);
		hw_hypercall(buffer->mcidx > 1 ? buffer->mcidx : 0, nr_updates > 0);
		count_flush(reason, nr_updates);
		for (const struct mc_request *request = buffer->requests; request < end;
		     request++) {
			if (request->kind == MC_PTE) /* nearly all of them */
				hw_write_pte(request->ptep, mc_result(request));
			else
				execute(request);
		}
	}
	buffer->mcidx = buffer->argidx = buffer->cbidx = 0;
	buffer->last_op = MC_NO_OP;
	buffer->nr_requests = buffer->nr_others = 0;
	buffer->first_ptep = buffer->last_ptep = NULL;
}

const struct mc_request *xen_mc_find(const struct mc_buffer *buffer, const pte_t *ptep)
{
	if (!buffer->last_ptep || ptep < buffer->first_ptep || ptep > buffer->last_ptep)
		return NULL;
	for (unsigned int i = buffer->nr_requests; i-- > 0;) {
		if (buffer->requests[i].kind == MC_PTE && buffer->requests[i].ptep == ptep)
			return &buffer->requests[i];
	}
	return NULL;
}
