/* SPDX-License-Identifier: MIT */
/*
 * Which events show what. A recording that probes the same step twice (the generic function and
 * the backend's, say) shows it twice.
 */
#include "observed.h"

const uint8_t observed_shown[NR_EVENT_KINDS] = {
	/* The section API: native text, arm64. Pauses and resumes are neither. */
	[EVENT_SECTION_ENTER] = SHOWS_ENTER,
	[EVENT_SECTION_LEAVE] = SHOWS_LEAVE,
	[EVENT_SECTION_FLUSH] = SHOWS_FLUSH,
	/* Its functions and the backends' hooks where somebody probed them. */
	[EVENT_PROBE_ENTER] = SHOWS_ENTER,
	[EVENT_PROBE_LEAVE] = SHOWS_LEAVE,
	[EVENT_XEN_PROBE_ENTER] = SHOWS_ENTER,
	[EVENT_XEN_PROBE_LEAVE] = SHOWS_LEAVE,
	[EVENT_PPC_ENTER] = SHOWS_ENTER,
	[EVENT_PPC_LEAVE] = SHOWS_LEAVE,
	/* Writes of entries; a run of native text writes several. */
	[EVENT_PTES] = SHOWS_UPDATE,
	[EVENT_SET_PTE] = SHOWS_UPDATE,
	[EVENT_CLEAR_PTE] = SHOWS_UPDATE,
	/* What a backend queues for an entry: batched or, with no batch open, at once. */
	[EVENT_HPTE_NEED_FLUSH] = SHOWS_UPDATE,
	[EVENT_PROBE_UPDATE] = SHOWS_UPDATE,
	[EVENT_XEN_ENTRY] = SHOWS_UPDATE,
	[EVENT_XEN_EXTEND] = SHOWS_UPDATE,
	/* The batch goes out; an empty one, too. */
	[EVENT_FLUSH_TLB_PENDING] = SHOWS_FLUSH,
	[EVENT_PROBE_FLUSH] = SHOWS_FLUSH,
	[EVENT_XEN_FLUSH] = SHOWS_FLUSH,
	[EVENT_ARM64_BARRIER_PAIR] = SHOWS_FLUSH,
};

/* Xen: every hypercall has entries; an extension that found no room is followed by one. */
static uint64_t updates_of(const struct event *event)
{
	enum { XEN_OP_MMU_UPDATE = 1 };

	if (event->kind == EVENT_PTES)
		return event->arg[2] == PTES_GET ? 0 : event->arg[1];
	if (event->kind == EVENT_XEN_ENTRY)
		return event->arg[0] == XEN_OP_MMU_UPDATE;
	if (event->kind == EVENT_XEN_EXTEND)
		return event->arg[0] == XEN_OP_MMU_UPDATE && event->arg[2] == 0;
	return 1;
}

void observed_count(struct observed *observed, const struct event *event)
{
	switch ((enum observed_kind)observed_shown[event->kind]) {
	case SHOWS_NOTHING:
		break;
	case SHOWS_ENTER:
		observed->enters++;
		break;
	case SHOWS_LEAVE:
		observed->leaves++;
		break;
	case SHOWS_UPDATE:
		observed->updates += updates_of(event);
		break;
	case SHOWS_FLUSH:
		observed->flushes++;
		break;
	}
}
