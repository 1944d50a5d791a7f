/* SPDX-License-Identifier: MIT */
/* Handlers of a run, one for each kind of cause: NULL, or why the causes do not decide enough. */
#ifndef LAZYMMU_TRACE_RUN_EVENTS_H
#define LAZYMMU_TRACE_RUN_EVENTS_H

#include "run.h"

const char *on_sys_enter(struct run *run, const struct proc *proc, const struct event *event);
const char *on_sys_exit(struct run *run, const struct proc *proc, const struct event *event);
const char *on_new_exec(struct run *run, const struct proc *proc, const struct event *event);
const char *on_fork(struct run *run, const struct proc *proc, const struct event *event);
const char *on_exit(struct run *run, const struct proc *proc, const struct event *event);
const char *on_kernel_map(struct run *run, const struct proc *proc, const struct event *event);
const char *on_mapping(struct run *run, const struct proc *proc, const struct event *event);

const char *on_fault(struct run *run, const struct proc *proc, const struct event *event);
const char *on_powerpc_fault(struct run *run, const struct proc *proc, const struct event *event);
const char *on_hash_page(struct run *run, const struct proc *proc, const struct event *event);

const char *on_observed_write(struct run *run, const struct proc *proc, const struct event *event);
const char *on_native_ptes(struct run *run, const struct proc *proc, const struct event *event);

/* Why a phase is not decided that acts on memory which nobody was seen to map. */
extern const char older_memory[];
extern const char populates_too_much[];
/* ... or makes or frees tables that what is not known may share. */
extern const char older_tables[];

/*
 * The end of a syscall on a range of memory; of one that failed, too: it may have acted before.
 * NULL, or why the causes do not decide what it did.
 */
const char *memory_syscall(struct mm_struct *mm, const struct proc *proc, uint64_t result);
const char *failed_memory_syscall(struct mm_struct *mm, const struct proc *proc, int error);

/* The address space of the current task; made on the spot when it is older than the recording. */
struct mm_struct *user_mm(void);

/* An access of user space faults a page in, and is tried again; bits of enum fault_access. */
void access_page(struct mm_struct *mm, vaddr_t addr, unsigned int access);

/* So many times the walkers that run now are told to reschedule. */
void run_cut(struct run *run, unsigned int cuts);

/* A task is gone: its address space too. */
void forget_task(struct task *task);

#endif
