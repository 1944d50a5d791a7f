/* SPDX-License-Identifier: MIT */
/* Parsers of effects. False: not as expected; such a line says nothing that can be counted. */
#ifndef LAZYMMU_TRACE_EFFECT_H
#define LAZYMMU_TRACE_EFFECT_H

#include "event.h"
#include "text.h"

bool effect_xen_issue(struct text args, struct event *event);
bool effect_xen_entry(struct text args, struct event *event);
bool effect_xen_entry_alloc(struct text args, struct event *event);
bool effect_xen_extend(struct text args, struct event *event);
bool effect_xen_flush_reason(struct text args, struct event *event);
bool effect_xen_flush(struct text args, struct event *event);

/* A function was called; nothing else is asked for. Its return is none. */
bool effect_call(struct text args, struct event *event);
bool effect_tlb_batch_add(struct text args, struct event *event);

/* Without the state of the batch they are calls: EVENT_PROBE_UPDATE, EVENT_PROBE_FLUSH. */
bool effect_hpte_need_flush(struct text args, struct event *event);
bool effect_flush_tlb_pending(struct text args, struct event *event);
bool effect_flush_hash_range(struct text args, struct event *event);
/* enter_* and leave_* probes have the state of the batch. */
bool effect_batch_probe(struct text args, struct event *event);

bool effect_function(struct text args, struct event *event);
/* The same, of fields that others were read from. */
bool effect_function_field(struct fields *fields, struct event *event);

#endif
