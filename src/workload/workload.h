/* SPDX-License-Identifier: MIT */
/*
 * Workloads: what the thread asked about, as operations on the model's own walkers. Each drives
 * one kernel function, or a few syscalls as a program does.
 */
#ifndef LAZYMMU_WORKLOAD_WORKLOAD_H
#define LAZYMMU_WORKLOAD_WORKLOAD_H

#include "bed.h"

/* One row of `lazymmu list workloads`. */
struct workload {
	const char *name;
	const char *function; /* of the kernel */
	const char *file;     /* where that is */
	const char *work;     /* what is done, for each entry */
	unsigned int config;  /* of enum config_flag: without it nothing happens */
	const char *arch;     /* the only backend that has it; NULL: all have */
	enum kernel_id since; /* older kernels have no such function */
	bool splits_folios;   /* outside its sections, which meet none */
	uint64_t section;     /* PARAM_SECTION, unless it is given; 0: its own default */
	uint64_t nest;	      /* PARAM_NEST, unless it is given; 0: it opens no inner section */
	/* What was there before; not counted. NULL: nothing. 0 or -ENOMEM. */
	int (*prepare)(struct bed *bed);
	/* What is counted. 0 or -ENOMEM. */
	int (*run)(struct bed *bed);
};

/* In order of display, ends with a NULL name. */
extern const struct workload workloads[];

/* NULL: no such workload. */
const struct workload *workload_find(const char *name);

/* The function exists in a kernel of a backend. */
bool workload_exists(const struct workload *workload, const struct arch *arch,
		     const struct kernel *kernel);

/* What one run of a workload came to. */
struct measurement {
	struct counters counters;
	uint64_t calls;			     /* syscalls, vmalloc(): what has a price of its own */
	uint64_t pages;			     /* that these calls were about */
	uint64_t folio;			     /* PARAM_FOLIO, as far as it has such */
	uint64_t findings[NR_FINDING_KINDS]; /* of the machine */
};

/* 0, -EINVAL (page size) or -ENOMEM; measurement_fini() in any case. */
int workload_measure(const struct workload *workload, const struct arch *arch,
		     const struct machine_config *config, const struct params *params,
		     struct measurement *ret);
void measurement_fini(struct measurement *measurement);

/* Somebody who looks on: told of the machine and the sink where measuring begins, and where it
 * ends. */
struct watcher {
	void (*begin)(void *data, struct machine *machine, const struct counters *measured);
	void (*end)(void *data);
	void *data;
};

/* The same; watcher NULL: nobody looks on. */
int workload_watch(const struct workload *workload, const struct arch *arch,
		   const struct machine_config *config, const struct params *params,
		   const struct watcher *watcher, struct measurement *ret);

#endif
