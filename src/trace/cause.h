/* SPDX-License-Identifier: MIT */
/* Parsers of causes. False: the line is bad, and mistake says why. */
#ifndef LAZYMMU_TRACE_CAUSE_H
#define LAZYMMU_TRACE_CAUSE_H

#include "event.h"
#include "text.h"

bool cause_page_fault(struct text args, struct event *event, struct mistake *mistake);
bool cause_mm_fault(struct text args, struct event *event, struct mistake *mistake);
bool cause_fault_around(struct text args, struct event *event, struct mistake *mistake);
bool cause_hash_page(struct text args, struct event *event, struct mistake *mistake);
bool cause_hash_fault(struct text args, struct event *event, struct mistake *mistake);
bool cause_kernel_mmap(struct text args, struct event *event, struct mistake *mistake);
bool cause_kernel_brk(struct text args, struct event *event, struct mistake *mistake);
bool cause_print(struct text args, struct event *event, struct mistake *mistake);
/* Effects that trace-cmd may print as "???": then the recording lacks what was there. */
bool cause_is_spelled(struct text args, struct event *event, struct mistake *mistake);
bool cause_task_switch(struct text args, struct event *event, struct mistake *mistake);
bool cause_task_fork(struct text args, struct event *event, struct mistake *mistake);
bool cause_new_task(struct text args, struct event *event, struct mistake *mistake);
bool cause_task_exit(struct text args, struct event *event, struct mistake *mistake);
bool cause_marker(struct text args, struct event *event, struct mistake *mistake);
bool cause_calling_function(struct text args, struct event *event, struct mistake *mistake);
bool cause_set_pte(struct text args, struct event *event, struct mistake *mistake);
bool cause_clear_pte(struct text args, struct event *event, struct mistake *mistake);
bool cause_task_switched(struct text args, struct event *event, struct mistake *mistake);

#endif
